// What sampled inputs are at a time. Sample j of a signal that holds for H steps of length L drives from j H L on: held until the next
// one, or joined to it by a straight line; after the last, the last.
import { AdaptiveBlock, laneOf, rowBytes, SampledInput } from "./block";

// @ts-ignore: decorator
@inline
function sampleOf(s: SampledInput, sample: i32, id: usize): f64 {
  const j = min(sample, s.lastSample) - s.firstSample;
  return load<f64>(s.samples + <usize>j * s.stride + id * s.laneStride);
}

/** The value at a position counted in steps, of a home lane. */
// @ts-ignore: decorator
@inline
function interpolate(s: SampledInput, position: f64, id: usize): f64 {
  const exact = position / <f64>s.holdSteps;
  const sample = <i32>Math.floor(exact);
  const value = sampleOf(s, sample, id);
  return value + (exact - <f64>sample) * (sampleOf(s, sample + 1, id) - value);
}

/** Writes the inputs of the stretch that each working lane is in. */
export function holdInputs(b: AdaptiveBlock): void {
  if (b.inputCount == 0 || b.linear) return;
  for (let d = 0; d < b.inputCount; d++) {
    const s = changetype<SampledInput>(b.inputs + <usize>d * offsetof<SampledInput>());
    const to = b.wP + <usize>s.row * rowBytes(b);
    for (let i = 0; i < b.m; i++) {
      const step = laneOf(b, i).segment * b.segmentSteps;
      store<f64>(to + (<usize>i << 3), sampleOf(s, step / s.holdSteps, <usize>load<u32>(b.wIds + (<usize>i << 2))));
    }
  }
}

/** Writes the inputs at the times of a stage, t + c h, where they are joined by straight lines. */
export function interpolateInputs(b: AdaptiveBlock, c: f64): void {
  for (let d = 0; d < b.inputCount; d++) {
    const s = changetype<SampledInput>(b.inputs + <usize>d * offsetof<SampledInput>());
    const to = b.wP + <usize>s.row * rowBytes(b);
    for (let i = 0; i < b.m; i++) {
      const lane = <usize>i << 3;
      const time = load<f64>(b.wT + lane) + c * load<f64>(b.wH + lane);
      store<f64>(to + lane, interpolate(s, time / b.stepSize, <usize>load<u32>(b.wIds + (<usize>i << 2))));
    }
  }
}

/** Writes the inputs at a share of each working lane's own step, where they are joined by straight lines. */
export function writeInputsAtShares(b: AdaptiveBlock, shares: usize): void {
  for (let d = 0; d < b.inputCount; d++) {
    const s = changetype<SampledInput>(b.inputs + <usize>d * offsetof<SampledInput>());
    const to = b.wP + <usize>s.row * rowBytes(b);
    for (let i = 0; i < b.m; i++) {
      const lane = <usize>i << 3;
      const time = load<f64>(b.wT + lane) + load<f64>(shares + lane) * load<f64>(b.wH + lane);
      store<f64>(to + lane, interpolate(s, time / b.stepSize, <usize>load<u32>(b.wIds + (<usize>i << 2))));
    }
  }
}

/** Writes the inputs at one time to all home lanes: what a sample says of them. */
export function writeInputsAt(b: AdaptiveBlock, time: f64): void {
  for (let d = 0; d < b.inputCount; d++) {
    const s = changetype<SampledInput>(b.inputs + <usize>d * offsetof<SampledInput>());
    const to = b.p + (<usize>(s.row * b.n) << 3);
    const position = time / b.stepSize;
    // A label that is the beginning of a step but for rounding is that step's.
    const near = Math.round(position);
    const step = Math.abs(position - near) <= 1e-9 * max(1.0, near) ? near : Math.floor(position);
    for (let i = 0; i < b.n; i++) {
      const value = b.linear ? interpolate(s, position, <usize>i) : sampleOf(s, <i32>step / s.holdSteps, <usize>i);
      store<f64>(to + (<usize>i << 3), value);
    }
  }
}
