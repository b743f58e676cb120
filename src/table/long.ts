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
    const point = new Int32Array(length);
    eachLane(block.lanes, clock.rows, (lane, start, end) => point.fill(block.first + lane, start, end));
    const values = points.columns.map((column) => {
      const repeatedValues = new Float64Array(length);
      eachLane(block.lanes, clock.rows, (lane, start, end) => repeatedValues.fill(column[block.first + lane], start, end));
      return numbers(repeatedValues);
    });
    const time = numbers(repeated(times, block.lanes));
    return batch(schema, fields, length, [names(type, point, dictionary), ...values, time, ...traces.map(numbers)]);
  });
  return new Table(schema, batches);
}

function outputName({ output, suffix }: { output: string; suffix: string }): string {
  return suffix === "" ? output : `${output}/${suffix}`;
}

/** Calls `fill` with each lane and the rows that are its own. */
function eachLane(lanes: number, rows: number, fill: (lane: number, start: number, end: number) => void): void {
  for (let lane = 0; lane < lanes; lane++) fill(lane, lane * rows, (lane + 1) * rows);
}

function repeated(values: Float64Array, times: number): Float64Array {
  const all = new Float64Array(values.length * times);
  for (let i = 0; i < times; i++) all.set(values, i * values.length);
  return all;
}
