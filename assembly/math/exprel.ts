// (exp(x) - 1) / x of two lanes, which is 1 at 0.
//
// Method: expm1 over x. exprel(+-0) = 1, exprel(-inf) = 0, exprel(+inf) = +inf, NaN stays NaN. No branch.
//
// Error: below 2 ulp on all numbers (test/math.test.ts measures it).

import { expm1 } from "./expm1";
import { both, div } from "./lanes";

/** exprel of both lanes; below 2 ulp. */
// @ts-ignore: decorator
@inline
export function exprel(x: v128): v128 {
  const value = v128.bitselect(x, div(expm1(x), x), f64x2.eq(x, both(Infinity)));
  return v128.bitselect(both(1.0), value, f64x2.eq(x, both(0.0)));
}
