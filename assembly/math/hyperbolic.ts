// Hyperbolic sine and cosine of two lanes over a power of two, each in two words: what sinh, cosh and tanh share.
//
// Method: |x| = k ln2 + r with |r| <= ln2/2, as in exp.ts, and t = 2^(-2k-1). Then
//   sinh(|x|) / 2^k = (1/2 - t) cosh(r) + (1/2 + t) sinh(r),
//   cosh(|x|) / 2^k = (1/2 + t) cosh(r) + (1/2 - t) sinh(r),
// without cancellation and without division. sinh(r) = r + r^3 S(r^2) and cosh(r) = 1 + r^2 C(r^2); S and C are minimax
// polynomials in relative error, 2^-61.7 and 2^-70.6 (Remez exchange in 60 digits). r = head + tail, where head is a multiple
// of 2^-10, so that its product with a coefficient's upper part is exact; where k = 0, that is 1, and head is all of r.
//
// Error: 2^-56 of the value before the rest is added.

import { sumRest } from "./double-double";
import { powerOfTwo, ROUNDER } from "./exp";
import { add, both, mul, sub } from "./lanes";

/** log2(e). */
const LOG2_E: f64 = 1.44269504088896338700e0;
/** The leading 32 bits of ln 2, so that k * LN2_HIGH is exact. */
const LN2_HIGH: f64 = 6.93147180369123816490e-1;
/** ln 2 - LN2_HIGH. */
const LN2_LOW: f64 = 1.90821492927058770002e-10;
/** 1.5 * 2^42: adding and taking it away rounds to a multiple of 2^-10. */
const GRID: f64 = 6597069766656.0;
/** 1.5 * 2^12: the same for 2^-40. */
const FINE_GRID: f64 = 6144.0;
/** The k from which t is as good as 0. */
const STEEP: i32 = 100;

/** ROUNDER + k for x >= 0: the low bits are k. */
// @ts-ignore: decorator
@inline
export function doublings(x: v128): v128 {
  return add(mul(x, both(LOG2_E)), both(ROUNDER));
}

/** 2^(-2k-1): half of what the decaying exponential is beside the growing one. */
// @ts-ignore: decorator
@inline
function decayed(shifted: v128): v128 {
  const k = i32x4.min_s(shifted, i32x4.splat(STEEP));
  return powerOfTwo(i32x4.sub(i32x4.splat(-1), i32x4.add(k, k)));
}

/** x - k ln2 but for the low part. */
// @ts-ignore: decorator
@inline
function reduced(x: v128, k: v128): v128 {
  return sub(x, mul(k, both(LN2_HIGH)));
}

/** The nearest multiple of 2^-10; all of r where k = 0, since b is 1 there. */
// @ts-ignore: decorator
@inline
function headOf(r: v128, k: v128): v128 {
  return v128.bitselect(r, sub(add(r, both(GRID)), both(GRID)), f64x2.eq(k, both(0.0)));
}

/** b without what lies below 2^-40, so that its product with a multiple of 2^-10 is exact. */
// @ts-ignore: decorator
@inline
function upperPart(b: v128): v128 {
  return sub(add(b, both(FINE_GRID)), both(FINE_GRID));
}

/** a + b r, the lead of a cosh(r) + b sinh(r). */
// @ts-ignore: decorator
@inline
function lead(x: v128, shifted: v128, a: v128, b: v128): v128 {
  const k = sub(shifted, both(ROUNDER));
  return add(a, mul(upperPart(b), headOf(reduced(x, k), k)));
}

/** (a + lost) cosh(r) + (b - lost) sinh(r) - lead, where `lost` is what rounding took from a. */
// @ts-ignore: decorator
@inline
function rest(x: v128, shifted: v128, a: v128, b: v128, lost: v128): v128 {
  const k = sub(shifted, both(ROUNDER));
  const high = reduced(x, k);
  const low = mul(k, both(LN2_LOW));
  const head = headOf(high, k);
  const r = sub(high, low);
  const z = mul(r, r);
  const w = mul(z, z);
  const s01 = add(both(0.16666666666666677), mul(z, both(0.008333333333321615)));
  const s23 = add(both(0.00019841269886160335), mul(z, both(2.7557244180118165e-6)));
  const s = add(s01, mul(w, add(s23, mul(w, both(2.5109045511708338e-8)))));
  const c01 = add(both(0.5), mul(z, both(0.04166666666666671)));
  const c23 = add(both(0.0013888888888863931), mul(z, both(2.4801587363405447e-5)));
  const c45 = add(both(2.755724181662985e-7), mul(z, both(2.0924427951990234e-9)));
  const c = add(c01, mul(w, add(c23, mul(w, c45))));
  const odd = add(sub(sub(high, head), low), mul(mul(r, z), s));
  const upper = upperPart(b);
  const left = add(sumRest(a, mul(upper, head), lead(x, shifted, a, b)), mul(sub(b, upper), head));
  return add(add(left, mul(lost, sub(both(1.0), r))), add(mul(a, mul(z, c)), mul(b, odd)));
}

/** sinh(x) / 2^k for x >= 0, where shifted = doublings(x): its lead. */
// @ts-ignore: decorator
@inline
export function sineLead(x: v128, shifted: v128): v128 {
  const t = decayed(shifted);
  return lead(x, shifted, sub(both(0.5), t), add(both(0.5), t));
}

/** sinh(x) / 2^k - sineLead. */
// @ts-ignore: decorator
@inline
export function sineRest(x: v128, shifted: v128): v128 {
  const t = decayed(shifted);
  const a = sub(both(0.5), t);
  return rest(x, shifted, a, add(both(0.5), t), sub(sub(both(0.5), a), t));
}

/** cosh(x) / 2^k for x >= 0, where shifted = doublings(x): its lead. */
// @ts-ignore: decorator
@inline
export function cosineLead(x: v128, shifted: v128): v128 {
  const t = decayed(shifted);
  return lead(x, shifted, add(both(0.5), t), sub(both(0.5), t));
}

/** cosh(x) / 2^k - cosineLead. */
// @ts-ignore: decorator
@inline
export function cosineRest(x: v128, shifted: v128): v128 {
  const t = decayed(shifted);
  const a = add(both(0.5), t);
  return rest(x, shifted, a, sub(both(0.5), t), add(sub(both(0.5), a), t));
}

/** x 2^k in two factors, so that it overflows only where the product does. */
// @ts-ignore: decorator
@inline
export function scaled(x: v128, shifted: v128): v128 {
  const half = i32x4.shr_s(shifted, 1);
  return mul(mul(x, powerOfTwo(half)), powerOfTwo(i32x4.sub(shifted, half)));
}
