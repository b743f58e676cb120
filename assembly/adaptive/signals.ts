// What sampled inputs are at a time. Sample j of a signal that holds for H steps of length L drives from j H L on: held until the next
// one, or joined to it by a straight line; after the last, the last.
import { Adaptive, laneOf, rowBytes, Signal } from "./block";

// @ts-ignore: decorator
@inline
function at(s: Signal, sample: i32, id: usize): f64 {
  const j = min(sample, s.last) - s.first;
  return load<f64>(s.samples + <usize>j * s.stride + id * s.laneStride);
}

/** The value at a position counted in steps, of a home lane. */
// @ts-ignore: decorator
@inline
function between(s: Signal, position: f64, id: usize): f64 {
  const exact = position / <f64>s.hold;
  const sample = <i32>Math.floor(exact);
  const value = at(s, sample, id);
  return value + (exact - <f64>sample) * (at(s, sample + 1, id) - value);
}

/** Writes the inputs of the stretch that each working lane is in. */
export function hold(b: Adaptive): void {
  if (b.drives == 0 || b.linear) return;
  for (let d = 0; d < b.drives; d++) {
    const s = changetype<Signal>(b.signal + <usize>d * offsetof<Signal>());
    const to = b.wP + <usize>s.row * rowBytes(b);
    for (let i = 0; i < b.m; i++) {
      const step = laneOf(b, i).segment * b.segmentSteps;
      store<f64>(to + (<usize>i << 3), at(s, step / s.hold, <usize>load<u32>(b.wIds + (<usize>i << 2))));
    }
  }
}

/** Writes the inputs at the times of a stage, t + c h, where they are joined by straight lines. */
export function join(b: Adaptive, c: f64): void {
  for (let d = 0; d < b.drives; d++) {
    const s = changetype<Signal>(b.signal + <usize>d * offsetof<Signal>());
    const to = b.wP + <usize>s.row * rowBytes(b);
    for (let i = 0; i < b.m; i++) {
      const lane = <usize>i << 3;
      const time = load<f64>(b.wT + lane) + c * load<f64>(b.wH + lane);
      store<f64>(to + lane, between(s, time / b.stepSize, <usize>load<u32>(b.wIds + (<usize>i << 2))));
    }
  }
}

/** Writes the inputs at one time to all home lanes: what a sample says of them. */
export function show(b: Adaptive, time: f64): void {
  for (let d = 0; d < b.drives; d++) {
    const s = changetype<Signal>(b.signal + <usize>d * offsetof<Signal>());
    const to = b.p + (<usize>(s.row * b.n) << 3);
    const position = time / b.stepSize;
    // A label that is the beginning of a step but for rounding is that step's.
    const near = Math.round(position);
    const step = Math.abs(position - near) <= 1e-9 * max(1.0, near) ? near : Math.floor(position);
    for (let i = 0; i < b.n; i++) {
      const value = b.linear ? between(s, position, <usize>i) : at(s, <i32>step / s.hold, <usize>i);
      store<f64>(to + (<usize>i << 3), value);
    }
  }
}
