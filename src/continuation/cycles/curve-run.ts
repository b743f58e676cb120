import { labelWords } from "../../sweep/branch-columns.ts";
import { type CurveRow, type CurveSettings, STANDING, stopped } from "../curve-systems.ts";
import type { VectorField } from "../vector-field.ts";
import type { CurveFollower, CurvePoint } from "./curve-follower.ts";
import { FIRST, SECOND } from "./curve-problem.ts";
import { PERIOD } from "./cycle-problem.ts";
import { unstableBut } from "./events.ts";
import { generalisedHopfNear } from "./generalised-hopf.ts";
import { moveOrbit, type Orbit } from "./orbit.ts";

const LEAST_COSINE = 0.85;
/** Longest step, of cycles, and the most rows each way. */
const MOST_ROWS = 200;
/** At a cusp both parameters stand still: the second one by so little of its share where the first one does. */
const STANDS_STILL = 1e-2;

/** So near to it a multiplier is that of a resonance. */
const RESONANT = 1e-6;

interface Step {
  from: CurvePoint;
  to: CurvePoint;
  length: number;
}

/** Follows a curve of folds or period doublings of cycles in one direction. */
export class CurveRun {
  readonly #field: VectorField;
  readonly #follower: CurveFollower;
  readonly #settings: CurveSettings;
  /** By how much the last cycle misses a resonance. */
  #resonance = Number.NaN;

  constructor(field: VectorField, follower: CurveFollower, settings: CurveSettings) {
    this.#field = field;
    this.#follower = follower;
    this.#settings = settings;
  }

