// Philox4x32-10, a counter-based generator: Salmon, Moraes, Dror & Shaw 2011, SC'11 "Parallel random numbers: as easy as
// 1, 2, 3". Four counters side by side; word i of the four counters is in vector i. Random123's known answers hold.
//
// A round: c0, c1, c2, c3 = high(m1 c2) ^ c1 ^ k0, low(m1 c2), high(m0 c0) ^ c3 ^ k1, low(m0 c0). A widening multiplication gives both
// words of a product at once.

export const MULTIPLIER_0: i32 = 0xd2511f53;
export const MULTIPLIER_1: i32 = 0xcd9e8d57;
/** Weyl increments of the key: the golden ratio and sqrt(3) - 1. */
const WEYL_0: i32 = 0x9e3779b9;
const WEYL_1: i32 = 0xbb67ae85;
const ROUNDS: usize = 10;
/** Bytes of one round's two keys, each in four lanes; and of all. */
export const ROUND_KEYS: usize = 32;
export const KEYS: usize = ROUNDS * ROUND_KEYS;

/** Low words of four products, which are in two vectors. */
// @ts-ignore: decorator
@inline
export function low(first: v128, last: v128): v128 {
  return v128.shuffle<i32>(first, last, 0, 2, 4, 6);
}

/** High words of four products. */
// @ts-ignore: decorator
@inline
export function high(first: v128, last: v128): v128 {
  return v128.shuffle<i32>(first, last, 1, 3, 5, 7);
}

/** a ^ b ^ c. */
// @ts-ignore: decorator
@inline
export function xor(a: v128, b: v128, c: v128): v128 {
  return v128.xor(v128.xor(a, b), c);
}

/** Writes the keys of all rounds. */
export function writeKeys(keys: usize, key0: i32, key1: i32): void {
  for (const end = keys + KEYS; keys < end; keys += ROUND_KEYS) {
    v128.store(keys, i32x4.splat(key0));
    v128.store(keys, i32x4.splat(key1), 16);
    key0 += WEYL_0;
    key1 += WEYL_1;
  }
}

/** All rounds; reads words 0..3 of four counters (64 bytes, word-major) at `counter` and writes the four words over them. */
export function encrypt(counter: usize, keys: usize): void {
  let c0 = v128.load(counter);
  let c1 = v128.load(counter, 16);
  let c2 = v128.load(counter, 32);
  let c3 = v128.load(counter, 48);
  const m0 = i32x4.splat(MULTIPLIER_0);
  const m1 = i32x4.splat(MULTIPLIER_1);
  const end = keys + KEYS;
  do {
    const first0 = i64x2.extmul_low_i32x4_u(c0, m0);
    const last0 = i64x2.extmul_high_i32x4_u(c0, m0);
    const first1 = i64x2.extmul_low_i32x4_u(c2, m1);
    const last1 = i64x2.extmul_high_i32x4_u(c2, m1);
    c0 = xor(high(first1, last1), c1, v128.load(keys));
    c1 = low(first1, last1);
    c2 = xor(high(first0, last0), c3, v128.load(keys, 16));
    c3 = low(first0, last0);
    keys += ROUND_KEYS;
  } while (keys < end);
  v128.store(counter, c0);
  v128.store(counter, c1, 16);
  v128.store(counter, c2, 32);
  v128.store(counter, c3, 48);
}
