import type { Problems } from "../check.ts";
import { historyBytes } from "../kernel/delays.ts";
import { laneBytes } from "../kernel/layout.ts";
import type { Job } from "../sweep/job.ts";
import { sampleBytes, type TraceType } from "../sweep/trace-type.ts";

/** Memory that the results may take, in bytes. */
export interface MemoryBudget {
  readonly budget: number;
  /** What is there in any case: results that take less do not ask for the budget, which takes the platform a while to tell. */
  spare?: number;
}

/** What the results are made of. */
export interface Extent {
  points: number;
  /** Whether the points are made of the grid's axes where they are needed, and are no list that is held. */
  isMade: boolean;
  keys: number;
  /** Columns of traces; 0 where none are kept. */
  columns: number;
  /** Samples of each trace, and what they are kept as. */
  rows: number;
  traceType: TraceType;
  features: readonly { values: "number" | "text" }[];
  /** Whether each sample has a row of its own, with time and grid keys. */
  long: boolean;
  /** Whether traces go to disk; undefined where they cannot. */
  stored?: boolean | undefined;
  /** Whether nothing of the results is kept. */
  streams?: boolean | undefined;
}

/** Bytes a point takes in the map: its name, status and time of failure, beside 8 for each key. */
const POINT_BYTES = 48;
/** Bytes a column of the wide layout takes beside its values once it is asked for: its name and vector. Measured. */
const COLUMN_BYTES = 400;
/** Bytes of a feature's value: a number, or a label of some letters and its offset. */
const VALUE_BYTES = { number: 8, text: 16 };

/** Bytes of the results; tells where they would not fit. */
export function sizeOf(problems: Problems, extent: Extent, machine: MemoryBudget): number {
  const { points, isMade, keys, columns, rows, traceType, features, long, stored, streams } = extent;
  const kept = stored || streams ? 0 : columns;
  const ofSample = sampleBytes(traceType);
  const perRow = kept * ofSample + (long && kept > 0 ? (keys + 1) * 8 : 0);
  const ofMap = features.reduce((sum, { values }) => sum + VALUE_BYTES[values], keys * 8 + POINT_BYTES);
  const perPoint = streams || stored ? (isMade ? 0 : keys * 8) : ofMap;
  const bytes = points * (rows * perRow + (long ? 0 : kept * COLUMN_BYTES) + perPoint);
  if (bytes <= (machine.spare ?? 0)) return bytes;
  const { budget } = machine;
  if (bytes <= budget) return bytes;
  const shape =
    kept > 0
      ? `${points} points × ${columns} outputs × ${rows} samples × ${ofSample} bytes`
      : `${points} points, without traces × ${perPoint} bytes`;
  const less =
    kept > 0
      ? `${stored === false ? "write them to files with store: { directory }, " : ""}take fewer samples (a larger samplingStepSize, a later cutoff), ` +
        "outputs or points, or features and results: false"
      : `${stored === false && !streams ? "write the map to files with store: { directory }, or " : ""}take fewer points`;
  const message =
    `the results would need ${inBytes(bytes)} (${bytes} bytes: ${shape}), but ${inBytes(budget)} may be used ` +
    `(80 % of the memory available); ${less}`;
  problems.add("E_SWEEP_TOO_LARGE", [], message);
  return bytes;
}

/** A number of bytes as one reads it: "1.25 GB". */
export function inBytes(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB", "PB", "EB"];
  let value = bytes;
  let unit = 0;
  for (; value >= 1000 && unit < units.length - 1; unit++) value /= 1000;
  return `${value.toPrecision(3)} ${units[unit]}`;
}

/** Most lanes of a block: what a step costs whatever its lanes is shared by them. Fewer than the least cost more than a cache gives. */
const MOST_LANES = 128;
const LEAST_LANES = 16;
/** Few points are cut into so many blocks where that leaves the least lanes, so that threads have something to share. */
const LEAST_BLOCKS = 8;
/** Lanes of models whose rows no block keeps to a core's share of the last-level cache: then a step costs what memory takes, and fewer lanes more. */
const FEWEST_LANES = 4;
const CACHE_BYTES = 2 ** 23;
/** Rows of a block stay below this, so that they keep to a first-level cache, and what it remembers below that. */
const ROW_BYTES = 32768;
const HISTORY_BYTES = 256e6;

/**
 * Lanes of the blocks of a job that has `points` points: the fewer the larger its model is, or the more it remembers, or the fewer
 * points there are; never a matter of how many threads there are. No number depends on it.
 */
export function lanesOf(job: Job, points: number = Number.POSITIVE_INFINITY): number {
  if (job.model.isSingle) return 1;
  const fitting = Math.floor(ROW_BYTES / laneBytes(job) / LEAST_LANES) * LEAST_LANES;
  const shared = Math.ceil(points / LEAST_BLOCKS / 2) * 2;
  const lanes = Math.min(MOST_LANES, Math.max(LEAST_LANES, Math.min(fitting, shared)));
  const cached = Math.max(FEWEST_LANES, pairsIn(CACHE_BYTES, laneBytes(job)));
  return Math.max(2, Math.min(lanes, cached, pairsIn(HISTORY_BYTES, historyBytes(job))));
}

/** How many lanes, in pairs, so many bytes hold. */
function pairsIn(bytes: number, ofLane: number): number {
  return Math.floor(bytes / Math.max(1, ofLane) / 2) * 2;
}
