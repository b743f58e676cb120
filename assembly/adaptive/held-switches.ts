// Values that jump where a state makes them (a comparison, floor, ceil, round): a step holds each at the value that it has where the
// step begins, its mode, so that what a method differentiates is smooth. Modes are rows of p.
import { switches } from "../model";
import { AdaptiveBlock, laneOf, rowBytes } from "./block";

/** Evaluates every switch, and how far it is from leaving its mode, at the times of the stage and the state y. */
export function evaluateSwitches(b: AdaptiveBlock, y: usize): void {
  switches(b.wTimes, y, b.wSwitches, b.wP, b.m);
}

/** Makes the values of the i-th working lane's switches its modes. */
// @ts-ignore: decorator
@inline
export function holdLane(b: AdaptiveBlock, i: i32): void {
  const row = rowBytes(b);
  let from = b.wSwitches + (<usize>i << 3);
  let to = b.wP + <usize>b.modeRow * row + (<usize>i << 3);
  for (let r = 0; r < b.modeCount; r++, from += row, to += row) store<f64>(to, load<f64>(from));
}

/** In lanes whose steps hold no switch, all of them have the values of the stage. */
export function followSwitches(b: AdaptiveBlock, y: usize): void {
  evaluateSwitches(b, y);
  for (let i = 0; i < b.m; i++) if (laneOf(b, i).free > 0) holdLane(b, i);
}

/** Whether a switch of the i-th working lane has another value than its mode. */
// @ts-ignore: decorator
@inline
export function hasSwitched(b: AdaptiveBlock, i: i32): boolean {
  const row = rowBytes(b);
  let value = b.wSwitches + (<usize>i << 3);
  let mode = b.wP + <usize>b.modeRow * row + (<usize>i << 3);
  for (let r = 0; r < b.modeCount; r++, value += row, mode += row) if (load<f64>(value) != load<f64>(mode)) return true;
  return false;
}

/** How far the i-th working lane is from the next switch: below 0 where one has switched. */
// @ts-ignore: decorator
@inline
export function switchDistance(b: AdaptiveBlock, i: i32): f64 {
  const row = rowBytes(b);
  let at = b.wSwitches + <usize>b.modeCount * row + (<usize>i << 3);
  let least = Infinity;
  for (let r = 0; r < b.modeCount; r++, at += row) least = min(least, load<f64>(at));
  return least;
}
