// Where a switch leaves its mode within a step: a root in the step's dense output. The step is made again and ends there, a little
// behind the root; if it still does not end there, because the longer step's dense output was less accurate, again.
import { AdaptiveBlock, accepts, DENSE, EARLY, Lane, laneOf, rowBytes, SWITCHED } from "./block";
import { evaluateSwitches, hasSwitched, switchDistance } from "./held-switches";
import { writeInputsAtShares } from "./inputs";
import { stayBefore, ulp } from "./stages";

/** Equal parts of a step after each of which it is looked whether a switch has left its mode. */
const PARTS = 4;
const MOST_ITERATIONS = 80;
/** A root is known well enough within this share of rtol of a step. */
const ACCURACY: f64 = 1e-3;
/** What switches again within this share of a step that begins at a switch is not followed from switch to switch. */
const AT_ONCE: f64 = 1e-4;
/** Steps that are taken then without holding switches. */
export const FREE_STEPS = 8;
const NONE: f64 = 2.0;

/** Whether the end of a lane's accepted step is to be found. */
// @ts-ignore: decorator
@inline
function isWatched(b: AdaptiveBlock, lane: Lane, i: i32): boolean {
  return lane.free == 0 && accepts(b, lane, i);
}

/** How well a root is to be known within the i-th working lane's step, in time. */
// @ts-ignore: decorator
@inline
function accuracy(b: AdaptiveBlock, at: usize): f64 {
  return max(8.0 * ulp(load<f64>(b.wNew + at)), ACCURACY * b.rtol * load<f64>(b.wH + at));
}

/** Evaluates the switches of watched lanes, each at its own share of its step. */
// @ts-ignore: decorator
@inline
function probe<S>(b: AdaptiveBlock): void {
  const method = changetype<S>(0);
  const row = rowBytes(b);
  for (let i = 0; i < b.count; i++) {
    if (!isWatched(b, laneOf(b, i), i)) continue;
    const at = <usize>i << 3;
    method.prepareLane(b, at);
    method.denseOutput(b, at, load<f64>(b.wShare + at), b.wProbe + at, row);
  }
  evaluateAtShares(b, b.wProbe);
}

function evaluateAtShares(b: AdaptiveBlock, y: usize): void {
  const row = rowBytes(b);
  if (b.timeRows) {
    for (let i: usize = 0; i < row; i += 8) {
      store<f64>(b.wTimes + i, load<f64>(b.wT + i) + load<f64>(b.wShare + i) * load<f64>(b.wH + i));
    }
    if (b.jumps) stayBefore(b);
    for (let r = 1; r < b.timeRows; r++) memory.copy(b.wTimes + <usize>r * row, b.wTimes, row);
  }
  if (b.linear) writeInputsAtShares(b, b.wShare);
  evaluateSwitches(b, y);
}

/** Whether any lane's step has an end that is to be found. */
function anyWatched(b: AdaptiveBlock): boolean {
  for (let i = 0; i < b.count; i++) if (isWatched(b, laneOf(b, i), i)) return true;
  return false;
}

/** Finds for each lane between which two shares of its step the first switch leaves its mode; whether any does. */
// @ts-ignore: decorator
@inline
function bracket<S>(b: AdaptiveBlock): boolean {
  let any = false;
  for (let i = 0; i < b.m; i++) store<f64>(b.wTo + (<usize>i << 3), NONE);
  memory.fill(b.wProbe, 0, rowBytes(b) * <usize>b.states);
  for (let k = 1; k <= PARTS; k++) {
    const share = <f64>k / <f64>PARTS;
    for (let i = 0; i < b.m; i++) store<f64>(b.wShare + (<usize>i << 3), share);
    if (k < PARTS) probe<S>(b);
    else evaluateAtShares(b, b.wYNew);
    for (let i = 0; i < b.count; i++) {
      const at = <usize>i << 3;
      if (!isWatched(b, laneOf(b, i), i) || load<f64>(b.wTo + at) != NONE) continue;
      if (hasSwitched(b, i)) {
        store<f64>(b.wFrom + at, share - 1.0 / <f64>PARTS);
        store<f64>(b.wTo + at, share);
        store<f64>(b.wToDistance + at, switchDistance(b, i));
        any = true;
      } else store<f64>(b.wFromDistance + at, switchDistance(b, i));
    }
  }
  return any;
}

