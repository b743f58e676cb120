// Samples of a noise source. Sample j of a stream is half j & 1 of Philox block j >> 1 under the counter
// (block, level, stream, variable) and the seed as key, level and variable being 0 but in the trees of tree.ts: any sample can be made alone, in any order, on any thread.
//
//   uniform   low + (high - low) u,   u = 53 random bits / 2^53, in [0, 1)
//   normal    mean + sd Q(u),         u = (52 random bits + 1/2) / 2^52, in (0, 1), Q the normal quantile
//
// Scratch: keys of the rounds | eight counters, or lists of tails.

import { add, both, mul, sub } from "../math/lanes";
import { quantiles, TAILS_BYTES } from "./normal";
import { COUNTERS, encrypt, KEYS, MULTIPLIER_0, MULTIPLIER_1, product, ROUND_KEYS, writeKeys } from "./philox";

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

/** Writes a word of eight counters, alike in all. */
// @ts-ignore: decorator
@inline
function writeWord(words: usize, word: usize, value: i32): void {
  v128.store(words + 32 * word, i32x4.splat(value));
  v128.store(words + 32 * word, i32x4.splat(value), 16);
}

/** One stream: samples 2 block, 2 block + 1, ... to `out`, in groups of 16; `count` is rounded up to such a group. */
export function sharedSamples(at: usize, scratch: usize, block: i32, count: i32, out: usize): void {
  if (KEYS + max(COUNTERS, TAILS_BYTES) > SCRATCH_BYTES) ERROR("the scratch is too small");
  const source = changetype<NoiseSource>(at);
  const normal = source.normal;
  const base = both(normal ? OF_NORMAL : OF_UNIFORM);
  const half = i32x4.splat(normal);
  const offset = both(normal ? 0.0 : source.offset);
  const scale = both(normal ? 1.0 : source.scale);
  const words = scratch + KEYS;
  const size = <usize>count << 3;
  writeKeys(scratch, source.key0, source.key1);
  for (let done: usize = 0; done < size; done += 128, block += 8) {
    v128.store(words, i32x4.add(i32x4.splat(block), i32x4(0, 1, 2, 3)));
    v128.store(words, i32x4.add(i32x4.splat(block), i32x4(4, 5, 6, 7)), 16);
    writeWord(words, 1, source.level);
    writeWord(words, 2, source.stream);
    writeWord(words, 3, source.variable);
    encrypt(words, scratch, scratch + KEYS);
    for (let group: usize = 0; group < 32; group += 16) {
      const evenTails = tailOf(v128.load(words + group), half);
      const evens = v128.load(words + group, 32);
      const oddTails = tailOf(v128.load(words + group, 64), half);
      const odds = v128.load(words + group, 96);
      const even01 = add(offset, mul(scale, firstPair(evens, evenTails, base)));
      const odd01 = add(offset, mul(scale, firstPair(odds, oddTails, base)));
      const even23 = add(offset, mul(scale, lastPair(evens, evenTails, base)));
      const odd23 = add(offset, mul(scale, lastPair(odds, oddTails, base)));
      const to = out + done + 4 * group;
      v128.store(to, v128.shuffle<f64>(even01, odd01, 0, 2));
      v128.store(to, v128.shuffle<f64>(even01, odd01, 1, 3), 16);
      v128.store(to, v128.shuffle<f64>(even23, odd23, 0, 2), 32);
      v128.store(to, v128.shuffle<f64>(even23, odd23, 1, 3), 48);
    }
  }
  if (normal) quantiles(out, out + ((size + 31) & ~31), words, source.offset, source.scale);
}

/**
 * A stream for each of n lanes: rows of samples 2 block, 2 block + 1, ...; `count` is rounded up to even; n is even.
 *
 * Eight lanes at a time through all blocks. Word 0 of a counter is the block, and word 2 the stream; the two meet in round 3. Round 2
 * leaves, where p = m0 block and q = m1 (high(p) ^ variable ^ key1),
 *
 *   high(q) ^ ..., low(q), low(p) ^ ..., ...
 *
 * and what the dots stand for follows from the stream alone: it is found once, from block 0.
 */
