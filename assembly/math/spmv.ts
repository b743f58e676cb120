// Tables of models, for all lanes at once: sparse matrices of weights times rows of sources, and stages of delays.
//
// A sum is added up in the order of the table, whatever the number of lanes: four sums at a time, or four pairs of lanes of one sum, so
// that additions need not wait for each other. One lane alone is a row of 8 bytes, where pairs of lanes cannot share a vector.
import { add, div, LANE, mul, PAIR, sub } from "./lanes";

/** Words before the targets: number of targets, how weights stand, not 0 where out holds what is added to. */
const HEAD: usize = 12;
/** Weights: none, a row of lanes each, or numbers side by side where all lanes have the same. */
const NONE: i32 = 0;
const NUMBERS: i32 = 2;
/** Bytes of a row of one lane. */
const ONE: i32 = 8;
/** Targets, or pairs of lanes, that are added up at a time. */
const FOUR: usize = 64;

/** Offset of a source's row: the table has numbers of rows, counted from p. */
// @ts-ignore: decorator
@inline
function offset(entry: usize, stride: i32): usize {
  return <usize>(load<i32>(entry) * stride);
}

/** A term of a sum: a weight, of one lane or of both of a pair, times the source of a table's entry. */
// @ts-ignore: decorator
@inline
function term<T>(weight: usize, numbers: bool, entry: usize, p: usize, stride: i32): T {
  if (isVector<T>()) {
    const factor = numbers ? v128.load64_splat(weight) : v128.load(weight);
    return changetype<T>(mul(factor, v128.load(p + offset(entry, stride))));
  }
  return <T>(load<f64>(weight) * load<f64>(p + (<usize>load<i32>(entry) << 3)));
}

// @ts-ignore: decorator
@inline
function plus<T>(a: T, b: T): T {
  if (isVector<T>()) return changetype<T>(f64x2.add(changetype<v128>(a), changetype<v128>(b)));
  return <T>(a + b);
}

