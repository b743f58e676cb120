import { Turnover } from "./bordered.ts";
import {
  atRest,
  type Branch,
  type BranchRow,
  type EndReason,
  type FollowOptions,
  growth,
  isSingular,
  type RowKind,
  signatureOf,
  slopeOf,
  tolerance,
} from "./branch-rows.ts";
import { PARAMETER, PERIOD } from "./cycle-problem.ts";
import { onFinerMesh } from "./digits.ts";
import { areTrusted, Detector, type EventKind, missOf, type Passed } from "./events.ts";
import type { CyclePoint, Follower } from "./follower.ts";
import { homoclinicOf, type LongPeriod } from "./homoclinic.ts";
import { hopfNear } from "./hopf-end.ts";
import { between, type Located, placeOf, type Step } from "./locate.ts";
import { likeness, meanOf, type Ruler } from "./measure.ts";

/** A field of which equilibria can be asked, to end at a Hopf point. */
type Field = Parameters<typeof hopfNear>[0];

/** A period so many times that at the start is taken for one without bound. */
const MOST_GROWTH = 1000;

/** Directions of neighbouring points lie within this cosine. */
const ALONG = 0.8;

/** A step that was taken. */
interface Taken {
  step: Step;
  passed: Passed | undefined;
  /** Of the angle between the directions at both ends. */
  cosine: number;
  /** Whether the orbit shrank to nothing on it, and grew again on the other side. */
  turnsOver: boolean;
}

/** Follows one branch of cycles from a point on. */
export class BranchRun {
  readonly #follower: Follower;
  readonly #detector: Detector;
  readonly #ruler: Ruler;
  readonly #field: Field;
  readonly #options: FollowOptions;
  readonly rows: BranchRow[] = [];
  readonly #long: LongPeriod[] = [];
  /** Whether the branch is no longer near its first point. */
  #hasLeft = false;
  /** Folds that the parameter has not yet turned away from by enough to be told from rounding. */
  #flat: { index: number; row: BranchRow } | undefined;

  constructor(field: Field, follower: Follower, ruler: Ruler, options: FollowOptions) {
    this.#field = field;
    this.#follower = follower;
    this.#ruler = ruler;
    this.#options = options;
    this.#detector = new Detector(follower, new Turnover(follower.problem, follower.degree, follower.intervals));
  }

  /** @param start the first point, whose tangent says where to go. It is not adapted or solved for again. */
  follow(start: CyclePoint, kind: RowKind = "start"): Branch {
    const { stepSize, minStepSize, maxStepSize, maxPoints, userValues } = this.#options;
    const isAsked = kind === "start" && userValues.includes(start.orbit.scalars[PARAMETER]);
    this.#push({ kind: isAsked ? "userValue" : kind, point: start });
    let here = start;
    let length = stepSize;
    for (let count = 1; count < maxPoints; ) {
      const from = this.#follower.rebased(here, this.#ruler.scalesAt(here.orbit));
      const taken = this.#step(from, length);
      if (taken === undefined || (taken.passed?.explained === false && length > 16 * minStepSize)) {
        length /= 2;
        if (length >= minStepSize) continue;
        return this.#end("failed", here);
      }
      const end = this.#record(taken);
      if (end !== undefined) return end;
      count++;
      here = taken.step.to;
      length = Math.min(maxStepSize, Math.max(minStepSize, length * growth(here.turns, taken.cosine)));
    }
    return this.#end("points", here);
  }

