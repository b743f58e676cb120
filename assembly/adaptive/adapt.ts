// The one adaptive loop. Each lane has its own time and step; an attempt of all working lanes is made at once, and then each lane
// accepts its own or not. The rules are those of SciPy's solve_ivp (Hairer, Norsett, Wanner 1993, II.4): safety 0.9, factors from
// 0.2 to 10, none above 1 right after a rejection, and the root mean square of error / (atol + rtol max(|y|, |yNew|)) below 1.
//
// A lane whose accepted step reaches beyond the chunk's last sample does not go on from it: it makes the very same attempt again in
// the next chunk. So nothing of a step need be kept between chunks, and no number depends on where chunks end.
import { both, PAIR } from "../math/lanes";
import { pow } from "../math/pow";
import {
  accepts, AdaptiveBlock, CLIPPED, DENSE, EARLY, ENDED, IDLE, jumpOf, Lane, laneOf, LIMITED, REJECTED, RESTART, rowBytes, RUNNING, slopeRows,
  STALE, stateBytes, SWITCHED,
} from "./block";
import { clipAccepted } from "./bounds";
import { firstNaN } from "./failure";
import { firstSteps, restartSteps } from "./first-step";
import { evaluateSwitches, holdLane } from "./held-switches";
import { scatterAll, compact, gatherBusy } from "./lanes";
import { holdInputs } from "./inputs";
import { fail, pass, proposeSteps } from "./propose";
import { slopeAt, writeStage } from "./stages";
import { locate } from "./switches";

const SAFETY: f64 = 0.9;
const LEAST_FACTOR: f64 = 0.2;
const MOST_FACTOR: f64 = 10.0;

/** The first slope and step of every lane, at the beginning of a block, once its first chunk is open. */
// @ts-ignore: decorator
@inline
export function beginBlock<S>(b: AdaptiveBlock): void {
  const method = changetype<S>(0);
  gatherBusy(b);
  holdInputs(b);
  b.anyFree = 0;
  for (let i = 0; i < b.m; i++) {
    const lane = laneOf(b, i);
    store<f64>(b.wT + (<usize>i << 3), lane.t);
    store<f64>(b.wH + (<usize>i << 3), 0.0);
    if (b.jumps) store<f64>(b.wLast + (<usize>i << 3), jumpOf(b, lane, i).last);
    lane.variable = -1;
  }
  if (b.modeCount) {
    writeStage(b, 0.0);
    evaluateSwitches(b, b.wY);
    for (let i = 0; i < b.m; i++) holdLane(b, i);
  }
  slopeAt(b, 0.0, b.wY, b.wK);
  firstSteps(b, method.errorOrder());
  scatterAll(b);
}

/** Evaluates the first slope anew where it is not that of the state and inputs; behind a jump, the step is chosen anew too. */
function refreshSlopes(b: AdaptiveBlock, order: f64): void {
  let any = false;
  let anyRestart = false;
  for (let i = 0; i < b.m; i++) {
    const lane = laneOf(b, i);
    const stale = i < b.count && lane.flags & STALE && !(lane.flags & IDLE);
    store<u64>(b.wMask + (<usize>i << 3), stale ? u64.MAX_VALUE : 0);
    if (!stale) continue;
    any = true;
    if (lane.flags & RESTART) anyRestart = true;
    lane.nfev += 1.0;
  }
  if (!any) return;
  if (b.modeCount) {
    writeStage(b, 0.0);
    evaluateSwitches(b, b.wY);
    for (let i = 0; i < b.m; i++) if (load<u64>(b.wMask + (<usize>i << 3))) holdLane(b, i);
  }
  slopeAt(b, 0.0, b.wY, b.wStage);
  copyMasked(b, b.wK, b.wStage);
  if (anyRestart) {
    restartSteps(b, order);
    proposeSteps(b);
  }
  for (let i = 0; i < b.count; i++) {
    const lane = laneOf(b, i);
    if (!(lane.flags & IDLE)) lane.flags &= ~(STALE | RESTART);
  }
}

/** to = from in the lanes of the mask. */
function copyMasked(b: AdaptiveBlock, to: usize, from: usize): void {
  const row = rowBytes(b);
  for (const end = to + stateBytes(b); to < end; to += row, from += row) {
    let i: usize = 0;
    do {
      v128.store(to + i, v128.bitselect(v128.load(from + i), v128.load(to + i), v128.load(b.wMask + i)));
      i += PAIR;
    } while (i < row);
  }
}

/** Whether a lane has samples to give that its present attempt covers. */
// @ts-ignore: decorator
@inline
function covers(b: AdaptiveBlock, lane: Lane, i: i32): boolean {
  return lane.sample < b.sampleEnd && <f64>(b.firstSample + lane.sample) * b.samplingStep <= load<f64>(b.wNew + (<usize>i << 3));
}

/** Gives the samples that accepted attempts cover. */
// @ts-ignore: decorator
@inline
function writeSamples<S>(b: AdaptiveBlock): void {
  const method = changetype<S>(0);
  let any = false;
  for (let i = 0; i < b.count; i++) {
    const lane = laneOf(b, i);
    if (accepts(b, lane, i) && covers(b, lane, i)) any = true;
  }
  if (!any) return;
  method.prepareDenseOutput(b);
  for (let i = 0; i < b.count; i++) {
    const lane = laneOf(b, i);
    if (!accepts(b, lane, i) || !covers(b, lane, i)) continue;
    if (!(lane.flags & DENSE)) lane.nfev += method.denseEvaluations();
    lane.flags |= DENSE;
    const id = <usize>load<u32>(b.wIds + (<usize>i << 2));
    const at = <usize>i << 3;
    const t = load<f64>(b.wT + at);
    const h = load<f64>(b.wH + at);
    method.prepareLane(b, at);
    do {
      const time = <f64>(b.firstSample + lane.sample) * b.samplingStep;
      const to = b.samples + ((<usize>((lane.sample - b.sample) * b.keptCount * b.n) + id) << 3);
      method.denseOutput(b, at, (time - t) / h, to, <usize>b.n << 3);
      lane.sample++;
    } while (covers(b, lane, i));
  }
}

