import type { Table } from "apache-arrow";
import { columnNamed } from "../sweep/columns.ts";

export { reservedNames } from "../sweep/columns.ts";

/** A number of each point, with its unit. */
export interface Column {
  name: string;
  unit: string;
  values: Float64Array;
  /** How its axis is drawn; by how the values are spaced, if not given. */
  scale?: "linear" | "log";
}

/** Columns that have been read. */
const read = new WeakMap<Table, Map<string, Float64Array>>();

/** A column of a map as numbers; NaN where there is none. It is read once, and not to be changed. */
export function numbersOf(map: Table, name: string): Float64Array {
  const columns = read.get(map) ?? new Map<string, Float64Array>();
  read.set(map, columns);
  const before = columns.get(name);
  if (before !== undefined) return before;
  const vector = map.getChild(name);
  const values: unknown = vector?.nullCount === 0 ? vector.toArray() : undefined;
  const made =
    values instanceof Float64Array
      ? values
      : Float64Array.from(vector ?? [], (value: unknown) => (value === null ? Number.NaN : Number(value)));
  columns.set(name, made);
  return made;
}

/** A column of a map as texts; "" where it has none. */
export function textsOf(map: Table, name: string): string[] {
  return Array.from(map.getChild(name) ?? [], (value: unknown) => (value === null ? "" : String(value)));
}

/** The unit of a map's column; "" where it has none. */
export function unitOf(map: Table, name: string): string {
  return columnNamed(map, name)?.unit ?? "";
}

/** A column of a map with its unit. */
export function columnOf(map: Table, name: string): Column {
  return { name, unit: unitOf(map, name), values: numbersOf(map, name) };
}

/** The distinct values among some rows, in order of size. */
export function distinct(values: Float64Array, rows: readonly number[]): number[] {
  const found = new Set<number>();
  for (const row of rows) if (Number.isFinite(values[row])) found.add(values[row]);
  return Array.from(Float64Array.from(found).sort());
}

/** At most `most` of a list, evenly chosen, the first and last among them. */
export function evenly<Item>(list: readonly Item[], most: number): readonly Item[] {
  if (list.length <= most) return list;
  return Array.from({ length: most }, (_, i) => list[Math.round((i * (list.length - 1)) / Math.max(1, most - 1))]);
}
