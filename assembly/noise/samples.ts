// Samples of a noise source. Sample j of a stream is half j & 1 of Philox block j >> 1 under the counter
// (block, level, stream, variable) and the seed as key, level and variable being 0 but in the trees of tree.ts: any sample can be made alone, in any order, on any thread.
//
//   uniform   low + (high - low) u,   u = 53 random bits / 2^53, in [0, 1)
//   normal    mean + sd Q(u),         u = (52 random bits + 1/2) / 2^52, in (0, 1), Q the normal quantile
//
// Scratch: keys of the rounds | four counters, or lists of tails.

import { add, both, mul, sub } from "../math/lanes";
import { quantiles, TAILS_BYTES } from "./normal";
import { encrypt, high, KEYS, low, MULTIPLIER_0, MULTIPLIER_1, ROUND_KEYS, writeKeys, xor } from "./philox";

/** High words of 2^20, whose last bit is 2^-32, and of 1/2, whose last bit is 2^-53: either takes an integer into its low word. */
const HEAD: i32 = 0x41300000;
const TAIL: i32 = 0x3fe00000;
/** What such words hold beside the number u, or u - 1/2. */
const OF_UNIFORM: f64 = 1048576.5;
const OF_NORMAL: f64 = 1048577.0;

/** Bytes of scratch. */
export const SCRATCH_BYTES: usize = 3072;

/** What a source draws, and from where; src/kernel/noise.ts writes it. */
@unmanaged
export class NoiseSource {
  /** 0 for uniform, 1 for normal. */
  normal: i32;
  key0: i32;
  key1: i32;
  /** The stream that all lanes share. */
  stream: i32;
  /** Address of the stream (i32) of each lane, where each has its own. */
  streams: usize;
  /** Tells the levels of a tree apart; 0 elsewhere. */
  level: i32;
  /** low and high - low, or mean and sd. */
  offset: f64;
  scale: f64;
  /** Tells the variables that noise is added to apart; 0 for a source of an input. */
  variable: i32;
  padding: i32;
}

/** u of uniform samples, u - 1/2 of normal ones, from heads and tails: exact, as all of them are whole multiples of 2^-53. */
// @ts-ignore: decorator
@inline
function number(head: v128, tail: v128, base: v128): v128 {
  return add(sub(head, base), tail);
}

/** offset + scale u of lanes 0 and 1 of four, by high words and shifted low words. */
// @ts-ignore: decorator
@inline
function firstPair(highs: v128, lows: v128, base: v128): v128 {
  return number(v128.shuffle<i32>(highs, i32x4.splat(HEAD), 0, 4, 1, 5), v128.shuffle<i32>(lows, i32x4.splat(TAIL), 0, 4, 1, 5), base);
}

/** The same of lanes 2 and 3. */
// @ts-ignore: decorator
@inline
function lastPair(highs: v128, lows: v128, base: v128): v128 {
  return number(v128.shuffle<i32>(highs, i32x4.splat(HEAD), 2, 6, 3, 7), v128.shuffle<i32>(lows, i32x4.splat(TAIL), 2, 6, 3, 7), base);
}

/** The 21 bits of low words that uniform samples take; normal ones take 20, and 1/2 of the last as the lowest bit. */
// @ts-ignore: decorator
@inline
function tailOf(word: v128, half: v128): v128 {
  return v128.or(i32x4.shr_u(word, 11), half);
}

