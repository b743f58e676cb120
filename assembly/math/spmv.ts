// Tables of models, for all lanes at once: sparse matrices of weights times rows of sources, and stages of delays.
import { add, div, mul, PAIR, sub } from "./lanes";

/** Words before the targets: number of targets, not 0 where there are weights, not 0 where out holds what is added to. */
const HEAD: usize = 12;

/** Offset of a source's row: the table has numbers of rows, counted from p. */
// @ts-ignore: decorator
@inline
function offset(entry: usize, stride: i32): usize {
  return <usize>(load<i32>(entry) * stride);
}

/** One target at one pair of lanes: its terms are added in the order of the table, the first to `sum` where that counts. */
// @ts-ignore: decorator
@inline
function sumOf(sum: v128, started: i32, weight: usize, weighted: i32, entry: usize, end: usize, p: usize, stride: i32): v128 {
  for (; entry < end; entry += 4) {
    let term = v128.load(p + offset(entry, stride));
    if (weighted) {
      term = mul(v128.load(weight), term);
      weight += stride;
    }
    sum = started ? add(sum, term) : term;
    started = 1;
  }
  return sum;
}

/**
 * out = the sums of all targets, a row of `stride` bytes each. Table: its head, then for each target the number of its terms and
 * the row (of p) of each. Weights stand side by side, a row a term, in the order of the table.
 */
export function spmv(out: usize, weights: usize, table: usize, p: usize, stride: i32): void {
  const weighted = load<i32>(table, 4);
  const started = load<i32>(table, 8);
  let at = table + HEAD;
  for (let target = load<i32>(table); target > 0; target--) {
    const count = load<i32>(at);
    const first = at + 4;
    at = first + (<usize>count << 2);
    for (let lane: usize = 0; lane < <usize>stride; lane += PAIR) {
      const start = started ? v128.load(out + lane) : f64x2.splat(0.0);
      v128.store(out + lane, sumOf(start, started, weights + lane, weighted, first, at, p + lane, stride));
    }
    out += stride;
    if (weighted) weights += count * stride;
  }
}

/** Bytes of a stage in its table. */
const STAGE: usize = 12;

/**
 * out = rate * (before - y), row by row of `stride` bytes. Table: the number of rows, then of each the rate and the row of p that
 * is before it, or -1 for the row of y right before its own. A rate is a number, or a whole number and -1 - the row of p that divides
 * it: rates have no sign, so that the sign tells which.
 */
export function chain(out: usize, y: usize, table: usize, p: usize, stride: i32): void {
  let at = table + 4;
  for (let rows = load<i32>(table); rows > 0; rows--) {
    const before = load<i32>(at, 8) < 0 ? y - <usize>stride : p + offset(at + 8, stride);
    const divisor = -1 - load<i32>(at, 4);
    if (divisor < 0) {
      const rate = f64x2.splat(load<f64>(at));
      for (let lane: usize = 0; lane < <usize>stride; lane += PAIR)
        v128.store(out + lane, mul(rate, sub(v128.load(before + lane), v128.load(y + lane))));
    } else {
      const stages = f64x2.splat(<f64>load<i32>(at));
      const delay = p + <usize>(divisor * stride);
      for (let lane: usize = 0; lane < <usize>stride; lane += PAIR)
        v128.store(out + lane, mul(div(stages, v128.load(delay + lane)), sub(v128.load(before + lane), v128.load(y + lane))));
    }
    out += stride;
    y += stride;
    at += STAGE;
  }
}