/** The share to look at next: where a straight line through both ends of the bracket is 0, not too near to either. */
function nextShare(b: AdaptiveBlock, at: usize): f64 {
  const from = load<f64>(b.wFrom + at);
  const to = load<f64>(b.wTo + at);
  const before = load<f64>(b.wFromDistance + at);
  const after = load<f64>(b.wToDistance + at);
  const margin = min(0.5 * accuracy(b, at) / load<f64>(b.wH + at), 0.25 * (to - from));
  const share = before > 0.0 && after < 0.0 ? from + ((to - from) * before) / (before - after) : 0.5 * (from + to);
  return max(from + margin, min(to - margin, share));
}

/** Narrows every bracket until the root is known well enough: the Illinois rule, halving what stays on its side twice. */
// @ts-ignore: decorator
@inline
function narrow<S>(b: AdaptiveBlock): void {
  for (let k = 0; k < MOST_ITERATIONS; k++) {
    let any = false;
    for (let i = 0; i < b.count; i++) {
      const at = <usize>i << 3;
      const to = load<f64>(b.wTo + at);
      store<f64>(b.wShare + at, min(to, 1.0));
      if (to == NONE || (to - load<f64>(b.wFrom + at)) * load<f64>(b.wH + at) <= accuracy(b, at)) continue;
      any = true;
      // Where the line is a bad guess again and again, the bracket is halved.
      const half = 0.5 * (load<f64>(b.wFrom + at) + to);
      store<f64>(b.wShare + at, k % 4 == 3 ? half : nextShare(b, at));
    }
    if (!any) return;
    probe<S>(b);
    for (let i = 0; i < b.count; i++) {
      const at = <usize>i << 3;
      const share = load<f64>(b.wShare + at);
      const to = load<f64>(b.wTo + at);
      if (to == NONE || share <= load<f64>(b.wFrom + at) || share >= to) continue;
      const isBehind = hasSwitched(b, i);
      store<f64>((isBehind ? b.wTo : b.wFrom) + at, share);
      store<f64>((isBehind ? b.wToDistance : b.wFromDistance) + at, switchDistance(b, i));
      const other = isBehind ? b.wFromDistance : b.wToDistance;
      store<f64>(other + at, 0.5 * load<f64>(other + at));
    }
  }
}

/** What becomes of a lane's step in which a switch leaves its mode between two shares. */
function endAt(b: AdaptiveBlock, lane: Lane, at: usize): void {
  const h = load<f64>(b.wH + at);
  const to = load<f64>(b.wTo + at);
  const near = accuracy(b, at);
  if ((1.0 - load<f64>(b.wFrom + at)) * h <= 2.0 * near) {
    lane.flags |= SWITCHED;
    return;
  }
  lane.flags |= EARLY;
  if (lane.switchedAt == lane.t && to < AT_ONCE) {
    lane.free = FREE_STEPS;
    lane.h = h;
    return;
  }
  lane.longer = max(lane.longer, h);
  lane.h = to * h + 0.25 * near;
}

/** Finds accepted steps in which a switch leaves its mode: such a step is made again and ends there, or has ended there. */
// @ts-ignore: decorator
@inline
export function locate<S>(b: AdaptiveBlock): void {
  if (!anyWatched(b)) return;
  const method = changetype<S>(0);
  method.prepareDenseOutput(b);
  for (let i = 0; i < b.count; i++) {
    const lane = laneOf(b, i);
    if (!isWatched(b, lane, i) || lane.flags & DENSE) continue;
    lane.nfev += method.denseEvaluations();
    lane.flags |= DENSE;
  }
  if (!bracket<S>(b)) return;
  narrow<S>(b);
  for (let i = 0; i < b.count; i++) if (load<f64>(b.wTo + (<usize>i << 3)) != NONE) endAt(b, laneOf(b, i), <usize>i << 3);
}
