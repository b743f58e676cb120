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
// sigmoids() leaves it out there and gives the same bits.
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

/** r, where -x = k ln2 + 2r. */
// @ts-ignore: decorator
@inline
function remainder(x: v128, k: v128): v128 {
  return sub(sub(mul(x, both(-0.5)), mul(k, both(HALF_LN2_HIGH))), mul(k, both(HALF_LN2_LOW)));
}

/** The first three terms of w, from t = r^2. */
// @ts-ignore: decorator
@inline
function nearPart(t: v128): v128 {
  return mul(t, add(add(both(0.333333333333332), mul(t, both(-0.022222222221612175))), mul(mul(t, t), both(0.0021164020228462447))));
}

/** The other terms of w. */
// @ts-ignore: decorator
@inline
function farPart(t: v128): v128 {
  const t2 = mul(t, t);
  return mul(mul(t2, t2), add(both(-0.0002116339479529647), mul(t, both(2.1187258150407452e-5))));
}

// @ts-ignore: decorator
@inline
function numerator(near: v128, r: v128): v128 {
  return add(both(1.0), sub(near, r));
}

/** The quotient y, set right by what is left of the numerator. */
// @ts-ignore: decorator
@inline
function corrected(y: v128, s: v128, inverse: v128, twiceR: v128, wLessR: v128): v128 {
  const gap = add(sub(both(0.5), y), sub(both(0.5), s));
  const left = add(sub(gap, mul(twiceR, s)), mul(gap, wLessR));
  return add(y, mul(left, inverse));
}

/** S of both lanes, where `power` = 2^k is a normal number and `shifted` holds k. */
// @ts-ignore: decorator
@inline
function quotient(x: v128, shifted: v128, power: v128): v128 {
  const r = remainder(x, sub(shifted, both(ROUNDER)));
  const t = mul(r, r);
  const near = nearPart(t);
  const n = numerator(near, r);
  const inverse = div(both(1.0), add(n, mul(power, add(both(1.0), add(near, r)))));
  const y = mul(n, inverse);
  const s = mul(mul(power, n), inverse);
  return corrected(y, s, inverse, add(r, r), sub(add(near, farPart(t)), r));
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

// What sigmoids() keeps of each pair between its loops, in scratch: 2^k and r, or what becomes of them.
const SCRATCH: usize = 80;
const DENOMINATOR: usize = 0;
const NUMERATOR: usize = 16;
const POWERED: usize = 32;
const TWICE_R: usize = 48;
const W_LESS_R: usize = 64;
const POWER = DENOMINATOR;
const R = TWICE_R;

/** Bytes of lanes that go through the three loops at a time. */
const TILE: usize = 512;

/** 2^k and r of each x. */
// @ts-ignore: decorator
@inline
function reduce(x: usize, size: usize, scratch: usize): void {
  const end = x + size;
  do {
    const value = v128.load(x);
    const shifted = exponent(value);
    v128.store(scratch, powerOfTwo(shifted), POWER);
    v128.store(scratch, remainder(value, sub(shifted, both(ROUNDER))), R);
    x += PAIR;
    scratch += SCRATCH;
  } while (x < end);
}

/** Numerator and denominator of each quotient, and what its correction needs. */
// @ts-ignore: decorator
@inline
function expand(size: usize, scratch: usize): void {
  const end = scratch + size / PAIR * SCRATCH;
  do {
    const r = v128.load(scratch, R);
    const power = v128.load(scratch, POWER);
    const t = mul(r, r);
    const near = nearPart(t);
    const n = numerator(near, r);
    v128.store(scratch, add(n, mul(power, add(both(1.0), add(near, r)))), DENOMINATOR);
    v128.store(scratch, n, NUMERATOR);
    v128.store(scratch, mul(power, n), POWERED);
    v128.store(scratch, add(r, r), TWICE_R);
    v128.store(scratch, sub(add(near, farPart(t)), r), W_LESS_R);
    scratch += SCRATCH;
  } while (scratch < end);
}

/** x = the corrected quotients. */
// @ts-ignore: decorator
@inline
function divide(x: usize, size: usize, scratch: usize): void {
  const end = x + size;
  do {
    const inverse = div(both(1.0), v128.load(scratch, DENOMINATOR));
    const y = mul(v128.load(scratch, NUMERATOR), inverse);
    const s = mul(v128.load(scratch, POWERED), inverse);
    v128.store(x, corrected(y, s, inverse, v128.load(scratch, TWICE_R), v128.load(scratch, W_LESS_R)));
    x += PAIR;
    scratch += SCRATCH;
  } while (x < end);
}

/**
 * x = S(x) for `size` bytes of lanes, in place; `scratch` has five times as many bytes. Three loops instead of one: the long
 * chain of one sigmoid keeps a processor waiting, and of a short piece of it more lanes are under way at a time (3.05 ns a
 * lane against 4.52).
 */
export function sigmoids(x: usize, size: usize, scratch: usize): void {
  if (!allNear(x, size)) return sigmoidsAnywhere(x, size);
  const end = x + size;
  do {
    const tile = min(TILE, end - x);
    reduce(x, tile, scratch);
    expand(tile, scratch);
    divide(x, tile, scratch);
    x += tile;
  } while (x < end);
}
