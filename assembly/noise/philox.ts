// Philox4x32-10, a counter-based generator: Salmon, Moraes, Dror & Shaw 2011, SC'11 "Parallel random numbers: as easy as
// 1, 2, 3". Four counters side by side; word i of the four counters is in vector i. Random123's known answers hold.

const MULTIPLIER_0: i32 = 0xd2511f53;
const MULTIPLIER_1: i32 = 0xcd9e8d57;
/** Weyl increments of the key: the golden ratio and sqrt(3) - 1. */
const WEYL_0: i32 = 0x9e3779b9;
const WEYL_1: i32 = 0xbb67ae85;

/** Low words of a b for the four lanes. */
// @ts-ignore: decorator
@inline
function low(a: v128, b: v128): v128 {
  return i32x4.mul(a, b);
}

/** High words of the unsigned product a b for the four lanes. */
// @ts-ignore: decorator
@inline
function high(a: v128, b: v128): v128 {
  const first = i64x2.extmul_low_i32x4_u(a, b);
  const last = i64x2.extmul_high_i32x4_u(a, b);
  return v128.shuffle<i32>(first, last, 1, 3, 5, 7);
}

/** Ten rounds; reads words 0..3 of four counters (64 bytes, word-major) at `counter` and writes the four words over them. */
export function philox(counter: usize, key0: i32, key1: i32): void {
  let c0 = v128.load(counter);
  let c1 = v128.load(counter, 16);
  let c2 = v128.load(counter, 32);
  let c3 = v128.load(counter, 48);
  const m0 = i32x4.splat(MULTIPLIER_0);
  const m1 = i32x4.splat(MULTIPLIER_1);
  for (let round = 0; round < 10; round++) {
    const high0 = high(m0, c0);
    const low0 = low(m0, c0);
    const high1 = high(m1, c2);
    const low1 = low(m1, c2);
    c0 = v128.xor(v128.xor(high1, c1), i32x4.splat(key0));
    c1 = low1;
    c2 = v128.xor(v128.xor(high0, c3), i32x4.splat(key1));
    c3 = low0;
    key0 += WEYL_0;
    key1 += WEYL_1;
  }
  v128.store(counter, c0);
  v128.store(counter, c1, 16);
  v128.store(counter, c2, 32);
  v128.store(counter, c3, 48);
}
