// The logistic function S(x) = 1 / (1 + exp(-x)) of two lanes.
//
// Method: -x = k ln2 + 2r with |2r| <= ln2/2, and exp(2r) = (1 + w + r) / (1 + w - r), where 1 + w = r coth r is even in r.
// So S = n / (n + 2^k m) with n = 1 + (w - r), m = 1 + (w + r): one division and a short polynomial, w = t P(t), t = r^2,
// of absolute error 8.5e-19 (Remez exchange in 60 digits). The plain quotient reaches 1.5 ulp, so it is corrected once: with
// y its value and s = 2^k y, what is left of n after taking away y times the denominator is, exactly in real numbers,
// (1 - y - s) - 2 r s + (1 - y - s)(w - r), and no term of it is larger than 0.4. The divisor needs but half the digits,
// so it takes w from its first three terms and the division starts early. The reduction by ln2 is Cody and Waite's (1980).
//
// Where 2^k overflows or the result is subnormal, 2^k is split, so that the result underflows gradually; infinities are
// clamped. S(+-0) = 1/2, S(-inf) = 0, S(+inf) = 1, NaN stays NaN. On [-690, 690] all that is without effect, so that
// sigmoidNear gives the same bits as sigmoid with a seventh fewer operations.
//
// Error: below 1 ulp on [-708, 709] (test/math.test.ts measures it), at most one subnormal step below -708.

import { powerOfTwo, ROUNDER } from "./exp";
import { add, both, div, mul, PAIR, sub } from "./lanes";

/** -log2(e). */
const MINUS_LOG2_E: f64 = -1.44269504088896338700e0;
/** The leading 32 bits of ln(2)/2, and the rest of it. */
const HALF_LN2_HIGH: f64 = 3.46573590184561908245e-1;
const HALF_LN2_LOW: f64 = 9.54107464635293850010e-11;
/** |x| up to which 2^k and the result are normal numbers. */
const HIGHEST: f64 = 708.0;
/** Below this the result is 0. */
const LOWEST: f64 = -746.0;
/** The largest exponent that the denominator takes; the rest of k scales the result. */
const TALLEST: i32 = 1000;
/** |x| up to which k stays below TALLEST. */
const NEAR: f64 = 690.0;
/** The exponent bias of f64. */
const BIAS: i32 = 1023;

/** Round(-x / ln2), as an integer in the low bits of ROUNDER + k. */
// @ts-ignore: decorator
@inline
function exponent(x: v128): v128 {
  return add(mul(x, both(MINUS_LOG2_E)), both(ROUNDER));
}

/** S of both lanes, where `power` = 2^k is a normal number and `shifted` holds k. */
// @ts-ignore: decorator
@inline
function quotient(x: v128, shifted: v128, power: v128): v128 {
  const one = both(1.0);
  const half = both(0.5);
  const k = sub(shifted, both(ROUNDER));
  const r = sub(sub(mul(x, both(-0.5)), mul(k, both(HALF_LN2_HIGH))), mul(k, both(HALF_LN2_LOW)));
  const t = mul(r, r);
  const t2 = mul(t, t);
  const p012 = add(add(both(0.333333333333332), mul(t, both(-0.022222222221612175))), mul(t2, both(0.0021164020228462447)));
  const p34 = add(both(-0.0002116339479529647), mul(t, both(2.1187258150407452e-5)));
  const near = mul(t, p012);
  const w = add(near, mul(mul(t2, t2), p34));
  const n = add(one, sub(near, r));
  const m = add(one, add(near, r));
  const inverse = div(one, add(n, mul(power, m)));
  const y = mul(n, inverse);
  const s = mul(mul(power, n), inverse);
  const gap = add(sub(half, y), sub(half, s));
  const left = add(sub(gap, mul(add(r, r), s)), mul(gap, sub(w, r)));
  return add(y, mul(left, inverse));
}

/** S of both lanes; below 1 ulp on [-708, 709]. */
// @ts-ignore: decorator
@inline
export function sigmoid(x: v128): v128 {
  const clamped = f64x2.pmax(f64x2.pmin(x, both(HIGHEST)), both(LOWEST));
  const shifted = exponent(clamped);
  const k = i32x4.min_s(shifted, i32x4.splat(TALLEST));
  const beyond = i64x2.shl(i32x4.sub(i32x4.splat(BIAS), i32x4.sub(shifted, k)), 52);
  return mul(quotient(clamped, shifted, powerOfTwo(k)), beyond);
}

/** S of both lanes, for |x| <= 690 only; the same bits as sigmoid(x). */
// @ts-ignore: decorator
@inline
export function sigmoidNear(x: v128): v128 {
  const shifted = exponent(x);
  return quotient(x, shifted, powerOfTwo(shifted));
}

/** Whether every lane of `size` bytes from `x` is within [-690, 690]; NaN is not. */
// @ts-ignore: decorator
@inline
function allNear(x: usize, size: usize): bool {
  const end = x + size;
  let near = i64x2.splat(-1);
  do {
    near = v128.and(near, f64x2.le(f64x2.abs(v128.load(x)), both(NEAR)));
    x += PAIR;
  } while (x < end);
  return i64x2.all_true(near);
}

/** x = S(x) for all lanes, the general way; apart, so that the call is not in the other loop. */
function sigmoidsAnywhere(x: usize, size: usize): void {
  const end = x + size;
  do {
    v128.store(x, sigmoid(v128.load(x)));
    x += PAIR;
  } while (x < end);
}

/** x = S(x) for `size` bytes of lanes, in place. A loop of its own: several sigmoids in one body run out of registers. */
export function sigmoids(x: usize, size: usize): void {
  if (!allNear(x, size)) return sigmoidsAnywhere(x, size);
  const end = x + size;
  do {
    v128.store(x, sigmoidNear(v128.load(x)));
    x += PAIR;
  } while (x < end);
}
