import type { Table } from "apache-arrow";
import { gridSearch } from "../index.ts";
import { densitiesOf } from "./densities.ts";
import { outputNames } from "./keys.ts";
import { type ReadModel, searchOptions } from "./models.ts";
import type { Trace, Traces } from "./protocol.ts";
import type { State } from "./state.ts";

/** The traces, spectra and phase planes of some points, in this thread: they are wanted at once. */
export async function tracesOf(
  state: State,
  { template: circuit, description }: ReadModel,
  points: readonly (readonly number[])[],
  signal: AbortSignal,
): Promise<Traces> {
  const options = searchOptions(state, { description, circuit }, { points, map: false });
  const { results, resultsMap } = await gridSearch({ ...options, workers: 0, signal });
  const names = outputNames(state);
  const [of, beside] = [names.signal, names.plane].map((name) => columnsOf(results, name));
  const { metadata } = resultsMap.schema;
  const samplingStep = Number(metadata.get("samplingStepSize"));
  const [status, failedAt, variable] = ["status", "failedAt", "failedVariable"].map((name) => resultsMap.getChild(name));
  const signals = points.map((_, i) => of[i].values);
  const { frequencies, densities } = densitiesOf(signals, samplingStep);
  const traces = signals.map((signal, i): Trace => {
    const failed: unknown = failedAt?.get(i);
    return {
      signal,
      plane: beside[i].values,
      density: densities[i],
      failedAt: typeof failed === "number" ? failed : Number.NaN,
      status: String(status?.get(i)),
      variable: String(variable?.get(i) ?? ""),
    };
  });
  const units = { time: metadata.get("timeUnit") ?? "", signal: of[0]?.unit ?? "", plane: beside[0]?.unit ?? "" };
  return { times: copyOf(results, "time"), frequencies, traces, units };
}

/** The first column of an output for each point: a path may match several nodes, and a complex variable has two parts. */
function columnsOf(results: Table, output: string): { values: Float64Array; unit: string }[] {
  const first = new Map<string, { values: Float64Array; unit: string }>();
  for (const { name, metadata } of results.schema.fields) {
    const key = metadata.get("key") ?? "";
    const isOf = metadata.get("output") === output || metadata.get("output")?.replace(/\.re$/, "") === output;
    if (isOf && key !== "" && !first.has(key)) first.set(key, { values: copyOf(results, name), unit: metadata.get("unit") ?? "" });
  }
  return [...first.values()];
}

/** A column's values in a buffer of their own, which can be given to another thread. */
function copyOf(results: Table, name: string): Float64Array {
  const values: unknown = results.getChild(name)?.toArray();
  return values instanceof Float64Array ? values.slice() : new Float64Array(0);
}
