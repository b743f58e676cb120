// The step that each lane tries: no longer than to where its inputs or equations jump, and none where it has become too short.
import { AdaptiveBlock, CLIPPED, IDLE, jumpOf, Lane, laneOf, REJECTED, RESTART, rowBytes, STALE } from "./block";
import { failureOf } from "./failure";
import { ulp } from "./stages";
import { FREE_STEPS } from "./switches";

/** Fails a lane where it is. What its samples are from there on, is NaN; the very first is what it began with. */
export function fail(b: AdaptiveBlock, lane: Lane, i: i32, status: i32): void {
  lane.status = status;
  lane.failedAt = lane.t;
  lane.flags |= IDLE;
  if (lane.accepted > 0.0 || lane.sample > 0 || b.firstSample > 0 || b.sampleEnd == 0) return;
  const id = <usize>load<u32>(b.wIds + (<usize>i << 2));
  for (let j = 0; j < b.keptCount; j++) {
    const state = load<u32>(b.kept + (<usize>j << 2));
    store<f64>(b.samples + ((<usize>(j * b.n) + id) << 3), load<f64>(b.wY + <usize>state * rowBytes(b) + (<usize>i << 3)));
  }
  lane.sample = 1;
}

/** Where the present stretch of inputs ends. */
// @ts-ignore: decorator
@inline
function segmentEnd(b: AdaptiveBlock, lane: Lane): f64 {
  if (b.linear) return lane.segment < b.breakpointCount ? min(b.endTime, load<f64>(b.breakpoints + (<usize>lane.segment << 3))) : b.endTime;
  if (b.segmentSteps == 0) return b.endTime;
  return min(b.endTime, <f64>((lane.segment + 1) * b.segmentSteps) * b.stepSize);
}

/** Lets a lane that cannot go on while it holds its switches go on without; returns the step that it tries. */
function release(lane: Lane, least: f64): f64 {
  lane.free = FREE_STEPS;
  lane.flags = (lane.flags & ~REJECTED) | STALE;
  return max(lane.longer, 1000.0 * least);
}

/** Puts the step that each lane tries into its place. */
export function proposeSteps(b: AdaptiveBlock): void {
  b.anyFree = 0;
  for (let i = 0; i < b.m; i++) {
    const lane = laneOf(b, i);
    const t = lane.t;
    const least = 10.0 * ulp(t);
    let h = lane.h;
    if (h > b.maxStep) h = b.maxStep;
    // A NaN is no step either.
    if (!(h >= least)) {
      if (h < least && !(lane.flags & REJECTED)) h = least;
      else if (!(lane.flags & IDLE) && i < b.count) {
        if (b.modeCount && lane.free == 0) h = release(lane, least);
        else fail(b, lane, i, failureOf(b, lane, i, least));
      }
    }
    if (lane.free > 0 && !(lane.flags & IDLE)) b.anyFree = 1;
    let bound = segmentEnd(b, lane);
    if (b.jumps) {
      const jump = jumpOf(b, lane, i);
      store<f64>(b.wLast + (<usize>i << 3), jump.last);
      bound = min(bound, jump.first);
    }
    let next = t + h;
    if (next >= bound) {
      next = bound;
      lane.flags |= CLIPPED;
    } else lane.flags &= ~CLIPPED;
    lane.h = h;
    const at = <usize>i << 3;
    store<f64>(b.wT + at, t);
    store<f64>(b.wNew + at, next);
    store<f64>(b.wH + at, next - t);
  }
}

/** Goes on to the next segment of inputs, or behind a jump, where a step has ended there; whether the slope is another one there. */
export function pass(b: AdaptiveBlock, lane: Lane, i: i32, next: f64): boolean {
  let isJump = false;
  if (b.jumps && next >= jumpOf(b, lane, i).first) {
    lane.jump++;
    lane.flags |= RESTART;
    isJump = true;
  }
  if (next >= segmentEnd(b, lane)) {
    lane.segment++;
    if (!b.linear) isJump = true;
  }
  return isJump;
}
