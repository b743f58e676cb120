// The standard normal quantile of two lanes.
//
// Method: Wichura 1988, Algorithm AS 241 (PPND16), Appl. Stat. 37:477; about 1 part in 10^16. In the middle a rational
// function of (p - 1/2)^2, in the tails of sqrt(-log(min(p, 1 - p))); the tails are computed only where a lane needs them.

import { add, both, div, mul, sub } from "../math/lanes";
import { log } from "../math/log";

/** a0 + x (a1 + x (... a7)). */
// @ts-ignore: decorator
@inline
function polynomial(x: v128, a0: f64, a1: f64, a2: f64, a3: f64, a4: f64, a5: f64, a6: f64, a7: f64): v128 {
  let sum = add(mul(both(a7), x), both(a6));
  sum = add(mul(sum, x), both(a5));
  sum = add(mul(sum, x), both(a4));
  sum = add(mul(sum, x), both(a3));
  sum = add(mul(sum, x), both(a2));
  sum = add(mul(sum, x), both(a1));
  return add(mul(sum, x), both(a0));
}

/** |p - 1/2| <= 0.425, with r = 0.425^2 - (p - 1/2)^2. */
// @ts-ignore: decorator
@inline
function middle(q: v128): v128 {
  const r = sub(both(0.180625), mul(q, q));
  const above = polynomial(r, 3.387132872796366608, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3);
  const below = polynomial(r, 1.0, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3, 2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3);
  return div(mul(q, above), below);
}

/** The tail where r = sqrt(-log(tail probability)) is at most 5. */
// @ts-ignore: decorator
@inline
function nearTail(root: v128): v128 {
  const r = sub(root, both(1.6));
  const above = polynomial(r, 1.42343711074968357734, 4.63033784615654529590, 5.76949722146069140550, 3.64784832476320460504, 1.27045825245236838258, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4);
  const below = polynomial(r, 1.0, 2.05319162663775882187, 1.67638483018380384940, 6.89767334985100004550e-1, 1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9);
  return div(above, below);
}

/** The tail beyond: probabilities below 1.4e-11. */
// @ts-ignore: decorator
@inline
function farTail(root: v128): v128 {
  const r = sub(root, both(5.0));
  const above = polynomial(r, 6.65790464350110377720, 5.46378491116411436990, 1.78482653991729133580, 2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7);
  const below = polynomial(r, 1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2, 7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15);
  return div(above, below);
}

/** The x with P(X < x) = p, for p in (0, 1). */
export function normalQuantile(p: v128): v128 {
  const q = sub(p, both(0.5));
  const inMiddle = f64x2.le(f64x2.abs(q), both(0.425));
  const centre = middle(q);
  if (i64x2.all_true(inMiddle)) return centre;
  const root = f64x2.sqrt(f64x2.neg(log(f64x2.min(p, sub(both(1.0), p)))));
  const tail = v128.bitselect(nearTail(root), farTail(root), f64x2.le(root, both(5.0)));
  const signed = v128.bitselect(f64x2.neg(tail), tail, f64x2.lt(q, both(0.0)));
  return v128.bitselect(centre, signed, inMiddle);
}
