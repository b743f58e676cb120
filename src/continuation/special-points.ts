import type { Arc, Station } from "./arc.ts";
import { type SpecialSolution, solveBranchPoint, solveFold, solveHopf } from "./defining-systems.ts";
import { sureDigits } from "./newton.ts";
import { foldCoefficient, hopfCoefficient } from "./normal-forms.ts";
import { stabilityAt } from "./stability.ts";

/** A bifurcation on a branch of equilibria. */
export interface SpecialPoint {
  label: "LP" | "HB" | "BP";
  /** Where between the two ends of a step: 0 to its length. */
  at: number;
  station: Station;
  /** Digits of the parameter that are sure. */
  digits: number;
  /** First Lyapunov coefficient (HB), or coefficient of the fold. */
  coefficient: number;
  /** Imaginary part of the critical eigenvalues. */
  omega: number;
  /** Undefined where the bracket could not be refined. */
  solution: SpecialSolution | undefined;
}

/** Turns of halving a bracket. */
const MOST_HALVINGS = 44;

/** A step along the branch. */
export interface Step {
  from: Station;
  to: Station;
  length: number;
}

/**
 * Whether the pair of eigenvalues next to the axis may cross it and come back within a step: the parabola through its real parts at both
 * ends and at the point before does.
 */
export function mayTouchAxis(before: Station | undefined, lengthBefore: number, { from, to, length }: Step): boolean {
  if (!before) return false;
  const [a, b, c] = [before, from, to].map(({ stability }) => criticalValue(stability));
  if (!(a * b > 0 && b * c > 0)) return false;
  // r(s) = b + u s + v s² with r(-lengthBefore) = a and r(length) = c.
  const [left, right] = [(b - a) / lengthBefore, (c - b) / length];
  const v = (right - left) / (length + lengthBefore);
  const u = right - v * length;
  const lowest = -u / (2 * v);
  if (!(v * b > 0 && lowest > 0 && lowest < length)) return false;
  return (b + u * lowest + v * lowest * lowest) * b < 0.1 * b * b;
}

function criticalValue(stability: Station["stability"]): number {
  const { re, im } = stability.eigenvalues;
  let least = Number.NaN;
  for (let i = 0; i < re.length; i++) if (im[i] > 0 && !(Math.abs(re[i]) >= Math.abs(least))) least = re[i];
  return least;
}

/** Finds the bifurcations within a step, and whether they explain by how much the dimension of the unstable part changed. */
export class SpecialPoints {
  readonly #arc: Arc;

  constructor(arc: Arc) {
    this.#arc = arc;
  }

  within(step: Step): { found: SpecialPoint[]; isExplained: boolean } {
    const { from, to } = step;
    const last = from.z.length - 1;
    const found: SpecialPoint[] = [];
    const turnsBack = (a: Station, b: Station) => signAt(a, last) * signAt(b, last) < 0;
    const crosses = (a: Station, b: Station) => a.sign * b.sign < 0;
    const pairs = (a: Station, b: Station) => a.pairs * b.pairs < 0;
    if (turnsBack(from, to)) found.push(this.#locate("LP", step, turnsBack));
    if (crosses(from, to)) found.push(this.#locate("BP", step, crosses));
    const real = found.length;
    let hopfs = 0;
    if (pairs(from, to)) {
      const hopf = this.#hopf(step, pairs);
      if (hopf) {
        found.push(hopf);
        hopfs = 1;
      }
    }
    found.sort((a, b) => a.at - b.at);
    if (from.stability.neutral > 0 || to.stability.neutral > 0) return { found, isExplained: true };
    const change = to.stability.unstable - from.stability.unstable;
    const most = real + 2 * hopfs;
    const isExplained = Math.abs(change) <= most && (change - most) % 2 === 0 && (hopfs === 0 || Math.abs(change) >= Math.max(0, 2 - real));
    return { found, isExplained };
  }

  /** A point of the branch at a distance from the beginning of a step. */
  #at({ from, to, length }: Step, s: number): Station | undefined {
    const guess = from.z.map((each, j) => each + (s / length) * (to.z[j] - each));
    const ahead = this.#arc.metric.product(
      from.tangent,
      guess.map((each, j) => each - from.z[j]),
    );
    for (let j = 0; j < guess.length; j++) guess[j] += (s - ahead) * from.tangent[j];
    const z = this.#arc.correct(guess, from.tangent);
    return z && this.#arc.station(z, from.tangent);
  }

