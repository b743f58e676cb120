// tan of two lanes.
//
// Method: trig.ts: sine and cosine of what is left after quarter turns, in two words, and their corrected quotient.
// Odd: tan(-0) = -0; tan(+-inf) = NaN, NaN stays NaN. No f64 is a pole.
//
// Error: below 1 ulp on all numbers (test/math.test.ts measures it).

import { trig, TANGENT } from "./trig";

/** tan of both lanes; below 1 ulp. */
// @ts-ignore: decorator
@inline
export function tan(x: v128): v128 {
  return trig(x, TANGENT);
}
