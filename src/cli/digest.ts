import type { Table } from "apache-arrow";
import { columnNamed, FAILED_AT, FAILED_VARIABLE, featuresOf, gridKeysOf, isAcross, KEY, STATUS } from "../sweep/columns.ts";
import { sortedLabels } from "../sweep/regimes.ts";
import { OK } from "../sweep/status.ts";

/** A point of a map, and its values of the grid's keys. */
export interface Place {
  key: string;
  grid: Record<string, number>;
}

/** A point that failed. */
export interface Failure extends Place {
  status: string;
  failedAt: number | null;
  failedVariable?: string;
}

/** The numbers of a column: of how many points, and the points at which they are smallest and largest. */
export interface Extremes {
  name: string;
  unit: string;
  count: number;
  least: (Place & { value: number }) | null;
  most: (Place & { value: number }) | null;
}

/** What a map of many points comes to. */
export interface Digest {
  points: number;
  /** How many points ended with each status, the most frequent first. */
  statuses: Record<string, number>;
  keys: { name: string; unit: string; least: number; most: number; values: number }[];
  numbers: Extremes[];
  /** How often each label of a feature is found. */
  labels: { name: string; counts: Record<string, number> }[];
  /** Rows of the points that failed, and of those with the largest values of the first feature that is a number. */
  failed: number[];
  best: { name: string; rows: number[] } | undefined;
}

/** Best points that are told. */
const BEST = 5;

/** Reads a map, or what it comes to across replicates, column by column. */
export function digestOf(map: Table): Digest {
  const statuses = Array.from(map.getChild(STATUS) ?? [], String);
  const failed = statuses.flatMap((status, row) => (status === OK ? [] : [row]));
  const place = placeIn(map);
  const unitOf = (name: string) => columnNamed(map, name)?.unit ?? "";
  const keys = gridKeysOf(map).map((name) => {
    const values = Array.from(map.getChild(name) ?? [], Number);
    const ends = values.reduce(
      ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
      [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
    );
    return { name, unit: unitOf(name), least: ends[0], most: ends[1], values: new Set(values).size };
  });
  const features = featuresOf(map);
  const numbers = features.filter(({ type }) => type !== "text").map(({ name, unit }) => ({ name, unit, values: numbersOf(map, name) }));
  const labels = features
    .filter(({ type }) => type === "text")
    .map(({ name }) => ({
      name,
      counts: countsOf(
        Array.from(map.getChild(name) ?? [])
          .filter((label) => label !== null)
          .map(String),
      ),
    }));
  const [first] = numbers;
  return {
    points: map.numRows,
    statuses: isAcross(map) ? {} : countsOf(statuses),
    keys,
    numbers: numbers.map(({ values, ...column }) => ({ ...column, ...extremes(values, place) })),
    labels,
    failed,
    best: first && { name: first.name, rows: bestOf(first.values) },
  };
}

/** Where a row's point is. */
export function placeIn(map: Table): (row: number) => Place {
  const keys = gridKeysOf(map).map((name) => ({ name, column: map.getChild(name) }));
  const names = map.getChild(KEY);
  return (row) => ({
    key: String(names?.get(row)),
    grid: Object.fromEntries(keys.map(({ name, column }) => [name, Number(column?.get(row))])),
  });
}

/** The point of a row, why it failed and when. */
export function failureIn(map: Table): (row: number) => Failure {
  const place = placeIn(map);
  const [statuses, times, variables] = [STATUS, FAILED_AT, FAILED_VARIABLE].map((name) => map.getChild(name));
  return (row) => {
    const variable: unknown = variables?.get(row);
    const failedAt: unknown = times?.get(row);
    return {
      ...place(row),
      status: String(statuses?.get(row)),
      failedAt: typeof failedAt === "number" ? failedAt : null,
      ...(typeof variable === "string" ? { failedVariable: variable } : {}),
    };
  };
}

/** A column's numbers, NaN where there is none. */
function numbersOf(map: Table, name: string): Float64Array {
  return Float64Array.from(map.getChild(name) ?? [], (value: unknown) => (value === null ? Number.NaN : Number(value)));
}

function extremes(values: Float64Array, place: (row: number) => Place): Pick<Extremes, "count" | "least" | "most"> {
  let [count, least, most] = [0, -1, -1];
  for (let row = 0; row < values.length; row++) {
    if (Number.isNaN(values[row])) continue;
    count++;
    if (least < 0 || values[row] < values[least]) least = row;
    if (most < 0 || values[row] > values[most]) most = row;
  }
  const at = (row: number) => (row < 0 ? null : { ...place(row), value: values[row] });
  return { count, least: at(least), most: at(most) };
}

/** Rows of the largest numbers, from the largest down. */
function bestOf(values: Float64Array): number[] {
  const rows: number[] = [];
  for (let row = 0; row < values.length; row++) {
    if (Number.isNaN(values[row])) continue;
    const at = rows.findIndex((other) => values[row] > values[other]);
    if (at >= 0) rows.splice(at, 0, row);
    else if (rows.length < BEST) rows.push(row);
    rows.length = Math.min(rows.length, BEST);
  }
  return rows;
}

/** How often each text stands in a list, the most frequent first. */
function countsOf(texts: readonly string[]): Record<string, number> {
  const counts = new Map(sortedLabels(texts).map((text) => [text, 0]));
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([, a], [, b]) => b - a));
}
