import { isDetached, kindOf, type Problems } from "../check.ts";
import { sanitize } from "../errors.ts";
import { KEY } from "../sweep/columns.ts";
import type { NormalInitialState } from "../sweep/initial-state.ts";
import type { Assignment, InitialState } from "../sweep/job.ts";
import { isNumberList, type Names, nameOf } from "../sweep/points.ts";
import type { Target } from "./paths.ts";
import { resolveStates } from "./states.ts";

/** What initial states are looked up in. */
interface Lookup {
  targets: readonly Target[];
  assignments: readonly Assignment[];
  /** Names of the sweep's points; undefined where the grid is at fault. */
  names: Names | undefined;
}

const OPTION = "initialState";

/** Finds the initial value of each state that `initialState` has, at every point: by the points' keys where it has them, else in order. */
export function resolveInitialState(
  problems: Problems,
  given: NormalInitialState,
  { targets, assignments, names }: Lookup,
): InitialState[] {
  const { [KEY]: keys, ...states } = given;
  const before = problems.list.length;
  const swept = new Set(assignments.filter(({ kind }) => kind === "state").map(({ row }) => row));
  const owners = new Map<number, string>();
  const columns = Object.entries(states).flatMap(([path, value]) => {
    const values = valuesOf(problems, path, value);
    const found = resolveStates(problems, targets, OPTION, path);
    for (const { row, variable } of found) {
      const other = owners.get(row);
      owners.set(row, path);
      const what = swept.has(row) ? "the grid or params" : other === undefined ? undefined : `${OPTION} ${sanitize(other)}`;
      if (what === undefined) continue;
      const message = `${variable.path} is set by ${what} and by ${OPTION} ${sanitize(path)}; leave it out of one of them`;
      problems.add("E_STATE_CONFLICT", [OPTION, path], message);
    }
    return values ? found.map(({ row }) => ({ row, path, values })) : [];
  });
  if (problems.list.length > before || names === undefined) return [];
  if (columns.length === 0) {
    const message = `${OPTION} has no state; give values by path, or a table of a run with finalState: true`;
    if (keys !== undefined) problems.add("E_INITIAL_STATE", [OPTION], message);
    return [];
  }
  const rows = columns.reduce((most, { values }) => Math.max(most, values.length), 0);
  const uneven = columns.find(({ values }) => values.length !== rows && values.length !== 1);
  if (uneven) {
    const message = `${OPTION} has ${uneven.values.length} values of ${sanitize(uneven.path)} and ${rows} of another state; give as many of each, or one`;
    problems.add("E_INITIAL_STATE", [OPTION, uneven.path], message);
    return [];
  }
  const rowOf = matched(problems, rows, keys, names);
  return rowOf ? columns.flatMap((column) => atPoints(problems, column, names, rowOf)) : [];
}

/** The values of one state; tells what is no number, or no list of them. NaN is one of a point that has no state. */
function valuesOf(problems: Problems, path: string, value: unknown): ArrayLike<number> | undefined {
  if (typeof value === "number") return [value];
  if (isNumberList(value) && !isDetached(value) && value.length > 0) {
    if (value instanceof Float64Array) return value;
    const list: unknown[] = Array.from(value);
    if (list.every((each): each is number => typeof each === "number")) return Float64Array.from(list);
  }
  const message = `${OPTION} of ${sanitize(path)} must be a number, or one for each point, but ${kindOf(value)} was found`;
  problems.add("E_TYPE", [OPTION, path], message);
  return undefined;
}

/** Finds the row of each point: the only one, by its key where all of them are there, in order where none is. */
function matched(problems: Problems, rows: number, keys: unknown, names: Names): ((point: number) => number) | undefined {
  const points = names.length;
  const { replicates } = names;
  const index = rowsByKey(problems, rows, keys);
  if (!index) return undefined;
  if (rows === 1) return () => 0;
  if (index.size > 0) {
    const ofGrid = { ...names, replicates: 1, length: points / replicates };
    // A replicate starts where it ended itself, or where its point did.
    const rowOf = (point: number) => index.get(nameOf(names, point)) ?? index.get(nameOf(ofGrid, Math.floor(point / replicates)));
    const found = Int32Array.from({ length: points }, (_, point) => rowOf(point) ?? -1);
    const missing = found.indexOf(-1);
    if (missing < 0) return (point) => found[point];
    if (found.some((row) => row >= 0)) {
      const name = sanitize(nameOf(names, missing));
      const message = `${OPTION} has no point ${name}, but others of the sweep; give all of them, or leave out its keys to go by the order of rows`;
      problems.add("E_INITIAL_STATE", [OPTION, KEY], message);
      return undefined;
    }
  }
  if (rows === points) return (point) => point;
  if (rows * replicates === points) return (point) => Math.floor(point / replicates);
  const message = `${OPTION} has ${rows} rows, but the sweep has ${points} points; give one for all of them, or one for each`;
  problems.add("E_INITIAL_STATE", [OPTION], message);
  return undefined;
}

/** The row of each name that `key` has, none where there is no `key`; tells what is no list of names, one for each row, each of its own. */
function rowsByKey(problems: Problems, rows: number, keys: unknown): Map<string, number> | undefined {
  if (keys === undefined) return new Map();
  const list = listOf(keys);
  const at = list?.findIndex((name) => typeof name !== "string") ?? -1;
  if (!list || at >= 0) {
    const found = list ? `${kindOf(list[at])} was found at ${at}` : `${kindOf(keys)} was found`;
    const message = `${OPTION}.${KEY} must be a list of points' names, such as "JRC2_0", but ${found}`;
    problems.add("E_TYPE", [OPTION, KEY], message);
    return undefined;
  }
  const index = new Map(list.map((name, i) => [String(name), i]));
  const twice = list.find((name, i) => index.get(String(name)) !== i);
  const uneven =
    rows > 1 && list.length > 0 && list.length !== rows ? `${list.length} names for ${rows} rows; give a name for each` : undefined;
  const message = twice === undefined ? uneven : `the name ${sanitize(String(twice))} twice; give each point one row`;
  if (message === undefined) return index;
  problems.add("E_INITIAL_STATE", [OPTION, KEY], `${OPTION}.${KEY} has ${message}`);
  return undefined;
}

/** The values of an array, or of a column of a table; undefined for what is neither. */
function listOf(value: unknown): unknown[] | undefined {
  if (Array.isArray(value)) return Array.from(value);
  if (!isColumn(value)) return undefined;
  const list: unknown[] = [];
  for (const item of value) if (list.push(item) >= value.length) break;
  return list;
}

function isColumn(value: unknown): value is Iterable<unknown> & { length: number } {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return false;
  return "length" in value && typeof value.length === "number" && typeof Reflect.get(value, Symbol.iterator) === "function";
}

function atPoints(
  problems: Problems,
  { row, path, values }: { row: number; path: string; values: ArrayLike<number> },
  names: Names,
  rowOf: (point: number) => number,
): InitialState[] {
  const count = values.length === 1 ? 1 : names.length;
  const made = Float64Array.from({ length: count }, (_, point) => values[values.length === 1 ? 0 : rowOf(point)]);
  const bad = made.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return [{ row, values: made }];
  const why = `its value of ${sanitize(path)} is ${made[bad]}, as of a point that failed`;
  problems.add(
    "E_INITIAL_STATE",
    [OPTION, path],
    `${OPTION} has no state for ${sanitize(nameOf(names, bad))}: ${why}; leave such points out`,
  );
  return [];
}
