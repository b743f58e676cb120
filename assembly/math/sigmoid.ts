// The logistic function S(x) = 1 / (1 + exp(-x)) of two lanes.
//
// Method: -x = k ln2 + 2r with |2r| <= ln2/2, and exp(2r) = (1 + w + r) / (1 + w - r), where 1 + w = r coth r is even in r.
// So S = n / (n + 2^k m) with n = 1 + (w - r), m = 1 + (w + r): one division and a short polynomial, w = t P(t), t = r^2,
// of absolute error 8.5e-19 (Remez exchange in 60 digits). The reduction by ln2 is Cody and Waite's (1980).
//
// Arguments are clamped to [LOWEST, HIGHEST], beyond which S is 0 or 1: at LOWEST 2^k is infinite, as exp(-x) is in the formula.
// S(+-0) = 1/2, S(-inf) = 0, S(+inf) = 1, NaN stays NaN.
//
// Error: below 2.5 ulp on [-708, 709], as the formula has with a good exp (test/math.test.ts measures it).

import { powerOfTwo, ROUNDER } from "./exp";
import { add, both, div, mul, PAIR, sub } from "./lanes";

/** -log2(e). */
const MINUS_LOG2_E: f64 = -1.44269504088896338700e0;
/** The leading 32 bits of ln(2)/2, and the rest of it. */
const HALF_LN2_HIGH: f64 = 3.46573590184561908245e-1;
const HALF_LN2_LOW: f64 = 9.54107464635293850010e-11;
/** Beyond this S is 1. */
const HIGHEST: f64 = 708.0;
/** The argument at which k is 1024, so that 2^k is infinite and S is 0. */
const LOWEST: f64 = -710.0;

/** w, from t = r^2. */
// @ts-ignore: decorator
@inline
function evenPart(t: v128): v128 {
  const t2 = mul(t, t);
  const near = add(both(0.333333333333332), mul(t, both(-0.022222222221612175)));
  const middle = add(both(0.0021164020228462447), mul(t, both(-0.0002116339479529647)));
  return mul(t, add(add(near, mul(t2, middle)), mul(mul(t2, t2), both(2.1187258150407452e-5))));
}

/** S of both lanes. */
// @ts-ignore: decorator
@inline
export function sigmoid(x: v128): v128 {
  const clamped = f64x2.pmax(f64x2.pmin(x, both(HIGHEST)), both(LOWEST));
  const shifted = add(mul(clamped, both(MINUS_LOG2_E)), both(ROUNDER));
  const k = sub(shifted, both(ROUNDER));
  const r = sub(sub(mul(clamped, both(-0.5)), mul(k, both(HALF_LN2_HIGH))), mul(k, both(HALF_LN2_LOW)));
  const w = evenPart(mul(r, r));
  const n = add(both(1.0), sub(w, r));
  const m = add(both(1.0), add(w, r));
  return div(n, add(n, mul(powerOfTwo(shifted), m)));
}

/** ROUNDER and the exponent's bias: what is added to it is rounded to an integer, whose power of 2 is the low bits further up. */
const BIASED: f64 = 6755399441056767.0;
/** ln 2: its leading 32 bits and the rest of it. */
const LN2_HIGH: f64 = 6.93147180369123816490e-1;
const LN2_LOW: f64 = 1.90821492927058770002e-10;

/**
 * S of both lanes where products and sums round once: -2r takes the place of r, the polynomial is Horner's, and 1 + w is rounded, whose error
 * n and m have in common. Below 2.5 ulp on [-708, 709] too.
 */
// @ts-ignore: decorator
@inline
export function fusedSigmoid(x: v128): v128 {
  const clamped = f64x2.pmax(f64x2.pmin(x, both(HIGHEST)), both(LOWEST));
  const shifted = add(mul(clamped, both(MINUS_LOG2_E)), both(BIASED));
  const k = sub(shifted, both(BIASED));
  const r = add(add(clamped, mul(k, both(LN2_HIGH))), mul(k, both(LN2_LOW)));
  const t = mul(r, r);
  // The coefficients of evenPart, over powers of 4.
  const c3 = add(both(-0.0002116339479529647 / 256.0), mul(t, both(2.1187258150407452e-5 / 1024.0)));
  const c2 = add(both(0.0021164020228462447 / 64.0), mul(t, c3));
  const c1 = add(both(-0.022222222221612175 / 16.0), mul(t, c2));
  const c0 = add(both(0.333333333333332 / 4.0), mul(t, c1));
  const u = add(both(1.0), mul(t, c0));
  const n = add(u, mul(r, both(0.5)));
  const m = add(u, mul(r, both(-0.5)));
  return div(n, add(n, mul(i64x2.shl(shifted, 52), m)));
}

/** x = S(x) for `size` bytes of lanes, in place. */
export function sigmoids(x: usize, size: usize): void {
  const end = x + size;
  do {
    v128.store(x, sigmoid(v128.load(x)));
    x += PAIR;
  } while (x < end);
}
