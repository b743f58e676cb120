// Maps of sweeps that were not run: any grid, any values.
import { Field, Float64, Schema, Table, Utf8 } from "apache-arrow";
import { batch, numbers, numbersOrNull, strings } from "../../src/table/arrow.ts";

/** What a map is made of: columns of one length. */
export interface MapParts {
  keys: Record<string, readonly number[]>;
  /** Names of features, such as `V_std`; a text for each point where they are labels. */
  features: Record<string, readonly number[] | readonly string[]>;
  units?: Record<string, string>;
  status?: readonly string[];
}

/** A map as gridSearch would make it of a model `M` whose time has seconds. */
export function mapOf({ keys, features, units = {}, status }: MapParts): Table {
  const count = Object.values(keys)[0].length;
  const unitOf = (name: string) => (name in units ? { unit: units[name] } : {});
  const field = (name: string, type: Float64 | Utf8, metadata: Record<string, string>) =>
    new Field(name, type, false, new Map(Object.entries(metadata)));
  const isText = (values: readonly unknown[]) => typeof values[0] === "string";
  const fields = [
    new Field("key", new Utf8(), false),
    ...Object.keys(keys).map((name) => field(name, new Float64(), unitOf(name))),
    new Field("status", new Utf8(), false),
    new Field("failedAt", new Float64(), true),
    ...Object.entries(features).map(([name, values]) =>
      field(name, isText(values) ? new Utf8() : new Float64(), { feature: name.split("_")[1] ?? name, ...unitOf(name) }),
    ),
  ];
  const facts = { model: "M", solver: "rk4", stepSize: "0.001", steps: "2000", samplingStepSize: "0.001", timeUnit: "s" };
  const schema = new Schema(fields, new Map(Object.entries(facts)));
  const columns = [
    strings(Array.from({ length: count }, (_, i) => `M_${i}`)),
    ...Object.values(keys).map((values) => numbers(Float64Array.from(values))),
    strings(status ?? new Array<string>(count).fill("ok")),
    numbersOrNull(new Float64Array(count).fill(Number.NaN)),
    ...Object.values(features).map((values) => (isText(values) ? strings(values.map(String)) : numbers(Float64Array.from(values, Number)))),
  ];
  return new Table(schema, [batch(schema, fields, count, columns)]);
}

/** Columns of every combination of some keys' values, the first key the fastest. */
export function combined(axes: Record<string, readonly number[]>): Record<string, number[]> {
  const names = Object.keys(axes);
  const rows = Object.values(axes).reduceRight<number[][]>(
    (all, values) => all.flatMap((rest) => values.map((value) => [value, ...rest])),
    [[]],
  );
  return Object.fromEntries(names.map((name, i) => [name, rows.map((row) => row[i])]));
}
