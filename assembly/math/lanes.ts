// Two lanes of f64 in one v128: the short words that the numeric files share.

/** The bytes of one pair of lanes. */
export const PAIR: usize = 16;

/** The bytes of one lane. */
export const LANE: usize = 8;

// @ts-ignore: decorator
@inline
export function both(x: f64): v128 {
  return f64x2.splat(x);
}

// @ts-ignore: decorator
@inline
export function add(a: v128, b: v128): v128 {
  return f64x2.add(a, b);
}

// @ts-ignore: decorator
@inline
export function sub(a: v128, b: v128): v128 {
  return f64x2.sub(a, b);
}

// @ts-ignore: decorator
@inline
export function mul(a: v128, b: v128): v128 {
  return f64x2.mul(a, b);
}

// @ts-ignore: decorator
@inline
export function div(a: v128, b: v128): v128 {
  return f64x2.div(a, b);
}

/** Copies a row of lanes, of one lane too: engines call out of wasm for memory.copy, which costs ten times as much where rows are short. */
// @ts-ignore: decorator
@inline
export function copyLanes(row: usize, from: usize, size: usize): void {
  if (size == LANE) {
    store<f64>(row, load<f64>(from));
    return;
  }
  let i: usize = 0;
  do {
    v128.store(row + i, v128.load(from + i));
    i += PAIR;
  } while (i < size);
}

/** Bytes of `rows` rows of n lanes. */
// @ts-ignore: decorator
@inline
export function bytes(rows: i32, n: i32): usize {
  return <usize>(rows * n) << 3;
}
