// Sine, cosine and tangent of two lanes: the body that sin.ts, cos.ts and tan.ts share.
//
// Method: |x| = k pi/2 + r with |r| <= pi/4, r in two words. Below 1.6e6, so that k < 2^20, pi/2 is taken in four parts of
// 33, 33, 33 and 53 bits (Cody & Waite 1980): the first three products are exact, and so are their differences with a rest,
// by Sterbenz' lemma where they cancel. Lanes beyond take payne-hanek.ts, and lanes near keep their bits then.
// sin(r) = r + r^3 S(r^2) and cos(r) = 1 - r^2/2 + r^4 C(r^2) on [-pi/4, pi/4]; S and C are minimax polynomials in relative
// error of sin, 2^-58.0, and of cos, 2^-64.2 (Remez exchange in 60 digits). Both are given in two words, value and rest.
//
// Error: relative 2^-60 in the remainder at worst; 2^-55 in sine and cosine before the rest is added.

import { negatedIf, quotient, signed, sumRest } from "./double-double";
import { ROUNDER } from "./exp";
import { payneHanek } from "./payne-hanek";
import { add, both, mul, sub } from "./lanes";

/** 2/pi. */
const QUARTERS: f64 = 0.6366197723675814;
/** pi/2: its bits in parts. */
const QUARTER_1: f64 = 1.5707963267341256;
const QUARTER_2: f64 = 6.077100506303966e-11;
const QUARTER_3: f64 = 2.0222662487111665e-21;
const QUARTER_4: f64 = 8.4784276603689e-32;
/** The |x| from which lanes take payne-hanek.ts. */
const FAR: f64 = 1.6e6;

/** What `circular` gives. */
export const SINE: i32 = 0;
export const COSINE: i32 = 1;
export const TANGENT: i32 = 2;

/** x >= 0 less k quarter turns, but for the last two parts. */
// @ts-ignore: decorator
@inline
function twoParts(x: v128, k: v128): v128 {
  return sub(sub(x, mul(k, both(QUARTER_1))), mul(k, both(QUARTER_2)));
}

/** x >= 0 less k quarter turns, but for the last part. */
// @ts-ignore: decorator
@inline
function threeParts(x: v128, k: v128): v128 {
  return sub(twoParts(x, k), mul(k, both(QUARTER_3)));
}

/** The last part of k quarter turns, and what rounding took from threeParts. */
// @ts-ignore: decorator
@inline
function fourthPart(x: v128, k: v128): v128 {
  const left = twoParts(x, k);
  const second = sumRest(sub(x, mul(k, both(QUARTER_1))), mul(k, both(-QUARTER_2)), left);
  const third = sumRest(left, mul(k, both(-QUARTER_3)), threeParts(x, k));
  return sub(add(second, third), mul(k, both(QUARTER_4)));
}

/** sin(r + low) - r. */
// @ts-ignore: decorator
@inline
export function sineRest(r: v128, low: v128): v128 {
  const z = mul(r, r);
  const w = mul(z, z);
  const s01 = add(both(-0.16666666666666632), mul(z, both(0.008333333333322418)));
  const s23 = add(both(-0.00019841269829812383), mul(z, both(2.7557313693573106e-6)));
  const s45 = add(both(-2.5050758384322925e-8), mul(z, both(1.5896811790872285e-10)));
  const s = add(s01, mul(w, add(s23, mul(w, s45))));
  return add(mul(mul(r, z), s), sub(low, mul(mul(both(0.5), z), low)));
}

/** 1 - r^2/2, rounded. */
// @ts-ignore: decorator
@inline
export function cosineLead(r: v128): v128 {
  return sub(both(1.0), mul(both(0.5), mul(r, r)));
}

/** cos(r + low) - cosineLead(r). */
// @ts-ignore: decorator
@inline
export function cosineRest(r: v128, low: v128): v128 {
  const z = mul(r, r);
  const w = mul(z, z);
  const half = mul(both(0.5), z);
  const c01 = add(both(0.0416666666666666), mul(z, both(-0.0013888888888874131)));
  const c23 = add(both(2.4801587289487006e-5), mul(z, both(-2.7557314353786914e-7)));
  const c45 = add(both(2.0875723478735325e-9), mul(z, both(-1.1359658828974145e-11)));
  const c = add(c01, mul(w, add(c23, mul(w, c45))));
  return add(sub(sub(both(1.0), cosineLead(r)), half), sub(mul(w, c), mul(r, low)));
}

/** Where x is so large that it takes payne-hanek.ts. */
// @ts-ignore: decorator
@inline
export function isFar(x: v128): v128 {
  return f64x2.ge(f64x2.abs(x), both(FAR));
}

/** sin of both lanes for what = SINE, cos for COSINE, tan for TANGENT; `what` is a constant, and only its part is compiled. */
// @ts-ignore: decorator
@inline
export function trig(x: v128, what: i32): v128 {
  return reducedTrig(x, what, true);
}

/** The same where no x is far: without a branch. */
// @ts-ignore: decorator
@inline
export function nearTrig(x: v128, what: i32): v128 {
  return reducedTrig(x, what, false);
}

// @ts-ignore: decorator
@inline
function reducedTrig(x: v128, what: i32, anywhere: bool): v128 {
  const size = f64x2.abs(x);
  let quarters = add(mul(size, both(QUARTERS)), both(ROUNDER));
  const k = sub(quarters, both(ROUNDER));
  const lead = threeParts(size, k);
  const tail = fourthPart(size, k);
  let high = add(lead, tail);
  let low = sumRest(lead, tail, high);
  const far = isFar(x);
  if (anywhere && v128.any_true(far)) {
    const first = payneHanek(f64x2.extract_lane(size, 0));
    const second = payneHanek(f64x2.extract_lane(size, 1));
    high = v128.bitselect(i64x2.shuffle(first, second, 0, 2), high, far);
    low = v128.bitselect(i64x2.shuffle(first, second, 1, 3), low, far);
    quarters = v128.bitselect(low, quarters, far);
  }
  if (what == COSINE) quarters = i64x2.add(quarters, i64x2.splat(1));
  const isOdd = i64x2.neg(v128.and(quarters, i64x2.splat(1)));
  const sineTail = sineRest(high, low);
  const cosine = cosineLead(high);
  const cosineTail = cosineRest(high, low);
  const above = v128.bitselect(cosine, high, isOdd);
  const aboveRest = v128.bitselect(cosineTail, sineTail, isOdd);
  if (what == TANGENT) {
    const below = v128.bitselect(high, cosine, isOdd);
    const belowRest = v128.bitselect(sineTail, cosineTail, isOdd);
    return negatedIf(signed(x, quotient(above, aboveRest, below, belowRest)), quarters);
  }
  const value = negatedIf(add(above, aboveRest), i64x2.shr_u(quarters, 1));
  return what == SINE ? signed(x, value) : value;
}
