// Values of the past. Slots of the history buffer hold what `pushHistory` wrote at the beginning of the last steps; between two of them a value is
// interpolated linearly, as PyRates does. Positions are counted in steps: step i + c is time (i + c) h.
import { Block, DelayedValue, EdgeValue } from "./block";
import { add, both, bytes, copyLanes, LANE, mul, PAIR, sub } from "./math/lanes";
import { pushHistory } from "./model";


/** Address of a line's row in the slot of step k. */
// @ts-ignore: decorator
@inline
function slotOf(block: Block, read: DelayedValue, k: i32): usize {
  return block.history + <usize>(k & block.mask) * block.slotBytes + read.line;
}

/**
 * The two rows between which position `at` lies, and how far between: the lower row's address is returned, the upper row's is
 * left in `upper`, the share in `share`. The present step's row is the state itself, and beyond it lies the stage's state y.
 */
let upper: usize = 0;
let share: f64 = 0.0;

function locate(block: Block, read: DelayedValue, at: f64, c: f64, y: usize): usize {
  const step = block.step;
  const lower = <i32>Math.floor(at);
  share = at - <f64>lower;
  if (read.state >= 0 && lower >= step) {
    upper = y + read.state;
    share = c > 0.0 ? (at - <f64>step) / c : 0.0;
    return block.y + read.state;
  }
  const next = lower + 1;
  upper = read.state >= 0 && next == step ? block.y + read.state : slotOf(block, read, next);
  return slotOf(block, read, lower);
}

/** As locate, of a position `before` steps before the start, where the past is given. */
function locatePast(block: Block, read: DelayedValue, before: f64): usize {
  const last = block.pastLast;
  const lower = <i32>Math.min(Math.floor(before), <f64>last);
  share = lower == last ? 0.0 : before - <f64>lower;
  const row = block.past + <usize>lower * block.pastBytes + read.past;
  upper = row + block.pastBytes;
  return row;
}

/** row = from + share (to - from). */
// @ts-ignore: decorator
@inline
function interpolateLanes(row: usize, from: usize, to: usize, share: f64, size: usize): void {
  if (size == LANE) {
    const a = load<f64>(from);
    store<f64>(row, a + share * (load<f64>(to) - a));
    return;
  }
  const part = both(share);
  let i: usize = 0;
  do {
    const a = v128.load(from + i);
    v128.store(row + i, add(a, mul(part, sub(v128.load(to + i), a))));
    i += PAIR;
  } while (i < size);
}

/** Fills a row with zeros. */
// @ts-ignore: decorator
@inline
function clearLanes(row: usize, size: usize): void {
  for (let i: usize = 0; i < size; i += LANE) store<f64>(row + i, 0.0);
}

/** Delayed values that are whole steps late, at the beginning or the end of a step: slots of steps before the start hold zeros. */
function sampleWhole(block: Block, step: i32, size: usize): void {
  const history = block.history;
  const slotBytes = block.slotBytes;
  const mask = block.mask;
  let at = block.edges;
  for (const end = at + <usize>block.wholeCount * offsetof<EdgeValue>(); at < end; at += offsetof<EdgeValue>()) {
    const read = changetype<EdgeValue>(at);
    copyLanes(read.row, history + <usize>(((step - read.whole) & mask) * slotBytes + read.line), size);
  }
}

/** As sampleWhole, within a step: all are equally far between two slots. */
function sampleBetween(block: Block, step: i32, part: f64, size: usize): void {
  const slotBytes = block.slotBytes;
  const mask = block.mask;
  let at = block.edges;
  for (const end = at + <usize>block.wholeCount * offsetof<EdgeValue>(); at < end; at += offsetof<EdgeValue>()) {
    const read = changetype<EdgeValue>(at);
    const lower = step - read.whole;
    const line = block.history + read.line;
    if (lower < 0) clearLanes(read.row, size);
    else interpolateLanes(read.row, line + (lower & mask) * slotBytes, line + ((lower + 1) & mask) * slotBytes, part, size);
  }
}

/** Delayed values of edges that are not whole steps late. */
function sampleEdges(block: Block, base: f64, size: usize): void {
  const slotBytes = block.slotBytes;
  const mask = block.mask;
  let at = block.edges + <usize>block.wholeCount * offsetof<EdgeValue>();
  for (const end = block.edges + <usize>block.edgeCount * offsetof<EdgeValue>(); at < end; at += offsetof<EdgeValue>()) {
    const read = changetype<EdgeValue>(at);
    const position = base - read.steps;
    if (position < 0.0) {
      clearLanes(read.row, size);
      continue;
    }
    const lower = <i32>position;
    const part = position - <f64>lower;
    const line = block.history + read.line;
    const from = line + (lower & mask) * slotBytes;
    if (part == 0.0) copyLanes(read.row, from, size);
    else interpolateLanes(read.row, from, line + ((lower + 1) & mask) * slotBytes, part, size);
  }
}

/** One delayed value for all lanes, which are equally late. */
function sampleUniform(block: Block, read: DelayedValue, at: f64, c: f64, y: usize): void {
  const size = bytes(1, block.n);
  const row = read.row;
  if (at < 0.0 && read.past < 0) {
    if (read.startHeld) copyLanes(row, block.start + read.line, size);
    else clearLanes(row, size);
    return;
  }
  const from = at < 0.0 ? locatePast(block, read, -at) : locate(block, read, at, c, y);
  if (share == 0.0) copyLanes(row, from, size);
  else interpolateLanes(row, from, upper, share, size);
}

/** One delayed value, each lane late by its own. */
function samplePerLane(block: Block, read: DelayedValue, base: f64, c: f64, y: usize): void {
  const size = bytes(1, block.n);
  for (let lane: usize = 0; lane < size; lane += 8) {
    const at = base - load<f64>(read.delay + lane);
    let value = 0.0;
    if (at >= 0.0 || read.past >= 0) {
      const from = at < 0.0 ? locatePast(block, read, -at) : locate(block, read, at, c, y);
      value = load<f64>(from + lane);
      if (share != 0.0) value += share * (load<f64>(upper + lane) - value);
    } else if (read.startHeld) value = load<f64>(block.start + read.line + lane);
    store<f64>(read.row + lane, value);
  }
}

/** Writes all delayed values of the present step's time + c h, at the stage's state y, to their rows. */
export function sampleHistory(block: Block, c: f64, y: usize): void {
  const base = <f64>block.step + c;
  const size = bytes(1, block.n);
  const step = <i32>base;
  const part = base - <f64>step;
  if (block.wholeCount != 0) {
    if (part == 0.0) sampleWhole(block, step, size);
    else sampleBetween(block, step, part, size);
  }
  if (block.edgeCount > block.wholeCount) sampleEdges(block, base, size);
  let at = block.delayed;
  for (let i = 0, count = block.delayedCount; i < count; i++, at += offsetof<DelayedValue>()) {
    const read = changetype<DelayedValue>(at);
    if (read.uniform) sampleUniform(block, read, base - load<f64>(read.delay), c, y);
    else samplePerLane(block, read, base, c, y);
  }
}

/** Samples the history at the beginning of a step and pushes the present values; those of the start are kept. */
export function updateHistory(block: Block): void {
  const to = block.history + <usize>(block.step & block.mask) * block.slotBytes;
  if (block.step == 0) pushHistory(block.t, block.y, block.start, block.p, block.n);
  sampleHistory(block, 0.0, block.y);
  pushHistory(block.t, block.y, to, block.p, block.n);
  if (block.step == 0) memory.copy(block.start, to, block.slotBytes);
}
