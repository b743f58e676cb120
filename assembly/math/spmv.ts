// Tables of models, for all lanes at once: sparse matrices of weights times rows of sources, and stages of delays.
//
// A sum is added up in the order of the table, whatever the number of lanes: four sums at a time, or four pairs of lanes of one sum, so
// that additions need not wait for each other. One lane alone is a row of 8 bytes.
import { add, div, LANE, mul, PAIR, sub } from "./lanes";

/** Words before the targets: number of targets, how weights stand, not 0 where out holds what is added to. */
const HEAD: usize = 12;
/** Weights: none, a row of lanes each, or numbers side by side where all lanes have the same. */
const NONE: i32 = 0;
const NUMBERS: i32 = 2;
/** Bytes of a row of one lane. */
const ONE: i32 = 8;
/** Bytes of four pairs of lanes. */
const FOUR: usize = 64;
/** What any sum begins with: added to a number it leaves that, be it 0 or -0. */
const NOTHING: f64 = -0.0;

/** Offset of a source's row: the table has numbers of rows, counted from p. */
// @ts-ignore: decorator
@inline
function offset(entry: usize, stride: i32): usize {
  return <usize>(load<i32>(entry) * stride);
}

/** One target at one pair of lanes, or at one lane alone: its terms are added in the order of the table. */
// @ts-ignore: decorator
@inline
function sumOf(sum: v128, weight: usize, weighted: i32, entry: usize, end: usize, p: usize, stride: i32): v128 {
  for (; entry < end; entry += 4) {
    const from = p + offset(entry, stride);
    let term = stride == ONE ? v128.load64_zero(from) : v128.load(from);
    if (weighted) {
      term = mul(v128.load(weight), term);
      weight += stride;
    }
    sum = add(sum, term);
  }
  return sum;
}

/** Sums of all targets, with a row of weights for each term, or without weights. */
// @ts-ignore: decorator
@inline
function general(out: usize, weights: usize, table: usize, p: usize, stride: i32): void {
  const weighted = load<i32>(table, 4);
  const started = load<i32>(table, 8);
  let at = table + HEAD;
  for (let target = load<i32>(table); target > 0; target--) {
    const count = load<i32>(at);
    const first = at + 4;
    at = first + (<usize>count << 2);
    for (let lane: usize = 0; lane < <usize>stride; lane += PAIR) {
      const start = started ? v128.load64_splat(out + lane) : f64x2.splat(count == 0 ? 0.0 : NOTHING);
      if (stride == ONE) v128.store64_lane(out, sumOf(start, weights, weighted, first, at, p, stride), 0);
      else {
        const begin = started ? v128.load(out + lane) : start;
        v128.store(out + lane, sumOf(begin, weights + lane, weighted, first, at, p + lane, stride));
      }
    }
    out += stride;
    if (weighted) weights += count * stride;
  }
}

/** A term of a sum: a weight, which all lanes have, times the source of a table's entry. */
// @ts-ignore: decorator
@inline
function term<T>(weight: usize, entry: usize, p: usize, stride: i32): T {
  if (isVector<T>()) return changetype<T>(mul(v128.load64_splat(weight), v128.load(p + offset(entry, stride))));
  return <T>(load<f64>(weight) * load<f64>(p + (<usize>load<i32>(entry) << 3)));
}

// @ts-ignore: decorator
@inline
function plus<T>(a: T, b: T): T {
  if (isVector<T>()) return changetype<T>(add(changetype<v128>(a), changetype<v128>(b)));
  return <T>(a + b);
}

/** The sums of four targets of `count` terms each, at one lane or pair of lanes. */
// @ts-ignore: decorator
@inline
function fourSums<T>(out: usize, weight: usize, first: usize, count: usize, p: usize, stride: i32): void {
  const size = count << 3;
  const next = (count << 2) + 4;
  const end = first + (count << 2);
  let w1 = weight + size;
  let w2 = w1 + size;
  let w3 = w2 + size;
  let e1 = first + next;
  let e2 = e1 + next;
  let e3 = e2 + next;
  const out1 = out + stride;
  const out2 = out1 + stride;
  const out3 = out2 + stride;
  let a = load<T>(out);
  let b = load<T>(out1);
  let c = load<T>(out2);
  let d = load<T>(out3);
  for (; first < end; first += 4) {
    a = plus<T>(a, term<T>(weight, first, p, stride));
    b = plus<T>(b, term<T>(w1, e1, p, stride));
    c = plus<T>(c, term<T>(w2, e2, p, stride));
    d = plus<T>(d, term<T>(w3, e3, p, stride));
    weight += LANE;
    w1 += LANE;
    w2 += LANE;
    w3 += LANE;
    e1 += 4;
    e2 += 4;
    e3 += 4;
  }
  store<T>(out, a);
  store<T>(out1, b);
  store<T>(out2, c);
  store<T>(out3, d);
}

