import { Field, Schema } from "apache-arrow/schema";
import { Table } from "apache-arrow/table";
import { Utf8 } from "apache-arrow/type";
import * as v from "valibot";
import { checkEntries, type Entry, Problems } from "../check.ts";
import { studentQuantile } from "../design/student.ts";
import { REPLICATE } from "../sweep/points.ts";
import { batch, numbers, strings } from "./columns.ts";
import { numberField } from "./fields.ts";

export interface AcrossOptions {
  /** Share of such intervals that contain the mean; 0.95 if not given. */
  confidence?: number;
}

const entries: Record<string, Entry> = {
  confidence: { schema: v.pipe(v.number(), v.gtValue(0), v.maxValue(0.999)), says: "a number above 0, at most 0.999" },
};

/** The rows of one point of the grid. */
export interface Group {
  name: string;
  rows: number[];
}

/**
 * The mean over replicates of each numeric feature: a table with a row for each point of the grid, with `key`, the grid keys, `n` (how
 * many replicates count: those with the status "ok"), and for each feature its mean and the ends of its confidence interval, `V.mean`,
 * `V.mean.low`, `V.mean.high`: mean ± t s / sqrt(n), s the standard deviation of the replicates (ddof 1), t of Student's distribution.
 * NaN where no replicate counts, and ends where only one does. Metadata are those of the map's columns; ends have `bound` beside, "low" or
 * "high", and the table the `confidence`. Throws a MassgridError for a table without replicates or features.
 */
export function acrossReplicates(resultsMap: Table, options: AcrossOptions = {}): Table {
  const features = featuresOf(resultsMap, options);
  const confidence = options.confidence ?? 0.95;
  const groups = groupsOf(resultsMap);
  const status = resultsMap.getChild("status");
  const counted = groups.map(({ rows }) => rows.filter((row) => status?.get(row) === "ok"));
  const columns = [
    ...gridColumns(resultsMap, groups),
    column(
      numberField("n"),
      counted.map((rows) => rows.length),
    ),
    ...featureColumns(resultsMap, { features, counted, confidence }),
  ];
  const facts = new Map([...resultsMap.schema.metadata, ["confidence", String(confidence)]]);
  const schema = new Schema(
    columns.map(({ field }) => field),
    facts,
  );
  return new Table(schema, [
    batch(
      schema,
      schema.fields,
      groups.length,
      columns.map(({ data }) => data),
    ),
  ]);
}

/** The numeric features of a map with replicates; tells where it is none. */
function featuresOf({ schema: { fields } }: Table, options: AcrossOptions): Field[] {
  const problems = new Problems();
  checkEntries(problems, options, entries, ["acrossReplicates"]);
  const features = fields.filter((field) => field.metadata.has("feature") && !(field.type instanceof Utf8));
  if (!fields.some(({ name }) => name === REPLICATE) || features.length === 0) {
    const message = "acrossReplicates takes a map of a sweep with replicates and numeric features, but this one has the columns";
    problems.add("E_TYPE", ["resultsMap"], `${message} ${fields.map(({ name }) => name).join(", ")}`);
  }
  problems.throwIfAny();
  return features;
}

interface Column {
  field: Field;
  data: ReturnType<typeof numbers> | ReturnType<typeof strings>;
}

function gridColumns(resultsMap: Table, groups: readonly Group[]): Column[] {
  const { fields } = resultsMap.schema;
  const first = Int32Array.from(groups, ({ rows }) => rows[0]);
  const keys = fields
    .slice(
      1,
      fields.findIndex(({ name }) => name === REPLICATE),
    )
    .map(({ name, metadata }) => {
      const values = resultsMap.getChild(name);
      return column(
        numberField(name, Object.fromEntries(metadata)),
        Array.from(first, (row) => Number(values?.get(row))),
      );
    });
  return [{ field: new Field("key", new Utf8(), false), data: strings(groups.map(({ name }) => name)) }, ...keys];
}

interface Counted {
  features: readonly Field[];
  /** Rows of each point that count. */
  counted: readonly number[][];
  confidence: number;
}

function featureColumns(resultsMap: Table, { features, counted, confidence }: Counted): Column[] {
  const quantiles = new Map<number, number>();
  return features.flatMap(({ name, metadata }) => {
    const values = resultsMap.getChild(name);
    const intervals = counted.map((rows) =>
      interval(
        rows.map((row) => Number(values?.get(row))),
        confidence,
        quantiles,
      ),
    );
    const facts = Object.fromEntries(metadata);
    const end = (bound: string) => numberField(`${name}.${bound}`, { ...facts, bound });
    return [
      column(
        numberField(name, facts),
        intervals.map(({ mean }) => mean),
      ),
      column(
        end("low"),
        intervals.map(({ mean, half }) => mean - half),
      ),
      column(
        end("high"),
        intervals.map(({ mean, half }) => mean + half),
      ),
    ];
  });
}

function column(field: Field, values: readonly number[]): Column {
  return { field, data: numbers(Float64Array.from(values)) };
}

/** Rows by point: replicates stand side by side, and are named `point_r0`, `point_r1`, ... */
export function groupsOf(resultsMap: Table): Group[] {
  const keys = resultsMap.getChild("key");
  const groups = new Map<string, Group>();
  for (let row = 0; row < resultsMap.numRows; row++) {
    const name = String(keys?.get(row)).replace(/_r\d+$/, "");
    const group = groups.get(name) ?? { name, rows: [] };
    group.rows.push(row);
    groups.set(name, group);
  }
  return [...groups.values()];
}

/** The mean of values, and half of its confidence interval. `quantiles` keeps Student's, by the number of values. */
export function interval(values: readonly number[], confidence: number, quantiles: Map<number, number>): { mean: number; half: number } {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n < 2) return { mean, half: Number.NaN };
  const variance = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / (n - 1);
  const t = quantiles.get(n) ?? studentQuantile(0.5 + confidence / 2, n - 1);
  quantiles.set(n, t);
  return { mean, half: t * Math.sqrt(variance / n) };
}
