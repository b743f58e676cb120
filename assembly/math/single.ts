// exp and the logistic function of four lanes of f32: what float32 loops compute most.
//
// Method: as exp.ts and sigmoid.ts. x = k ln2 + r with |r| <= ln2/2; ln2 is split in two (the split of Cephes' expf.c, Moshier 1987), so
// that k times its first part, of 9 bits, is exact. exp(r) = 1 + r + r^2 q(r), where q is the degree-4 minimax polynomial in relative error of
// exp, 2^-28.3. For S(x) = 1 / (1 + exp(-x)), exp(-r) = (1 + w - r/2) / (1 + w + r/2), where 1 + w = (r/2) coth(r/2), so that
// S = n / (n + 2^-k m) with n = 1 + w + r/2 and m = 1 + w - r/2; w = t P(t), t = r^2, of absolute error 2^-28.7 (both polynomials by Remez
// exchange in 60 digits). 1 + w is rounded: n and m have that error in common.
//
// exp underflows gradually; S is 0 where exp(-x) overflows, from -88.4 down. NaN stays NaN; exp(-inf) = +0, exp(+inf) = +inf, S(+-0) = 1/2.
//
// Error: below 1 ulp for exp, 2.5 ulp for S, on arguments at which results are normal (test/kernel/float32.test.ts measures both).

/** log2(e), and ln 2: 9 bits, and the rest of it. */
const LOG2_E: f32 = 1.44269504;
const LN2_HIGH: f32 = 0.693359375;
const LN2_LOW: f32 = -2.12194440e-4;
/** 1.5 * 2^23, which rounds to an integer and leaves it in the low bits, and its own bits. */
const ROUNDER: f32 = 12582912.0;
const ROUNDER_BITS: i32 = 0x4b400000;
/** The exponent's bias, and how far up the exponent stands. */
const BIAS: i32 = 127;
const EXPONENT: i32 = 23;
/** Below this exp is 0, above the other it is infinite. */
const LOWEST: f32 = -104.0;
const HIGHEST: f32 = 89.0;
/** From the first of these down 2^-k is infinite, and S is 0; from the other up S is 1. */
const LOWEST_SIGMOID: f32 = -89.0;
const HIGHEST_SIGMOID: f32 = 87.0;

// @ts-ignore: decorator
@inline
function all(x: f32): v128 {
  return f32x4.splat(x);
}

// @ts-ignore: decorator
@inline
function add(a: v128, b: v128): v128 {
  return f32x4.add(a, b);
}

// @ts-ignore: decorator
@inline
function sub(a: v128, b: v128): v128 {
  return f32x4.sub(a, b);
}

// @ts-ignore: decorator
@inline
function mul(a: v128, b: v128): v128 {
  return f32x4.mul(a, b);
}

// @ts-ignore: decorator
@inline
function within(x: v128, lowest: f32, highest: f32): v128 {
  return f32x4.pmax(f32x4.pmin(x, all(highest)), all(lowest));
}

/** exp of four lanes. */
export function singleExp(x: v128): v128 {
  const clamped = within(x, LOWEST, HIGHEST);
  const shifted = add(all(ROUNDER), mul(clamped, all(LOG2_E)));
  const k = sub(shifted, all(ROUNDER));
  const r = sub(sub(clamped, mul(k, all(LN2_HIGH))), mul(k, all(LN2_LOW)));
  const q3 = add(all(0.00836885106798), mul(r, all(0.00138143207243)));
  const q2 = add(all(0.0416684010808), mul(r, q3));
  const q1 = add(all(0.166665195241), mul(r, q2));
  const q0 = add(all(0.499999933731), mul(r, q1));
  const mantissa = add(all(1.0), add(r, mul(mul(r, r), q0)));
  // 2^k in two factors: nothing overflows early, and all underflows gradually.
  const whole = i32x4.sub(shifted, i32x4.splat(ROUNDER_BITS));
  const half = i32x4.shr_s(whole, 1);
  const first = i32x4.shl(i32x4.add(half, i32x4.splat(BIAS)), EXPONENT);
  const second = i32x4.shl(i32x4.add(i32x4.sub(whole, half), i32x4.splat(BIAS)), EXPONENT);
  return mul(mul(mantissa, first), second);
}

/** S of four lanes, of which half of r is added and taken away by a multiply-add, or beforehand where there is none. */
// @ts-ignore: decorator
@inline
function logistic(x: v128, isFused: bool): v128 {
  const clamped = within(x, LOWEST_SIGMOID, HIGHEST_SIGMOID);
  // The low bits are those of 2^-k, further up.
  const shifted = sub(all(ROUNDER + <f32>BIAS), mul(clamped, all(LOG2_E)));
  const minusK = sub(shifted, all(ROUNDER + <f32>BIAS));
  const r = add(add(clamped, mul(minusK, all(LN2_HIGH))), mul(minusK, all(LN2_LOW)));
  const t = mul(r, r);
  const p = add(all(0.0833331271556), mul(t, all(-0.00138335583938)));
  const u = add(all(1.0), mul(t, p));
  const half = mul(r, all(0.5));
  const n = add(u, half);
  const m = isFused ? add(u, mul(r, all(-0.5))) : sub(u, half);
  return f32x4.div(n, add(n, mul(i32x4.shl(shifted, EXPONENT), m)));
}

/** S of four lanes. */
export function singleSigmoid(x: v128): v128 {
  return logistic(x, false);
}

/** The same where products and sums round once. */
export function fusedSingleSigmoid(x: v128): v128 {
  return logistic(x, true);
}
