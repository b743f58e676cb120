// x^y of two lanes.
//
// Method: that of fdlibm's e_pow.c (Sun Microsystems 1993), without its branches and its low words. |x| = 2^k m with m in
// [sqrt(3)/2, sqrt(3)), c = 1 or 3/2, the nearer one, and s = (m - c)/(m + c) in two words, |s| < 0.102. Then
//   log2(m/c) = 2/(3 ln2) s (3 + s^2 + s^4 L(s^2)),
// where L is a minimax polynomial of degree 5, 2^-71 of log2(m/c) (Remez exchange in 80 digits). y log2|x| = k + f in two
// words and x^y = 2^k 2^f with exp.ts. The logarithm's relative error is 2^-67, which y log2|x| < 1075 makes 2^-57 in x^y.
// Special values are those of C99's annex F: pow(x, +-0) = pow(1, y) = 1 even for NaN. No branch.
//
// Error: below 1 ulp on all numbers, at most one subnormal step below 2^-1022 (test/math.test.ts measures it).

import { leading, productRest, quotientRest, sumRest } from "./double-double";
import { exponential, ROUNDER } from "./exp";
import { add, both, div, mul, sub } from "./lanes";

/** The smallest normal number, and the scale that lifts subnormals above it. */
const SMALLEST_NORMAL: f64 = 2.2250738585072014e-308;
const LIFT: f64 = 18014398509481984.0;
const LIFT_EXPONENT: f64 = 54.0;
/** Bits of sqrt(3)/2: subtracting them splits exponent and fraction around the two centres. */
const LOWEST_BITS: i64 = 0x3febb67ae8584caa;
/** sqrt(3/2): where the centre becomes 3/2. */
const BORDER: f64 = 1.224744871391589;
/** 2^52 + 2^51 as bits: turns a small integer in the low bits into an f64. */
const INTEGER_BITS: i64 = 0x4338000000000000;
/** log2(3/2) in two words; the first has 40 bits, so that its sum with k is exact. */
const CENTRE_LOG: f64 = 0.584962500720394;
const CENTRE_LOG_REST: f64 = 7.621628819151085e-13;
/** 2/(3 ln2) in two words. */
const SCALE: f64 = 0.9617966939259756;
const SCALE_REST: f64 = 5.0577616648125907e-17;
/** 2^66: beyond it, the size of y changes nothing. */
const HIGHEST_POWER: f64 = 73786976294838206464.0;
/** Beyond it, 2^x is 0 or infinite. */
const HIGHEST: f64 = 1100.0;
/** ln 2, its leading 26 bits and what follows them. */
const LN2: f64 = 0.6931471805599453;
const LN2_HEAD: f64 = 0.6931471675634384;
const LN2_TAIL: f64 = 1.2996506893889889e-8;

/** 3 + s^2 + s^4 L(s^2) but for the 3, where z + zRest = s^2. */
// @ts-ignore: decorator
@inline
function series(z: v128, zRest: v128): v128 {
  const w = mul(z, z);
  const l01 = add(both(0.5999999999999946), mul(z, both(0.4285714285784843)));
  const l23 = add(both(0.3333333298435041), mul(z, both(0.27272811935478103)));
  const l45 = add(both(0.23066111820280402), mul(z, both(0.2069631416479009)));
  return add(zRest, mul(w, add(l01, mul(w, add(l23, mul(w, l45))))));
}

/** 2^(high + rest); overflows and underflows gradually. */
// @ts-ignore: decorator
@inline
function powerOfTwo(high: v128, rest: v128): v128 {
  const within = f64x2.lt(f64x2.abs(high), both(HIGHEST));
  const clamped = f64x2.pmax(f64x2.pmin(high, both(HIGHEST)), both(-HIGHEST));
  const shifted = add(clamped, both(ROUNDER));
  const f = sub(clamped, sub(shifted, both(ROUNDER)));
  const head = leading(f);
  const tail = add(sub(f, head), v128.and(rest, within));
  const low = add(mul(head, both(-LN2_TAIL)), mul(tail, both(-LN2)));
  return exponential(mul(head, both(LN2_HEAD)), low, shifted);
}

