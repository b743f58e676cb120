import { historyOf, MOST_DELAYED } from "../model/model.ts";
import type { FixedJob, Job } from "../sweep/job.ts";
import { wholeNumber } from "../whole.ts";
import { LANE_BYTES } from "./allocate.ts";
import { rowsAt } from "./memory.ts";
import { pastRowOf, pastRows, pastSlots } from "./past.ts";
import * as structs from "./structs.generated.ts";
import { writeStruct } from "./structs.ts";

/** Steps of a chunk where there are delay lines: their history buffer holds a chunk more than they need, so that it can be repeated. */
export const DELAYED_CHUNK_STEPS = 250;

/** Delayed values of edges, those of them that are whole steps late, and others. */
type DelayCounts = Record<"edgeCount" | "wholeCount" | "delayedCount", number>;

/** Where delayed values and the history buffer stand (assembly/delays.ts). */
export interface DelayLayout {
  n: number;
  p: number;
  /** The first DelayedValue, and the first EdgeValue; how many there are depends on the block. */
  reads: number;
  edges: number;
  counts: DelayCounts;
  /** Delayed values: the rows of p behind the inputs; and their delays in steps, a row each. */
  delayed: number;
  delays: number;
  /** Rows of the delay lines at the start, and in the slots of the history buffer. */
  start: number;
  history: number;
  /** What was before the start. */
  past: number;
  slots: number;
}

/** Slots of the history buffer: the longest delay, the step before it, the present, and a chunk, up to a power of two. */
export function slotsOf({ model, longestDelay }: Job): number {
  if (!model.history) return 0;
  let slots = 2;
  while (slots < longestDelay + 2 + DELAYED_CHUNK_STEPS) slots *= 2;
  return slots;
}

/** Bytes of one lane's history buffer, and of what was before the start. */
export function historyBytes(job: Job): number {
  return (slotsOf(job) * (job.model.history?.lines ?? 0) + pastSlots(job) * pastRows(job)) * LANE_BYTES;
}

/** A delay in steps: a whole number where it is one but for rounding. */
function inSteps(delay: number, stepSize: number): number {
  const ratio = delay / stepSize;
  return wholeNumber(ratio) ?? ratio;
}

/** The delay of every delayed value in every lane, in the model's time unit, once a block's parameters are written. */
export function delayTimes(job: Job, at: { n: number; p: number }, memory: WebAssembly.Memory): Float64Array[] {
  const { params, inputs, derived, history } = job.model;
  if (!history) return [];
  const p = rowsAt(memory, at, at.p, params.length + inputs.length + history.delayed.length + derived);
  return history.delayed.map(({ delay }) => {
    return typeof delay === "number" ? new Float64Array(at.n).fill(delay) : p.slice(delay.row * at.n, (delay.row + 1) * at.n);
  });
}

/** Delays of a block's lanes in steps, as delayed values of one kind have them. */
interface DelaySteps {
  i: number;
  /** Of all lanes where they have the same, or of each. */
  steps: number | Float64Array;
}

/** Writes a block's delays, in steps, and clears its history buffer. */
export function prepareDelays(job: FixedJob, at: DelayLayout, memory: WebAssembly.Memory): void {
  if (!job.model.history) return;
  const { delayed, lines } = job.model.history;
  const { whole, fractional, others } = sorted(job, delaySteps(job, at, memory));
  const view = new DataView(memory.buffer);
  const rowBytes = at.n * LANE_BYTES;
  const edges = [...whole, ...fractional];
  edges.forEach(({ i, steps }, place) => {
    writeStruct(view, at.edges + place * structs.EdgeValue.size, structs.EdgeValue, {
      row: at.delayed + i * rowBytes,
      line: delayed[i].line * rowBytes,
      whole: Math.trunc(steps),
      steps,
    });
  });
  const rows = rowsAt(memory, at, at.delays, delayed.length);
  others.forEach(({ i, steps }, place) => {
    const { line, state, edge } = delayed[i];
    const pastRow = pastRowOf(job, i);
    if (typeof steps === "number") rows.fill(steps, i * at.n, (i + 1) * at.n);
    else rows.set(steps, i * at.n);
    writeStruct(view, at.reads + place * structs.DelayedValue.size, structs.DelayedValue, {
      row: at.delayed + i * rowBytes,
      line: line * rowBytes,
      state: state === undefined ? -1 : state * rowBytes,
      delay: at.delays + i * rowBytes,
      uniform: typeof steps === "number" ? 1 : 0,
      startHeld: edge ? 0 : 1,
      past: pastRow < 0 ? -1 : pastRow * rowBytes,
    });
  });
  at.counts = { edgeCount: edges.length, wholeCount: whole.length, delayedCount: others.length };
  rowsAt(memory, at, at.start, lines).fill(0);
  rowsAt(memory, at, at.history, at.slots * lines).fill(0);
  rowsAt(memory, at, at.delayed, delayed.length).fill(0);
}

/** The delay of each delayed value, in steps. */
function delaySteps(job: FixedJob, at: { n: number; p: number }, memory: WebAssembly.Memory): DelaySteps[] {
  const { model, clock } = job;
  const { delayed } = historyOf(model);
  const known = new Map<number, number>();
  const stepsOf = (time: number): number => {
    const steps = known.get(time) ?? inSteps(time, clock.stepSize);
    known.set(time, steps);
    return steps;
  };
  if (delayed.every(({ delay }) => typeof delay === "number")) {
    return delayed.map(({ delay }, i) => ({ i, steps: typeof delay === "number" ? stepsOf(delay) : 0 }));
  }
  return delayTimes(job, at, memory).map((times, i) => {
    return { i, steps: times.every((time) => time === times[0]) ? stepsOf(times[0]) : times.map(stepsOf) };
  });
}

/** What edges send equally late in all lanes, by at least a step, with nothing known of the time before the start; and all others. */
function sorted(job: FixedJob, all: readonly DelaySteps[]) {
  const { delayed } = historyOf(job.model);
  const found: { whole: EdgeSteps[]; fractional: EdgeSteps[]; others: DelaySteps[] } = { whole: [], fractional: [], others: [] };
  // Fused loops find delayed values by their numbers.
  const isFew = delayed.length <= MOST_DELAYED;
  for (const { i, steps } of all) {
    if (isFew || typeof steps !== "number" || !delayed[i].edge || !(steps >= 1) || (job.past && pastRowOf(job, i) >= 0))
      found.others.push({ i, steps });
    else (Number.isInteger(steps) ? found.whole : found.fractional).push({ i, steps });
  }
  return found;
}

type EdgeSteps = DelaySteps & { steps: number };
