import { historyOf } from "../model/model.ts";
import { COMPUTED, type FixedJob, type Job, type PastValues, UNKNOWN } from "../sweep/job.ts";
import { wholeNumber } from "../whole.ts";
import { LANE_BYTES } from "./allocate.ts";
import type { ModelExports } from "./core.ts";
import { type Rows, rowsAt } from "./memory.ts";

// What was before the start, where it is given (assembly/delays.ts): slots of rows, slot k for the time -k h. Each has the rows that
// `pushHistory` writes of the states of that time, and behind them a row for each other variable whose past is given.

type Delayed = Pick<Job, "past" | "model" | "longestDelay">;

/** Slots of the past: one where it never changed, else one for each step of the longest delay, and that at the start. */
export function pastSlots({ past, model, longestDelay }: Delayed): number {
  if (!past) return 0;
  const all = [...past.states.map(({ values }) => values), ...past.given];
  const isConstant = model.timeRows === 0 && all.every((values) => typeof values === "number");
  return isConstant ? 1 : longestDelay + 1;
}

/** Rows of a slot. */
export function pastRows({ past, model }: Pick<Job, "past" | "model">): number {
  return past ? historyOf(model).lines + past.given.length : 0;
}

/** The row of a slot in which delayed value `i` stands; -1 where its past is not known. */
export function pastRowOf({ past, model }: Pick<Job, "past" | "model">, i: number): number {
  const { lines, delayed } = historyOf(model);
  const given = past?.delayed[i] ?? UNKNOWN;
  if (given === UNKNOWN) return -1;
  return given === COMPUTED ? delayed[i].line : lines + given;
}

/**
 * Writes the slots of the past of a block, once its parameters and initial values are written. Inputs have their defaults, and delayed
 * values are 0.
 */
export function preparePast(job: FixedJob, at: Rows & { t: number; past: number }, memory: WebAssembly.Memory, model: ModelExports): void {
  const { past, clock } = job;
  if (!past) return;
  const states = rowsAt(memory, at, at.y, job.model.states.length);
  const initial = states.slice();
  const times = rowsAt(memory, at, at.t, job.model.timeRows ?? 1);
  const { lines } = historyOf(job.model);
  const rows = pastRows(job);
  for (let k = 0; k < pastSlots(job); k++) {
    const slot = at.past + k * rows * at.n * LANE_BYTES;
    const fill = (to: Float64Array, row: number, values: PastValues) =>
      to.fill(valueAt(values, k * clock.stepSize), row * at.n, (row + 1) * at.n);
    for (const { row, values } of past.states) fill(states, row, values);
    times.fill(-k * clock.stepSize);
    model.pushHistory?.(at.t, at.y, slot, at.p, at.n);
    const own = rowsAt(memory, at, slot, rows);
    past.given.forEach((values, i) => {
      fill(own, lines + i, values);
    });
  }
  states.set(initial);
  times.fill(0);
}

/** What a variable was so long before the start; the first sample holds for earlier times. */
function valueAt(values: PastValues, before: number): number {
  if (typeof values === "number") return values;
  const { data, step } = values;
  const position = wholeNumber(before / step) ?? before / step;
  const lower = Math.min(Math.floor(position), data.length - 1);
  const value = data[data.length - 1 - lower];
  const share = position - lower;
  return share === 0 || lower === data.length - 1 ? value : value + share * (data[data.length - 2 - lower] - value);
}
