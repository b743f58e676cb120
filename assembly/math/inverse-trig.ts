// The angle between two lanes and the nearest of 0 and 1 among sines, in two words: what asin and acos share.
//
// Method: that of fdlibm's e_asin.c (Sun Microsystems 1993), without its branches. For |x| < 1/2, asin(|x|) = s + s z R(z) with
// s = |x|, z = s^2; else acos(|x|) = s + s z R(z) with s = 2 root, root = sqrt(z), z = (1 - |x|)/2, and what rounding took
// from the root is added: (z - root^2) / root. R is the degree-12 minimax polynomial of (asin(s)/s - 1)/z on [0, 1/4] in
// relative error of asin, 2^-59.8 (Remez exchange in 60 digits). NaN outside [-1, 1]. No branch.
//
// Error: 2^-55 of s before the rest is added.

import { productRest } from "./double-double";
import { add, both, div, mul, sub } from "./lanes";

/** pi/2 and what follows it. */
export const QUARTER: f64 = 1.5707963267948966;
export const QUARTER_REST: f64 = 6.123233995736766e-17;
/** Divisor in place of a root of 0. */
const TINY: f64 = 1e-300;

/** Where the angle is counted from 1 instead of 0. */
// @ts-ignore: decorator
@inline
export function isSteep(size: v128): v128 {
  return f64x2.ge(size, both(0.5));
}

/** (1 - |x|)/2 where steep, else x^2. */
// @ts-ignore: decorator
@inline
function square(size: v128, steep: v128): v128 {
  return v128.bitselect(mul(sub(both(1.0), size), both(0.5)), mul(size, size), steep);
}

/** s: the angle's lead. */
// @ts-ignore: decorator
@inline
export function arcLead(size: v128, steep: v128): v128 {
  const root = f64x2.sqrt(square(size, steep));
  return v128.bitselect(add(root, root), size, steep);
}

/** The angle less its lead. */
// @ts-ignore: decorator
@inline
export function arcRest(size: v128, steep: v128): v128 {
  const z = square(size, steep);
  const root = f64x2.sqrt(z);
  const again = mul(root, root);
  const left = sub(sub(z, again), productRest(root, root, again));
  const correction = v128.and(div(left, f64x2.max(root, both(TINY))), steep);
  const z2 = mul(z, z);
  const z4 = mul(z2, z2);
  const r01 = add(both(0.16666666666666763), mul(z, both(0.07499999999970261)));
  const r23 = add(both(0.04464285717512123), mul(z, both(0.03038194268360291)));
  const r45 = add(both(0.0223722156605783), mul(z, both(0.01735160008849325)));
  const r67 = add(both(0.01398096147892652), mul(z, both(0.011397775822752918)));
  const r89 = add(both(0.010786529820175103), mul(z, both(0.003683039211687024)));
  const r1011 = add(both(0.021763506272228957), mul(z, both(-0.02107730337846272)));
  const r03 = add(r01, mul(z2, r23));
  const r47 = add(r45, mul(z2, r67));
  const r812 = add(add(r89, mul(z2, r1011)), mul(z4, both(0.03267689754935542)));
  const r = add(r03, mul(z4, add(r47, mul(z4, r812))));
  return add(mul(mul(arcLead(size, steep), z), r), correction);
}