  #step(from: CyclePoint, length: number): Taken | undefined {
    const to = this.#follower.advance(from, length);
    if (to === undefined) return undefined;
    const cosine = this.#follower.product(to.orbit.mesh, from.tangent, to.tangent);
    if (cosine < ALONG) return undefined;
    const step = { from, to, length };
    const turnsOver = this.#turnsOver(step);
    const passed = turnsOver || isSingular(from) ? undefined : this.#detector.passed(step);
    return { step, passed, cosine, turnsOver };
  }

  /** Whether the orbit shrank to nothing and grew again, turned over. */
  #turnsOver({ from, to }: Step): boolean {
    if (isSingular(from)) return false;
    return likeness(from.orbit, to.orbit, this.#follower.collocation.basis, this.#follower.scales.states).cosine < 0;
  }

  /** Writes the rows of a step, in order; the branch, where it ended. */
  #record({ step, passed, turnsOver }: Taken): Branch | undefined {
    if (turnsOver) return this.#endAtHopf(step);
    const { range, stopAtPeriod } = this.#options;
    const limit = stopAtPeriod ?? MOST_GROWTH * this.rows[0].point.orbit.scalars[PERIOD];
    const stop =
      step.from.orbit.scalars[PERIOD] < limit && step.to.orbit.scalars[PERIOD] >= limit ? this.#at(step, PERIOD, limit) : undefined;
    const last = stop?.at ?? step.length;
    const events = (passed?.events ?? []).filter(({ located }) => located.at < last);
    const marks: { at: number; row: BranchRow }[] = events.map(({ kind, located }) => ({
      at: located.at,
      row: this.#eventRow(kind, located, step),
    }));
    const pieces = this.#pieces(step, marks);
    for (const piece of pieces) {
      for (const value of this.#options.userValues) {
        const found = this.#crossing(piece, value, range.includes(value));
        if (found !== undefined && found.at < last) marks.push({ at: found.at, row: { kind: "userValue", point: found.point } });
      }
      for (const value of range) {
        const found = this.#crossing(piece, value, false);
        if (found === undefined || found.at > last) continue;
        this.#write(marks.filter(({ at }) => at < found.at));
        return this.#end("range", found.point, { kind: "end", point: found.point });
      }
    }
    const closes = stop === undefined ? this.#closesAt(step) : undefined;
    this.#write(marks.filter(({ at }) => closes === undefined || at < closes));
    if (closes !== undefined) return this.#end("closed", step.to, { kind: "step", point: this.rows[0].point });
    const reason = stopAtPeriod === undefined ? "homoclinic" : "period";
    if (stop !== undefined) return this.#end(reason, stop.point, { kind: "end", point: stop.point });
    this.#push({ kind: "step", point: step.to, ...(passed?.explained === false ? { hidden: true } : {}) });
    return undefined;
  }

  #write(marks: { at: number; row: BranchRow }[]): void {
    for (const { row } of marks.sort((a, b) => a.at - b.at)) this.#push(row);
  }

  /** A step in parts within which the parameter goes one way. */
  #pieces(step: Step, marks: readonly { at: number; row: BranchRow }[]): (Step & { start: number })[] {
    const fold = marks.find(({ row }) => row.kind === "foldOfCycles");
    const point = fold?.row.point;
    if (fold === undefined || point === undefined || point.orbit.nodes.length !== step.to.orbit.nodes.length)
      return [{ ...step, start: 0 }];
    return [
      { from: step.from, to: point, length: fold.at, start: 0 },
      { from: point, to: step.to, length: step.length - fold.at, start: fold.at },
    ];
  }

  #crossing(piece: Step & { start: number }, value: number, isSkipped: boolean): { at: number; point: CyclePoint } | undefined {
    const [a, b] = [piece.from.orbit.scalars[PARAMETER] - value, piece.to.orbit.scalars[PARAMETER] - value];
    if (isSkipped || a === 0 || a > 0 === b > 0) return undefined;
    const found = this.#at(piece, PARAMETER, value);
    return found === undefined ? undefined : { at: piece.start + found.at, point: found.point };
  }

  #at(step: Step, place: number, value: number): { at: number; point: CyclePoint } | undefined {
    const at = placeOf(step, place, value);
    const point = this.#follower.solveFor(place, value, between(step, at), step.from);
    return point === undefined ? undefined : { at, point };
  }

  #eventRow(kind: EventKind, located: Located, step: Step): BranchRow {
    const { point } = located;
    const residual = missOf(kind, located, this.#follower.scales.scalars);
    const finer = onFinerMesh(this.#follower, kind, point, step.length);
    return { kind, point, residual, ...(finer === undefined ? {} : { digits: finer.digits }) };
  }

  #endAtHopf(step: Step): Branch {
    const { basis } = this.#follower.collocation;
    const { from, to } = step;
    const { sizes } = likeness(from.orbit, to.orbit, basis, this.#follower.scales.states);
    const at = (step.length * sizes[0]) / (sizes[0] + sizes[1]);
    const middle = between(step, at);
    const width =
      0.1 * Math.abs(to.orbit.scalars[PARAMETER] - from.orbit.scalars[PARAMETER]) + 1e-6 * Math.abs(middle.scalars[PARAMETER]) + 1e-12;
    const hopf = hopfNear(
      this.#field,
      {
        state: meanOf(middle, basis, this.#follower.problem.size),
        parameter: middle.scalars[PARAMETER],
        frequency: (2 * Math.PI) / middle.scalars[PERIOD],
      },
      width,
    );
    const point = { ...from, orbit: hopf === undefined ? middle : atRest(middle, hopf) };
    return this.#end("hopf", point, { kind: "hopf", point, ...(hopf === undefined ? {} : { residual: Math.abs(hopf.residual) }) });
  }

  /** Where a step came by the first point again, after the branch had left it. */
  #closesAt(step: Step): number | undefined {
    const { from, to, length } = step;
    const first = this.rows[0].point;
    const { scales } = this.#follower;
    const { basis } = this.#follower.collocation;
    const [a, b] = [first, to].map(({ orbit }) => signatureOf(orbit, basis, this.#follower.problem.size));
    const units = [...scales.scalars, ...scales.states, ...scales.states];
    const isNear = a.every((value, i) => Math.abs(value - b[i]) < 2 * length * units[i]);
    if (!isNear) this.#hasLeft = true;
    const passed = [PARAMETER, PERIOD].find((place) => {
      const value = first.orbit.scalars[place];
      return (from.orbit.scalars[place] - value) * (to.orbit.scalars[place] - value) <= 0;
    });
    if (!this.#hasLeft || !isNear || passed === undefined) return undefined;
    return placeOf(step, passed, first.orbit.scalars[passed]);
  }

  #push(row: BranchRow): void {
    const { scalars } = row.point.orbit;
    const parameter = scalars[PARAMETER];
    if (row.kind === "foldOfCycles" && this.#isFlat(row)) {
      // two such folds in turn are a parameter that stands still
      this.#flat = this.#flat === undefined ? { index: this.rows.length, row } : undefined;
      return;
    }
    this.rows.push(row);
    if (row.kind === "step") this.#long.push({ period: scalars[PERIOD], parameter, slope: slopeOf(row.point) });
    this.#settleFlat(parameter);
    this.#options.told?.(this.rows);
  }

  /** Whether a fold's parameter is, but for rounding, that of the row before: it then waits for what comes behind it. */
  #isFlat({ point }: BranchRow): boolean {
    const parameter = point.orbit.scalars[PARAMETER];
    const before = this.rows[this.rows.length - 1].point.orbit.scalars[PARAMETER];
    return Math.abs(parameter - before) <= tolerance(parameter) || !areTrusted(point.multipliers) || this.#flat !== undefined;
  }

  /** Writes a flat fold once the parameter has turned away from it, to the side that it came from. */
  #settleFlat(parameter: number): void {
    if (this.#flat === undefined) return;
    const { index, row } = this.#flat;
    const fold = row.point.orbit.scalars[PARAMETER];
    const least = tolerance(fold, areTrusted(row.point.multipliers));
    if (Math.abs(parameter - fold) <= least) return;
    const sides = this.rows.slice(0, index).map(({ point }) => point.orbit.scalars[PARAMETER] - fold);
    const before = sides.reverse().find((side) => Math.abs(side) > least) ?? 0;
    if (before * (parameter - fold) > 0) this.rows.splice(index, 0, row);
    this.#flat = undefined;
  }

  #end(end: EndReason, _point: CyclePoint, row?: BranchRow): Branch {
    if (row !== undefined) this.#push(row);
    const last = this.rows[this.rows.length - 1];
    const guess = end === "hopf" || end === "closed" ? undefined : homoclinicOf(this.#long);
    if (guess !== undefined) this.rows.push({ kind: "homoclinic", point: last.point, guess });
    return { rows: this.rows, end };
  }
}