/** One stream: samples 2 block, 2 block + 1, ... to `out`, in groups of 8; `count` is rounded up to such a group. */
export function sharedSamples(at: usize, scratch: usize, block: i32, count: i32, out: usize): void {
  const source = changetype<NoiseSource>(at);
  const normal = source.normal;
  const base = both(normal ? OF_NORMAL : OF_UNIFORM);
  const half = i32x4.splat(normal);
  const offset = both(normal ? 0.0 : source.offset);
  const scale = both(normal ? 1.0 : source.scale);
  if (KEYS + TAILS_BYTES > SCRATCH_BYTES) ERROR("the scratch is too small");
  const words = scratch + KEYS;
  writeKeys(scratch, source.key0, source.key1);
  let to = out;
  for (const end = out + (<usize>count << 3); to < end; to += 64, block += 4) {
    v128.store(words, i32x4.add(i32x4.splat(block), i32x4(0, 1, 2, 3)));
    v128.store(words, i32x4.splat(source.level), 16);
    v128.store(words, i32x4.splat(source.stream), 32);
    v128.store(words, i32x4.splat(source.variable), 48);
    encrypt(words, scratch);
    const evenTails = tailOf(v128.load(words), half);
    const evens = v128.load(words, 16);
    const oddTails = tailOf(v128.load(words, 32), half);
    const odds = v128.load(words, 48);
    const even01 = add(offset, mul(scale, firstPair(evens, evenTails, base)));
    const odd01 = add(offset, mul(scale, firstPair(odds, oddTails, base)));
    const even23 = add(offset, mul(scale, lastPair(evens, evenTails, base)));
    const odd23 = add(offset, mul(scale, lastPair(odds, oddTails, base)));
    v128.store(to, v128.shuffle<f64>(even01, odd01, 0, 2));
    v128.store(to, v128.shuffle<f64>(even01, odd01, 1, 3), 16);
    v128.store(to, v128.shuffle<f64>(even23, odd23, 0, 2), 32);
    v128.store(to, v128.shuffle<f64>(even23, odd23, 1, 3), 48);
  }
  if (normal) quantiles(out, to, words, source.offset, source.scale);
}

/**
 * A stream for each of n lanes: rows of samples 2 block, 2 block + 1, ...; `count` is rounded up to even; n is even.
 *
 * Eight lanes at a time through all blocks: word 0 of a counter is the block, word 2 the stream, and the two meet in round 3. What the
 * first two rounds make of the stream is kept for all blocks, and what they make of the block is alike in all lanes.
 */
