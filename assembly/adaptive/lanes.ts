// Home and work: which lanes are worked on, and their way from home and back. A lane's numbers do not depend on its place.
import { Adaptive, IDLE, Lane, laneOf, RUNNING, rowBytes, stateBytes } from "./block";

/** Places the working rows for `count` lanes. */
function place(b: Adaptive, count: i32): void {
  b.count = count;
  b.m = (count + 1) & ~1;
  const row = rowBytes(b);
  const rows = stateBytes(b);
  let at = b.work;
  b.wIds = at;
  at += ((<usize>b.n << 2) + 15) & ~15;
  b.wT = at;
  b.wH = at + row;
  b.wNew = at + 2 * row;
  b.wMask = at + 3 * row;
  b.wNorm = at + 4 * row;
  b.wFactor = at + 5 * row;
  b.wTimes = at + 6 * row;
  at += (6 + <usize>b.times) * row;
  b.wY = at;
  b.wYNew = at + rows;
  b.wStage = at + 2 * rows;
  b.wK = at + 3 * rows;
  at += (3 + <usize>b.slopes) * rows;
  b.wP = at;
}

/** Copies rows of the working lanes from home. */
function fetch(b: Adaptive, to: usize, from: usize, rows: i32): void {
  const m = b.m;
  const home = <usize>b.n << 3;
  for (let r = 0; r < rows; r++, from += home) {
    for (let i = 0; i < m; i++, to += 8) store<f64>(to, load<f64>(from + (<usize>load<u32>(b.wIds + (<usize>i << 2)) << 3)));
  }
}

/** Copies rows of the working lanes back. */
function putBack(b: Adaptive, from: usize, to: usize, rows: i32): void {
  const count = b.count;
  const home = <usize>b.n << 3;
  const row = rowBytes(b);
  for (let r = 0; r < rows; r++, to += home, from += row) {
    for (let i = 0; i < count; i++) store<f64>(to + (<usize>load<u32>(b.wIds + (<usize>i << 2)) << 3), load<f64>(from + (<usize>i << 3)));
  }
}

/** Brings the numbers of `count` lanes that stand at wIds to work; an odd number of lanes gets the last one twice. */
function bring(b: Adaptive, count: i32): void {
  if (count & 1) store<u32>(b.wIds + (<usize>count << 2), load<u32>(b.wIds + (<usize>(count - 1) << 2)));
  place(b, count);
  fetch(b, b.wY, b.y, b.states);
  fetch(b, b.wK, b.slope, b.states);
  fetch(b, b.wP, b.p, b.pRows);
  memory.copy(b.wP + <usize>b.pRows * rowBytes(b), b.p + (<usize>(b.pRows * b.n) << 3), b.tableBytes);
}

/** Begins a chunk: finds out which lanes have something to do in it. */
export function begin(b: Adaptive): void {
  for (let i = 0; i < b.n; i++) {
    const lane = changetype<Lane>(b.lane + <usize>i * offsetof<Lane>());
    if (lane.status != RUNNING || (lane.t >= b.end && lane.row >= b.rowEnd)) lane.flags |= IDLE;
    else lane.flags &= ~IDLE;
  }
}

/** Brings all lanes to work that have something to do; returns how many. */
export function open(b: Adaptive): i32 {
  place(b, b.n);
  let count = 0;
  for (let i = 0; i < b.n; i++) {
    if (changetype<Lane>(b.lane + <usize>i * offsetof<Lane>()).flags & IDLE) continue;
    store<u32>(b.wIds + (<usize>count << 2), <u32>i);
    count++;
  }
  if (count > 0) bring(b, count);
  else b.count = 0;
  return count;
}

/** Takes all working lanes home. */
export function close(b: Adaptive): void {
  putBack(b, b.wY, b.y, b.states);
  putBack(b, b.wK, b.slope, b.states);
}

/**
 * Sends lanes home that have nothing to do, once they are a quarter of all: fewer are cheaper to carry along than to part from.
 * Returns how many have something to do.
 */
export function narrow(b: Adaptive): i32 {
  let busy = 0;
  for (let i = 0; i < b.count; i++) if (!(laneOf(b, i).flags & IDLE)) busy++;
  if (busy == 0 || ((busy + 1) & ~1) * 4 > b.m * 3) return busy;
  close(b);
  let count = 0;
  for (let i = 0; i < b.count; i++) {
    const id = load<u32>(b.wIds + (<usize>i << 2));
    if (laneOf(b, i).flags & IDLE) continue;
    store<u32>(b.wIds + (<usize>count << 2), id);
    count++;
  }
  bring(b, count);
  return count;
}
