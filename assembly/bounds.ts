// Bounds of states: what a step leaves outside of them is put on them. What is not finite stays as it is, and so is told as a failure.
import { both, LANE, PAIR, sub } from "./math/lanes";

/** The bounds of one state, the same in all lanes; infinite where there is none. */
@unmanaged
export class Bound {
  /** Number of the state, and its number among those that a sample of an adaptive block keeps; -1 where none does. */
  state: i32;
  kept: i32;
  low: f64;
  high: f64;
}

// @ts-ignore: decorator
@inline
export function boundAt(bounds: usize, i: i32): Bound {
  return changetype<Bound>(bounds + <usize>i * offsetof<Bound>());
}

/** Puts the values of a row of `size` bytes within bounds. */
export function clipRow(row: usize, size: usize, bound: Bound): void {
  if (size == LANE) {
    const value = load<f64>(row);
    if (value - value == 0.0) {
      const above = value < bound.low ? bound.low : value;
      store<f64>(row, bound.high < above ? bound.high : above);
    }
    return;
  }
  const low = both(bound.low);
  const high = both(bound.high);
  const zero = both(0.0);
  for (const end = row + size; row < end; row += PAIR) {
    const value = v128.load(row);
    const finite = f64x2.eq(sub(value, value), zero);
    v128.store(row, v128.bitselect(f64x2.pmin(f64x2.pmax(value, low), high), value, finite));
  }
}

/** Puts the states of `y`, whose rows have `size` bytes, within their bounds. */
export function clipStates(bounds: usize, count: i32, y: usize, size: usize): void {
  for (let i = 0; i < count; i++) {
    const bound = boundAt(bounds, i);
    clipRow(y + <usize>bound.state * size, size, bound);
  }
}
