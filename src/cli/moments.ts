import type { Table } from "apache-arrow";
import { type Combination, combine, expanded, unitOf } from "../figure/combination.ts";
import { extentOf, largestOf } from "../figure/scale.ts";
import { trace } from "../index.ts";
import { labelled, prefixed } from "../quantity.ts";
import { frequencyUnit, reducers } from "../reduce/reducers.ts";
import { SHORTEST, Welch } from "../reduce/welch.ts";
import { outputsOf } from "../table/trace.ts";

/** A number of each of some points, to be printed. */
export interface MomentColumn {
  title: string;
  values: number[];
}

/** Mean, standard deviation and dominant frequency of each signal of some points, three columns a signal, in units that read well. */
export function momentColumns(
  results: Table,
  resultsMap: Table,
  points: readonly string[],
  combinations: readonly Combination[],
): MomentColumn[] {
  const outputs = outputsOf(results);
  const { metadata } = resultsMap.schema;
  const names = outputs.map(({ name }) => name);
  return expanded(combinations, names).flatMap((combination) => {
    const sumAt = (point: string) => combine(combination, (output) => trace(results, point, output));
    const stats = points.map((point) => moments(sumAt(point), Number(metadata.get("samplingStepSize"))));
    const largest = largestOf(extentOf(stats.flatMap(({ mean, sd }) => [mean, sd])) ?? [0, 0]);
    const { scale, unit } = prefixed(largest, unitOf(combination, outputs));
    return [
      { title: labelled(`mean ${combination.name}`, unit), values: stats.map(({ mean }) => mean / scale) },
      { title: labelled(`sd ${combination.name}`, unit), values: stats.map(({ sd }) => sd / scale) },
      { title: labelled("peak", frequencyUnit(metadata.get("timeUnit") ?? "")), values: stats.map(({ frequency }) => frequency) },
    ];
  });
}

interface Moments {
  mean: number;
  sd: number;
  frequency: number;
}

function moments(signal: Float64Array, spacing: number): Moments {
  const mean = signal.reduce((sum, value) => sum + value, 0) / signal.length;
  const variance = signal.reduce((sum, value) => sum + (value - mean) ** 2, 0) / signal.length;
  return { mean, sd: Math.sqrt(variance), frequency: dominantFrequency(signal, spacing) };
}

/**
 * The frequency at which a signal has most power, in cycles for each unit of `spacing`: the feature peakFrequency of a single trace.
 * NaN where it does not vary, is not finite or has fewer samples than a segment.
 */
export function dominantFrequency(signal: Float64Array, spacing: number): number {
  const rows = signal.length;
  if (rows < SHORTEST || !signal.every(Number.isFinite)) return Number.NaN;
  const { window, overlap } = reducers.welch.options;
  const segments = { window: window.default(rows), overlap: overlap.default() };
  const welch = new Welch({ variable: 0, lanes: 1, sampleCount: rows, samplingStep: spacing }, segments);
  welch.add({ first: 0, samples: rows, variables: 1, n: 1, data: signal });
  return welch.finish().peakFrequency[0];
}