export function laneSamples(at: usize, scratch: usize, block: i32, count: i32, out: usize, n: i32): void {
  const source = changetype<NoiseSource>(at);
  const normal = source.normal;
  const base = both(normal ? OF_NORMAL : OF_UNIFORM);
  const half = i32x4.splat(normal);
  const offset = both(normal ? 0.0 : source.offset);
  const scale = both(normal ? 1.0 : source.scale);
  const m0 = i32x4.splat(MULTIPLIER_0);
  const m1 = i32x4.splat(MULTIPLIER_1);
  const row = <usize>n << 3;
  const end = out + (<usize>((count + 1) & ~1) * row);
  writeKeys(scratch, source.key0, source.key1);
  for (let lane = 0; lane < n; lane += 8) {
    const left = n - lane;
    const streams = source.streams + (<usize>lane << 2);
    // Rounds 1 and 2 of the streams of lanes 0 to 3, and of 4 to 7.
    const levelKey = v128.xor(i32x4.splat(source.level), v128.load(scratch));
    const a = v128.load(streams);
    const aFirst = i64x2.extmul_low_i32x4_u(a, m1);
    const aLast = i64x2.extmul_high_i32x4_u(a, m1);
    const aWord = v128.xor(high(aFirst, aLast), levelKey);
    const aFirst0 = i64x2.extmul_low_i32x4_u(aWord, m0);
    const aLast0 = i64x2.extmul_high_i32x4_u(aWord, m0);
    const a0 = v128.xor(low(aFirst, aLast), v128.load(scratch, ROUND_KEYS));
    const a2 = v128.xor(high(aFirst0, aLast0), v128.load(scratch, ROUND_KEYS + 16));
    const a3 = low(aFirst0, aLast0);
    const b = left > 4 ? v128.load(streams, 16) : a;
    const bFirst = i64x2.extmul_low_i32x4_u(b, m1);
    const bLast = i64x2.extmul_high_i32x4_u(b, m1);
    const bWord = v128.xor(high(bFirst, bLast), levelKey);
    const bFirst0 = i64x2.extmul_low_i32x4_u(bWord, m0);
    const bLast0 = i64x2.extmul_high_i32x4_u(bWord, m0);
    const b0 = v128.xor(low(bFirst, bLast), v128.load(scratch, ROUND_KEYS));
    const b2 = v128.xor(high(bFirst0, bLast0), v128.load(scratch, ROUND_KEYS + 16));
    const b3 = low(bFirst0, bLast0);
    let index = block;
    for (let to = out + (<usize>lane << 3); to < end; to += 2 * row, index++) {
      // Rounds 1 and 2 of the block.
      const product0 = <u64>(<u32>index) * <u64>(<u32>MULTIPLIER_0);
      const product1 = <u64>(<u32>(product0 >> 32) ^ <u32>source.variable ^ <u32>source.key1) * <u64>(<u32>MULTIPLIER_1);
      const word0 = i32x4.splat(<i32>(product1 >> 32));
      const word2 = i32x4.splat(<i32>product0);
      let c0 = v128.xor(a0, word0);
      let c1 = i32x4.splat(<i32>product1);
      let c2 = v128.xor(a2, word2);
      let c3 = a3;
      let d0 = v128.xor(b0, word0);
      let d1 = c1;
      let d2 = v128.xor(b2, word2);
      let d3 = b3;
      let keys = scratch + 2 * ROUND_KEYS;
      do {
        const key0 = v128.load(keys);
        const key1 = v128.load(keys, 16);
        const cFirst0 = i64x2.extmul_low_i32x4_u(c0, m0);
        const cLast0 = i64x2.extmul_high_i32x4_u(c0, m0);
        const cFirst1 = i64x2.extmul_low_i32x4_u(c2, m1);
        const cLast1 = i64x2.extmul_high_i32x4_u(c2, m1);
        c0 = xor(high(cFirst1, cLast1), c1, key0);
        c1 = low(cFirst1, cLast1);
        c2 = xor(high(cFirst0, cLast0), c3, key1);
        c3 = low(cFirst0, cLast0);
        const dFirst0 = i64x2.extmul_low_i32x4_u(d0, m0);
        const dLast0 = i64x2.extmul_high_i32x4_u(d0, m0);
        const dFirst1 = i64x2.extmul_low_i32x4_u(d2, m1);
        const dLast1 = i64x2.extmul_high_i32x4_u(d2, m1);
        d0 = xor(high(dFirst1, dLast1), d1, key0);
        d1 = low(dFirst1, dLast1);
        d2 = xor(high(dFirst0, dLast0), d3, key1);
        d3 = low(dFirst0, dLast0);
        keys += ROUND_KEYS;
      } while (keys < scratch + KEYS);
      const odd = to + row;
      c0 = tailOf(c0, half);
      c2 = tailOf(c2, half);
      v128.store(to, add(offset, mul(scale, firstPair(c1, c0, base))));
      v128.store(odd, add(offset, mul(scale, firstPair(c3, c2, base))));
      if (left == 2) continue;
      v128.store(to, add(offset, mul(scale, lastPair(c1, c0, base))), 16);
      v128.store(odd, add(offset, mul(scale, lastPair(c3, c2, base))), 16);
      if (left == 4) continue;
      d0 = tailOf(d0, half);
      d2 = tailOf(d2, half);
      v128.store(to, add(offset, mul(scale, firstPair(d1, d0, base))), 32);
      v128.store(odd, add(offset, mul(scale, firstPair(d3, d2, base))), 32);
      if (left == 6) continue;
      v128.store(to, add(offset, mul(scale, lastPair(d1, d0, base))), 48);
      v128.store(odd, add(offset, mul(scale, lastPair(d3, d2, base))), 48);
    }
  }
  if (normal) quantiles(out, end, scratch + KEYS, source.offset, source.scale);
}
