// Home and work: which lanes are worked on, and their way from home and back. A lane's numbers do not depend on its place.
import { AdaptiveBlock, IDLE, Lane, laneOf, RUNNING, rowBytes, stateBytes } from "./block";

/** Places the working rows for `count` lanes. */
function allocate(b: AdaptiveBlock, count: i32): void {
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
  at += (6 + <usize>b.timeRows) * row;
  b.wLast = at;
  at += row;
  b.wY = at;
  b.wYNew = at + rows;
  b.wStage = at + 2 * rows;
  b.wK = at + 3 * rows;
  at += (3 + <usize>b.slopes) * rows;
  if (b.modeCount) {
    b.wProbe = at;
    b.wSwitches = at + rows;
    at += rows + <usize>(2 * b.modeCount) * row;
    b.wShare = at;
    b.wFrom = at + row;
    b.wTo = at + 2 * row;
    b.wFromDistance = at + 3 * row;
    b.wToDistance = at + 4 * row;
    at += 5 * row;
  }
  b.wP = at;
}

/** Copies rows of the working lanes from home. */
function gather(b: AdaptiveBlock, to: usize, from: usize, rows: i32): void {
  const m = b.m;
  const home = <usize>b.n << 3;
  for (let r = 0; r < rows; r++, from += home) {
    for (let i = 0; i < m; i++, to += 8) store<f64>(to, load<f64>(from + (<usize>load<u32>(b.wIds + (<usize>i << 2)) << 3)));
  }
}

/** Copies rows of the working lanes back. */
function scatter(b: AdaptiveBlock, from: usize, to: usize, rows: i32): void {
  const count = b.count;
  const home = <usize>b.n << 3;
  const row = rowBytes(b);
  for (let r = 0; r < rows; r++, to += home, from += row) {
    for (let i = 0; i < count; i++) store<f64>(to + (<usize>load<u32>(b.wIds + (<usize>i << 2)) << 3), load<f64>(from + (<usize>i << 3)));
  }
}

/** Brings the numbers of `count` lanes that stand at wIds to work; an odd number of lanes gets the last one twice. */
function gatherLanes(b: AdaptiveBlock, count: i32): void {
  if (count & 1) store<u32>(b.wIds + (<usize>count << 2), load<u32>(b.wIds + (<usize>(count - 1) << 2)));
  allocate(b, count);
  gather(b, b.wY, b.y, b.states);
  gather(b, b.wK, b.firstSlopes, b.states);
  gather(b, b.wP, b.p, b.pRows);
  memory.copy(b.wP + <usize>b.pRows * rowBytes(b), b.p + (<usize>(b.pRows * b.n) << 3), b.tableBytes);
}

/** Begins a chunk: finds out which lanes have something to do in it. */
export function beginChunk(b: AdaptiveBlock): void {
  for (let i = 0; i < b.n; i++) {
    const lane = changetype<Lane>(b.lanes + <usize>i * offsetof<Lane>());
    if (lane.status != RUNNING || (lane.t >= b.chunkEnd && lane.sample >= b.sampleEnd)) lane.flags |= IDLE;
    else lane.flags &= ~IDLE;
  }
}

/** Brings all lanes to work that have something to do; returns how many. */
export function gatherBusy(b: AdaptiveBlock): i32 {
  allocate(b, b.n);
  let count = 0;
  for (let i = 0; i < b.n; i++) {
    if (changetype<Lane>(b.lanes + <usize>i * offsetof<Lane>()).flags & IDLE) continue;
    store<u32>(b.wIds + (<usize>count << 2), <u32>i);
    count++;
  }
  if (count > 0) gatherLanes(b, count);
  else b.count = 0;
  return count;
}

/** Takes all working lanes home. */
export function scatterAll(b: AdaptiveBlock): void {
  scatter(b, b.wY, b.y, b.states);
  scatter(b, b.wK, b.firstSlopes, b.states);
  if (b.modeCount) scatter(b, b.wP + <usize>b.modeRow * rowBytes(b), b.p + (<usize>(b.modeRow * b.n) << 3), b.modeCount);
}

/**
 * Sends lanes home that have nothing to do, once they are a quarter of all: fewer are cheaper to carry along than to part from.
 * Returns how many have something to do.
 */
export function compact(b: AdaptiveBlock): i32 {
  let busy = 0;
  for (let i = 0; i < b.count; i++) if (!(laneOf(b, i).flags & IDLE)) busy++;
  if (busy == 0 || ((busy + 1) & ~1) * 4 > b.m * 3) return busy;
  scatterAll(b);
  let count = 0;
  for (let i = 0; i < b.count; i++) {
    const id = load<u32>(b.wIds + (<usize>i << 2));
    if (laneOf(b, i).flags & IDLE) continue;
    store<u32>(b.wIds + (<usize>count << 2), id);
    count++;
  }
  gatherLanes(b, count);
  return count;
}
