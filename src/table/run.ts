import { Schema } from "apache-arrow/schema";
import { Table } from "apache-arrow/table";
import type { BlockResult } from "../engine/result.ts";
import type { Plan } from "../plan/plan.ts";
import { labels } from "../sweep/clock.ts";
import { batch, numbers } from "./columns.ts";
import { columnName, numberField, outputMetadata, sweepMetadata, timeField } from "./fields.ts";

/** The traces of one run: `time`, then a column for each output. */
export function runTable(plan: Plan, { traces, failedAt }: BlockResult): Table {
  const times = labels(plan.clock);
  const outputs = plan.columns.map((column) => numberField(columnName(column), outputMetadata(column)));
  const fields = [timeField(plan), ...outputs];
  const facts = sweepMetadata(plan);
  if (!Number.isNaN(failedAt[0])) facts.set("failedAt", String(failedAt[0]));
  const schema = new Schema(fields, facts);
  return new Table(schema, [batch(schema, fields, times.length, [numbers(times), ...traces.map(numbers)])]);
}
