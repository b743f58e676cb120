import type { Field } from "apache-arrow/schema";
import { Schema } from "apache-arrow/schema";
import { Table } from "apache-arrow/table";
import { labels } from "../plan/clock.ts";
import type { Plan } from "../plan/plan.ts";
import { Pause } from "../run/pause.ts";
import type { BlockResult } from "../run/result.ts";
import { batch, numbers } from "./columns.ts";
import { numberField, outputMetadata, sweepMetadata, timeField } from "./fields.ts";
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
  const pause = new Pause();
  for (const group of byOutput(plan)) {
    for (const [point, { result, lane }] of places.entries()) {
      const values = pointMetadata(plan, point);
      for (const index of group) {
        const column = columns[index];
        const name = [column.output, points.names[point], column.suffix].filter((part) => part !== "").join("/");
        fields.push(numberField(name, { ...values, ...outputMetadata(column), key: points.names[point] }));
        children.push(numbers(result.traces[index].subarray(lane * clock.rows, (lane + 1) * clock.rows)));
      }
      await pause.rest();
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

function pointMetadata({ points }: Plan, point: number): Record<string, string> {
  return Object.fromEntries(points.keys.map((key, i) => [key, String(points.columns[i][point])]));
}
