// Sums, products and quotients of two lanes in two words: a value and the rest that rounding took from it.
//
// Method: Dekker 1971, Numer. Math. 18:224. WebAssembly has no fused multiply-add, so that factors are split; the split is
// by a mask, which is cheaper than Veltkamp's and cannot overflow. No branch.
//
// Error: sums are exact, products and quotients to 2^-104.

import { add, both, div, mul, sub } from "./lanes";

/** Sign, exponent and the leading 26 bits. */
const LEADING: i64 = 0xfffffffff8000000;
const SIGN: i64 = 0x8000000000000000;

/** `value` with its sign changed where x has one. */
// @ts-ignore: decorator
@inline
export function signed(x: v128, value: v128): v128 {
  return v128.xor(value, v128.and(x, i64x2.splat(SIGN)));
}

/** `x` with its sign changed where the last bit of `flag` is 1. */
// @ts-ignore: decorator
@inline
export function negatedIf(x: v128, flag: v128): v128 {
  return v128.xor(x, i64x2.shl(flag, 63));
}

/** The leading 26 bits of x. */
// @ts-ignore: decorator
@inline
export function leading(x: v128): v128 {
  return v128.and(x, i64x2.splat(LEADING));
}

/** a + b - sum, where sum = add(a, b), and |a| >= |b| or a = 0. */
// @ts-ignore: decorator
@inline
export function sumRest(a: v128, b: v128, sum: v128): v128 {
  return sub(b, sub(sum, a));
}

/** a b - product, where product = mul(a, b). */
// @ts-ignore: decorator
@inline
export function productRest(a: v128, b: v128, product: v128): v128 {
  const aHigh = leading(a);
  const bHigh = leading(b);
  const aLow = sub(a, aHigh);
  const bLow = sub(b, bHigh);
  return add(add(add(sub(mul(aHigh, bHigh), product), mul(aHigh, bLow)), mul(aLow, bHigh)), mul(aLow, bLow));
}

/** (n + nRest) / (d + dRest) - q, where q = mul(n, inverse), inverse = 1 / d, and the rests are small beside n and d. */
// @ts-ignore: decorator
@inline
export function quotientRest(n: v128, nRest: v128, d: v128, dRest: v128, inverse: v128, q: v128): v128 {
  const product = mul(q, d);
  const left = sub(sub(n, product), productRest(q, d, product));
  return mul(add(left, sub(nRest, mul(q, dRest))), inverse);
}

/** (n + nRest) / (d + dRest), where |n| >= |nRest| and |d| >= |dRest|. */
// @ts-ignore: decorator
@inline
export function quotient(n: v128, nRest: v128, d: v128, dRest: v128): v128 {
  const above = add(n, nRest);
  const below = add(d, dRest);
  const inverse = div(both(1.0), below);
  const q = mul(above, inverse);
  return add(q, quotientRest(above, sumRest(n, nRest, above), below, sumRest(d, dRest, below), inverse, q));
}
