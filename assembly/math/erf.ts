// The error function of two lanes.
//
// Method: up to |x| = 1, x + x P(x^2), where P is a polynomial of relative error 2^-56; beyond, 1 - exp(-x^2) Q(s), where
// s = (2 / (2 + |x|) - 11/24) 24/5 and Q has the absolute error 2^-56 (both interpolated at Chebyshev points in 60 digits).
// Odd: erf(-0) = -0; erf(+-inf) = +-1, NaN stays NaN. No branch.
//
// Error: below 1.3 ulp on all numbers (test/math.test.ts measures it).

import { signed } from "./double-double";
import { exp } from "./exp";
import { add, both, div, mul, sub } from "./lanes";

/** From here on erf rounds to 1. */
const HIGHEST: f64 = 6.0;
const CENTRE: f64 = 0.4583333333333333;
const STRETCH: f64 = 4.8;

/** erf(x) / x - 1 from z = x^2 <= 1. */
// @ts-ignore: decorator
@inline
function near(z: v128): v128 {
  const w = mul(z, z);
  const p0 = add(both(0.1283791670955126), mul(z, both(-0.3761263890318375)));
  const p1 = add(both(0.11283791670954879), mul(z, both(-0.026866170645076792)));
  const p2 = add(both(0.0052239776248180145), mul(z, both(-0.000854832698083379)));
  const p3 = add(both(0.0001205533111164271), mul(z, both(-1.4925595266831182e-5)));
  const p4 = add(both(1.6461000484121368e-6), mul(z, both(-1.6350312701054695e-7)));
  const p5 = add(both(1.4659775274047436e-8), mul(z, both(-1.1372848856791674e-9)));
  const p6 = both(5.957176147748911e-11);
  return add(p0, mul(w, add(p1, mul(w, add(p2, mul(w, add(p3, mul(w, add(p4, mul(w, add(p5, mul(w, p6))))))))))));
}

/** exp(x^2) erfc(x) for 1 <= x <= 6. */
// @ts-ignore: decorator
@inline
function far(x: v128): v128 {
  const s = mul(sub(div(both(2.0), add(both(2.0), x)), both(CENTRE)), both(STRETCH));
  const w = mul(s, s);
  const q0 = add(both(0.2214295402299318), mul(s, both(0.16189356804102537)));
  const q1 = add(both(0.038560570425181566), mul(s, both(0.0055888162818258785)));
  const q2 = add(both(0.00019713917776008889), mul(s, both(-8.079220411804128e-5)));
  const q3 = add(both(-7.340518284999869e-6), mul(s, both(1.979561158209264e-6)));
  const q4 = add(both(1.6350102372087984e-7), mul(s, both(-7.005170205475373e-8)));
  const q5 = add(both(-5.926361315281833e-10), mul(s, both(2.622350032514279e-9)));
  const q6 = add(both(-2.634243021000669e-10), mul(s, both(-7.290508535165398e-11)));
  const q7 = both(1.8620989806815163e-11);
  return add(q0, mul(w, add(q1, mul(w, add(q2, mul(w, add(q3, mul(w, add(q4, mul(w, add(q5, mul(w, add(q6, mul(w, q7))))))))))))));
}

/** erf of both lanes; below 1.3 ulp. */
// @ts-ignore: decorator
@inline
export function erf(x: v128): v128 {
  const size = f64x2.pmin(f64x2.abs(x), both(HIGHEST));
  const z = mul(size, size);
  const small = add(size, mul(size, near(z)));
  const large = sub(both(1.0), mul(exp(f64x2.neg(z)), far(size)));
  return signed(x, v128.bitselect(large, small, f64x2.gt(size, both(1.0))));
}