/** Goes on from an accepted attempt, or waits for the next chunk. */
function acceptStep(b: AdaptiveBlock, lane: Lane, i: i32, factor: f64, cost: f64, kept: boolean): void {
  const next = load<f64>(b.wNew + (<usize>i << 3));
  if (lane.sample < b.sampleCount && <f64>(b.firstSample + lane.sample) * b.samplingStep <= next) {
    lane.flags |= IDLE;
    return;
  }
  const h = load<f64>(b.wH + (<usize>i << 3)) * (lane.flags & REJECTED ? min(1.0, factor) : factor);
  const clipped = (lane.flags & CLIPPED) != 0;
  // What was shortened for the sake of an input or a jump says nothing against the step that it would have been.
  lane.h = clipped ? max(h, lane.h) : max(h, lane.longer);
  lane.longer = 0.0;
  lane.t = next;
  lane.nfev += cost;
  lane.accepted += 1.0;
  const hasPassed = clipped && pass(b, lane, i, next) && next < b.endTime;
  if (!kept || hasPassed || lane.free > 0) lane.flags |= STALE;
  if (lane.flags & SWITCHED) {
    lane.switchedAt = next;
    lane.flags |= STALE | RESTART;
  }
  if (lane.free > 0) lane.free--;
  lane.variable = -1;
  lane.flags &= ~(REJECTED | DENSE | SWITCHED);
  store<u64>(b.wMask + (<usize>i << 3), u64.MAX_VALUE);
  if (next >= b.endTime) lane.status = ENDED;
  if (next >= b.endTime || (next >= b.chunkEnd && lane.sample >= b.sampleEnd)) lane.flags |= IDLE;
}

/** Of a rejected attempt: which state became no number, and whether the next one holds switches. */
function rejectStep(b: AdaptiveBlock, lane: Lane, i: i32): void {
  lane.longer = 0.0;
  const norm = load<f64>(b.wNorm + (<usize>i << 3));
  lane.variable = norm != norm ? firstNaN(b, b.wYNew, i) : -1;
  if (!b.modeCount) return;
  // Behind a switch that is held, equations need not be defined.
  if (lane.free == 0 && norm != norm) lane.free = 1;
  if (lane.free > 0) lane.flags |= STALE;
}

/** Accepts or rejects each lane's attempt. */
// @ts-ignore: decorator
@inline
function acceptOrReject<S>(b: AdaptiveBlock): void {
  const method = changetype<S>(0);
  for (let i = 0; i < b.count; i++) {
    const lane = laneOf(b, i);
    const at = <usize>i << 3;
    store<u64>(b.wMask + at, 0);
    if (lane.flags & IDLE) continue;
    const factor = load<f64>(b.wFactor + at);
    if (lane.flags & EARLY) {
      lane.flags &= ~(EARLY | DENSE);
      lane.rejected += 1.0;
      lane.nfev += method.evaluations();
    } else if (load<f64>(b.wNorm + at) < 1.0) acceptStep(b, lane, i, min(MOST_FACTOR, factor), method.evaluations(), method.firstSameAsLast());
    else {
      lane.h = load<f64>(b.wH + at) * (factor > LEAST_FACTOR ? factor : LEAST_FACTOR);
      lane.flags |= REJECTED;
      lane.rejected += 1.0;
      lane.nfev += method.evaluations();
      rejectStep(b, lane, i);
    }
    if (lane.status == RUNNING && lane.accepted + lane.rejected >= b.maxSteps) fail(b, lane, i, LIMITED);
  }
  if (b.m > b.count) store<u64>(b.wMask + (<usize>b.count << 3), 0);
}

/** What each lane's next step is of the present one. */
// @ts-ignore: decorator
@inline
function stepFactors<S>(b: AdaptiveBlock): void {
  const exponent = both(-1.0 / (changetype<S>(0).errorOrder() + 1.0));
  for (let i: usize = 0; i < rowBytes(b); i += PAIR) {
    v128.store(b.wFactor + i, f64x2.mul(both(SAFETY), pow(v128.load(b.wNorm + i), exponent)));
  }
}

/** Makes at most `attempts` attempts of the chunk that is open; returns how many lanes have something to do still. */
// @ts-ignore: decorator
@inline
export function adapt<S>(b: AdaptiveBlock, attempts: i32): i32 {
  const method = changetype<S>(0);
  let busy = gatherBusy(b);
  b.attempts = 0;
  while (b.attempts < attempts && busy > 0) {
    b.attempts++;
    holdInputs(b);
    proposeSteps(b);
    refreshSlopes(b, method.errorOrder());
    method.attempt(b);
    stepFactors<S>(b);
    if (b.modeCount) locate<S>(b);
    writeSamples<S>(b);
    acceptOrReject<S>(b);
    if (b.boundCount) clipAccepted(b);
    copyMasked(b, b.wY, b.wYNew);
    if (method.firstSameAsLast()) copyMasked(b, b.wK, slopeRows(b, method.lastSlope()));
    busy = compact(b);
  }
  if (b.count > 0) scatterAll(b);
  return busy;
}
