// Natural logarithm of two lanes.
//
// Method: fdlibm's e_log.c (Sun Microsystems 1993), without its branches. x = 2^k (1 + f) with sqrt(1/2) < 1 + f < sqrt(2),
// s = f / (2 + f), log(1 + f) = f - f^2/2 + s (f^2/2 + R(s^2)), and k ln2 is added in two parts. Subnormals are scaled by 2^54
// first. log(+-0) = -inf, log(x < 0) = NaN, log(+inf) = +inf, NaN stays NaN.
//
// Error: below 1 ulp on all positive numbers (test/math.test.ts measures it).

import { add, both, div, mul, sub } from "./lanes";

/** The leading 32 bits of ln 2, so that k * LN2_HIGH is exact. */
const LN2_HIGH: f64 = 6.93147180369123816490e-1;
/** ln 2 - LN2_HIGH. */
const LN2_LOW: f64 = 1.90821492927058770002e-10;
/** The smallest normal number, and the scale that lifts subnormals above it. */
const SMALLEST_NORMAL: f64 = 2.2250738585072014e-308;
const LIFT: f64 = 18014398509481984.0;
const LIFT_EXPONENT: f64 = 54.0;
/** Bits of sqrt(1/2): subtracting them splits exponent and fraction around 1. */
const ROOT_HALF_BITS: i64 = 0x3fe6a09e667f3bcd;
/** 2^52 + 2^51 as bits and as a number: turns a small integer in the low bits into an f64. */
const INTEGER_BITS: i64 = 0x4338000000000000;
const INTEGER: f64 = 6755399441055744.0;

/** R(s^2) of fdlibm's logarithm plus f^2/2, times s: what log(1 + f) is beside f - f^2/2, where s = f / (2 + f). */
// @ts-ignore: decorator
@inline
export function logRest(f: v128, halfSquare: v128): v128 {
  const s = div(f, add(both(2.0), f));
  const z = mul(s, s);
  const w = mul(z, z);
  const even = mul(w, add(both(3.999999999940941908e-1), mul(w, add(both(2.222219843214978396e-1), mul(w, both(1.531383769920937332e-1))))));
  const odd = mul(z, add(both(6.666666666666735130e-1), mul(w, add(both(2.857142874366239149e-1), mul(w, add(both(1.818357216161805012e-1), mul(w, both(1.479819860511658591e-1))))))));
  return mul(s, add(halfSquare, add(even, odd)));
}

/** A positive number, a subnormal one lifted. */
// @ts-ignore: decorator
@inline
export function normal(x: v128): v128 {
  return v128.bitselect(mul(x, both(LIFT)), x, f64x2.lt(x, both(SMALLEST_NORMAL)));
}

/** k of a normal number 2^k (1 + f), as an integer. */
// @ts-ignore: decorator
@inline
export function exponentOf(lifted: v128): v128 {
  return i64x2.shr_s(i64x2.sub(lifted, i64x2.splat(ROOT_HALF_BITS)), 52);
}

/** k as a number. */
// @ts-ignore: decorator
@inline
function wholeOf(exponent: v128): v128 {
  return sub(i64x2.add(exponent, i64x2.splat(INTEGER_BITS)), both(INTEGER));
}

/** k of x as a number: that of the lifted x, less what it was lifted by. */
// @ts-ignore: decorator
@inline
export function powerOf(x: v128, exponent: v128): v128 {
  const subnormal = f64x2.lt(x, both(SMALLEST_NORMAL));
  return sub(wholeOf(exponent), v128.and(both(LIFT_EXPONENT), subnormal));
}

/** f of a lifted number 2^k (1 + f). */
// @ts-ignore: decorator
@inline
export function fractionOf(lifted: v128, exponent: v128): v128 {
  return sub(i64x2.sub(lifted, i64x2.shl(exponent, 52)), both(1.0));
}

/** A logarithm's `value` for positive finite x, and what it is elsewhere. */
// @ts-ignore: decorator
@inline
export function logWhere(x: v128, value: v128): v128 {
  const positive = v128.bitselect(value, x, f64x2.lt(x, both(Infinity)));
  const zeroOrLess = v128.bitselect(both(-Infinity), both(NaN), f64x2.eq(x, both(0.0)));
  return v128.bitselect(positive, v128.bitselect(x, zeroOrLess, f64x2.ne(x, x)), f64x2.gt(x, both(0.0)));
}

/** k ln 2 + log(1 + f). */
// @ts-ignore: decorator
@inline
function logOf(k: v128, f: v128): v128 {
  const halfSquare = mul(mul(both(0.5), f), f);
  const tail = add(logRest(f, halfSquare), mul(k, both(LN2_LOW)));
  return sub(mul(k, both(LN2_HIGH)), sub(sub(halfSquare, tail), f));
}

/** log of both lanes; below 1 ulp. */
// @ts-ignore: decorator
@inline
export function log(x: v128): v128 {
  const lifted = normal(x);
  const exponent = exponentOf(lifted);
  return logWhere(x, logOf(powerOf(x, exponent), fractionOf(lifted, exponent)));
}

/** The same of numbers that are positive, finite and not subnormal. */
// @ts-ignore: decorator
@inline
export function logOfNormal(x: v128): v128 {
  const exponent = exponentOf(x);
  return logOf(wholeOf(exponent), fractionOf(x, exponent));
}
