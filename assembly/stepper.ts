// What every fixed-step solver does with rows.
import { Block } from "./block";
import { add, both, mul, PAIR } from "./math/lanes";

/** Bytes of `rows` rows of n lanes. */
// @ts-ignore: decorator
@inline
export function bytes(rows: i32, n: i32): usize {
  return <usize>(rows * n) << 3;
}

/** Fills a row with one value. */
// @ts-ignore: decorator
@inline
export function fill(row: usize, value: f64, n: i32): void {
  const v = both(value);
  const end = row + bytes(1, n);
  do {
    v128.store(row, v);
    row += PAIR;
  } while (row < end);
}

/** The time of the step that comes next: a product, not a sum, so that no rounding piles up. */
// @ts-ignore: decorator
@inline
export function time(block: Block): f64 {
  return <f64>block.step * block.h;
}

/** to = y + h slope, over `size` bytes; `to` may be `y`. Four pairs a turn: the loop itself costs as much as a pair. */
// @ts-ignore: decorator
@inline
export function advance(to: usize, y: usize, h: f64, slope: usize, size: usize): void {
  const step = both(h);
  const end = y + size;
  const wholeTurns = y + (size & ~63);
  for (; y < wholeTurns; y += 64, to += 64, slope += 64) {
    v128.store(to, add(v128.load(y), mul(step, v128.load(slope))));
    v128.store(to, add(v128.load(y, 16), mul(step, v128.load(slope, 16))), 16);
    v128.store(to, add(v128.load(y, 32), mul(step, v128.load(slope, 32))), 32);
    v128.store(to, add(v128.load(y, 48), mul(step, v128.load(slope, 48))), 48);
  }
  for (; y < end; y += PAIR, to += PAIR, slope += PAIR) {
    v128.store(to, add(v128.load(y), mul(step, v128.load(slope))));
  }
}
