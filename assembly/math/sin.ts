// sin of two lanes.
//
// Method: circular.ts. Odd: sin(-0) = -0; sin(+-inf) = NaN, NaN stays NaN.
//
// Error: below 1 ulp on all numbers (test/math.test.ts measures it).

import { circular, SINE } from "./circular";

/** sin of both lanes; below 1 ulp. */
// @ts-ignore: decorator
@inline
export function sin(x: v128): v128 {
  return circular(x, SINE);
}
