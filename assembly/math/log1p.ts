// log(1 + x) of two lanes.
//
// Method: u = 1 + x, with what rounding takes from it, c (Knuth 1969); log(1 + x) is log(u) + c / u but for 2^-106.
// log1p(+-0) = +-0, log1p(-1) = -inf, log1p(x < -1) = NaN, log1p(+inf) = +inf, NaN stays NaN. No branch.
//
// Error: below 1.5 ulp on all numbers above -1 (test/math.test.ts measures it).

import { add, both, div, sub } from "./lanes";
import { log } from "./log";

/** log1p of both lanes; below 1.5 ulp. */
// @ts-ignore: decorator
@inline
export function log1p(x: v128): v128 {
  const one = both(1.0);
  const u = add(one, x);
  const share = sub(u, one);
  const lost = add(sub(one, sub(u, share)), sub(x, share));
  const isPlain = v128.and(f64x2.gt(u, both(0.0)), f64x2.lt(u, both(Infinity)));
  const value = add(log(u), v128.and(div(lost, u), isPlain));
  return v128.bitselect(x, value, f64x2.eq(x, both(0.0)));
}
