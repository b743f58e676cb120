import type { Data } from "apache-arrow/data";
import { Field, Schema } from "apache-arrow/schema";
import { Table } from "apache-arrow/table";
import { Float64, Utf8 } from "apache-arrow/type";
import type { Plan } from "../plan/plan.ts";
import type { BlockResult } from "../run/result.ts";
import { batch, numbers, numbersOrNull, strings } from "./columns.ts";
import { featureField, numberField, sweepMetadata } from "./fields.ts";
import { place } from "./places.ts";

/**
 * One row a point: `key`, a column for each grid key, `status` ("ok" or "diverged"), `failedAt`, the time at which a
 * state first was not finite (null where all were), and a column for each feature.
 */
export function mapTable(plan: Plan, results: readonly BlockResult[]): Table {
  const { points, features } = plan;
  const failedAt = new Float64Array(points.names.length);
  place(plan, failedAt, results, (result) => result.failedAt);
  const status = Array.from(failedAt, (time) => (Number.isNaN(time) ? "ok" : "diverged"));
  const fields = [
    new Field("key", new Utf8(), false),
    ...points.keys.map((key) => numberField(key)),
    new Field("status", new Utf8(), false),
    new Field("failedAt", new Float64(), true, new Map([["unit", plan.timeUnit]])),
    ...features.parts.map(featureField),
  ];
  const schema = new Schema(fields, sweepMetadata(plan));
  const values = points.columns.map(numbers);
  const made = features.parts.map((_, i) => featureData(plan, results, i));
  const children = [strings(points.names), ...values, strings(status), numbersOrNull(failedAt), ...made];
  return new Table(schema, [batch(schema, fields, points.names.length, children)]);
}

/** The values of feature `i`, a number or a text for each point. */
function featureData(plan: Plan, results: readonly BlockResult[], i: number): Data<Float64> | Data<Utf8> {
  const { points, features } = plan;
  const count = points.names.length;
  if (features.parts[i].values === "number") {
    const values = new Float64Array(count);
    place(plan, values, results, (result) => Float64Array.from(result.features[i], Number));
    return numbers(values);
  }
  const texts = new Array<string>(count);
  place(plan, texts, results, (result) => Array.from(result.features[i], String));
  return strings(texts);
}
