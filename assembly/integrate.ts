// The one fixed-step loop: apply the inputs, record a sample if one is due, step. A sample is the state before its step.
import { Block, InputSource } from "./block";
import { clipStates } from "./bounds";
import { updateHistory } from "./delays";
import { both, bytes, copyLanes, LANE, PAIR } from "./math/lanes";
import { observe } from "./model";
import { fillRow, writeTime, time } from "./stepper";

/** Writes the present sample of each input source to its input row. */
export function applyInputs(block: Block): void {
  const n = block.n;
  let at = block.inputs;
  for (let i = 0, count = block.inputCount; i < count; i++, at += offsetof<InputSource>()) {
    const d = changetype<InputSource>(at);
    if (d.stride == sizeof<f64>()) fillRow(d.row, load<f64>(d.sample), n);
    else copyLanes(d.row, d.sample, bytes(1, n));
    const left = d.stepsLeft - 1;
    if (left == 0) {
      d.sample += d.stride;
      d.stepsLeft = d.holdSteps;
    } else d.stepsLeft = left;
  }
}

/** Copies the recorded rows to the window; a NaN becomes the canonical one, so that no engine's payload reaches a result. */
export function recordSample(block: Block): void {
  const size = bytes(1, block.n);
  if (block.observes) observe(block.t, block.y, block.out, block.p, block.n);
  let to = block.window;
  let at = block.recorded;
  const end = at + (<usize>block.recordedCount << 2);
  if (block.n == 1) {
    for (; at < end; at += 4, to += LANE) {
      const v = load<f64>(<usize>load<u32>(at));
      store<f64>(to, v == v ? v : NaN);
    }
    block.window = to;
    return;
  }
  const nan = both(NaN);
  for (; at < end; at += 4) {
    const row = <usize>load<u32>(at);
    for (let i: usize = 0; i < size; i += PAIR, to += PAIR) {
      const v = v128.load(row + i);
      v128.store(to, v128.bitselect(v, nan, f64x2.eq(v, v)));
    }
  }
  block.window = to;
}

/** Takes `steps` steps of solver S. */
// @ts-ignore: decorator
@inline
export function integrate<S>(block: Block, steps: i32): void {
  const solver = changetype<S>(0);
  for (let i = 0; i < steps; i++) {
    applyInputs(block);
    writeTime(block, time(block));
    if (block.delays != 0) updateHistory(block);
    if (block.stepsToSample == 0) {
      recordSample(block);
      block.stepsToSample = block.samplingSteps;
    }
    block.stepsToSample--;
    solver.step(block);
    if (block.boundCount != 0) clipStates(block.bounds, block.boundCount, block.y, bytes(1, block.n));
    block.step++;
  }
}
