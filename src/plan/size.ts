import type { Problems } from "../check.ts";
import type { Clock } from "./clock.ts";

/** Bytes a point takes in the map: its name, status and time of failure, beside 8 for each key. */
const POINT_BYTES = 48;

interface Size {
  points: number;
  keys: number;
  clock: Clock;
  columns: number;
  long: boolean;
}

/** Bytes of the results; tells where they would not fit. */
export function sizeOf(problems: Problems, { points, keys, clock, columns, long }: Size, room: number): number {
  const perRow = long ? columns + keys + 1 : columns;
  const series = clock.rows * perRow * points * 8;
  const bytes = series + points * (keys * 8 + POINT_BYTES);
  if (bytes <= room) return bytes;
  const shape = `${points} points × ${columns} outputs × ${clock.rows} samples × 8 bytes`;
  const message =
    `the results would need ${inBytes(bytes)} (${bytes} bytes: ${shape}), but ${inBytes(room)} may be used ` +
    "(80 % of the memory available); take fewer points or outputs, a larger samplingStepSize or a later cutoff";
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
