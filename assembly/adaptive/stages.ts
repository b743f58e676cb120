// What every method does with working rows: slopes, sums of slopes, the norm of an error.
import { add, both, mul, PAIR, sub } from "../math/lanes";
import { rhs } from "../model";
import { AdaptiveBlock, DenseCoefficients, rowBytes, stateBytes } from "./block";
import { interpolateInputs } from "./inputs";
import { followSwitches } from "./held-switches";

/** Keeps the times of a stage on this side of the next jump, whose end of the step is already on the other. */
export function stayBefore(b: AdaptiveBlock): void {
  for (let i: usize = 0; i < rowBytes(b); i += PAIR) {
    v128.store(b.wTimes + i, f64x2.pmin(v128.load(b.wTimes + i), v128.load(b.wLast + i)));
  }
}

/** The distance from a time to the next double. */
// @ts-ignore: decorator
@inline
export function ulp(t: f64): f64 {
  return reinterpret<f64>(reinterpret<u64>(t) + 1) - t;
}

/** Puts the time of a stage, t + c h of each lane, and the inputs at it in place. */
// @ts-ignore: decorator
@inline
export function writeStage(b: AdaptiveBlock, c: f64): void {
  const row = rowBytes(b);
  if (b.timeRows) {
    const part = both(c);
    for (let i: usize = 0; i < row; i += PAIR) {
      v128.store(b.wTimes + i, add(v128.load(b.wT + i), mul(part, v128.load(b.wH + i))));
    }
    if (b.jumps) stayBefore(b);
    for (let r = 1; r < b.timeRows; r++) memory.copy(b.wTimes + <usize>r * row, b.wTimes, row);
  }
  if (b.linear) interpolateInputs(b, c);
}

/** dy = f(t + c h, y), each lane at its own time. */
export function slopeAt(b: AdaptiveBlock, c: f64, y: usize, dy: usize): void {
  writeStage(b, c);
  if (b.anyFree) followSwitches(b, y);
  rhs(b.wTimes, y, dy, b.wP, b.m);
}

/** The sum of up to thirteen slopes at k, `stride` apart, each times its coefficient; those with 0 are left out. */
// @ts-ignore: decorator
@inline
export function weightedSum(
  k: usize, stride: usize,
  a0: f64, a1: f64 = 0.0, a2: f64 = 0.0, a3: f64 = 0.0, a4: f64 = 0.0, a5: f64 = 0.0, a6: f64 = 0.0,
  a7: f64 = 0.0, a8: f64 = 0.0, a9: f64 = 0.0, a10: f64 = 0.0, a11: f64 = 0.0, a12: f64 = 0.0, a13: f64 = 0.0,
): v128 {
  let sum = mul(both(a0), v128.load(k));
  if (a1 != 0.0) sum = add(sum, mul(both(a1), v128.load(k + stride)));
  if (a2 != 0.0) sum = add(sum, mul(both(a2), v128.load(k + 2 * stride)));
  if (a3 != 0.0) sum = add(sum, mul(both(a3), v128.load(k + 3 * stride)));
  if (a4 != 0.0) sum = add(sum, mul(both(a4), v128.load(k + 4 * stride)));
  if (a5 != 0.0) sum = add(sum, mul(both(a5), v128.load(k + 5 * stride)));
  if (a6 != 0.0) sum = add(sum, mul(both(a6), v128.load(k + 6 * stride)));
  if (a7 != 0.0) sum = add(sum, mul(both(a7), v128.load(k + 7 * stride)));
  if (a8 != 0.0) sum = add(sum, mul(both(a8), v128.load(k + 8 * stride)));
  if (a9 != 0.0) sum = add(sum, mul(both(a9), v128.load(k + 9 * stride)));
  if (a10 != 0.0) sum = add(sum, mul(both(a10), v128.load(k + 10 * stride)));
  if (a11 != 0.0) sum = add(sum, mul(both(a11), v128.load(k + 11 * stride)));
  if (a12 != 0.0) sum = add(sum, mul(both(a12), v128.load(k + 12 * stride)));
  if (a13 != 0.0) sum = add(sum, mul(both(a13), v128.load(k + 13 * stride)));
  return sum;
}

