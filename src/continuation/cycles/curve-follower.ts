import type { VectorField } from "../vector-field.ts";
import { Collocation, type Condition, linearCondition } from "./collocation.ts";
import type { Solution } from "./condensation.ts";
import { type CycleCurveKind, curveProblem, SECOND, SLIP } from "./curve-problem.ts";
import { cycleProblem, PERIOD } from "./cycle-problem.ts";
import { square } from "./exact-functions.ts";
import { likeness, meanOf, measuresOf, rangesOf } from "./measure.ts";
import { adaptedMesh } from "./mesh.ts";
import { type Multipliers, multipliersOf } from "./multipliers.ts";
import { atGaussPoints, dot, integralRow, moveOrbit, type Orbit, remeshed } from "./orbit.ts";

/** A bifurcation of a cycle in two parameters: the cycle with its deviation, and where the curve goes on. */
export interface CurvePoint {
  orbit: Orbit;
  tangent: Solution;
  residual: number;
  turns: number;
}

/** How much deviations count in lengths: they follow. */
const SHARE_OF_DEVIATION = 1e-2;
const PERIOD_SHARE = 0.25;
/** Least that a state is measured by, as a part of the most that it has moved. */
const OF_MOST = 0.1;
/** A cycle that is smaller than this part of the largest is next to where it has no size. */
const SHRUNK = 0.03;

/** Solves for folds or period doublings of cycles next to known ones, while two parameters are free. */
export class CurveFollower {
  readonly kind: CycleCurveKind;
  readonly states: number;
  readonly collocation: Collocation;
  readonly #plain: Collocation;
  readonly #spans: readonly [number, number];
  readonly #most: Float64Array;
  /** What states, their deviations and the free numbers are measured by. */
  #scales: { states: Float64Array; scalars: Float64Array };

