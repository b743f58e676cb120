// What every fixed-step solver does with rows.
import { heun_scale } from "./coefficients";
import { Block } from "./block";
import { sampleHistory } from "./delays";
import { add, both, bytes, mul, PAIR } from "./math/lanes";
import { rhs } from "./model";

/** Fills a row, or rows, of n lanes with one value; one lane alone is half a pair. */
// @ts-ignore: decorator
@inline
export function fillRow(row: usize, value: f64, n: i32): void {
  if (n == 1) {
    store<f64>(row, value);
    return;
  }
  const v = both(value);
  const end = row + bytes(1, n);
  do {
    v128.store(row, v);
    row += PAIR;
  } while (row < end);
}

/** Bytes of a row for each state, up to a whole pair: one lane alone of an odd number of states leaves half of one open. */
// @ts-ignore: decorator
@inline
export function stateBytes(block: Block): usize {
  return (bytes(block.states, block.n) + PAIR - 1) & ~(PAIR - 1);
}

/** The time of the step that comes next: a product, not a sum, so that no rounding piles up. */
// @ts-ignore: decorator
@inline
export function time(block: Block): f64 {
  return <f64>block.step * block.h;
}

/** Writes a time to the rows of time, where the model has some. */
// @ts-ignore: decorator
@inline
export function writeTime(block: Block, t: f64): void {
  if (block.timeRows != 0) fillRow(block.t, t, block.timeRows * block.n);
}

/** dy = the slope at the state y and the present step's time: the row of time and the delayed values are in place already. */
// @ts-ignore: decorator
@inline
export function firstSlope(block: Block, dy: usize): void {
  rhs(block.t, block.y, dy, block.p, block.n);
}

/** dy = the slope at a stage's state y and the present step's time + c h. */
// @ts-ignore: decorator
@inline
export function slopeAt(block: Block, c: f64, y: usize, dy: usize): void {
  writeTime(block, time(block) + c * block.h);
  if (block.delays != 0) sampleHistory(block, c, y);
  rhs(block.t, y, dy, block.p, block.n);
}

/** to = y + h slope for the pair `at` bytes further on. */
// @ts-ignore: decorator
@inline
function advancePair(to: usize, y: usize, step: v128, slope: usize, at: usize): void {
  v128.store(to + at, add(v128.load(y + at), mul(step, v128.load(slope + at))));
}

/** y += h/2 (first + second), over `size` bytes. */
// @ts-ignore: decorator
@inline
export function advanceByMean(y: usize, h: f64, first: usize, second: usize, size: usize): void {
  const half = both(heun_scale * h);
  for (let i: usize = 0; i < size; i += PAIR) {
    const slope = add(v128.load(first + i), v128.load(second + i));
    v128.store(y + i, add(v128.load(y + i), mul(half, slope)));
  }
}

/** to = y + h slope, over `size` bytes; `to` may be `y`. Eight pairs a turn: the loop itself costs as much as a pair. */
export function advance(to: usize, y: usize, h: f64, slope: usize, size: usize): void {
  const step = both(h);
  const end = y + size;
  const wholeTurns = y + (size & ~127);
  for (; y < wholeTurns; y += 128, to += 128, slope += 128) {
    advancePair(to, y, step, slope, 0);
    advancePair(to, y, step, slope, 16);
    advancePair(to, y, step, slope, 32);
    advancePair(to, y, step, slope, 48);
    advancePair(to, y, step, slope, 64);
    advancePair(to, y, step, slope, 80);
    advancePair(to, y, step, slope, 96);
    advancePair(to, y, step, slope, 112);
  }
  for (; y < end; y += PAIR, to += PAIR, slope += PAIR) advancePair(to, y, step, slope, 0);
}
