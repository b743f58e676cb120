// The first step of each lane, by the rule of Hairer, Norsett and Wanner (1993, II.4) as SciPy has it: one evaluation more.
import { both } from "../math/lanes";
import { pow } from "../math/pow";
import { AdaptiveBlock, IDLE, laneOf, RESTART, slopeRows } from "./block";
import { slopeAt } from "./stages";

/** Slopes at or below this, over the scale of the state, move nothing. */
const STILL: f64 = 1e-15;

/** Root mean square of a lane's rows x - minus, over its scale at the state. */
function norm(b: AdaptiveBlock, x: usize, minus: usize, lane: usize): f64 {
  let sum = 0.0;
  for (let s = 0; s < b.states; s++) {
    const at = (<usize>(s * b.m) << 3) + lane;
    const other = (<usize>(load<u32>(b.otherPart + (<usize>s << 2)) * b.m) << 3) + lane;
    const value = load<f64>(b.wY + at);
    const rest = load<f64>(b.wY + other);
    const size = other == at ? Math.abs(value) : Math.sqrt(value * value + rest * rest);
    const scale = b.atol + size * b.rtol;
    const part = (load<f64>(x + at) - (minus ? load<f64>(minus + at) : 0.0)) / scale;
    sum += part * part;
  }
  return Math.sqrt(sum / <f64>b.components);
}

/** A number to a power, by the function that all numbers here come from. */
function power(x: f64, y: f64): f64 {
  return f64x2.extract_lane(pow(both(x), both(y)), 0);
}

/** Chooses the first step of every working lane, whose first slopes are in place; or takes the one that is given. */
export function firstSteps(b: AdaptiveBlock, order: f64): void {
  const given = b.firstStep > 0.0;
  for (let i = 0; i < b.count; i++) laneOf(b, i).nfev = given ? 1.0 : 2.0;
  if (given) {
    for (let i = 0; i < b.count; i++) laneOf(b, i).h = b.firstStep;
    return;
  }
  estimateSteps(b, order);
  for (let i = 0; i < b.count; i++) laneOf(b, i).h = min(load<f64>(b.wFactor + (<usize>i << 3)), b.endTime);
}

/** The same for lanes that have come to a jump of their equations, where these move the state at all. */
export function restartSteps(b: AdaptiveBlock, order: f64): void {
  estimateSteps(b, order);
  for (let i = 0; i < b.count; i++) {
    const lane = laneOf(b, i);
    if (!(lane.flags & RESTART) || lane.flags & IDLE) continue;
    lane.nfev += 1.0;
    if (load<f64>(b.wNorm + (<usize>i << 3)) > STILL) lane.h = load<f64>(b.wFactor + (<usize>i << 3));
  }
}

/** Writes the step of the rule for every working lane to the row of factors, and to that of norms how much the state moves. */
function estimateSteps(b: AdaptiveBlock, order: f64): void {
  for (let i = 0; i < b.m; i++) {
    const at = <usize>i << 3;
    const d0 = norm(b, b.wY, 0, at);
    const d1 = norm(b, b.wK, 0, at);
    const h = d0 < 1e-5 || d1 < 1e-5 ? 1e-6 : (0.01 * d0) / d1;
    store<f64>(b.wH + at, min(h, b.endTime));
  }
  const h = b.wH;
  for (let s = 0, at: usize = 0; s < b.states; s++) {
    for (let i = 0; i < b.m; i++, at += 8) {
      store<f64>(b.wStage + at, load<f64>(b.wY + at) + load<f64>(h + (<usize>i << 3)) * load<f64>(b.wK + at));
    }
  }
  const second = slopeRows(b, 1);
  slopeAt(b, 1.0, b.wStage, second);
  for (let i = 0; i < b.count; i++) {
    const at = <usize>i << 3;
    const h0 = load<f64>(b.wH + at);
    const d1 = norm(b, b.wK, 0, at);
    const d2 = norm(b, second, b.wK, at) / h0;
    const h1 = d1 <= STILL && d2 <= STILL ? max(1e-6, h0 * 1e-3) : power(0.01 / max(d1, d2), 1.0 / (order + 1.0));
    store<f64>(b.wFactor + at, min(100.0 * h0, h1));
    store<f64>(b.wNorm + at, max(d1, d2));
  }
}
