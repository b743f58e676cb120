// Philox4x32-10, a counter-based generator: Salmon, Moraes, Dror & Shaw 2011, SC'11 "Parallel random numbers: as easy as
// 1, 2, 3". Eight counters side by side, four in a vector. Random123's known answers hold.
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
function low(first: v128, last: v128): v128 {
  return v128.shuffle<i32>(first, last, 0, 2, 4, 6);
}

/** High words of four products. */
// @ts-ignore: decorator
@inline
function high(first: v128, last: v128): v128 {
  return v128.shuffle<i32>(first, last, 1, 3, 5, 7);
}

/** a ^ b ^ c. */
// @ts-ignore: decorator
@inline
function xor(a: v128, b: v128, c: v128): v128 {
  return v128.xor(v128.xor(a, b), c);
}

/** The whole product of two words. */
// @ts-ignore: decorator
@inline
export function product(a: u32, b: i32): u64 {
  return <u64>a * <u64>(<u32>b);
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

/** Bytes of eight counters: words 0 of the first four, words 0 of the last four, words 1, ... */
export const COUNTERS: usize = 128;

/**
 * The rounds whose keys stand from `keys` to `end`, of eight counters at `counters`, whose words they take the place of. Two groups of four
 * are under way at once, as each waits for its own products.
 */
export function encrypt(counters: usize, keys: usize, end: usize): void {
  let a0 = v128.load(counters);
  let b0 = v128.load(counters, 16);
  let a1 = v128.load(counters, 32);
  let b1 = v128.load(counters, 48);
  let a2 = v128.load(counters, 64);
  let b2 = v128.load(counters, 80);
  let a3 = v128.load(counters, 96);
  let b3 = v128.load(counters, 112);
  const m0 = i32x4.splat(MULTIPLIER_0);
  const m1 = i32x4.splat(MULTIPLIER_1);
  do {
    const key0 = v128.load(keys);
    const key1 = v128.load(keys, 16);
    const aFirst0 = i64x2.extmul_low_i32x4_u(a0, m0);
    const aLast0 = i64x2.extmul_high_i32x4_u(a0, m0);
    const aFirst1 = i64x2.extmul_low_i32x4_u(a2, m1);
    const aLast1 = i64x2.extmul_high_i32x4_u(a2, m1);
    a0 = xor(high(aFirst1, aLast1), a1, key0);
    a1 = low(aFirst1, aLast1);
    a2 = xor(high(aFirst0, aLast0), a3, key1);
    a3 = low(aFirst0, aLast0);
    const bFirst0 = i64x2.extmul_low_i32x4_u(b0, m0);
    const bLast0 = i64x2.extmul_high_i32x4_u(b0, m0);
    const bFirst1 = i64x2.extmul_low_i32x4_u(b2, m1);
    const bLast1 = i64x2.extmul_high_i32x4_u(b2, m1);
    b0 = xor(high(bFirst1, bLast1), b1, key0);
    b1 = low(bFirst1, bLast1);
    b2 = xor(high(bFirst0, bLast0), b3, key1);
    b3 = low(bFirst0, bLast0);
    keys += ROUND_KEYS;
  } while (keys < end);
  v128.store(counters, a0);
  v128.store(counters, b0, 16);
  v128.store(counters, a1, 32);
  v128.store(counters, b1, 48);
  v128.store(counters, a2, 64);
  v128.store(counters, b2, 80);
  v128.store(counters, a3, 96);
  v128.store(counters, b3, 112);
}
