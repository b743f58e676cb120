import type { Data } from "apache-arrow/data";
import type { Table } from "apache-arrow/table";
import type { Float64, Utf8 } from "apache-arrow/type";
import { type BlockResult, WORKER_LOST } from "../engine/task.ts";
import type { Plan } from "../plan/plan.ts";
import { TimeSlice } from "../platform/time-slice.ts";
import { costNames, mapColumns } from "../sweep/columns.ts";
import { pointOf } from "../sweep/job.ts";
import { nameList } from "../sweep/points.ts";
import { failureOf, OK } from "../sweep/status.ts";
import { manyStrings, numbers, numbersOrNull, stringsOrNull, sweepMetadata, tableOf } from "./arrow.ts";

/**
 * One row a point: `key`, a column for each grid key, `status` ("ok", one of src/sweep/status.ts, or "worker_lost" where no thread could
 * compute it), `failedAt`, the time at which a state first was not finite, a slope was not a number or the solver stopped (null where it
 * reached the end), where a point is not_a_number `failedVariable`, the state whose slope that is, with an adaptive solver what each
 * point cost (`nfev` evaluations of the right-hand side, `accepted` and `rejected` steps), a column for each feature, and one for each
 * state at the end where it is asked for.
 */
export async function mapTable(plan: Plan, results: readonly BlockResult[]): Promise<Table> {
  const { points, features, timeUnit } = plan;
  const adaptive = plan.jobs.some((job) => job.adaptive);
  const pause = new TimeSlice();
  const failedAt = new Float64Array(points.names.length);
  await place(plan, failedAt, results, (result) => result.failedAt);
  const status = new Array<string>(points.names.length);
  await place(plan, status, results, statusOf);
  const values = points.columns.map(numbers);
  const made: Data<Float64 | Utf8>[] = [];
  for (const name of adaptive ? costNames : []) made.push(numbers(await costOf(plan, results, name)));
  for (const i of features.parts.keys()) made.push(await featureData(plan, results, i));
  const states: Data<Float64>[] = [];
  for (const i of plan.finalStates.keys()) states.push(await stateData(plan, results, i));
  const [names, statuses] = [await manyStrings(nameList(points.names), pause), await manyStrings(status, pause)];
  const hasVariables = results.some(({ failures }) => failures?.variables.some((row) => row >= 0));
  const variables = new Array<string>(hasVariables ? points.names.length : 0);
  if (hasVariables) await place(plan, variables, results, (result) => variablesOf(plan, result));
  const failed = [numbersOrNull(failedAt), ...(hasVariables ? [stringsOrNull(variables)] : [])];
  const columns = mapColumns({ points, timeUnit, adaptive, features: features.parts, states: plan.finalStates, hasVariables });
  return tableOf(columns, [names, ...values, statuses, ...failed, ...made, ...states], sweepMetadata(plan));
}

/** What each point cost; NaN where that was lost with its thread. */
async function costOf(plan: Plan, results: readonly BlockResult[], name: (typeof costNames)[number]): Promise<Float64Array> {
  const values = new Float64Array(plan.points.names.length);
  await place(plan, values, results, ({ costs, block }) => costs?.[name] ?? new Float64Array(block.lanes).fill(Number.NaN));
  return values;
}

/** The status of each lane. */
function statusOf({ failedAt, failures, failed: lost }: BlockResult): string[] {
  return Array.from(failedAt, (time, lane) => (lost ? WORKER_LOST : Number.isNaN(time) ? OK : failureOf(failures, lane)));
}

/** For each lane, the path of the state whose slope is not a number; "" where it failed otherwise, or not. */
function variablesOf({ jobs }: Plan, { block, failedAt, failures }: BlockResult): string[] {
  const { states } = jobs[block.job].model;
  const path = (lane: number) => states[failures?.variables[lane] ?? -1]?.path ?? "";
  return Array.from(failedAt, (time, lane) => (Number.isNaN(time) ? "" : path(lane)));
}

/** The values of feature `i`, a number or a text for each point. */
async function featureData(plan: Plan, results: readonly BlockResult[], i: number): Promise<Data<Float64> | Data<Utf8>> {
  const { points, features } = plan;
  const count = points.names.length;
  if (features.parts[i].values === "number") {
    const values = new Float64Array(count);
    await place(plan, values, results, (result) => Float64Array.from(result.features[i], Number));
    return numbers(values);
  }
  const texts = new Array<string>(count);
  await place(plan, texts, results, (result) => Array.from(result.features[i], String));
  return manyStrings(texts, new TimeSlice());
}

/** What state `i` was at the end of each point; null where the point failed. */
async function stateData(plan: Plan, results: readonly BlockResult[], i: number): Promise<Data<Float64>> {
  const values = new Float64Array(plan.points.names.length);
  await place(plan, values, results, ({ finalStates, block }) => finalStates?.[i] ?? new Float64Array(block.lanes).fill(Number.NaN));
  return numbersOrNull(values);
}

/** Puts what each block has for its lanes at the points that they are; the blocks may come in any order. The event loop gets its turn. */
async function place<Value>(
  plan: Plan,
  into: { [point: number]: Value },
  results: readonly BlockResult[],
  valuesOf: (result: BlockResult) => ArrayLike<Value>,
): Promise<void> {
  const pause = new TimeSlice();
  for (const result of results) {
    const values = valuesOf(result);
    const { block } = result;
    const job = plan.jobs[block.job];
    for (let lane = 0; lane < block.lanes; lane++) into[pointOf(job, block, lane)] = values[lane];
    await pause.yieldIfOver();
  }
}
