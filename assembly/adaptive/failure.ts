// Why a lane cannot go on: its step has become too short, or is no number.
import { rhs } from "../model";
import { AdaptiveBlock, DIVERGED, HUGE, Lane, NOT_A_NUMBER, rowBytes, slopeRows, stateBytes, UNDERFLOW } from "./block";

/** How many of the shortest steps on it is looked for what an equation is not defined for. */
const FURTHER: f64 = 100.0;

/** The first state of the i-th working lane whose row among those at x is no number; -1 where all are. */
export function firstNaN(b: AdaptiveBlock, x: usize, i: i32): i32 {
  const row = rowBytes(b);
  let at = x + (<usize>i << 3);
  for (let s = 0; s < b.states; s++, at += row) {
    const value = load<f64>(at);
    if (value != value) return s;
  }
  return -1;
}

/** Whether a state of the lane is huge, or its slope. */
function isHuge(b: AdaptiveBlock, i: i32): boolean {
  const row = rowBytes(b);
  for (let s = 0, at = <usize>i << 3; s < b.states; s++, at += row) {
    if (Math.abs(load<f64>(b.wY + at)) > HUGE || Math.abs(load<f64>(b.wK + at)) > HUGE) return true;
  }
  return false;
}

/** Whether a state grows by more than its tolerance within the shortest step, as before a pole. */
function growsAtOnce(b: AdaptiveBlock, i: i32, least: f64): boolean {
  const row = rowBytes(b);
  for (let s = 0, at = <usize>i << 3; s < b.states; s++, at += row) {
    const y = load<f64>(b.wY + at);
    const slope = load<f64>(b.wK + at);
    if (y * slope > 0.0 && least * Math.abs(slope) > b.atol + b.rtol * Math.abs(y)) return true;
  }
  return false;
}

/** The first state whose slope is no number some steps of the least length further on; `attempted` where all are numbers there. */
function slopeAhead(b: AdaptiveBlock, i: i32, least: f64, attempted: i32): i32 {
  const row = rowBytes(b);
  memory.copy(b.wStage, b.wY, stateBytes(b));
  for (let s = 0, at = <usize>i << 3; s < b.states; s++, at += row) {
    store<f64>(b.wStage + at, load<f64>(b.wY + at) + FURTHER * least * load<f64>(b.wK + at));
  }
  rhs(b.wTimes, b.wStage, slopeRows(b, 1), b.wP, b.m);
  const variable = firstNaN(b, slopeRows(b, 1), i);
  return variable >= 0 ? variable : attempted;
}

/**
 * The status of a lane whose next step would be shorter than `least`, or is no number: DIVERGED, NOT_A_NUMBER with the state in
 * `variable`, or UNDERFLOW. Its first slopes are in place.
 */
export function failureOf(b: AdaptiveBlock, lane: Lane, i: i32, least: f64): i32 {
  const attempted = lane.variable;
  lane.variable = -1;
  if (isHuge(b, i)) return DIVERGED;
  const variable = firstNaN(b, b.wK, i);
  if (variable < 0 && growsAtOnce(b, i, least)) return DIVERGED;
  lane.variable = variable < 0 && attempted >= 0 ? slopeAhead(b, i, least, attempted) : variable;
  return lane.variable >= 0 ? NOT_A_NUMBER : UNDERFLOW;
}
