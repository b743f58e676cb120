import { Lu } from "./dense.ts";

/** As many equations as unknowns, with their derivatives. */
export interface SquareSystem {
  size: number;
  /** The left sides, which are to be 0. */
  residual: (x: Float64Array, out: Float64Array) => void;
  /** Row by row. */
  jacobian: (x: Float64Array, out: Float64Array) => void;
}

/** A solution to the last digit. */
export interface Solution {
  x: Float64Array;
  /** The largest left side. */
  residual: number;
  /** How far an unknown may be off: what rounding of the left sides does to it, and the last step. */
  errorOf: (unknown: number) => number;
}

/** Settings of Newton's method. */
interface NewtonSettings {
  /** What a change of each unknown is measured by. */
  scales: Float64Array;
  /** Turns after which it is given up. */
  most?: number;
  /** Largest distance from the start, in units of the scales. */
  reach?: number;
}

/** Steps below this are rounding, where they have stopped to shrink; a solution whose steps stay above is none. */
const CONVERGED = 1e-9;

/** Newton's method with whole steps, until rounding stops it. Undefined where it does not come to that. */
export function newton(system: SquareSystem, start: Float64Array, settings: NewtonSettings): Solution | undefined {
  const { size } = system;
  const { scales, most = 24, reach = Number.POSITIVE_INFINITY } = settings;
  const lu = new Lu(size);
  const jacobian = new Float64Array(size * size);
  const [x, step, best] = [start.slice(), new Float64Array(size), start.slice()];
  let smallest = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < most; turn++) {
    system.residual(x, step);
    system.jacobian(x, jacobian);
    lu.values.set(jacobian);
    lu.factor();
    if (!lu.isFinite) return undefined;
    lu.solve(step);
    const length = scaledLength(step, scales);
    if (!(length < Number.POSITIVE_INFINITY)) return undefined;
    if (length >= smallest && smallest <= CONVERGED) break;
    if (length < smallest) {
      smallest = length;
      best.set(x);
    }
    for (let i = 0; i < size; i++) x[i] -= step[i];
    if (distance(x, start, scales) > reach) return undefined;
    if (length === 0) break;
  }
  return smallest <= CONVERGED ? solutionAt(system, best, smallest, scales) : undefined;
}

function solutionAt(system: SquareSystem, x: Float64Array, last: number, scales: Float64Array): Solution {
  const { size } = system;
  const residual = new Float64Array(size);
  const lu = new Lu(size);
  system.residual(x, residual);
  system.jacobian(x, lu.values);
  const rounding = Float64Array.from({ length: size }, (_, i) => {
    let sum = Math.abs(residual[i]);
    for (let j = 0; j < size; j++) sum += Math.abs(lu.values[i * size + j] * x[j]) * Number.EPSILON;
    return sum;
  });
  lu.factor();
  const errorOf = (unknown: number) => {
    const row = new Float64Array(size);
    row[unknown] = 1;
    lu.solveTransposed(row);
    let sum = Math.abs(x[unknown]) * Number.EPSILON;
    for (let i = 0; i < size; i++) sum += Math.abs(row[i]) * rounding[i];
    return Math.max(sum, Math.min(last, Number.EPSILON) * scales[unknown]);
  };
  return { x, residual: residual.reduce((most, each) => Math.max(most, Math.abs(each)), 0), errorOf };
}

function scaledLength(step: Float64Array, scales: Float64Array): number {
  let most = 0;
  for (let i = 0; i < step.length; i++) {
    const share = Math.abs(step[i]) / scales[i];
    // NaN is kept.
    if (!(share <= most)) most = share;
  }
  return most;
}

function distance(x: Float64Array, from: Float64Array, scales: Float64Array): number {
  let most = 0;
  for (let i = 0; i < x.length; i++) most = Math.max(most, Math.abs(x[i] - from[i]) / scales[i]);
  return most;
}

/** Digits that are sure of a number that may be off by `error`: 0 to 16. Of one that is 0 to rounding, digits of its scale. */
export function sureDigits(value: number, error: number, scale = 1): number {
  const size = Math.abs(value) > 1e-6 * scale ? Math.abs(value) : scale;
  let digits = 0;
  for (let bound = error; digits < 16 && bound * 10 <= size; bound *= 10) digits++;
  return digits;
}
