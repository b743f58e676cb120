// cos of two lanes.
//
// Method: trig.ts. cos(+-0) = 1; cos(+-inf) = NaN, NaN stays NaN.
//
// Error: below 1 ulp on all numbers (test/math.test.ts measures it).

import { COSINE, trig } from "./trig";

/** cos of both lanes; below 1 ulp. */
// @ts-ignore: decorator
@inline
export function cos(x: v128): v128 {
  return trig(x, COSINE);
}
