// tanh of two lanes.
//
// Method: the corrected quotient of sinh and cosh in two words each, from hyperbolic.ts, where 2^k cancels.
// Odd: tanh(-0) = -0; tanh(+-inf) = +-1, NaN stays NaN. No branch.
//
// Error: below 1 ulp on all numbers (test/math.test.ts measures it).

import { quotient, signed } from "./double-double";
import { cosineLead, cosineRest, doublings, sineLead, sineRest } from "./hyperbolic";
import { both } from "./lanes";

/** From here on tanh rounds to 1. */
const HIGHEST: f64 = 22.0;

/** tanh of both lanes; below 1 ulp. */
// @ts-ignore: decorator
@inline
export function tanh(x: v128): v128 {
  const size = f64x2.pmin(f64x2.abs(x), both(HIGHEST));
  const shifted = doublings(size);
  const sineTail = sineRest(size, shifted);
  return signed(x, quotient(sineLead(size, shifted), sineTail, cosineLead(size, shifted), cosineRest(size, shifted)));
}
