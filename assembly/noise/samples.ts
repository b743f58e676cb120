// Samples of a noise source. Sample j of a stream is half j & 1 of Philox block j >> 1 under the counter
// (block, level, stream, variable) and the seed as key, level and variable being 0 but in the trees of tree.ts: any sample can be made alone, in any order, on any thread.
//
//   uniform   low + (high - low) u,   u = 53 random bits / 2^53, in [0, 1)
//   normal    mean + sd Q(u),         u = (52 random bits + 1/2) / 2^52, in (0, 1), Q the normal quantile

import { add, both, mul, sub } from "../math/lanes";
import { normalQuantile } from "./normal";
import { philox } from "./philox";

/** 2^52 as bits and as a number: its low bits hold an integer below 2^52. */
const INTEGER_BITS: i64 = 0x4330000000000000;
const INTEGER: f64 = 4503599627370496.0;

/** What a source draws, and from where; src/kernel/layout.ts writes it. */
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

/** Unsigned integers below 2^32, one in each 64-bit lane, as f64. */
// @ts-ignore: decorator
@inline
function float(integers: v128): v128 {
  return sub(v128.or(integers, i64x2.splat(INTEGER_BITS)), both(INTEGER));
}

/** Two samples from their high and low words (in 64-bit lanes). */
// @ts-ignore: decorator
@inline
function sample(source: NoiseSource, highWord: v128, lowWord: v128): v128 {
  const head = float(highWord);
  if (source.normal) {
    const bits = add(mul(head, both(1048576.0)), float(i64x2.shr_u(lowWord, 12)));
    const u = mul(add(bits, both(0.5)), both(2.220446049250313e-16));
    return add(both(source.offset), mul(both(source.scale), normalQuantile(u)));
  }
  const bits = add(mul(head, both(2097152.0)), float(i64x2.shr_u(lowWord, 11)));
  const u = mul(bits, both(1.1102230246251565e-16));
  return add(both(source.offset), mul(both(source.scale), u));
}

/** Words of four counters at `scratch` (64 bytes) become the first or second sample of counters 0, 1 or 2, 3. */
// @ts-ignore: decorator
@inline
function pair(source: NoiseSource, scratch: usize, second: i32, last: i32): v128 {
  const words = scratch + (second << 5);
  const lowWords = v128.load(words);
  const highWords = v128.load(words, 16);
  if (last) return sample(source, i64x2.extend_high_i32x4_u(highWords), i64x2.extend_high_i32x4_u(lowWords));
  return sample(source, i64x2.extend_low_i32x4_u(highWords), i64x2.extend_low_i32x4_u(lowWords));
}

/** Runs Philox on four counters of the given streams, whose blocks start at `block` (+ blockStep). */
// @ts-ignore: decorator
@inline
function draw(source: NoiseSource, scratch: usize, block: i32, blockStep: i32, streams: v128): void {
  const ramp = i32x4(0, 1, 2, 3);
  v128.store(scratch, i32x4.add(i32x4.splat(block), i32x4.mul(ramp, i32x4.splat(blockStep))));
  v128.store(scratch, i32x4.splat(source.level), 16);
  v128.store(scratch, streams, 32);
  v128.store(scratch, i32x4.splat(source.variable), 48);
  philox(scratch, source.key0, source.key1);
}

/** One stream: samples 2 block, 2 block + 1, ... to `out`, in groups of 8; `count` is rounded up to such a group. */
export function sharedSamples(at: usize, scratch: usize, block: i32, count: i32, out: usize): void {
  const source = changetype<NoiseSource>(at);
  for (const end = out + (<usize>count << 3); out < end; out += 64, block += 4) {
    draw(source, scratch, block, 1, i32x4.splat(source.stream));
    const even01 = pair(source, scratch, 0, 0);
    const odd01 = pair(source, scratch, 1, 0);
    const even23 = pair(source, scratch, 0, 1);
    const odd23 = pair(source, scratch, 1, 1);
    v128.store(out, v128.shuffle<f64>(even01, odd01, 0, 2));
    v128.store(out, v128.shuffle<f64>(even01, odd01, 1, 3), 16);
    v128.store(out, v128.shuffle<f64>(even23, odd23, 0, 2), 32);
    v128.store(out, v128.shuffle<f64>(even23, odd23, 1, 3), 48);
  }
}

/** A stream for each of n lanes: rows of samples 2 block, 2 block + 1, ...; `count` is rounded up to even; n is even. */
export function laneSamples(at: usize, scratch: usize, block: i32, count: i32, out: usize, n: i32): void {
  const source = changetype<NoiseSource>(at);
  const row = <usize>n << 3;
  for (let done = 0; done < count; done += 2, block++, out += 2 * row) {
    for (let lane = 0; lane < n; lane += 4) {
      draw(source, scratch, block, 0, v128.load(source.streams + (<usize>lane << 2)));
      const to = out + (<usize>lane << 3);
      v128.store(to, pair(source, scratch, 0, 0));
      v128.store(to + row, pair(source, scratch, 1, 0));
      if (lane + 2 < n) {
        v128.store(to, pair(source, scratch, 0, 1), 16);
        v128.store(to + row, pair(source, scratch, 1, 1), 16);
      }
    }
  }
}
