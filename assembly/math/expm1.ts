// exp(x) - 1 of two lanes.
//
// Method: x = k ln2 + r as in exp.ts, and exp(x) - 1 = 2^k ((1 - 2^-k) + (exp(r) - 1)), whose sum is taken in two words: 1 - 2^-k is
// exact where it matters. expm1(+-0) = +-0, expm1(-inf) = -1, expm1(+inf) = +inf, NaN stays NaN. No branch.
//
// Error: below 1 ulp on all numbers (test/math.test.ts measures it).

import { sumRest } from "./double-double";
import { beyondLinear, headOf, LN2_HIGH, LN2_LOW, LOG2_E, powerOfTwo, ROUNDER, timesPower } from "./exp";
import { add, both, mul, sub } from "./lanes";

/** Below this expm1 is -1, above the other it is infinite. */
const LOWEST: f64 = -60.0;
const HIGHEST: f64 = 710.0;
/** The k from which 2^-k is as good as 0. */
const STEEP: i32 = 100;

/** expm1 of both lanes; below 1 ulp, and below 1.25 from 36 to 38, where e^x has an error of its own and 1 is below its last place. */
// @ts-ignore: decorator
@inline
export function expm1(x: v128): v128 {
  const clamped = f64x2.pmax(f64x2.pmin(x, both(HIGHEST)), both(LOWEST));
  const shifted = add(mul(clamped, both(LOG2_E)), both(ROUNDER));
  const k = sub(shifted, both(ROUNDER));
  const reduced = sub(clamped, mul(k, both(LN2_HIGH)));
  const low = mul(k, both(LN2_LOW));
  const inverse = powerOfTwo(i32x4.sub(i32x4.splat(0), i32x4.min_s(shifted, i32x4.splat(STEEP))));
  const whole = sub(both(1.0), inverse);
  const head = headOf(reduced);
  const lead = add(whole, head);
  const rest = add(sub(sub(reduced, head), low), beyondLinear(sub(reduced, low)));
  const value = timesPower(add(lead, add(sumRest(whole, head, lead), rest)), shifted);
  return v128.bitselect(x, value, f64x2.eq(x, both(0.0)));
}
