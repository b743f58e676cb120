// exp of two lanes.
//
// Method: x = k ln2 + r with |r| <= ln2/2 and exp(x) = 2^k exp(r). ln2 is split in two (Cody & Waite 1980; the split is
// that of fdlibm's e_exp.c), so that the reduction loses nothing. r = head + c, where head is a multiple of 2^-26, so
// that 1 + head is exact and exp(r) = (1 + head) + rest rounds but once where it matters; rest = c + r^2 q(r).
// q is the degree-9 minimax polynomial of (exp(r) - 1 - r) / r^2 in relative error of exp, 2^-57.9 (Remez exchange in
// 60 digits). 2^k is applied as two factors: results below 2^-1022 underflow gradually and nothing overflows early.
// No branch; NaN stays NaN, exp(-inf) = +0, exp(+inf) = +inf.
//
// Error: below 1 ulp on [-708, 709] (test/math.test.ts measures it), at most one subnormal step below -708.4.

import { add, both, mul, sub } from "./lanes";

/** log2(e). */
export const LOG2_E: f64 = 1.44269504088896338700e0;
/** The leading 32 bits of ln 2, so that k * LN2_HIGH is exact for |k| < 2^20. */
export const LN2_HIGH: f64 = 6.93147180369123816490e-1;
/** ln 2 - LN2_HIGH. */
export const LN2_LOW: f64 = 1.90821492927058770002e-10;
/** 1.5 * 2^52: adding it rounds to an integer and leaves that integer in the low bits. */
export const ROUNDER: f64 = 6755399441055744.0;
/** Below this exp is 0, above the other it is infinite. */
const LOWEST: f64 = -746.0;
const HIGHEST: f64 = 710.0;

/** 1.5 * 2^26: adding and taking it away rounds to a multiple of 2^-26. */
const GRID: f64 = 100663296.0;

/** 2^k for integers k in [-1022, 1023], one in the low half of each lane. */
// @ts-ignore: decorator
@inline
export function powerOfTwo(k: v128): v128 {
  return i64x2.shl(i64x2.add(k, i64x2.splat(1023)), 52);
}

/** exp(r) - 1 - r for |r| <= ln2/2. */
// @ts-ignore: decorator
@inline
export function beyondLinear(r: v128): v128 {
  const r2 = mul(r, r);
  const r4 = mul(r2, r2);
  // Estrin's grouping: short chains, so that neighbouring lane pairs overlap.
  const q01 = add(both(0.5000000000000011), mul(r, both(0.16666666666666413)));
  const q23 = add(both(0.041666666666530155), mul(r, both(0.008333333333494461)));
  const q45 = add(both(0.0013888888943630134), mul(r, both(0.00019841269506578723)));
  const q67 = add(both(2.480149309888739e-5), mul(r, both(2.755758637378518e-6)));
  const q89 = add(both(2.763024838532302e-7), mul(r, both(2.500006162553128e-8)));
  return mul(r2, add(add(q01, mul(r2, q23)), mul(r4, add(add(q45, mul(r2, q67)), mul(r4, q89)))));
}

/** What `reduced` is to a multiple of 2^-26. */
// @ts-ignore: decorator
@inline
export function headOf(reduced: v128): v128 {
  return sub(add(reduced, both(GRID)), both(GRID));
}

/** mantissa 2^k, where `shifted` holds k, in two factors: nothing overflows early, and all underflows gradually. */
// @ts-ignore: decorator
@inline
export function timesPower(mantissa: v128, shifted: v128): v128 {
  const half = i32x4.shr_s(shifted, 1);
  return mul(mul(mantissa, powerOfTwo(half)), powerOfTwo(i32x4.sub(shifted, half)));
}

/** 2^k exp(reduced - low) for |reduced| <= ln2/2 and a small low, where `shifted` holds k. */
// @ts-ignore: decorator
@inline
export function exponential(reduced: v128, low: v128, shifted: v128): v128 {
  const beyond = beyondLinear(sub(reduced, low));
  const head = headOf(reduced);
  const rest = add(sub(sub(reduced, head), low), beyond);
  return timesPower(add(add(both(1.0), head), rest), shifted);
}

/** exp of both lanes; below 1 ulp on [-708, 709]. */
// @ts-ignore: decorator
@inline
export function exp(x: v128): v128 {
  const clamped = f64x2.pmax(f64x2.pmin(x, both(HIGHEST)), both(LOWEST));
  const shifted = add(mul(clamped, both(LOG2_E)), both(ROUNDER));
  const k = sub(shifted, both(ROUNDER));
  return exponential(sub(clamped, mul(k, both(LN2_HIGH))), mul(k, both(LN2_LOW)), shifted);
}
