import type { Complex } from "../eigenvalues.ts";
import { borderedOf, type Turnover } from "./bordered.ts";
import { PARAMETER } from "./cycle-problem.ts";
import { lengthOf } from "./exact-functions.ts";
import type { CyclePoint, Follower } from "./follower.ts";
import { type Located, locate, type Step, type TestFunction } from "./locate.ts";
import { type Multipliers, modulus } from "./multipliers.ts";

/** What can happen to a cycle along a branch. */
const eventKinds = ["foldOfCycles", "branchPoint", "periodDoubling", "torus"] as const;
export type EventKind = (typeof eventKinds)[number];

export function isEvent(kind: string): kind is EventKind {
  return eventKinds.some((each) => each === kind);
}

/** A bifurcation between the ends of a step; it was bracketed, and then solved for. */
export interface CycleEvent {
  kind: EventKind;
  located: Located;
}

/** What a step passed, and whether that explains how the number of unstable multipliers changed. */
export interface Passed {
  events: CycleEvent[];
  explained: boolean;
}

/** Multipliers are not counted where the trivial one, which is known to be 1, is off by more than this. */
export const TRUSTED = 1e-3;

/** A parameter that changes by less than this part of its range along the branch stands still. */
const LEVEL = 1e-12;

/** Nearer to the real axis than this part of its size, a multiplier is real. */
const REAL = 1e-7;

/** Real multipliers beyond 1 and beyond -1, and complex ones outside the unit circle, without the trivial one. */
interface Count {
  above: number;
  below: number;
  outside: number;
}

function isReal({ re, im }: Complex): boolean {
  return Math.abs(im) <= REAL * Math.abs(re);
}

function countOf({ values }: Multipliers): Count {
  const others = values.slice(1);
  return {
    above: others.filter((value) => isReal(value) && value.re > 1).length,
    below: others.filter((value) => isReal(value) && value.re < -1).length,
    outside: others.filter((value) => !isReal(value) && modulus(value) > 1).length,
  };
}

/** Whether the multipliers of a cycle tell anything. */
export function areTrusted({ trivialError, values }: Multipliers): boolean {
  return trivialError < TRUSTED && values.every(({ re }) => !Number.isNaN(re));
}

/** How many multipliers lie outside the unit circle, but for the trivial one and those that a bifurcation is of, which lie on it but for rounding. */
export function unstableBut({ values }: Multipliers, kind: EventKind): number {
  const others = values.slice(1);
  const off = (value: Complex) => {
    if (kind === "torus") return isReal(value) ? Number.POSITIVE_INFINITY : Math.abs(modulus(value) - 1);
    return lengthOf(value.re - (kind === "periodDoubling" ? -1 : 1), value.im);
  };
  const critical = others.toSorted((a, b) => off(a) - off(b)).slice(0, kind === "torus" ? 2 : 1);
  return others.filter((value) => !critical.includes(value) && modulus(value) > 1).length;
}

/**
 * By how much a located point misses its condition: a fold the parameter's share in the tangent, a period doubling and a torus bifurcation
 * the distance of their multiplier from -1 and of its modulus from 1; a branch point, of which a double multiplier says little, its test
 * function, as a part of its change over the step.
 */
export function missOf(kind: EventKind, { point, residual }: Located, scales: Float64Array): number {
  if (kind === "foldOfCycles") return Math.abs(point.tangent.scalars[PARAMETER]) / scales[PARAMETER];
  const others = point.multipliers.values.slice(1);
  const least = (distance: (value: Complex) => number) =>
    others.reduce((most, value) => Math.min(most, distance(value)), Number.POSITIVE_INFINITY);
  if (kind === "periodDoubling") return least(({ re, im }) => lengthOf(re + 1, im));
  return kind === "torus" ? least((value) => (isReal(value) ? Number.POSITIVE_INFINITY : Math.abs(modulus(value) - 1))) : residual;
}

/** Test functions of one problem. */
export class Detector {
  readonly #follower: Follower;
  readonly #turnover: Turnover;

  constructor(follower: Follower, turnover: Turnover) {
    this.#follower = follower;
    this.#turnover = turnover;
  }

  /** Where the branch turns in the parameter: the tangent's share of it. */
  readonly fold: TestFunction = (point) => point.tangent.scalars[PARAMETER] / this.#follower.scales.scalars[PARAMETER];

