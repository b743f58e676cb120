import type { Problems } from "../check.ts";

/** Memory that the results may take, in bytes. */
export interface MemoryBudget {
  budget: number;
  /** What the map alone may take; as much as all results if not given. */
  mapBudget?: number;
}

/** What the results are made of. */
export interface Extent {
  points: number;
  keys: number;
  /** Columns of traces; 0 where none are kept. */
  columns: number;
  /** Samples of each trace. */
  rows: number;
  features: readonly { values: "number" | "text" }[];
  /** Whether each sample has a row of its own, with time and grid keys. */
  long: boolean;
  /** Whether traces go to disk; undefined where they cannot. */
  stored?: boolean | undefined;
}

/** Bytes a point takes in the map: its name, status and time of failure, beside 8 for each key. */
const POINT_BYTES = 48;
/** Bytes a column of the wide layout takes beside its values: its name and metadata. Measured with one key. */
const COLUMN_BYTES = 1000;
/** Bytes of a feature's value: a number, or a label of some letters and its offset. */
const VALUE_BYTES = { number: 8, text: 16 };

/** Bytes of the results; tells where they would not fit. */
export function sizeOf(
  problems: Problems,
  { points, keys, columns, rows, features, long, stored }: Extent,
  { budget, mapBudget = budget }: MemoryBudget,
): number {
  const kept = stored ? 0 : columns;
  const perRow = long && kept > 0 ? kept + keys + 1 : kept;
  const perPoint = features.reduce((sum, { values }) => sum + VALUE_BYTES[values], keys * 8 + POINT_BYTES);
  const bytes = points * (rows * perRow * 8 + (long ? 0 : kept * COLUMN_BYTES) + perPoint);
  if (bytes <= budget && points * perPoint <= mapBudget) return bytes;
  const shape =
    kept > 0 ? `${points} points × ${columns} outputs × ${rows} samples × 8 bytes` : `${points} points, without traces × ${perPoint} bytes`;
  const less =
    kept > 0
      ? `${stored === false ? "write them to files with store: { directory }, " : ""}take fewer samples (a larger samplingStepSize, a later cutoff), ` +
        "outputs or points, or features and results: false"
      : "take fewer points";
  const message =
    `the results would need ${inBytes(bytes)} (${bytes} bytes: ${shape}), but ${inBytes(Math.min(budget, mapBudget))} may be used ` +
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