/** The sums of four targets of `count` terms each, at one lane or pair of lanes; `pitch` is what weights are apart. */
// @ts-ignore: decorator
@inline
function fourSums<T>(out: usize, started: bool, weight: usize, pitch: usize, numbers: bool, first: usize, count: usize, p: usize, stride: i32): void {
  const size = count * pitch;
  const next = (count << 2) + 4;
  let w1 = weight + size;
  let w2 = w1 + size;
  let w3 = w2 + size;
  let e1 = first + next;
  let e2 = e1 + next;
  let e3 = e2 + next;
  const end = first + (count << 2);
  const out1 = out + stride;
  const out2 = out1 + stride;
  const out3 = out2 + stride;
  let a: T;
  let b: T;
  let c: T;
  let d: T;
  if (started) {
    a = load<T>(out);
    b = load<T>(out1);
    c = load<T>(out2);
    d = load<T>(out3);
  } else {
    a = term<T>(weight, numbers, first, p, stride);
    b = term<T>(w1, numbers, e1, p, stride);
    c = term<T>(w2, numbers, e2, p, stride);
    d = term<T>(w3, numbers, e3, p, stride);
    weight += pitch;
    w1 += pitch;
    w2 += pitch;
    w3 += pitch;
    first += 4;
    e1 += 4;
    e2 += 4;
    e3 += 4;
  }
  while (first < end) {
    a = plus<T>(a, term<T>(weight, numbers, first, p, stride));
    b = plus<T>(b, term<T>(w1, numbers, e1, p, stride));
    c = plus<T>(c, term<T>(w2, numbers, e2, p, stride));
    d = plus<T>(d, term<T>(w3, numbers, e3, p, stride));
    weight += pitch;
    w1 += pitch;
    w2 += pitch;
    w3 += pitch;
    first += 4;
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
function oneSum<T>(out: usize, started: bool, weight: usize, pitch: usize, numbers: bool, first: usize, end: usize, p: usize, stride: i32): void {
  let sum: T;
  if (started) sum = load<T>(out);
  else {
    sum = term<T>(weight, numbers, first, p, stride);
    weight += pitch;
    first += 4;
  }
  for (; first < end; first += 4, weight += pitch) sum = plus<T>(sum, term<T>(weight, numbers, first, p, stride));
  store<T>(out, sum);
}

/** The sum of one target at four pairs of lanes. */
// @ts-ignore: decorator
@inline
function fourPairs(out: usize, started: bool, weight: usize, pitch: usize, numbers: bool, first: usize, end: usize, p: usize, stride: i32): void {
  let a: v128;
  let b: v128;
  let c: v128;
  let d: v128;
  if (started) {
    a = v128.load(out);
    b = v128.load(out, 16);
    c = v128.load(out, 32);
    d = v128.load(out, 48);
  } else {
    const from = p + offset(first, stride);
    a = mul(numbers ? v128.load64_splat(weight) : v128.load(weight), v128.load(from));
    b = mul(numbers ? v128.load64_splat(weight) : v128.load(weight, 16), v128.load(from, 16));
    c = mul(numbers ? v128.load64_splat(weight) : v128.load(weight, 32), v128.load(from, 32));
    d = mul(numbers ? v128.load64_splat(weight) : v128.load(weight, 48), v128.load(from, 48));
    weight += pitch;
    first += 4;
  }
  for (; first < end; first += 4, weight += pitch) {
    const from = p + offset(first, stride);
    if (numbers) {
      const w = v128.load64_splat(weight);
      a = add(a, mul(w, v128.load(from)));
      b = add(b, mul(w, v128.load(from, 16)));
      c = add(c, mul(w, v128.load(from, 32)));
      d = add(d, mul(w, v128.load(from, 48)));
    } else {
      a = add(a, mul(v128.load(weight), v128.load(from)));
      b = add(b, mul(v128.load(weight, 16), v128.load(from, 16)));
      c = add(c, mul(v128.load(weight, 32), v128.load(from, 32)));
      d = add(d, mul(v128.load(weight, 48), v128.load(from, 48)));
    }
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

/** Weighted sums of all targets. */
// @ts-ignore: decorator
@inline
function weighted<T>(out: usize, weights: usize, numbers: bool, table: usize, p: usize, stride: i32): void {
  const started = load<i32>(table, 8) != 0;
  const pitch: usize = numbers || !isVector<T>() ? LANE : stride;
  const width: usize = isVector<T>() ? PAIR : LANE;
  let at = table + HEAD;
  let targets = load<i32>(table);
  while (targets > 0) {
    const count = load<i32>(at);
    const first = at + 4;
    const end = first + (<usize>count << 2);
    let lane: usize = 0;
    if (count == 0) {
      if (!started) for (; lane < <usize>stride; lane += 8) store<f64>(out + lane, 0.0);
    } else if (targets > 3 && <usize>stride < FOUR && areAlike(at, count)) {
      do {
        fourSums<T>(out + lane, started, numbers ? weights : weights + lane, pitch, numbers, first, count, p + lane, stride);
        lane += width;
      } while (lane < <usize>stride);
      targets -= 4;
      at = end + 3 * (4 + (<usize>count << 2));
      out += 4 * <usize>stride;
      weights += 4 * <usize>count * pitch;
      continue;
    } else {
      if (isVector<T>()) {
        for (; lane + FOUR <= <usize>stride; lane += FOUR)
          fourPairs(out + lane, started, numbers ? weights : weights + lane, pitch, numbers, first, end, p + lane, stride);
      }
      for (; lane < <usize>stride; lane += width)
        oneSum<T>(out + lane, started, numbers ? weights : weights + lane, pitch, numbers, first, end, p + lane, stride);
    }
    targets--;
    at = end;
    out += stride;
    weights += <usize>count * pitch;
  }
}

/** Sums of all targets without weights. */
// @ts-ignore: decorator
@inline
function unweighted(out: usize, table: usize, p: usize, stride: i32): void {
  const started = load<i32>(table, 8);
  let at = table + HEAD;
  for (let target = load<i32>(table); target > 0; target--) {
    const first = at + 4;
    const end = first + (<usize>load<i32>(at) << 2);
    for (let lane: usize = 0; lane < <usize>stride; lane += stride == ONE ? LANE : PAIR) {
      let sum = started ? v128.load64_zero(out + lane) : f64x2.splat(0.0);
      if (stride != ONE && started) sum = v128.load(out + lane);
      let goesOn = started;
      for (let entry = first; entry < end; entry += 4) {
        const from = p + lane + offset(entry, stride);
        const value = stride == ONE ? v128.load64_zero(from) : v128.load(from);
        sum = goesOn ? add(sum, value) : value;
        goesOn = 1;
      }
      if (stride == ONE) v128.store64_lane(out + lane, sum, 0);
      else v128.store(out + lane, sum);
    }
    at = end;
    out += stride;
  }
}

/**
 * out = the sums of all targets, a row of `stride` bytes each. Table: its head, then for each target the number of its terms and
 * the row (of p) of each. Weights stand side by side, a row or a number a term, in the order of the table.
 */
export function spmv(out: usize, weights: usize, table: usize, p: usize, stride: i32): void {
  const kind = load<i32>(table, 4);
  if (kind == NONE) unweighted(out, table, p, stride);
  else if (stride == ONE) weighted<f64>(out, weights, true, table, p, stride);
  else if (kind == NUMBERS) weighted<v128>(out, weights, true, table, p, stride);
  else weighted<v128>(out, weights, false, table, p, stride);
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
