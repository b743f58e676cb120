import type { FixedJob, Job } from "../sweep/job.ts";
import { roundHalfEven, wholeNumber } from "../whole.ts";
import { type Layout, rowsAt, writeReads } from "./layout.ts";

/** A delay in steps: that of an edge is rounded to a whole number, any other is so where it is one but for rounding. */
function inSteps(delay: number, stepSize: number, edge: boolean): number {
  const ratio = delay / stepSize;
  return edge ? roundHalfEven(ratio) : (wholeNumber(ratio) ?? ratio);
}

/** The delay of every delayed value in every lane, in the model's time unit, once a block's parameters are in place. */
export function delayTimes(job: Job, at: Layout, memory: WebAssembly.Memory): Float64Array[] {
  const { params, inputs, derived, history: past } = job.model;
  if (!past) return [];
  const p = rowsAt(memory, at, at.p, params.length + inputs.length + past.delayed.length + derived);
  return past.delayed.map(({ delay }) => {
    return typeof delay === "number" ? new Float64Array(at.n).fill(delay) : p.slice(delay.row * at.n, (delay.row + 1) * at.n);
  });
}

/** Puts a block's delays in place, in steps; forgets the past. */
export function prepareDelays(job: FixedJob, at: Layout, memory: WebAssembly.Memory): void {
  if (!job.model.history) return;
  const { delayed, lines } = job.model.history;
  const rows = rowsAt(memory, at, at.delays, delayed.length);
  const uniform = delayTimes(job, at, memory).map((times, i) => {
    rows.set(
      times.map((time) => inSteps(time, job.clock.stepSize, delayed[i].edge)),
      i * at.n,
    );
    return times.every((each) => each === times[0]);
  });
  rowsAt(memory, at, at.start, lines).fill(0);
  rowsAt(memory, at, at.history, at.slots * lines).fill(0);
  rowsAt(memory, at, at.delayed, delayed.length).fill(0);
  writeReads(job, at, memory, uniform);
}
