// sin of two lanes.
//
// Method: trig.ts. Odd: sin(-0) = -0; sin(+-inf) = NaN, NaN stays NaN.
//
// Error: below 1 ulp on all numbers (test/math.test.ts measures it).

import { trig, SINE } from "./trig";

/** sin of both lanes; below 1 ulp. */
// @ts-ignore: decorator
@inline
export function sin(x: v128): v128 {
  return trig(x, SINE);
}
