// Logarithm to the base 10 of two lanes.
//
// Method: log(1 + f) as in log.ts, in two words, times 1/ln 10 and k log10(2) in two words each, as FreeBSD's e_log10.c does it
// (Sun Microsystems 1993), without its branches: powers of ten give whole numbers. Zero, negative numbers, infinity and NaN as log.
//
// Error: below 1 ulp on all positive numbers (test/math.test.ts measures it).

import { leading, sumRest } from "./double-double";
import { add, both, mul, sub } from "./lanes";
import { exponentOf, fractionOf, logRest, logWhere, normal, powerOf } from "./log";

/** 1/ln 10 and log10(2), the leading bits and the rest of each. */
const INVERSE_LN10_HIGH: f64 = 4.34294481878168880939e-1;
const INVERSE_LN10_LOW: f64 = 2.50829467116452752298e-11;
const LOG10_2_HIGH: f64 = 3.01029995663611771306e-1;
const LOG10_2_LOW: f64 = 3.69423907715893078616e-13;

/** log10 of both lanes; below 1 ulp. */
// @ts-ignore: decorator
@inline
export function log10(x: v128): v128 {
  const lifted = normal(x);
  const exponent = exponentOf(lifted);
  const k = powerOf(x, exponent);
  const f = fractionOf(lifted, exponent);
  const halfSquare = mul(mul(both(0.5), f), f);
  const high = leading(sub(f, halfSquare));
  const low = add(sub(sub(f, high), halfSquare), logRest(f, halfSquare));
  const whole = mul(k, both(LOG10_2_HIGH));
  const part = mul(high, both(INVERSE_LN10_HIGH));
  const lead = add(whole, part);
  // Where k is 0, so is the first word.
  const lost = sumRest(whole, part, lead);
  const rest = add(add(mul(k, both(LOG10_2_LOW)), mul(add(low, high), both(INVERSE_LN10_LOW))), mul(low, both(INVERSE_LN10_HIGH)));
  return logWhere(x, add(lead, add(lost, rest)));
}
