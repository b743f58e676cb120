import type { PeriodicProblem } from "./collocation.ts";
import { Collocation, type Condition, linearCondition } from "./collocation.ts";
import type { Solution } from "./condensation.ts";
import { PARAMETER, PERIOD } from "./cycle-problem.ts";
import { square } from "./exact-functions.ts";
import { adaptedMesh } from "./mesh.ts";
import { type Multipliers, multipliersOf } from "./multipliers.ts";
import { atGaussPoints, dot, integralRow, moveOrbit, type Orbit, remeshed } from "./orbit.ts";

/** A cycle on a branch, with the direction in which the branch goes on. */
export interface CyclePoint {
  orbit: Orbit;
  tangent: Solution;
  multipliers: Multipliers;
  /** Sign of the determinant of the equations with the arclength condition: it turns where branches cross. */
  determinantSign: number;
  /** Newton steps that it took. */
  turns: number;
}

/** What states and free numbers are measured by along a branch. */
export interface Scales {
  states: Float64Array;
  scalars: Float64Array;
}

/** How much a change of the period's logarithm counts in the arclength: long periods near homoclinic orbits are reached in few steps. */
const PERIOD_SHARE = 0.25;

/** Solves for cycles next to known ones. */
export class Follower {
  readonly problem: PeriodicProblem;
  readonly degree: number;
  readonly intervals: number;
  readonly collocation: Collocation;
  scales: Scales;

  constructor(problem: PeriodicProblem, { degree, intervals, scales }: { degree: number; intervals: number; scales: Scales }) {
    this.problem = problem;
    this.degree = degree;
    this.intervals = intervals;
    this.collocation = new Collocation(problem, degree, intervals);
    this.scales = scales;
  }

  /** A follower of the same problem on another number of intervals. */
  withIntervals(intervals: number): Follower {
    return new Follower(this.problem, { degree: this.degree, intervals, scales: this.scales });
  }

  /** The next point of the branch at an arclength from a known one; a guess that is nearer than along the tangent may be given. */
  advance(from: CyclePoint, length: number, guess?: Orbit): CyclePoint | undefined {
    const arc = this.arcRow(from.orbit.mesh, from.tangent);
    const start = guess ?? moveOrbit(from.orbit, { ...from.tangent, mesh: from.orbit.mesh }, length);
    return this.#solve(start, (orbit) => linearCondition(orbit, arc, from.orbit, length), from);
  }

  /** The point whose period or parameter has a value. */
  solveFor(place: number, value: number, guess: Orbit, near: CyclePoint): CyclePoint | undefined {
    const row = this.#scalarRow(place, guess);
    const point = this.#solve(guess, (orbit) => ({ ...row, residual: (orbit.scalars[place] - value) / this.scales.scalars[place] }), near);
    // exactly the value asked for, of which Newton's last digit may be off
    if (point !== undefined) point.orbit.scalars[place] = value;
    return point;
  }

