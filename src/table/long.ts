import { Field, Schema } from "apache-arrow/schema";
import { Table } from "apache-arrow/table";
import { labels } from "../plan/clock.ts";
import type { Plan } from "../plan/plan.ts";
import type { BlockResult } from "../run/result.ts";
import { batch, names, nameType, numbers, stringVector } from "./columns.ts";
import { numberField, outputMetadata, sweepMetadata, timeField } from "./fields.ts";

/**
 * Traces one below the other: `key`, the grid keys, `time`, then a column for each output (`output/node` where the output's
 * path matches several nodes); a row for each point and sample, a batch for each block of points.
 */
export function longTable(plan: Plan, results: readonly BlockResult[]): Table {
  const { points, columns, clock } = plan;
  const type = nameType();
  const dictionary = stringVector(points.names);
  const outputs = columns.map((column) => numberField(outputName(column), outputMetadata(column)));
  const keys = points.keys.map((key) => numberField(key));
  const fields = [new Field("key", type, false), ...keys, timeField(plan), ...outputs];
  const schema = new Schema(fields, sweepMetadata(plan));
  const times = labels(clock);
  const batches = results.map(({ block, traces }) => {
    const length = block.lanes * clock.rows;
    const point = Int32Array.from({ length }, (_, i) => block.first + Math.floor(i / clock.rows));
    const values = points.columns.map((column) => numbers(Float64Array.from(point, (index) => column[index])));
    const time = numbers(repeated(times, block.lanes));
    return batch(schema, fields, length, [names(type, point, dictionary), ...values, time, ...traces.map(numbers)]);
  });
  return new Table(schema, batches);
}

function outputName({ output, suffix }: { output: string; suffix: string }): string {
  return suffix === "" ? output : `${output}/${suffix}`;
}

function repeated(values: Float64Array, times: number): Float64Array {
  const all = new Float64Array(values.length * times);
  for (let i = 0; i < times; i++) all.set(values, i * values.length);
  return all;
}
