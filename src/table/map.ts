import { Field, Schema } from "apache-arrow/schema";
import { Table } from "apache-arrow/table";
import { Float64, Utf8 } from "apache-arrow/type";
import type { Plan } from "../plan/plan.ts";
import type { BlockResult } from "../run/result.ts";
import { batch, numbers, numbersOrNull, strings } from "./columns.ts";
import { numberField, sweepMetadata } from "./fields.ts";
import { placesOf } from "./places.ts";

/**
 * One row a point: `key`, a column for each grid key, `status` ("ok" or "diverged") and `failedAt`, the time at which a
 * state first was not finite (null where all were).
 */
export function mapTable(plan: Plan, results: readonly BlockResult[]): Table {
  const { points } = plan;
  const failedAt = new Float64Array(points.names.length);
  placesOf(plan, results).forEach(({ result, lane }, point) => {
    failedAt[point] = result.failedAt[lane];
  });
  const status = Array.from(failedAt, (time) => (Number.isNaN(time) ? "ok" : "diverged"));
  const fields = [
    new Field("key", new Utf8(), false),
    ...points.keys.map((key) => numberField(key)),
    new Field("status", new Utf8(), false),
    new Field("failedAt", new Float64(), true, new Map([["unit", plan.timeUnit]])),
  ];
  const schema = new Schema(fields, sweepMetadata(plan));
  const values = points.columns.map(numbers);
  const children = [strings(points.names), ...values, strings(status), numbersOrNull(failedAt)];
  return new Table(schema, [batch(schema, fields, points.names.length, children)]);
}
