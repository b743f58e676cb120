// Cube root of two lanes.
//
// Method: a third of the exponent by arithmetic on the leading word gives 4 bits (Kahan & Bindel 2001), then FreeBSD's
// polynomial for r^(-1/3) of r = t^3/x (s_cbrt.c, B. Evans 2009) brings t to 23 bits. Rounded to these, t has a cube in two
// exact products and x - t^3 loses nothing, so that one step of Halley's, t + t (x - t^3) / (2 t^3 + x), ends the work.
// x is scaled first, by 2^300 where it is small and by 2^-3 else, so that nothing underflows or overflows.
// Odd: cbrt(-0) = -0; cbrt(+-inf) = +-inf, NaN stays NaN. No branch.
//
// Error: below 0.6 ulp on all numbers (test/math.test.ts measures it).

import { leading, signed } from "./double-double";
import { add, both, div, mul, sub } from "./lanes";

/** Below the first, numbers are scaled by 2^300 and roots by 2^-100; else by 2^-3 and 2. */
const SMALL: f64 = 1e-200;
const LIFT: f64 = 2.037035976334486e90;
const LIFT_BACK: f64 = 7.888609052210118e-31;
const LOWER: f64 = 0.125;
const LOWER_BACK: f64 = 2.0;
/** 2^52, as bits and as a number: a word in the low bits of it is that number. */
const WORD_BITS: i64 = 0x4330000000000000;
const WORD: f64 = 4503599627370496.0;
const THIRD: f64 = 0.3333333333333333;
/** 2/3 of the exponent's bias, less what makes the guess good, in units of the leading word. */
const OFFSET: f64 = 715094163.0;
/** Half a unit of the 23rd bit, and the bits from there up. */
const HALF_UNIT: i64 = 0x80000000;
const UNITS: i64 = 0xffffffffc0000000;

/** cbrt of both lanes; below 0.6 ulp. */
// @ts-ignore: decorator
@inline
export function cbrt(x: v128): v128 {
  const size = f64x2.abs(x);
  const small = f64x2.lt(size, both(SMALL));
  const scaled = mul(size, v128.bitselect(both(LIFT), both(LOWER), small));
  const word = sub(v128.or(i64x2.shr_u(scaled, 32), i64x2.splat(WORD_BITS)), both(WORD));
  const guess = i64x2.shl(add(mul(word, both(THIRD)), both(OFFSET + WORD)), 32);
  const r = div(mul(mul(guess, guess), guess), scaled);
  const r2 = mul(r, r);
  const p01 = add(both(1.87595182427177009643), mul(r, both(-1.88497979543377169875)));
  const p23 = add(both(1.621429720105354466140), mul(r, both(-0.758397934778766047437)));
  const p = add(p01, mul(r2, add(p23, mul(r2, both(0.145996192886612446982)))));
  const t = v128.and(i64x2.add(mul(guess, p), i64x2.splat(HALF_UNIT)), i64x2.splat(UNITS));
  const square = mul(t, t);
  const squareHigh = leading(square);
  const left = sub(sub(scaled, mul(squareHigh, t)), mul(sub(square, squareHigh), t));
  const cube = mul(square, t);
  const root = add(t, mul(t, div(left, add(add(cube, cube), scaled))));
  const value = mul(root, v128.bitselect(both(LIFT_BACK), both(LOWER_BACK), small));
  return signed(x, v128.bitselect(size, value, f64x2.eq(size, add(size, size))));
}