  constructor(
    field: VectorField,
    kind: CycleCurveKind,
    { degree, intervals, spans }: { degree: number; intervals: number; spans: readonly [number, number] },
  ) {
    this.kind = kind;
    this.states = field.states.length;
    this.collocation = new Collocation(curveProblem(field, kind), degree, intervals);
    this.#plain = new Collocation(cycleProblem(field), degree, intervals);
    this.#spans = spans;
    this.#most = new Float64Array(this.states);
    this.#scales = {
      states: new Float64Array(2 * this.states).fill(1),
      scalars: new Float64Array(this.collocation.problem.scalars).fill(1),
    };
  }

  /** Measures by an orbit, and puts it on a mesh that is adapted to it. */
  rebased(orbit: Orbit, tangent?: Solution): { orbit: Orbit; tangent: Solution | undefined } {
    const n = this.states;
    const { ranges, sizes } = rangesOf(this.cycleOf(orbit), n);
    const states = new Float64Array(2 * n);
    for (let i = 0; i < n; i++) this.#most[i] = Math.max(this.#most[i], ranges[i]);
    const own = measuresOf(this.#most, sizes);
    for (let i = 0; i < n; i++) states[i] = states[n + i] = Math.max(ranges[i], OF_MOST * own[i], 1e-6 * sizes[i], 1e-12);
    const period = orbit.scalars[PERIOD];
    const scalars = Float64Array.from([period, ...this.#spans, ...(this.kind === "LPC" ? [period] : [])]);
    this.#scales = { states, scalars };
    const { shape } = this.collocation.system;
    const mesh = adaptedMesh(orbit.mesh, orbit.nodes, states, shape.intervals);
    const on = (each: Orbit) => remeshed(each, 2 * n, mesh, shape.degree);
    const moved = tangent && on({ mesh: orbit.mesh, ...tangent });
    return { orbit: on(orbit), tangent: moved && this.#normalized(mesh, { nodes: moved.nodes, scalars: moved.scalars }) };
  }

  /** The point whose parameter has a value, next to a guess; `before` says which way the curve goes. */
  solveFor(place: number, value: number, guess: Orbit, before?: Solution): CurvePoint | undefined {
    const scalars = new Float64Array(guess.scalars.length);
    scalars[place] = 1 / this.#scales.scalars[place];
    const row = { nodes: new Float64Array(guess.nodes.length), scalars };
    const point = this.#solve(guess, (orbit) => ({ ...row, residual: (orbit.scalars[place] - value) * scalars[place] }), before);
    if (point) point.orbit.scalars[place] = value;
    return point;
  }

  /** The point at a distance along the curve. */
  advance({ orbit, tangent }: CurvePoint, length: number, guess?: Orbit): CurvePoint | undefined {
    const arc = this.#arcRow(orbit.mesh, tangent);
    const start = guess ?? moveOrbit(orbit, { ...tangent, mesh: orbit.mesh }, length);
    return this.#solve(start, (at) => linearCondition(at, arc, orbit, length), tangent);
  }

  #solve(start: Orbit, last: (orbit: Orbit) => Condition, before: Solution | undefined): CurvePoint | undefined {
    const rows = this.#rows(start);
    const zero = { mesh: start.mesh, nodes: new Float64Array(start.nodes.length), scalars: new Float64Array(start.scalars.length) };
    const conditions = (orbit: Orbit) => [...rows.map(({ row, value }) => linearCondition(orbit, row, zero, value)), last(orbit)];
    const { converged, orbit, turns } = this.collocation.correct(start, conditions, this.#scales);
    if (!converged || !(orbit.scalars[PERIOD] > 0)) return undefined;
    this.collocation.linearize(orbit, conditions(orbit));
    const residual = this.collocation.residual(this.#scales.states);
    const changes = new Float64Array(rows.length + 1);
    changes[rows.length] = 1;
    const tangent = this.#normalized(orbit.mesh, this.collocation.direction(changes));
    if (!tangent.scalars.every(Number.isFinite)) return undefined;
    if (before && this.product(orbit.mesh, before, tangent) < 0) {
      for (const part of [tangent.nodes, tangent.scalars]) for (let i = 0; i < part.length; i++) part[i] = -part[i];
    }
    return { orbit, tangent, residual, turns };
  }

  /** The phase of the cycle, that of a fold's deviation, and the deviation's length, each by what it is at a reference. */
  #rows(reference: Orbit): { row: Solution; value: number }[] {
    const n = this.states;
    const { basis } = this.collocation;
    const { mesh } = reference;
    const slopes = atGaussPoints(reference, 2 * n, basis, "slopes");
    const values = atGaussPoints(reference, 2 * n, basis, "values");
    const weights = this.#scales.states.map((scale) => 1 / (scale * scale));
    const count = slopes.length / (2 * n);
    const [phase, turned, length] = [new Float64Array(slopes.length), new Float64Array(slopes.length), new Float64Array(slopes.length)];
    let [size, own] = [0, 0];
    for (let g = 0; g < count; g++) {
      const share = (mesh[Math.floor(g / basis.degree) + 1] - mesh[Math.floor(g / basis.degree)]) * basis.weights[g % basis.degree];
      for (let i = 0; i < n; i++) {
        const at = g * 2 * n + i;
        phase[at] = turned[at + n] = slopes[at];
        length[at + n] = values[at + n];
        size += share * weights[i] * square(slopes[at]);
        own += share * weights[i] * square(values[at + n]);
      }
    }
    const scalars = () => new Float64Array(reference.scalars.length);
    const row = (of: Float64Array, by: number): Solution => ({
      nodes: integralRow(mesh, basis, of, weights).map((each) => (by > 0 ? each / by : each)),
      scalars: scalars(),
    });
    const isFold = this.kind === "LPC";
    const slip = isFold ? reference.scalars[SLIP] : 0;
    const scale = isFold ? square(this.#scales.scalars[SLIP]) : 1;
    const whole = Math.sqrt(own + (slip * slip) / scale);
    const norm = row(length, whole);
    if (isFold) norm.scalars[SLIP] = slip / scale / whole;
    return [
      { row: row(phase, Math.sqrt(size)), value: 0 },
      ...(isFold ? [{ row: row(turned, Math.sqrt(size)), value: 0 }] : []),
      { row: norm, value: 1 },
    ];
  }

  #arcRow(mesh: Float64Array, direction: Solution): Solution {
    const n = this.states;
    const { basis } = this.collocation;
    const weights = this.#scales.states.map((scale, i) => (i < n ? 1 : SHARE_OF_DEVIATION) / (scale * scale * n));
    const values = atGaussPoints({ mesh, ...direction }, 2 * n, basis, "values");
    const share = (i: number) => (i === PERIOD ? PERIOD_SHARE * PERIOD_SHARE : i === SLIP ? SHARE_OF_DEVIATION : 1);
    const scalars = direction.scalars.map((value, i) => (value * share(i)) / square(this.#scales.scalars[i]));
    return { nodes: integralRow(mesh, basis, values, weights), scalars };
  }

  product(mesh: Float64Array, a: Solution, b: Solution): number {
    const row = this.#arcRow(mesh, a);
    return dot(row.nodes, b.nodes) + dot(row.scalars, b.scalars);
  }

  #normalized(mesh: Float64Array, direction: Solution): Solution {
    const length = Math.sqrt(this.product(mesh, direction, direction));
    return { nodes: direction.nodes.map((value) => value / length), scalars: direction.scalars.map((value) => value / length) };
  }

  /** The cycle alone. */
  cycleOf({ mesh, nodes, scalars }: Orbit): Orbit {
    const n = this.states;
    const own = new Float64Array(nodes.length / 2);
    for (let i = 0; i < own.length; i++) own[i] = nodes[Math.floor(i / n) * 2 * n + (i % n)];
    return { mesh, nodes: own, scalars: scalars.slice(0, SECOND + 1) };
  }

  /** Whether a cycle shrank to nothing between two others and grew again, turned over; or has nearly no size, as a part of the most there was. */
  shrinks(a: Orbit, b: Orbit): boolean {
    const cycle = this.cycleOf(b);
    const { cosine } = likeness(this.cycleOf(a), cycle, this.collocation.basis, this.#scales.states.subarray(0, this.states));
    return cosine < 0 || rangesOf(cycle, this.states).ranges.every((range, i) => range <= SHRUNK * this.#most[i]);
  }

  meanOf(orbit: Orbit): Float64Array {
    return meanOf(this.cycleOf(orbit), this.collocation.basis, this.states);
  }

  /** The multipliers of a cycle. */
  multipliersOf(cycle: Orbit): Multipliers {
    const none = { nodes: new Float64Array(cycle.nodes.length), scalars: new Float64Array(3), residual: 0 };
    this.#plain.linearize(cycle, [none, none, none]);
    return multipliersOf(this.#plain.system);
  }

  /** By how much one more multiplier misses the value of the one that the curve is of; NaN where the next to it is one of a pair. */
  resonanceOf(orbit: Orbit): number {
    const isFold = this.kind === "LPC";
    const critical = isFold ? 1 : -1;
    const { values } = this.multipliersOf(this.cycleOf(orbit));
    const distance = ({ re, im }: { re: number; im: number }) => square(re - critical) + square(im);
    // Multipliers that are nearly the same are off by the root of what rounding does to their sum.
    const together = [...values].sort((a, b) => distance(a) - distance(b)).slice(0, isFold ? 3 : 2);
    const [re, im] = [together.reduce((sum, each) => sum + each.re, 0), together.reduce((sum, each) => sum + each.im, 0)];
    return together.length === (isFold ? 3 : 2) && Math.abs(im) < 1e-9 ? re - together.length * critical : Number.NaN;
  }

  get scalarScales(): Float64Array {
    return this.#scales.scalars;
  }
}
