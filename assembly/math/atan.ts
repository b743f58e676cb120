// atan of two lanes.
//
// Method: |x| is turned by 0, pi/4 or pi/2 so that w = x, (x - 1)/(x + 1) or -1/x is within sqrt(2) - 1 of 0, by one corrected
// division; atan(w) = w + w^3 P(w^2). P is the degree-10 minimax polynomial in relative error of atan, 2^-59.5 (Remez exchange
// in 60 digits). Odd: atan(-0) = -0; atan(+-inf) = +-pi/2, NaN stays NaN. No branch.
//
// Error: below 1 ulp on all numbers (test/math.test.ts measures it).

import { quotientRest, signed, sumRest } from "./double-double";
import { add, both, div, mul, sub } from "./lanes";

/** sqrt(2) - 1 and its inverse: the borders between turns. */
const LOWER: f64 = 0.41421356237309503;
const UPPER: f64 = 2.414213562373095;
/** pi/4 and what follows it. */
const EIGHTH: f64 = 0.7853981633974483;
const EIGHTH_REST: f64 = 3.061616997868383e-17;
/** From here on atan rounds to pi/2: 2^60. */
const HIGHEST: f64 = 1152921504606846976.0;

/** atan of both lanes; below 1 ulp. */
// @ts-ignore: decorator
@inline
export function atan(x: v128): v128 {
  const size = f64x2.pmin(f64x2.abs(x), both(HIGHEST));
  const turned = f64x2.gt(size, both(LOWER));
  const twice = f64x2.gt(size, both(UPPER));
  // n = x, x - 1 or -1; d = 1, x + 1 or x: x times `a`, and b.
  const a = v128.andnot(size, twice);
  const b = v128.and(turned, both(1.0));
  const n = sub(a, b);
  const c = v128.and(turned, size);
  const e = v128.andnot(both(1.0), twice);
  const d = add(c, e);
  const dRest = add(sub(c, sub(d, sub(d, c))), sub(e, sub(d, c)));
  const nRest = sub(sub(a, add(n, sub(a, n))), sub(b, sub(a, n)));
  const inverse = div(both(1.0), d);
  const w = mul(n, inverse);
  const start = add(v128.and(turned, both(EIGHTH)), v128.and(twice, both(EIGHTH)));
  const startRest = add(v128.and(turned, both(EIGHTH_REST)), v128.and(twice, both(EIGHTH_REST)));
  const z = mul(w, w);
  const z2 = mul(z, z);
  const z4 = mul(z2, z2);
  const p01 = add(both(-0.333333333333332), mul(z, both(0.1999999999995404)));
  const p23 = add(both(-0.14285714280244194), mul(z, both(0.11111110785911146)));
  const p45 = add(both(-0.0909089782964876), mul(z, both(0.0769206151162543)));
  const p67 = add(both(-0.06663118910473434), mul(z, both(0.05847997881099257)));
  const p89 = add(both(-0.050397944782738055), mul(z, both(0.03807699333925791)));
  const p810 = add(p89, mul(z2, both(-0.017920793574660313)));
  const p = add(add(p01, mul(z2, p23)), mul(z4, add(add(p45, mul(z2, p67)), mul(z4, p810))));
  const sum = add(start, w);
  const left = add(sumRest(start, w, sum), add(quotientRest(n, nRest, d, dRest, inverse, w), startRest));
  return signed(x, add(sum, add(left, mul(mul(w, z), p))));
}
