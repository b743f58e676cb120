import type { Problems } from "../check.ts";
import type { ModelSource } from "../model/build.ts";
import type { Clock } from "../sweep/clock.ts";
import { mapColumns } from "../sweep/columns.ts";
import { type FeaturePlan, featuredColumns, resolveFeatures } from "./features.ts";
import { type OutputColumn, resolveOutputs } from "./outputs.ts";
import type { Target } from "./paths.ts";
import { type MemoryBudget, sizeOf } from "./size.ts";

/** What a sweep keeps of its samples. */
export interface Recording {
  /** What each sample takes: every output, or where no traces are kept, those that features need. */
  columns: readonly OutputColumn[];
  /** Whether traces are kept. */
  traces: boolean;
  features: FeaturePlan;
  /** Size of the results. */
  bytes: number;
}

/** What the caller asks for. */
export interface RecordingOptions {
  outputs: Readonly<Record<string, unknown>>;
  features: Readonly<Record<string, unknown>>;
  results: boolean;
  layout: "wide" | "long";
  /** Whether traces go to disk; undefined where they cannot. */
  stored?: boolean;
}

/** What is known of the sweep; parts that are at fault are undefined. */
export interface RecordingContext {
  source: ModelSource | undefined;
  targets: readonly Target[];
  clock: Clock | undefined;
  points: number | undefined;
  keys: readonly string[];
  /** Names of columns that the results have beside the outputs. */
  taken: readonly string[];
  machine: MemoryBudget;
}

/** Finds what is to be recorded, and how much memory that takes. */
export function resolveRecording(problems: Problems, wishes: RecordingOptions, sweep: RecordingContext): Recording {
  const { outputs, features, results: traces } = wishes;
  const { source, targets, clock, points, keys, taken, machine } = sweep;
  const names = Object.keys(outputs);
  const timeUnit = source?.layout.timeUnit ?? "";
  const found = source && (traces || names.length > 0) ? resolveOutputs(problems, outputs, { targets, taken, source }) : [];
  const columns = traces ? found : featuredColumns(found, features);
  const ofMap = mapColumns({ points: { keys }, timeUnit, adaptive: true, features: [] }).map(({ name }) => name);
  const made = resolveFeatures(problems, features, { outputs: names, columns, timeUnit, clock, taken: ofMap });
  if (clock === undefined || points === undefined) return { columns, traces, features: made, bytes: 0 };
  const long = wishes.layout === "long";
  const extent = {
    points,
    keys: keys.length,
    columns: traces ? columns.length : 0,
    rows: clock.sampleCount,
    features: made.parts,
    long,
    stored: wishes.stored,
  };
  return { columns, traces, features: made, bytes: sizeOf(problems, extent, machine) };
}