export function laneSamples(at: usize, scratch: usize, block: i32, count: i32, out: usize, n: i32): void {
  const source = changetype<NoiseSource>(at);
  const normal = source.normal;
  const base = both(normal ? OF_NORMAL : OF_UNIFORM);
  const half = i32x4.splat(normal);
  const offset = both(normal ? 0.0 : source.offset);
  const scale = both(normal ? 1.0 : source.scale);
  const words = scratch + KEYS;
  const met = scratch + 2 * ROUND_KEYS;
  const row = <usize>n << 3;
  const end = out + <usize>((count + 1) & ~1) * row;
  const second = <u32>source.variable ^ <u32>source.key1;
  const ofBlock0 = <i32>(product(second, MULTIPLIER_1) >> 32);
  writeKeys(scratch, source.key0, source.key1);
  for (let lane = 0; lane < n; lane += 8) {
    const left = n - lane;
    const streams = source.streams + (<usize>lane << 2);
    writeWord(words, 0, 0);
    writeWord(words, 1, source.level);
    v128.store(words, v128.load(streams), 64);
    v128.store(words, v128.load(streams + (left > 4 ? 16 : 0)), 80);
    writeWord(words, 3, source.variable);
    encrypt(words, scratch, met);
    const a0 = v128.load(words);
    const b0 = v128.load(words, 16);
    const a2 = v128.load(words, 64);
    const b2 = v128.load(words, 80);
    const a3 = v128.load(words, 96);
    const b3 = v128.load(words, 112);
    let index = block;
    for (let to = out + (<usize>lane << 3); to < end; to += 2 * row, index++) {
      const p = product(index, MULTIPLIER_0);
      const q = product(<u32>(p >> 32) ^ second, MULTIPLIER_1);
      const word0 = i32x4.splat(<i32>(q >> 32) ^ ofBlock0);
      const word2 = i32x4.splat(<i32>p);
      v128.store(words, v128.xor(a0, word0));
      v128.store(words, v128.xor(b0, word0), 16);
      writeWord(words, 1, <i32>q);
      v128.store(words, v128.xor(a2, word2), 64);
      v128.store(words, v128.xor(b2, word2), 80);
      v128.store(words, a3, 96);
      v128.store(words, b3, 112);
      encrypt(words, met, scratch + KEYS);
      const odd = to + row;
      const evenTails = tailOf(v128.load(words), half);
      const evens = v128.load(words, 32);
      const oddTails = tailOf(v128.load(words, 64), half);
      const odds = v128.load(words, 96);
      v128.store(to, add(offset, mul(scale, firstPair(evens, evenTails, base))));
      v128.store(odd, add(offset, mul(scale, firstPair(odds, oddTails, base))));
      if (left == 2) continue;
      v128.store(to, add(offset, mul(scale, lastPair(evens, evenTails, base))), 16);
      v128.store(odd, add(offset, mul(scale, lastPair(odds, oddTails, base))), 16);
      if (left == 4) continue;
      const moreEvenTails = tailOf(v128.load(words, 16), half);
      const moreEvens = v128.load(words, 48);
      const moreOddTails = tailOf(v128.load(words, 80), half);
      const moreOdds = v128.load(words, 112);
      v128.store(to, add(offset, mul(scale, firstPair(moreEvens, moreEvenTails, base))), 32);
      v128.store(odd, add(offset, mul(scale, firstPair(moreOdds, moreOddTails, base))), 32);
      if (left == 6) continue;
      v128.store(to, add(offset, mul(scale, lastPair(moreEvens, moreEvenTails, base))), 48);
      v128.store(odd, add(offset, mul(scale, lastPair(moreOdds, moreOddTails, base))), 48);
    }
  }
  if (normal) quantiles(out, end, words, source.offset, source.scale);
}
