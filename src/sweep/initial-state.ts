import { isPlain, ownEntry } from "../check.ts";
import { columnsWith, FINAL_STATE, KEY, namesWith } from "./columns.ts";
import { isTable, type TableLike } from "./points.ts";

/** States by path, a number or one a point each; `key` has the names of the points where they are known. */
export type NormalInitialState = Readonly<Record<string, unknown>>;

/** What `initialState` may be, as columns: a table, a row for each point, or columns as they are. What is neither stays as it is. */
export function initialStateOf(given: unknown): NormalInitialState {
  if (Array.isArray(given)) return columnsOfRows(given);
  if (typeof given === "object" && given !== null && isTable(given)) return columnsOfTable(given);
  return isPlain(given) ? given : {};
}

/** Whether a value is one of those. */
export function isInitialState(given: unknown): boolean {
  if (Array.isArray(given)) return given.length > 0 && given.every(isPlain);
  return isPlain(given) || (typeof given === "object" && given !== null && isTable(given));
}

function columnsOfRows(rows: readonly unknown[]): NormalInitialState {
  const names = new Set(rows.flatMap((row) => (isPlain(row) ? Object.keys(row) : [])));
  return Object.fromEntries(
    [...names].map((name) => [name, rows.map((row) => (isPlain(row) ? (ownEntry(row, name) ?? Number.NaN) : Number.NaN))]),
  );
}

/**
 * The states of a table: its columns of final states, or, where it has none, those that are named as paths are; of a table of `simulate()`
 * those that its metadata have.
 */
function columnsOfTable(table: TableLike): NormalInitialState {
  const run = table.schema.metadata?.get(FINAL_STATE);
  if (run !== undefined) return readRun(run);
  const known = columnsWith(table, "state").map(({ name }) => name);
  const names = known.length > 0 ? known : namesWith(table, "grid", "output").filter((name) => name.includes("/"));
  const states = names.map((name): [string, unknown] => [name, Float64Array.from(table.getChild(name) ?? [], numberOf)]);
  const [key] = namesWith(table, "key");
  const keys = key === undefined ? [] : Array.from(table.getChild(key) ?? [], String);
  return Object.fromEntries([[KEY, keys], ...states]);
}

function numberOf(value: unknown): number {
  return value === null || value === undefined ? Number.NaN : Number(value);
}

function readRun(text: string): NormalInitialState {
  try {
    const found: unknown = JSON.parse(text);
    return isPlain(found) ? Object.fromEntries(Object.entries(found).map(([path, value]) => [path, numberOf(value)])) : {};
  } catch {
    return {};
  }
}
