import type { RecordBatch } from "apache-arrow/recordbatch";
import { Schema } from "apache-arrow/schema";
import { Table } from "apache-arrow/table";
import { type BlockResult, type BlockTraces, pointsOf } from "../engine/task.ts";
import type { Plan } from "../plan/plan.ts";
import { TimeSlice } from "../platform/time-slice.ts";
import { labels } from "../sweep/clock.ts";
import { type Column, FAILED_AT, FAILED_VARIABLE, FINAL_STATE, longColumns, runColumns, STATUS } from "../sweep/columns.ts";
import { failureOf } from "../sweep/status.ts";
import { batch, fieldOf, numbers, numbersAs, samples, sweepMetadata, tableOf, traceFieldType } from "./arrow.ts";
import { PlacedTraces } from "./placed.ts";
import { RepeatedNames } from "./texts.ts";
import { keepIndex } from "./trace.ts";

/**
 * Traces one below the other: `key`, the grid keys, `time`, then a column for each output (`output/node` where the output's
 * path matches several nodes); a row for each point and sample, a batch for each block of points. Blocks stand in the order in
 * which they were run: points whose delay structure differs stand apart.
 */
export async function longTable(plan: Plan, results: readonly BlockTraces[]): Promise<Table> {
  const { points, columns: outputs, clock, timeUnit } = plan;
  const pause = new TimeSlice();
  const columns = longColumns({ points, timeUnit, outputs });
  const ofTable = (column: Column) => fieldOf(column, column.role === "output" ? traceFieldType(plan.traceType) : undefined);
  const schema = new Schema(columns.map(ofTable), sweepMetadata(plan));
  const times = labels(clock);
  const batches: RecordBatch[] = [];
  for (const result of results) {
    const ofLanes = pointsOf(plan, result);
    const rows = ofLanes.length * clock.sampleCount;
    const grid = points.columns.map((column, key) => {
      const values = new Float64Array(rows);
      for (const [lane, point] of ofLanes.entries()) values.fill(column[point], lane * clock.sampleCount, (lane + 1) * clock.sampleCount);
      return numbersAs(columns[1 + key], values);
    });
    const time = new Float64Array(rows);
    for (let row = 0; row < rows; row += times.length) time.set(times, row);
    const names = new RepeatedNames(points.names, ofLanes, clock.sampleCount);
    const children = [names, ...grid, numbers(time), ...result.traces.map(samples)];
    batches.push(batch(schema, schema.fields, rows, children));
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
