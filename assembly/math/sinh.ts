// sinh of two lanes.
//
// Method: hyperbolic.ts. Odd: sinh(-0) = -0; sinh(+-inf) = +-inf, NaN stays NaN. No branch.
//
// Error: below 1 ulp on all numbers (test/math.test.ts measures it).

import { signed } from "./double-double";
import { doublings, scaled, sineLead, sineRest } from "./hyperbolic";
import { add, both } from "./lanes";

/** From here on sinh is infinite. */
const HIGHEST: f64 = 711.0;

/** sinh of both lanes; below 1 ulp. */
// @ts-ignore: decorator
@inline
export function sinh(x: v128): v128 {
  const size = f64x2.pmin(f64x2.abs(x), both(HIGHEST));
  const shifted = doublings(size);
  return signed(x, scaled(add(sineLead(size, shifted), sineRest(size, shifted)), shifted));
}
