import type { Table } from "apache-arrow";
import { outputsOf, type TracedOutput } from "../table/outputs.ts";
import { trace } from "../table/trace.ts";

/** A sweep as a figure reads it: one row a point, and traces that are read when they are asked for. */
export interface FigureSource {
  /** `key`, grid keys, `status`, features: a resultsMap. */
  map: Table;
  /** Undefined where none were kept. */
  traces: (() => Promise<Traces>) | undefined;
  /** What is drawn of few points that have both. */
  first: "traces" | "features";
}

/** The traces of a sweep. */
export interface Traces {
  outputs: readonly TracedOutput[];
  /** Times of the samples, in the model's unit. */
  times: Float64Array;
  trace(key: string, output: string): Float64Array | Promise<Float64Array>;
}

/** A sweep in memory, or read from files as gridSearch makes them. */
export function sourceOf(map: Table, results: Table | undefined): FigureSource {
  return { map, traces: results && (async () => tracesOf(results)), first: "traces" };
}

/** The traces of a table in either layout. */
export function tracesOf(results: Table): Traces {
  return { outputs: outputsOf(results), times: timesOf(results), trace: (key, output) => trace(results, key, output) };
}

/** The times of one point's samples. */
function timesOf(results: Table): Float64Array {
  const times: unknown = results.getChild("time")?.data[0]?.values;
  if (!(times instanceof Float64Array)) return new Float64Array(0);
  const codes: unknown = results.getChild("key")?.data[0]?.values;
  return codes instanceof Int32Array ? times.subarray(0, codes.lastIndexOf(codes[0]) + 1) : times.subarray(0, results.numRows);
}