/** to = y + h times the weighted sum of slopes. */
// @ts-ignore: decorator
@inline
export function combine(
  b: AdaptiveBlock, to: usize,
  a0: f64, a1: f64 = 0.0, a2: f64 = 0.0, a3: f64 = 0.0, a4: f64 = 0.0, a5: f64 = 0.0, a6: f64 = 0.0,
  a7: f64 = 0.0, a8: f64 = 0.0, a9: f64 = 0.0, a10: f64 = 0.0, a11: f64 = 0.0, a12: f64 = 0.0, a13: f64 = 0.0,
): void {
  const row = rowBytes(b);
  const stride = stateBytes(b);
  const h = b.wH;
  const y = b.wY;
  const k = b.wK;
  for (let at: usize = 0; at < stride; at += row) {
    let i: usize = 0;
    do {
      const here = at + i;
      const sum = weightedSum(k + here, stride, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13);
      v128.store(to + here, add(v128.load(y + here), mul(v128.load(h + i), sum)));
      i += PAIR;
    } while (i < row);
  }
}

/** |x| of a state, or of the complex number of which it is a part: `other` bytes further on is the other part, or itself. */
// @ts-ignore: decorator
@inline
function magnitude(x: usize, other: isize): v128 {
  const part = v128.load(x);
  if (other == 0) return f64x2.abs(part);
  const rest = v128.load(<usize>(<isize>x + other));
  return f64x2.sqrt(add(mul(part, part), mul(rest, rest)));
}

/**
 * Writes 1 / (atol + rtol max(|y|, |yNew|)) of every state to the rows of the stage, which is NaN where yNew is not finite: no error
 * is below its bound there.
 */
export function inverseScales(b: AdaptiveBlock): void {
  const row = rowBytes(b);
  for (let s = 0, at: usize = 0; s < b.states; s++) {
    const other = <isize>(<i32>load<u32>(b.otherPart + (<usize>s << 2)) - s) * <isize>row;
    for (const end = at + row; at < end; at += PAIR) {
      const now = v128.load(b.wYNew + at);
      const larger = f64x2.pmax(magnitude(b.wY + at, other), magnitude(b.wYNew + at, other));
      const scale = add(both(b.atol), mul(both(b.rtol), larger));
      v128.store(b.wStage + at, add(f64x2.div(both(1.0), scale), sub(now, now)));
    }
  }
}

/** The root mean square of the error h times the weighted sum of slopes, over its scale, of every lane. */
// @ts-ignore: decorator
@inline
export function errorNorm(
  b: AdaptiveBlock, e0: f64, e1: f64 = 0.0, e2: f64 = 0.0, e3: f64 = 0.0, e4: f64 = 0.0, e5: f64 = 0.0, e6: f64 = 0.0,
): void {
  inverseScales(b);
  const row = rowBytes(b);
  const stride = stateBytes(b);
  for (let i: usize = 0; i < row; i += PAIR) {
    const h = v128.load(b.wH + i);
    let sum = both(0.0);
    for (let at = i; at < stride; at += row) {
      const error = weightedSum(b.wK + at, stride, e0, e1, e2, e3, e4, e5, e6);
      const part = mul(mul(h, error), v128.load(b.wStage + at));
      sum = add(sum, mul(part, part));
    }
    v128.store(b.wNorm + i, f64x2.sqrt(f64x2.div(sum, both(<f64>b.components))));
  }
}

/** Writes the kept states of the lane at `lane` bytes of a row, at the share x of its step, by the quartics that were made of the step, a row of `row` bytes each. */
export function evaluateQuartics(b: AdaptiveBlock, lane: usize, x: f64, to: usize, row: usize): void {
  let from = b.dense;
  for (let j = 0; j < b.keptCount; j++, from += offsetof<DenseCoefficients>(), to += row) {
    const y = load<f64>(b.wY + <usize>load<u32>(b.kept + (<usize>j << 2)) * rowBytes(b) + lane);
    store<f64>(to, y + x * (load<f64>(from) + x * (load<f64>(from, 8) + x * (load<f64>(from, 16) + x * load<f64>(from, 24)))));
  }
}
