import type { RecordBatch } from "apache-arrow/recordbatch";
import { Field, Schema } from "apache-arrow/schema";
import { Table } from "apache-arrow/table";
import type { BlockResult } from "../engine/result.ts";
import type { Plan } from "../plan/plan.ts";
import { TimeSlice } from "../platform/time-slice.ts";
import { labels } from "../sweep/clock.ts";
import { nameList } from "../sweep/names.ts";
import { batch, names, nameType, numbers, stringVector } from "./columns.ts";
import { columnName, keyFields, numberField, outputMetadata, sweepMetadata, timeField } from "./fields.ts";
import { pointsOf } from "./places.ts";

/**
 * Traces one below the other: `key`, the grid keys, `time`, then a column for each output (`output/node` where the output's
 * path matches several nodes); a row for each point and sample, a batch for each block of points. Blocks stand in the order in
 * which they were run: where delays of other forms are swept, points of one form stand together.
 */
export async function longTable(plan: Plan, results: readonly BlockResult[]): Promise<Table> {
  const { points, columns, clock } = plan;
  const pause = new TimeSlice();
  const type = nameType();
  const dictionary = await stringVector(nameList(points.names), pause);
  const outputs = columns.map((column) => numberField(columnName(column), outputMetadata(column)));
  const fields = [new Field("key", type, false), ...keyFields(points), timeField(plan), ...outputs];
  const schema = new Schema(fields, sweepMetadata(plan));
  const times = labels(clock);
  const batches: RecordBatch[] = [];
  for (const result of results) {
    const ofLanes = pointsOf(plan, result);
    const length = ofLanes.length * clock.sampleCount;
    const point = new Int32Array(length);
    eachLane(ofLanes, clock.sampleCount, (index, start, end) => point.fill(index, start, end));
    const values = points.columns.map((column) => {
      const repeatedValues = new Float64Array(length);
      eachLane(ofLanes, clock.sampleCount, (index, start, end) => repeatedValues.fill(column[index], start, end));
      return numbers(repeatedValues);
    });
    const time = numbers(repeated(times, ofLanes.length));
    batches.push(batch(schema, fields, length, [names(type, point, dictionary), ...values, time, ...result.traces.map(numbers)]));
    await pause.yieldIfOver();
  }
  return new Table(schema, batches);
}

/** Calls `fill` with the point of each lane and the rows that are its own. */
function eachLane(points: readonly number[], rows: number, fill: (point: number, start: number, end: number) => void): void {
  points.forEach((point, lane) => {
    fill(point, lane * rows, (lane + 1) * rows);
  });
}

function repeated(values: Float64Array, times: number): Float64Array {
  const all = new Float64Array(values.length * times);
  for (let i = 0; i < times; i++) all.set(values, i * values.length);
  return all;
}