  /** The rows on one side of a point, which is the first of them. */
  trace(start: CurvePoint, sign: 1 | -1): { rows: CurveRow[]; isClosed: boolean } {
    const { stepSize, minStepSize, maxStepSize, maxPoints } = this.#settings;
    const turned = (values: Float64Array) => values.map((each) => sign * each);
    let here: CurvePoint = { ...start, tangent: { nodes: turned(start.tangent.nodes), scalars: turned(start.tangent.scalars) } };
    const begin = here;
    const rows = [this.#row(here)];
    this.#resonance = this.#follower.resonanceOf(here.orbit);
    let [length, travelled] = [stepSize, 0];
    while (rows.length < Math.min(maxPoints, MOST_ROWS)) {
      const based = this.#follower.rebased(here.orbit, here.tangent);
      const from = { ...here, orbit: based.orbit, tangent: based.tangent ?? here.tangent };
      const to = this.#follower.advance(from, length);
      const isAlong = to && this.#follower.product(from.orbit.mesh, from.tangent, to.tangent) > LEAST_COSINE;
      const shrinks = to && this.#follower.shrinks(from.orbit, to.orbit);
      if (shrinks) {
        const end = this.#generalisedHopf(from);
        if (end) {
          rows.push(end);
          return { rows, isClosed: false };
        }
      }
      if (!to || !isAlong) {
        length /= 2;
        if (length >= minStepSize) continue;
        return stopped(rows, "the corrector does not converge beyond this point");
      }
      const step = { from, to, length };
      if (this.#emit(rows, step)) return { rows, isClosed: false };
      this.#settings.told?.(rows);
      travelled += length;
      if (travelled > 4 * length && this.#closes(begin, step)) {
        rows[rows.length - 1] = { ...rows[0], note: "the curve is a closed loop" };
        return { rows, isClosed: true };
      }
      here = to;
      length = Math.min(to.turns <= 4 ? 1.4 * length : 0.8 * length, maxStepSize);
    }
    return stopped(rows, `stopped after ${rows.length} points`);
  }

  /** Puts the rows of a step in; true where the curve leaves the ranges in it. */
  #emit(rows: CurveRow[], step: Step): boolean {
    const found: { at: number; row: CurveRow }[] = [];
    const end = this.#bound(step);
    const turns = [FIRST, SECOND].filter((place) => {
      const [before, behind] = [step.from, step.to].map(({ tangent }) => tangent.scalars[place]);
      return before * behind < 0 && Math.max(Math.abs(before), Math.abs(behind)) > STANDING * this.#follower.scalarScales[place];
    });
    for (const place of turns) {
      const value = ({ tangent }: CurvePoint) => tangent.scalars[place];
      const located = this.#zero(step, [value(step.from), value(step.to)], value);
      if (!located || (end && located.at > end.at)) continue;
      const other = place === FIRST ? SECOND : FIRST;
      const [before, behind] = [step.from, step.to].map(({ tangent }) => Math.abs(tangent.scalars[other]));
      const isCusp = Math.abs(located.point.tangent.scalars[other]) < STANDS_STILL * Math.max(before, behind) && turns.length === 2;
      if (isCusp && place === SECOND) continue;
      const row = this.#row(located.point);
      const name = this.#field.parameters[place - FIRST];
      found.push({ at: located.at, row: isCusp ? { ...row, label: "CPC", point: labelWords.CPC } : { ...row, point: `turn in ${name}` } });
    }
    const resonance = this.#resonanceIn(step);
    if (resonance && !(end && resonance.at > end.at)) found.push(resonance);
    found.sort((a, b) => a.at - b.at);
    for (const { row } of found) rows.push(row);
    rows.push(end ? { ...this.#row(end.point), label: "EP", note: "the end of the range" } : this.#row(step.to));
    return end !== undefined;
  }

  /** Where one more multiplier passes the value of the one that the curve is of. */
  #resonanceIn(step: Step): { at: number; row: CurveRow } | undefined {
    const before = this.#resonance;

    this.#resonance = this.#follower.resonanceOf(step.to.orbit);
    if (!(before * this.#resonance < 0)) return undefined;
    const located = this.#zero(step, [before, this.#resonance], ({ orbit }) => this.#follower.resonanceOf(orbit));
    if (!located || !(Math.abs(located.value) < RESONANT)) return undefined;
    const label = this.#follower.kind === "LPC" ? "R1" : "R2";
    return { at: located.at, row: { ...this.#row(located.point), label, point: labelWords[label] } };
  }

  /** Where a function of points is 0 within a step, by the Illinois method. */
  #zero(
    { from, to, length }: Step,
    ends: readonly [number, number],
    test: (point: CurvePoint) => number,
  ): { at: number; point: CurvePoint; value: number } | undefined {
    let [low, high] = [
      { at: 0, value: ends[0] },
      { at: length, value: ends[1] },
    ];
    const change = Math.abs(high.value - low.value);
    let [best, side]: [{ at: number; point: CurvePoint; value: number } | undefined, number] = [undefined, 0];
    for (let tries = 0; tries < 20; tries++) {
      const at = (low.at * high.value - high.at * low.value) / (high.value - low.value);
      const point = this.#follower.advance(from, at, mixed(from.orbit, to.orbit, at / length));
      if (!point) break;
      const value = test(point);
      if (!best || Math.abs(value) < Math.abs(best.value)) best = { at, point, value };
      if (Math.abs(value) < 1e-9 * change || high.at - low.at < 1e-12 * length) break;
      if (value * low.value > 0) {
        if (side === 1) high = { ...high, value: high.value / 2 };
        [low, side] = [{ at, value }, 1];
      } else {
        if (side === -1) low = { ...low, value: low.value / 2 };
        [high, side] = [{ at, value }, -1];
      }
    }
    return best;
  }

  #bound({ from, to, length }: Step): { at: number; point: CurvePoint } | undefined {
    let first: { at: number; point: CurvePoint } | undefined;
    for (const [k, range] of this.#settings.ranges.entries()) {
      const place = FIRST + k;
      for (const bound of range) {
        const [a, b] = [from.orbit.scalars[place] - bound, to.orbit.scalars[place] - bound];
        if (a === 0 || a * b > 0 || (b === 0 && a * b !== 0)) continue;
        const share = a / (a - b);
        if (first && share * length >= first.at) continue;
        const point = this.#follower.solveFor(place, bound, mixed(from.orbit, to.orbit, share), from.tangent);
        if (point) first = { at: share * length, point };
      }
    }
    return first;
  }

  /** Whether a step comes back to where the curve began: by both parameters and the period. */
  #closes(begin: CurvePoint, { from, to }: Step): boolean {
    const scales = this.#follower.scalarScales;
    const places = [PERIOD, FIRST, SECOND];
    const part = (a: Float64Array, b: Float64Array) => places.map((place) => (a[place] - b[place]) / scales[place]);
    const along = part(to.orbit.scalars, from.orbit.scalars);
    const gap = part(begin.orbit.scalars, from.orbit.scalars);
    const product = (a: number[], b: number[]) => a.reduce((sum, each, i) => sum + each * b[i], 0);
    const square = product(along, along);
    const share = product(along, gap) / square;
    const off = gap.map((each, i) => each - share * along[i]);
    const isSameWay = product(along, part(begin.tangent.scalars, new Float64Array(begin.tangent.scalars.length))) > 0;
    return share > 0 && share <= 1 && product(off, off) < 0.01 * square && isSameWay;
  }

  /** The generalised Hopf point at which folds of cycles end, from a cycle beside it. */
  #generalisedHopf({ orbit }: CurvePoint): CurveRow | undefined {
    if (this.#follower.kind !== "LPC") return undefined;
    const guess = {
      z: Float64Array.from([...this.#follower.meanOf(orbit), orbit.scalars[FIRST], orbit.scalars[SECOND]]),
      omega: (2 * Math.PI) / orbit.scalars[PERIOD],
    };
    const spans = this.#settings.ranges.map(([low, high]) => high - low);
    const found = generalisedHopfNear(this.#field, guess, [spans[0], spans[1]]);
    return found && { ...found, label: "GH", point: labelWords.GH, coefficient: 0 };
  }

  #row({ orbit, residual }: CurvePoint): CurveRow {
    const cycle = this.#follower.cycleOf(orbit);
    const multipliers = this.#follower.multipliersOf(cycle);
    const unstable = unstableBut(multipliers, this.#follower.kind === "LPC" ? "foldOfCycles" : "periodDoubling");
    const none = { re: new Float64Array(0), im: new Float64Array(0) };
    return {
      z: Float64Array.from([...this.#follower.meanOf(orbit), orbit.scalars[FIRST], orbit.scalars[SECOND]]),
      stability: { eigenvalues: none, unstable, neutral: 1, type: "nonhyperbolic" },
      residual,
      coefficient: Number.NaN,
      frequency: (2 * Math.PI) / orbit.scalars[PERIOD],
      cycle: { orbit: cycle, multipliers },
    };
  }
}

function mixed(a: Orbit, b: Orbit, share: number): Orbit {
  const apart = {
    mesh: a.mesh,
    nodes: b.nodes.map((each, i) => each - a.nodes[i]),
    scalars: b.scalars.map((each, i) => each - a.scalars[i]),
  };
  return moveOrbit(a, apart, share);
}
