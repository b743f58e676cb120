import { Field, Schema } from "apache-arrow/schema";
import { Table } from "apache-arrow/table";
import { Float64 } from "apache-arrow/type";
import type { BlockResult } from "../engine/result.ts";
import type { OutputColumn } from "../plan/outputs.ts";
import type { Plan } from "../plan/plan.ts";
import { TimeSlice } from "../platform/time-slice.ts";
import { labels } from "../sweep/clock.ts";
import { nameOf } from "../sweep/names.ts";
import { batch, numbers } from "./columns.ts";
import { sweepMetadata, timeField } from "./fields.ts";
import { placesOf } from "./places.ts";

/**
 * Traces side by side: `time`, then for each output and point a column `output/key` (`output/key/node` where the output's
 * path matches several nodes), one row a sample. Each column's metadata has its output, key, node, variable, unit and the
 * point's value of every grid key.
 */
export async function wideTable(plan: Plan, results: readonly BlockResult[]): Promise<Table> {
  const { points, columns, clock } = plan;
  const times = labels(clock);
  const fields: Field[] = [timeField(plan)];
  const children = [numbers(times)];
  const places = placesOf(plan, results);
  const pause = new TimeSlice();
  for (const group of byOutput(plan)) {
    for (const [point, { result, lane }] of places.entries()) {
      const key = nameOf(points.names, point);
      for (const index of group) {
        const { output, suffix } = columns[index];
        const name = suffix === "" ? `${output}/${key}` : `${output}/${key}/${suffix}`;
        fields.push(new Field(name, new Float64(), false, metadataOf(plan, columns[index], point, key)));
        children.push(numbers(result.traces[index].subarray(lane * clock.sampleCount, (lane + 1) * clock.sampleCount)));
      }
      await pause.yieldIfOver();
    }
  }
  const schema = new Schema(fields, sweepMetadata(plan));
  return new Table(schema, [batch(schema, fields, times.length, children)]);
}

/** Numbers of the columns of each output: columns are ordered by output, then point, then node. */
function byOutput({ columns }: Plan): number[][] {
  const groups = new Map<string, number[]>();
  columns.forEach(({ output }, i) => {
    groups.set(output, [...(groups.get(output) ?? []), i]);
  });
  return [...groups.values()];
}

/** What a column says of itself: made as it is kept, for there are as many as points. */
function metadataOf({ points }: Plan, column: OutputColumn, point: number, key: string): Map<string, string> {
  const metadata = new Map<string, string>();
  for (let i = 0; i < points.keys.length; i++) metadata.set(points.keys[i], String(points.columns[i][point]));
  const { output, node, variable, unit } = column;
  return metadata.set("output", output).set("node", node).set("variable", variable).set("unit", unit).set("key", key);
}