/** x^y where |x| is neither 0 nor infinite, by the sizes alone; `edge` is y log2|x| where it is. */
// @ts-ignore: decorator
@inline
function powerOfSize(size: v128, y: v128, edge: v128, isEdge: v128): v128 {
  const subnormal = f64x2.lt(size, both(SMALLEST_NORMAL));
  const lifted = v128.bitselect(mul(size, both(LIFT)), size, subnormal);
  const offset = i64x2.sub(lifted, i64x2.splat(LOWEST_BITS));
  const exponent = i64x2.shr_s(offset, 52);
  const m = i64x2.sub(lifted, i64x2.shl(exponent, 52));
  const k = sub(sub(i64x2.add(exponent, i64x2.splat(INTEGER_BITS)), both(ROUNDER)), v128.and(both(LIFT_EXPONENT), subnormal));
  const upper = f64x2.ge(m, both(BORDER));
  const centre = add(both(1.0), v128.and(both(0.5), upper));
  // s = n/d in two words.
  const n = sub(m, centre);
  const d = add(centre, m);
  const inverse = div(both(1.0), d);
  const s = mul(n, inverse);
  const sRest = quotientRest(n, both(0.0), d, sumRest(centre, m, d), inverse, s);
  // t = 3 + s^2 + ...
  const z = mul(s, s);
  const more = series(z, add(productRest(s, s, z), mul(add(s, s), sRest)));
  const t0 = add(both(3.0), z);
  const t = add(t0, more);
  const tRest = add(sumRest(both(3.0), z, t0), sumRest(t0, more, t));
  // s t, and that over ln2
  const u = mul(s, t);
  const uRest = add(productRest(s, t, u), add(mul(s, tRest), mul(sRest, t)));
  const v = mul(u, both(SCALE));
  const vRest = add(productRest(u, both(SCALE), v), add(mul(u, both(SCALE_REST)), mul(uRest, both(SCALE))));
  // log2|x|
  const start = add(k, v128.and(both(CENTRE_LOG), upper));
  const log = add(start, v);
  const logRest = add(sumRest(start, v, log), add(vRest, v128.and(both(CENTRE_LOG_REST), upper)));
  const product = mul(y, log);
  const rest = add(productRest(y, log, product), mul(y, logRest));
  return powerOfTwo(v128.bitselect(edge, product, isEdge), rest);
}

/** x^y of both lanes; below 1 ulp. */
// @ts-ignore: decorator
@inline
export function pow(x: v128, y: v128): v128 {
  const size = f64x2.abs(x);
  const zero = f64x2.eq(size, both(0.0));
  const infinite = f64x2.eq(size, both(Infinity));
  const limited = f64x2.pmax(f64x2.pmin(y, both(HIGHEST_POWER)), both(-HIGHEST_POWER));
  // At 0 and infinity, y log|x| is infinite with the sign of y or the other one.
  const edge = v128.xor(v128.or(both(Infinity), v128.and(y, both(-0.0))), v128.and(zero, both(-0.0)));
  const value = powerOfSize(size, limited, edge, v128.or(zero, infinite));
  const half = mul(y, both(0.5));
  const whole = f64x2.eq(f64x2.nearest(y), y);
  const odd = v128.and(whole, f64x2.ne(f64x2.nearest(half), half));
  const signed = v128.xor(value, v128.and(v128.and(x, both(-0.0)), odd));
  const outside = v128.andnot(f64x2.lt(x, both(0.0)), v128.or(infinite, whole));
  const unknown = v128.or(outside, v128.or(f64x2.ne(x, x), f64x2.ne(y, y)));
  const one = v128.or(f64x2.eq(x, both(1.0)), f64x2.eq(y, both(0.0)));
  return v128.bitselect(both(1.0), v128.or(signed, unknown), one);
}
