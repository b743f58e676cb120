import type { Data } from "apache-arrow/data";
import type { RecordBatch } from "apache-arrow/recordbatch";
import { Schema } from "apache-arrow/schema";
import { Table } from "apache-arrow/table";
import type { DataType } from "apache-arrow/type";
import { type BlockResult, type BlockTraces, pointsOf } from "../engine/task.ts";
import { valueAt } from "../kernel/key-values.ts";
import type { Plan } from "../plan/plan.ts";
import { TimeSlice } from "../platform/time-slice.ts";
import { labels } from "../sweep/clock.ts";
import { type Column, FAILED_AT, FAILED_VARIABLE, FINAL_STATE, gridColumn, longColumns, runColumns, STATUS } from "../sweep/columns.ts";
import { failureOf } from "../sweep/status.ts";
import type { Samples } from "../sweep/trace-type.ts";
import { batch, fieldOf, numbers, numbersAs, samples, sweepMetadata, tableOf, traceFieldType } from "./arrow.ts";
import { PlacedTraces } from "./placed.ts";
import { RepeatedNames } from "./texts.ts";
import { keepIndex } from "./trace.ts";

/** The columns of the long layout. */
export function longSchema(plan: Plan): Schema {
  const columns = longColumns({ ...plan, outputs: plan.columns });
  const ofTable = (column: Column) => fieldOf(column, column.role === "output" ? traceFieldType(plan.traceType) : undefined);
  return new Schema(columns.map(ofTable), sweepMetadata(plan));
}

/** The rows of some points in the long layout, whose traces stand one after the other. */
export function longData({ points, clock }: Plan, rowsOf: readonly number[], traces: readonly Samples[]): Data<DataType>[] {
  const { sampleCount } = clock;
  const rows = rowsOf.length * sampleCount;
  const grid = points.columns.map((column, key) => {
    const values = new Float64Array(rows);
    for (const [i, point] of rowsOf.entries()) values.fill(valueAt(column, point), i * sampleCount, (i + 1) * sampleCount);
    return numbersAs(gridColumn(points.keys[key]), values);
  });
  const times = labels(clock);
  const time = new Float64Array(rows);
  for (let row = 0; row < rows; row += times.length) time.set(times, row);
  return [new RepeatedNames(points.names, rowsOf, sampleCount), ...grid, numbers(time), ...traces.map(samples)];
}

/**
 * Traces one below the other: `key`, the grid keys, `time`, then a column for each output (`output/node` where the output's
 * path matches several nodes); a row for each point and sample, a batch for each block of points. Blocks stand in the order in
 * which they were run: points whose delay structure differs stand apart.
 */
export async function longTable(plan: Plan, results: readonly BlockTraces[]): Promise<Table> {
  const pause = new TimeSlice();
  const schema = longSchema(plan);
  const batches: RecordBatch[] = [];
  for (const result of results) {
    const children = longData(plan, pointsOf(plan, result), result.traces);
    batches.push(batch(schema, schema.fields, children[0].length, children));
    await pause.yieldIfOver();
  }
  const table = new Table(schema, batches);
  keepIndex(table, (await PlacedTraces.of(plan, results)).index());
  return table;
}

/** The traces of one run: `time`, then a column for each output. */
export function runTable(plan: Plan, { traces, failedAt, failures, finalStates = [] }: BlockResult): Table {
  const { timeUnit, columns: outputs } = plan;
  const facts = sweepMetadata(plan);
  if (!Number.isNaN(failedAt[0])) {
    facts.set(STATUS, failureOf(failures, 0));
    facts.set(FAILED_AT, String(failedAt[0]));
    const variable = plan.jobs[0].model.states[failures?.variables[0] ?? -1];
    if (variable) facts.set(FAILED_VARIABLE, variable.path);
  }
  if (finalStates.length > 0) {
    facts.set(FINAL_STATE, JSON.stringify(Object.fromEntries(plan.finalStates.map(({ path }, i) => [path, finalStates[i][0]]))));
  }
  return tableOf(runColumns({ timeUnit, outputs }), [numbers(labels(plan.clock)), ...traces.map(samples)], facts);
}
