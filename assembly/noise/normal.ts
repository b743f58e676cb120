// Standard normal quantiles.
//
// Method: Wichura 1988, Algorithm AS 241 (PPND16), Appl. Stat. 37:477; about 1 part in 10^16. In the middle a rational
// function of q = p - 1/2, in the tails of sqrt(-log(min(p, 1 - p))).

import { add, both, div, LANE, mul, PAIR, sub } from "../math/lanes";
import { logOfNormal } from "../math/log";

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

/** |q| <= 0.425, where q = p - 1/2, with r = 0.425^2 - q^2. */
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

/** sqrt(-log(1/2 - |q|)). */
// @ts-ignore: decorator
@inline
function tailRoot(q: v128): v128 {
  return f64x2.sqrt(f64x2.neg(logOfNormal(sub(both(0.5), f64x2.abs(q)))));
}

/** |x| of a tail, by its root. */
// @ts-ignore: decorator
@inline
function tail(root: v128): v128 {
  const isNear = f64x2.le(root, both(5.0));
  const near = nearTail(root);
  return i64x2.all_true(isNear) ? near : v128.bitselect(near, farTail(root), isNear);
}

/** Most tails that are gathered; bytes of a list of numbers with room for two more; bytes of scratch: q of each, root, address (u32). */
const TOGETHER: usize = 128;
const LIST: usize = (TOGETHER + 2) << 3;
export const TAILS_BYTES: usize = 2 * LIST + LIST / 2;

/** Adds those of a pair of numbers that are in the tails to the lists; gives how many there are then. Nothing branches. */
// @ts-ignore: decorator
@inline
function gather(q: v128, at: usize, lists: usize, tails: usize): usize {
  const isTail = i64x2.bitmask(f64x2.gt(f64x2.abs(q), both(0.425)));
  const next = tails + (isTail & 1);
  v128.store_lane<f64>(lists + (tails << 3), q, 0);
  store<u32>(lists + (tails << 2), <u32>at, 2 * LIST);
  v128.store_lane<f64>(lists + (next << 3), q, 1);
  store<u32>(lists + (next << 2), <u32>(at + LANE), 2 * LIST);
  return next + (isTail >>> 1);
}

/**
 * Numbers q in (-1/2, 1/2) from `at` to `end`, by fours, become offset + scale x, where P(X < x) = q + 1/2. A seventh of them are in the
 * tails: these are gathered, so that no pair waits for a branch, or for the tail of its other number.
 */
export function quantiles(at: usize, end: usize, lists: usize, offset: f64, scale: f64): void {
  const mean = both(offset);
  const sd = both(scale);
  while (at < end) {
    const stop = min(at + (TOGETHER << 3), end);
    let tails: usize = 0;
    do {
      const first = v128.load(at);
      const second = v128.load(at, PAIR);
      v128.store(at, add(mean, mul(sd, middle(first))));
      v128.store(at, add(mean, mul(sd, middle(second))), PAIR);
      tails = gather(first, at, lists, tails);
      tails = gather(second, at + PAIR, lists, tails);
      at += 2 * PAIR;
    } while (at < stop);
    if (tails == 0) continue;
    const last = tails - 1;
    // Where their number is odd, the last stands twice.
    store<f64>(lists + (tails << 3), load<f64>(lists + (last << 3)));
    store<u32>(lists + (tails << 2), load<u32>(lists + (last << 2), 2 * LIST), 2 * LIST);
    // Two loops keep more pairs under way at once than one.
    for (let i: usize = 0; i < tails; i += 2) v128.store(lists + (i << 3), tailRoot(v128.load(lists + (i << 3))), LIST);
    for (let i: usize = 0; i < tails; i += 2) {
      const x = tail(v128.load(lists + (i << 3), LIST));
      const signed = v128.bitselect(f64x2.neg(x), x, f64x2.lt(v128.load(lists + (i << 3)), both(0.0)));
      const value = add(mean, mul(sd, signed));
      v128.store_lane<f64>(load<u32>(lists + (i << 2), 2 * LIST), value, 0);
      v128.store_lane<f64>(load<u32>(lists + (i << 2), 2 * LIST + 4), value, 1);
    }
  }
}