/** The sum of one target at one lane or pair of lanes. */
// @ts-ignore: decorator
@inline
function oneSum<T>(out: usize, weight: usize, first: usize, end: usize, p: usize, stride: i32): void {
  let sum = load<T>(out);
  for (; first < end; first += 4, weight += LANE) sum = plus<T>(sum, term<T>(weight, first, p, stride));
  store<T>(out, sum);
}

/** The sum of one target at four pairs of lanes. */
// @ts-ignore: decorator
@inline
function fourPairs(out: usize, weight: usize, first: usize, end: usize, p: usize, stride: i32): void {
  let a = v128.load(out);
  let b = v128.load(out, 16);
  let c = v128.load(out, 32);
  let d = v128.load(out, 48);
  for (; first < end; first += 4, weight += LANE) {
    const from = p + offset(first, stride);
    const w = v128.load64_splat(weight);
    a = add(a, mul(w, v128.load(from)));
    b = add(b, mul(w, v128.load(from, 16)));
    c = add(c, mul(w, v128.load(from, 32)));
    d = add(d, mul(w, v128.load(from, 48)));
  }
  v128.store(out, a);
  v128.store(out, b, 16);
  v128.store(out, c, 32);
  v128.store(out, d, 48);
}

/** Whether four targets, the first of which begins at `at`, have as many terms each. */
// @ts-ignore: decorator
@inline
function areAlike(at: usize, count: i32): bool {
  const next = (<usize>count << 2) + 4;
  return load<i32>(at + next) == count && load<i32>(at + 2 * next) == count && load<i32>(at + 3 * next) == count;
}

/** Sums of all targets with weights that all lanes have: each adds to what stands in its row. */
// @ts-ignore: decorator
@inline
function addWeighted<T>(out: usize, weight: usize, table: usize, p: usize, stride: i32): void {
  let at = table + HEAD;
  for (let targets = load<i32>(table); targets > 0; ) {
    const count = load<i32>(at);
    const first = at + 4;
    const end = first + (<usize>count << 2);
    let done = 1;
    let lane: usize = 0;
    if (isVector<T>()) {
      for (; lane + FOUR <= <usize>stride; lane += FOUR) fourPairs(out + lane, weight, first, end, p + lane, stride);
    }
    if (lane < <usize>stride) {
      if (lane == 0 && targets > 3 && areAlike(at, count)) done = 4;
      for (; lane < <usize>stride; lane += isVector<T>() ? PAIR : LANE) {
        if (done == 4) fourSums<T>(out + lane, weight, first, count, p + lane, stride);
        else oneSum<T>(out + lane, weight, first, end, p + lane, stride);
      }
    }
    targets -= done;
    at += done * (4 + (<usize>count << 2));
    out += done * stride;
    weight += <usize>(done * count) << 3;
  }
}

/** Fills what sums begin with: those without terms are 0. */
// @ts-ignore: decorator
@inline
function begin(out: usize, table: usize, stride: i32): void {
  let at = table + HEAD;
  for (let target = load<i32>(table); target > 0; target--) {
    const count = load<i32>(at);
    const start = count == 0 ? 0.0 : NOTHING;
    for (const end = out + stride; out < end; out += LANE) store<f64>(out, start);
    at += 4 + (<usize>count << 2);
  }
}

/**
 * out = the sums of all targets, a row of `stride` bytes each. Table: its head, then for each target the number of its terms and
 * the row (of p) of each. Weights stand side by side, a row or a number a term, in the order of the table.
 */
export function spmv(out: usize, weights: usize, table: usize, p: usize, stride: i32): void {
  const kind = load<i32>(table, 4);
  if (kind == NONE || (kind != NUMBERS && stride != ONE)) return general(out, weights, table, p, stride);
  if (load<i32>(table, 8) == 0) begin(out, table, stride);
  if (stride == ONE) addWeighted<f64>(out, weights, table, p, stride);
  else addWeighted<v128>(out, weights, table, p, stride);
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
    const delay = p + <usize>(divisor * stride);
    if (stride == ONE) {
      const rate = divisor < 0 ? load<f64>(at) : <f64>load<i32>(at) / load<f64>(delay);
      store<f64>(out, rate * (load<f64>(before) - load<f64>(y)));
    } else if (divisor < 0) {
      const rate = f64x2.splat(load<f64>(at));
      for (let lane: usize = 0; lane < <usize>stride; lane += PAIR)
        v128.store(out + lane, mul(rate, sub(v128.load(before + lane), v128.load(y + lane))));
    } else {
      const stages = f64x2.splat(<f64>load<i32>(at));
      for (let lane: usize = 0; lane < <usize>stride; lane += PAIR)
        v128.store(out + lane, mul(div(stages, v128.load(delay + lane)), sub(v128.load(before + lane), v128.load(y + lane))));
    }
    out += stride;
    y += stride;
    at += STAGE;
  }
}
