// asin of two lanes.
//
// Method: inverse-trig.ts, counted from pi/2 where |x| >= 1/2. Odd: asin(-0) = -0; NaN outside [-1, 1], NaN stays NaN. No branch.
//
// Error: below 1 ulp on [-1, 1] (test/math.test.ts measures it).

import { arcLead, arcRest, isSteep, QUARTER, QUARTER_REST } from "./inverse-trig";
import { signed, sumRest } from "./double-double";
import { add, both } from "./lanes";

/** asin of both lanes; below 1 ulp. */
// @ts-ignore: decorator
@inline
export function asin(x: v128): v128 {
  const size = f64x2.abs(x);
  const steep = isSteep(size);
  const minus = v128.and(steep, both(-0.0));
  const start = v128.and(steep, both(QUARTER));
  const lead = v128.xor(arcLead(size, steep), minus);
  const rest = add(v128.xor(arcRest(size, steep), minus), v128.and(steep, both(QUARTER_REST)));
  const sum = add(start, lead);
  return signed(x, add(sum, add(sumRest(start, lead, sum), rest)));
}
