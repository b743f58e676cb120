// acos of two lanes.
//
// Method: inverse-trig.ts, counted from 0 for x >= 1/2, from pi for x <= -1/2, from pi/2 between. acos(1) = +0; NaN outside [-1, 1],
// NaN stays NaN. No branch.
//
// Error: below 1 ulp on [-1, 1] (test/math.test.ts measures it).

import { arcLead, arcRest, isSteep, QUARTER, QUARTER_REST } from "./inverse-trig";
import { sumRest } from "./double-double";
import { add, both } from "./lanes";

/** acos of both lanes; below 1 ulp. */
// @ts-ignore: decorator
@inline
export function acos(x: v128): v128 {
  const size = f64x2.abs(x);
  const steep = isSteep(size);
  const negative = f64x2.lt(x, both(0.0));
  // The angle is added to 0 for x >= 1/2 and to pi/2 for -1/2 < x < 0, and taken away from the start else.
  const minus = v128.and(v128.not(v128.xor(steep, negative)), both(-0.0));
  const far = v128.and(steep, negative);
  const near = v128.andnot(both(QUARTER), v128.andnot(steep, negative));
  const start = add(near, v128.and(far, both(QUARTER)));
  const nearRest = v128.andnot(both(QUARTER_REST), v128.andnot(steep, negative));
  const startRest = add(nearRest, v128.and(far, both(QUARTER_REST)));
  const lead = v128.xor(arcLead(size, steep), minus);
  const rest = add(v128.xor(arcRest(size, steep), minus), startRest);
  const sum = add(start, lead);
  return add(sum, add(sumRest(start, lead, sum), rest));
}