  /** The first point of a branch: the cycle next to a guess at one value of the parameter, with the branch's direction there. */
  begin(guess: Orbit, sign: number): CyclePoint | undefined {
    const row = this.#scalarRow(PARAMETER, guess);
    const value = guess.scalars[PARAMETER];
    const tangent = { nodes: new Float64Array(guess.nodes.length), scalars: new Float64Array(guess.scalars.length) };
    tangent.scalars[PARAMETER] = sign;
    return this.#solve(guess, (orbit) => ({ ...row, residual: (orbit.scalars[PARAMETER] - value) / this.scales.scalars[PARAMETER] }), {
      tangent,
    });
  }

  #solve(
    start: Orbit,
    last: (orbit: Orbit) => Condition,
    before: { tangent: Solution; multipliers?: Multipliers },
  ): CyclePoint | undefined {
    const phase = this.phaseRow(start);
    const zero = { mesh: start.mesh, nodes: new Float64Array(start.nodes.length), scalars: new Float64Array(start.scalars.length) };
    const { converged, orbit, turns } = this.collocation.correct(
      start,
      (at) => [linearCondition(at, phase, zero, 0), last(at)],
      this.scales,
    );
    if (!converged || !(orbit.scalars[PERIOD] > 0)) return undefined;
    const tangent = this.#normalized(orbit.mesh, this.collocation.direction(Float64Array.of(0, 1)), before.tangent);
    // as it is with the tangent itself for the last condition
    const row = last(orbit);
    const determinantSign =
      this.collocation.system.determinantSign * Math.sign(dot(row.nodes, tangent.nodes) + dot(row.scalars, tangent.scalars));
    return { orbit, tangent, determinantSign, turns, multipliers: multipliersOf(this.collocation.system, before.multipliers?.directions) };
  }

  /** The integral phase condition: of all shifts in time, the one nearest to a reference (Doedel, Jepson & Keller 1984). */
  phaseRow(reference: Orbit): Solution {
    const { basis } = this.collocation;
    const slopes = atGaussPoints(reference, this.problem.size, basis, "slopes");
    const weights = this.scales.states.map((scale) => 1 / (scale * scale));
    const row = integralRow(reference.mesh, basis, slopes, weights);
    const size = Math.sqrt(squareOf(reference.mesh, slopes, weights, basis.weights));
    if (size > 0) for (let i = 0; i < row.length; i++) row[i] /= size;
    return { nodes: row, scalars: new Float64Array(this.problem.scalars) };
  }

  /** The linear form of the arclength along a direction. */
  arcRow(mesh: Float64Array, direction: Solution): Solution {
    const { basis } = this.collocation;
    const weights = this.scales.states.map((scale) => 1 / (scale * scale * this.problem.size));
    const values = atGaussPoints({ mesh, ...direction }, this.problem.size, basis, "values");
    const scalars = direction.scalars.map(
      (value, i) => (value * (i === PERIOD ? PERIOD_SHARE * PERIOD_SHARE : 1)) / square(this.scales.scalars[i]),
    );
    return { nodes: integralRow(mesh, basis, values, weights), scalars };
  }

  #scalarRow(place: number, { nodes }: Orbit): Solution {
    const scalars = new Float64Array(this.problem.scalars);
    scalars[place] = 1 / this.scales.scalars[place];
    return { nodes: new Float64Array(nodes.length), scalars };
  }

  #normalized(mesh: Float64Array, direction: Solution, before: Solution): Solution {
    const row = this.arcRow(mesh, direction);
    const length = Math.sqrt(dot(row.nodes, direction.nodes) + dot(row.scalars, direction.scalars));
    const along = dot(row.nodes, before.nodes) + dot(row.scalars, before.scalars);
    const factor = (along < 0 ? -1 : 1) / length;
    return { nodes: direction.nodes.map((value) => value * factor), scalars: direction.scalars.map((value) => value * factor) };
  }

  /** Length of a direction, and how two of them lie to each other. */
  product(mesh: Float64Array, a: Solution, b: Solution): number {
    const row = this.arcRow(mesh, a);
    return dot(row.nodes, b.nodes) + dot(row.scalars, b.scalars);
  }

  /** The same point on a mesh that is adapted to it, of this follower's number of intervals. */
  adapted(point: CyclePoint): CyclePoint {
    return this.on(point, adaptedMesh(point.orbit.mesh, point.orbit.nodes, this.scales.states, this.intervals));
  }

  /** The same point, measured anew and on a mesh that is adapted to it. */
  rebased(point: CyclePoint, scales: Scales): CyclePoint {
    this.scales = scales;
    const adapted = this.adapted(point);
    return { ...adapted, tangent: this.#normalized(adapted.orbit.mesh, adapted.tangent, adapted.tangent) };
  }

  /** The same point on another mesh. */
  on(point: CyclePoint, mesh: Float64Array): CyclePoint {
    const { size } = this.problem;
    const tangent = remeshed({ mesh: point.orbit.mesh, ...point.tangent }, size, mesh, this.degree);
    const orbit = remeshed(point.orbit, size, mesh, this.degree);
    return { ...point, orbit, tangent: { nodes: tangent.nodes, scalars: tangent.scalars } };
  }
}

function squareOf(mesh: Float64Array, values: Float64Array, weights: Float64Array, gauss: Float64Array): number {
  const size = weights.length;
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    const point = Math.floor(i / size);
    const interval = Math.floor(point / gauss.length);
    sum += (mesh[interval + 1] - mesh[interval]) * gauss[point % gauss.length] * weights[i % size] * square(values[i]);
  }
  return sum;
}