  #solve(label: SpecialPoint["label"], { z, stability }: Station, reach: number): SpecialSolution | undefined {
    const { field, metric } = this.#arc;
    const search = { scales: metric.scales, reach };
    if (label === "LP") return solveFold(field, z, search);
    if (label === "BP") return solveBranchPoint(field, z, search);
    return solveHopf(field, z, criticalOmega(stability), search);
  }

  /** Narrows a bracket until the defining system has a solution in it. */
  #locate(label: SpecialPoint["label"], step: Step, changes: (a: Station, b: Station) => boolean): SpecialPoint {
    const { metric } = this.#arc;
    let [low, high] = [
      { s: 0, station: step.from },
      { s: step.length, station: step.to },
    ];
    for (let turn = 0; turn < MOST_HALVINGS; turn++) {
      const share = turn === 0 ? this.#guess(label, low.station, high.station) : 0.5;
      const s = low.s + share * (high.s - low.s);
      const middle = this.#at(step, s);
      if (!middle) break;
      const solution = turn < 2 || turn % 3 === 0 ? this.#solve(label, middle, 10 * (step.length + 1e-3)) : undefined;
      if (solution) {
        const at = metric.product(
          step.from.tangent,
          solution.z.map((each, j) => each - step.from.z[j]),
        );
        const room = 1e-6 * step.length + 1e-12;
        if (at >= low.s - room && at <= high.s + room)
          return this.#solved(label, solution, { at: Math.min(Math.max(at, low.s), high.s), step });
      }
      if (changes(low.station, middle)) high = { s, station: middle };
      else low = { s, station: middle };
      if (high.s - low.s < 1e-13) break;
    }
    return this.#bracketed(label, low.station, high.station, (low.s + high.s) / 2);
  }

  #guess(label: SpecialPoint["label"], a: Station, b: Station): number {
    const value = (station: Station) => {
      if (label === "LP") return station.tangent[station.tangent.length - 1];
      return label === "HB" ? station.stability.eigenvalues.re[criticalIndex(station.stability)] : Number.NaN;
    };
    const [u, v] = [value(a), value(b)];
    const share = u / (u - v);
    return share > 0.02 && share < 0.98 ? share : 0.5;
  }

  #solved(label: SpecialPoint["label"], solution: SpecialSolution, { at, step }: { at: number; step: Step }): SpecialPoint {
    const { field } = this.#arc;
    const parameter = solution.z.length - 1;
    const station = this.#arc.station(solution.z, step.from.tangent);
    station.stability = stabilityAt(field, solution.z, label === "HB" ? 2 : 1);
    const digits = sureDigits(solution.z[parameter], solution.errorOf(parameter), this.#arc.metric.scales[parameter]);
    const coefficient =
      label === "HB" ? hopfCoefficient(field, solution) : label === "LP" ? foldCoefficient(field, solution.z) : Number.NaN;
    return { label, at, station, digits, coefficient, omega: solution.omega, solution };
  }

  /** What is told of a bracket that could not be refined. */
  #bracketed(label: SpecialPoint["label"], a: Station, b: Station, at: number): SpecialPoint {
    const parameter = a.z.length - 1;
    const digits = sureDigits(a.z[parameter], Math.abs(a.z[parameter] - b.z[parameter]), this.#arc.metric.scales[parameter]);
    return { label, at, station: a, digits, coefficient: Number.NaN, omega: 0, solution: undefined };
  }

  /** A Hopf point; undefined where the pair that changes is real: a neutral saddle, which is no bifurcation. */
  #hopf(step: Step, changes: (a: Station, b: Station) => boolean): SpecialPoint | undefined {
    const isComplex = ({ stability }: Station) => stability.eigenvalues.im[criticalIndex(stability)] !== 0;
    let [low, high] = [
      { s: 0, station: step.from },
      { s: step.length, station: step.to },
    ];
    for (let turn = 0; turn < MOST_HALVINGS && isComplex(low.station) !== isComplex(high.station); turn++) {
      const s = (low.s + high.s) / 2;
      const middle = this.#at(step, s);
      if (!middle) break;
      if (changes(low.station, middle)) high = { s, station: middle };
      else low = { s, station: middle };
    }
    if (!isComplex(low.station) && !isComplex(high.station)) return undefined;
    return this.#locate("HB", step, changes);
  }
}

function signAt({ tangent }: Station, j: number): number {
  return Math.abs(tangent[j]) < 1e-12 ? 0 : tangent[j];
}

/** The eigenvalue nearest to the axis among complex ones; of real ones where the sum of two is nearest to 0. */
export function criticalIndex({ eigenvalues: { re, im } }: Station["stability"]): number {
  let [best, least] = [0, Number.POSITIVE_INFINITY];
  for (let i = 0; i < re.length; i++) {
    if (im[i] > 0 && 2 * Math.abs(re[i]) < least) [best, least] = [i, 2 * Math.abs(re[i])];
    if (im[i] !== 0) continue;
    for (let j = i + 1; j < re.length; j++) {
      if (im[j] === 0 && Math.abs(re[i] + re[j]) < least) [best, least] = [i, Math.abs(re[i] + re[j])];
    }
  }
  return best;
}

function criticalOmega(stability: Station["stability"]): number {
  const { re, im } = stability.eigenvalues;
  const i = criticalIndex(stability);
  return im[i] !== 0 ? Math.abs(im[i]) : Math.abs(re[i]);
}
