// cosh of two lanes.
//
// Method: hyperbolic.ts. cosh(+-0) = 1; cosh(+-inf) = inf, NaN stays NaN. No branch.
//
// Error: below 1 ulp on all numbers (test/math.test.ts measures it).

import { cosineLead, cosineRest, doublings, scaled } from "./hyperbolic";
import { add, both } from "./lanes";

/** From here on cosh is infinite. */
const HIGHEST: f64 = 711.0;

/** cosh of both lanes; below 1 ulp. */
// @ts-ignore: decorator
@inline
export function cosh(x: v128): v128 {
  const size = f64x2.pmin(f64x2.abs(x), both(HIGHEST));
  const shifted = doublings(size);
  return scaled(add(cosineLead(size, shifted), cosineRest(size, shifted)), shifted);
}
