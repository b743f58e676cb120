import type { Data } from "apache-arrow/data";
import type { Table } from "apache-arrow/table";
import type { TypeMap } from "apache-arrow/type";
import { kindOf, Problems } from "../check.ts";
import { refusal, sanitize } from "../errors.ts";
import { checkTable } from "../sweep/checked-table.ts";
import { type Column, columnsOf, columnsWith, namesWith } from "../sweep/columns.ts";
import { areSamples, type Samples } from "../sweep/trace-type.ts";
import { tracedBy } from "../sweep/traced-columns.ts";
import { runsOf } from "./runs.ts";
import type { AnyColumns, OutputOf, SamplesOf } from "./typed.ts";

/**
 * The trace of one point and output, as the array behind the table's column, a Float64Array, or with `traceType: "float32"` a Float32Array:
 * nothing is copied.
 *
 * `results` is a table of gridSearch in either layout, also one read back from Arrow IPC; `key` a point's name (`JRC2_0`);
 * `output` an output's name, or `name/node` where its path matched several nodes. Unit: that of the output's variable.
 * Throws a MassgridError that names the nearest key or output where there is none.
 */
export function trace<Kept extends Samples = never, Columns extends TypeMap = AnyColumns, const Output extends string = string>(
  results: Table<Columns>,
  key: string,
  output: OutputOf<Columns, Output>,
): SamplesOf<Kept, Columns>;
export function trace(results: Table, key: string, output: string): Samples {
  const { outputs, points, find } = indexOf(results);
  const problems = new Problems();
  if (outputs.size === 0) {
    const names = columnsOf(results).map(({ name }) => name);
    problems.add("E_TYPE", ["results"], `this table is no result of gridSearch: it has the columns ${names.slice(0, 10).join(", ")}`);
  } else if (!outputs.has(output)) {
    const known = [...outputs.keys()];
    problems.unknown("E_UNKNOWN_OUTPUT", ["output"], { what: `output ${sanitize(output)} in the results`, found: output, known });
  } else if (!points.has(key)) {
    problems.unknown("E_UNKNOWN_KEY", ["key"], { what: `point ${sanitize(key)} in the results`, found: key, known: [...points.keys()] });
  }
  problems.throwIfAny();
  const parts = find(key, output);
  if (parts.length > 1) {
    const message = `the trace is in ${parts.length} batches; make the table of one batch, or read the column's chunks`;
    throw refusal("E_TYPE", message, { path: ["results"] });
  }
  return parts[0] ?? new Float64Array(0);
}

/** Where the traces of a table are. */
export interface TraceIndex {
  /** Outputs by their names, each with its unit, in the order of the table's columns. */
  outputs: ReadonlyMap<string, string>;
  points: { has(key: string): boolean; keys(): Iterable<string> };
  /** The values of one trace that is there, in as many pieces as there are batches that have it. */
  find(key: string, output: string): Samples[];
}

/** Made when a table's first trace is asked for, so that all of its traces take a time that is linear in their number. */
const indices = new WeakMap<Table, TraceIndex>();

/** Keeps where the traces of a table are, so that its columns need not be read for that. */
export function keepIndex(table: Table, index: TraceIndex): void {
  indices.set(table, index);
}

function indexOf(results: Table): TraceIndex {
  const known = indices.get(results);
  if (known) return known;
  checkTable("trace", results, "results");
  const columns = columnsOf(results);
  const isWide = columns.some((column) => column.role === "output" && tracedBy(column).point !== undefined);
  const made = isWide ? wideIndex(results, columns) : longIndex(results);
  indices.set(results, made);
  return made;
}

function wideIndex(results: Table, columns: readonly Column[]): TraceIndex {
  const outputs = new Map<string, string>();
  /** Number of the column of each output of each point. */
  const points = new Map<string, Map<string, number>>();
  columns.forEach((column, i) => {
    const { point, output } = tracedBy(column);
    if (column.role !== "output" || point === undefined) return;
    if (!outputs.has(output)) outputs.set(output, column.unit);
    const ofPoint = points.get(point) ?? new Map<string, number>();
    points.set(point, ofPoint.set(output, i));
  });
  const find = (key: string, output: string) => {
    const index = points.get(key)?.get(output);
    return index === undefined ? [] : results.data.map(({ children }) => samplesOf(children[index]));
  };
  return { outputs, points, find };
}

function longIndex(results: Table): TraceIndex {
  const keys = namesWith(results, "key").map((name) => results.getChild(name))[0];
  const columns = keys ? columnsWith(results, "output") : [];
  const vectors = new Map(columns.map(({ name }) => [name, results.getChild(name)?.data ?? []]));
  /** For each point the rows that it has, of each batch that has it. */
  const points = new Map<string, Piece[]>();
  for (const [batch, data] of (keys?.data ?? []).entries()) {
    for (const { text, first, end } of runsOf(data)) {
      const pieces = points.get(String(text)) ?? [];
      points.set(String(text), pieces);
      const last = pieces.at(-1);
      // Rows of one point stand together.
      if (last?.batch === batch) last.end = end;
      else pieces.push({ batch, first, end });
    }
  }
  const find = (key: string, output: string) => {
    const data = vectors.get(output) ?? [];
    return (points.get(key) ?? []).map(({ batch, first, end }) => samplesOf(data[batch]).subarray(first, end));
  };
  return { outputs: new Map(columns.map(({ name, unit }) => [name, unit])), points, find };
}

/** Some rows of a batch. */
interface Piece {
  batch: number;
  first: number;
  end: number;
}

function samplesOf(data: Data): Samples {
  const values: unknown = data.values;
  if (areSamples(values)) return values.subarray(0, data.length);
  throw new TypeError(`a column of numbers was expected, but ${kindOf(values)} was found`);
}

/** An output that a table has traces of. */
export interface TracedOutput {
  /** As `trace()` takes it: `V`, or `V/node` where its path matched several nodes. */
  name: string;
  unit: string;
}

/** The outputs of a table of traces, in the order of its columns, in either layout. */
export function outputsOf(results: Table): TracedOutput[] {
  return Array.from(indexOf(results).outputs, ([name, unit]) => ({ name, unit }));
}