  /** Where branches cross: the whole system with the arclength condition is singular. */
  readonly crossing: TestFunction = () => borderedOf(this.#follower.collocation, this.#follower.scales).value;

  readonly doubling: TestFunction = ({ orbit }) => this.#turnover.at(orbit, this.#follower.scales.states).value;

  /** Where a complex pair crosses the unit circle: the pair that is nearest to it. */
  readonly torus: TestFunction = ({ multipliers }) => {
    let nearest = Number.POSITIVE_INFINITY;
    for (const value of multipliers.values.slice(1)) {
      const distance = modulus(value) - 1;
      if (!isReal(value) && Math.abs(distance) < Math.abs(nearest)) nearest = distance;
    }
    return nearest;
  };

  /** All bifurcations within a step. */
  passed(step: Step): Passed {
    const { from, to } = step;
    const [before, after] = [this.fold(from), this.fold(to)];
    const isFold = before > 0 !== after > 0;
    const trusted = areTrusted(from.multipliers) && areTrusted(to.multipliers);
    const [start, end] = [countOf(from.multipliers), countOf(to.multipliers)];
    const odd = (a: number, b: number) => (a - b) % 2 !== 0;
    const crosses = trusted && from.determinantSign * to.determinantSign < 0;
    const doubles = trusted && odd(start.below, end.below);
    // a pair that meets on the real axis, beyond 1 or -1, changes counts by two; a pair through the circle changes all of them together
    const total = ({ above, below, outside }: Count) => above + below + outside;
    const rest = total(end) - total(start) - (doubles ? Math.sign(end.below - start.below) || 1 : 0);
    const oddAbove = odd(start.above, end.above);
    const turns = trusted && !oddAbove && Math.abs(rest) === 2;
    const events: CycleEvent[] = [];
    const add = (kind: EventKind, located: Located | undefined) => {
      if (located !== undefined) events.push({ kind, located });
    };
    if (isFold) add("foldOfCycles", locate(this.#follower, step, this.fold, [before, after], LEVEL));
    if (crosses) add("branchPoint", this.#atEnds(step, this.crossing));
    if (doubles) add("periodDoubling", this.#atEnds(step, this.doubling));
    if (turns) add("torus", this.#torus(step));
    const accounted = isFold || crosses ? oddAbove && Math.abs(rest) === 1 : rest === 0 || turns;
    const found = events.length === [isFold, crosses, doubles, turns].filter(Boolean).length;
    return { events: events.sort((a, b) => a.located.at - b.located.at), explained: !trusted || (accounted && found) };
  }

  #atEnds(step: Step, test: TestFunction): Located | undefined {
    const ends = [0, step.length].map((at) => {
      const point = this.#follower.advance(step.from, at, (at === 0 ? step.from : step.to).orbit);
      return point === undefined ? Number.NaN : test(point);
    });
    return ends[0] * ends[1] < 0 ? locate(this.#follower, step, test, [ends[0], ends[1]]) : undefined;
  }

  #torus(step: Step): Located | undefined {
    const ends = [this.torus(step.from), this.torus(step.to)] as const;
    const located = ends[0] * ends[1] < 0 ? locate(this.#follower, step, this.torus, ends) : undefined;
    return located !== undefined && Math.abs(this.torus(located.point)) < 1e-6 ? located : undefined;
  }

  /** The test function of a kind of event. */
  testOf(kind: EventKind): TestFunction {
    return { foldOfCycles: this.fold, branchPoint: this.crossing, periodDoubling: this.doubling, torus: this.torus }[kind];
  }

  /** A bifurcation's point, solved for again from nearby, as on a finer mesh. */
  again(kind: EventKind, near: CyclePoint, width: number): Located | undefined {
    const test = this.testOf(kind);
    const at = (length: number) => this.#follower.advance(near, length);
    let [first, second] = [0, width];
    const start = at(first);
    if (start === undefined) return undefined;
    let before = test(start);
    let best: Located = { point: start, at: 0, residual: Math.abs(before) };
    for (let tries = 0; tries < 6; tries++) {
      const point = at(second);
      if (point === undefined) return best;
      const value = test(point);
      if (Math.abs(value) < best.residual) best = { point, at: second, residual: Math.abs(value) };
      const next = second - (value * (second - first)) / (value - before);
      if (!Number.isFinite(next) || Math.abs(next) > 100 * width || Math.abs(next - second) < 1e-13) return best;
      [first, before, second] = [second, value, next];
    }
    return best;
  }
}
