import { isDetached, kindOf, type Problems } from "../check.ts";
import { sanitize } from "../errors.ts";
import { largest } from "../lists.ts";
import { checkLookalikes } from "../lookalike.ts";
import { namesWith, REPLICATE, type Role, reservedNames, type TableSchema } from "./columns.ts";
import { type KeyValues, type MadeValues, type RepeatedValues, repeated } from "./key-values.ts";
import { hasFiniteValues, type Recipes, recipesOf } from "./recipe.ts";

/** The points of a sweep as columns of one length. */
export interface Points {
  /** `JRC2_0`, ... */
  names: Names;
  /** Grid keys. */
  keys: string[];
  /** Values for each key, one a point. */
  columns: KeyValues[];
  /** Unit of each key; "" where it has none. */
  units?: readonly string[];
  /** Values of each key of the grid, where the points are all combinations of these, each with its replicates. */
  axes?: readonly Float64Array[] | undefined;
}

/** A grid whose values have been read and checked, but not yet expanded. */
export interface Grid {
  keys: string[];
  /** Values of each key; of a design, what they follow from. */
  values: readonly (Float64Array | MadeValues)[];
  permute: boolean;
  /** Points that it makes. */
  count: number;
  /** Names or labels of the points, where the grid brought its own. */
  names: string[] | undefined;
  labels: string[] | undefined;
  /** Whether each point is there twice, all of them behind all of them. */
  isTwice?: boolean;
}

/** What is used of an Arrow Table, whichever copy of the library made it. */
export interface TableLike extends TableSchema {
  numRows: number;
  getChild(name: string): Iterable<unknown> | null;
}

/** Whether a value is an Arrow Table, whichever copy of the library made it. */
export function isTable(value: object): value is TableLike {
  return "schema" in value && "numRows" in value && "getChild" in value && typeof value.getChild === "function";
}

/** Up to here doubles have every whole number. */
const LARGEST_WHOLE = BigInt(2 ** 53);

/** The keys of a grid, whatever its values are. */
export function gridKeys(paramGrid: object): string[] {
  return isTable(paramGrid) ? namesWith(paramGrid, "grid") : Object.keys(paramGrid);
}

/** Reads a grid: an object of arrays, or an Arrow Table with a row for each point. Nothing of the caller's is kept. */
export function readGrid(problems: Problems, paramGrid: object, permute: boolean): Grid | undefined {
  const found = problems.list.length;
  const recipes = recipesOf(paramGrid);
  // Of every combination of a design's values these are lists, and where one may be infinite it is told which.
  const isKept = recipes !== undefined && !permute && Object.values(recipes).every(hasFiniteValues);
  const read = () => (isTable(paramGrid) ? readTable(problems, paramGrid) : readColumns(problems, paramGrid, permute));
  const grid = isKept ? designGrid(recipes) : read();
  if (problems.list.length > found || grid === undefined) return undefined;
  checkLookalikes(problems, ["paramGrid"], grid.keys, reservedNames);
  for (const key of grid.keys) {
    if (reservedNames.includes(key)) {
      problems.add(
        "E_RESERVED_NAME",
        ["paramGrid", key],
        `the grid key ${key} is a column of the results; choose another name, such as rename: { ${key}: "${key}_" }`,
      );
    }
  }
  return problems.list.length > found ? undefined : grid;
}

/** The grid of a design, of which no value is made. */
export function designGrid(recipes: Recipes): Grid {
  const keys = Object.keys(recipes);
  const values = keys.map((key): MadeValues => ({ recipe: recipes[key], each: 1, length: recipes[key].n }));
  return { keys, values, permute: false, count: values[0].length, names: undefined, labels: undefined };
}

function readColumns(problems: Problems, paramGrid: object, permute: boolean): Grid | undefined {
  const entries = Object.entries(paramGrid);
  if (entries.length === 0) {
    problems.add("E_GRID_EMPTY", ["paramGrid"], "paramGrid has no keys; give it at least one, such as { C: [68, 135] }");
    return undefined;
  }
  const values: Float64Array[] = [];
  for (const [key, column] of entries) {
    const read = readValues(problems, ["paramGrid", key], column);
    if (read) values.push(read);
  }
  if (values.length < entries.length) return undefined;
  const keys = entries.map(([key]) => key);
  const lengths = values.map((column) => column.length);
  if (!permute && new Set(lengths).size > 1) {
    const each = keys.map((key, i) => `${sanitize(key)} has ${lengths[i]}`).join(", ");
    const message = `the columns of paramGrid differ in length (${each}); make them equal, or set permuteGrid: true for every combination`;
    problems.add("E_GRID_SHAPE", ["paramGrid"], message);
    return undefined;
  }
  const count = permute ? lengths.reduce((product, length) => product * length, 1) : lengths[0];
  return { keys, values, permute, count, names: undefined, labels: undefined };
}

/** One key's values as numbers of our own; tells what is not an array, empty, not a number or not finite, with its index. */
function readValues(problems: Problems, path: (string | number)[], column: unknown): Float64Array | undefined {
  const key = sanitize(String(path[path.length - 1]));
  if (!isNumberList(column) || isDetached(column)) {
    const example = typeof column === "number" ? column : 135;
    problems.add("E_TYPE", path, `${key} must be an array of numbers, but ${kindOf(column)} was found; write [${example}] for one value`);
    return undefined;
  }
  if (column.length === 0) {
    problems.add("E_GRID_EMPTY", path, `${key} has no values; give it at least one`);
    return undefined;
  }
  const bad = firstNoNumber(column);
  if (bad >= 0) {
    const message = `value ${bad} of ${key} must be a finite number, but ${kindOf(column[bad])} was found`;
    problems.add("E_PARAM_NOT_FINITE", [...path, bad], message);
    return undefined;
  }
  // A copy of a typed array in one piece; reading it value by value takes twenty times as long.
  return column instanceof Float64Array ? new Float64Array(column) : Float64Array.from(column);
}

/** Index of the first value that is no finite number; -1 where there is none. */
function firstNoNumber(column: ArrayLike<unknown>): number {
  for (let i = 0; i < column.length; i++) if (typeof column[i] !== "number" || !Number.isFinite(column[i])) return i;
  return -1;
}

/** Whether a value is a list that may hold numbers: an array, or a typed one. */
export function isNumberList(value: unknown): value is ArrayLike<number> {
  if (Array.isArray(value)) return true;
  return ArrayBuffer.isView(value) && !(value instanceof DataView) && !(value instanceof BigInt64Array || value instanceof BigUint64Array);
}

function readTable(problems: Problems, table: TableLike): Grid | undefined {
  const keys = gridKeys(table);
  if (keys.length === 0 || table.numRows === 0) {
    const found = keys.length === 0 ? "no columns of values" : "no rows";
    problems.add("E_GRID_EMPTY", ["paramGrid"], `the grid table has ${found}; it needs a row for each point and a column for each key`);
    return undefined;
  }
  const values: Float64Array[] = [];
  for (const key of keys) {
    const read = readTableValues(problems, key, table);
    if (read) values.push(read);
  }
  const [names, labels] = [texts(table, "key"), texts(table, "label")];
  checkDistinct(problems, names ?? labels);
  return { keys, values, permute: false, count: table.numRows, names, labels };
}

/** The values of one key's column of a table; 64-bit integers are told where doubles have not all of them. */
function readTableValues(problems: Problems, key: string, table: TableLike): Float64Array | undefined {
  const path = ["paramGrid", key];
  const values: unknown[] = Array.from(table.getChild(key) ?? []);
  const large = values.findIndex((value) => typeof value === "bigint" && !(value >= -LARGEST_WHOLE && value <= LARGEST_WHOLE));
  if (large >= 0) {
    const message = `value ${large} of ${sanitize(key)} is the 64-bit integer ${values[large]}, and beyond 2^53 a double has not every whole number; make the column Float64`;
    problems.add("E_PARAM_INTEGER", [...path, large], message);
    return undefined;
  }
  return readValues(
    problems,
    path,
    values.map((value) => (typeof value === "bigint" ? Number(value) : value)),
  );
}

/** The texts of the first column that has a role; undefined where none has. */
function texts(table: TableLike, role: Role): string[] | undefined {
  const [name] = namesWith(table, role);
  return name === undefined ? undefined : Array.from(table.getChild(name) ?? [], String);
}

function checkDistinct(problems: Problems, names: string[] | undefined): void {
  const seen = new Set<string>();
  for (const name of names ?? []) {
    if (seen.has(name)) {
      const message = `two rows of the grid table are named ${sanitize(name)}; names of points must differ`;
      problems.add("E_GRID_SHAPE", ["paramGrid"], message);
      return;
    }
    seen.add(name);
  }
}

/** Makes the points of a grid, each so many times. `circuit` is the model's name, from which points are named. */
export function expand(grid: Grid, circuit: string, replicates = 1): Points {
  const { keys, count, permute, values } = grid;
  const names = namesOf(grid, circuit, replicates);
  const axes = permute ? values.filter((column) => column instanceof Float64Array) : undefined;
  const columns = axes ? permuted(axes, count) : [...values];
  if (replicates === 1) return { names, keys, columns, axes };
  const replicate = { values: Float64Array.from({ length: replicates }, (_, i) => i), each: 1, length: names.length };
  return { names, keys: sweptKeys(keys, replicates), columns: [...columns.map((column) => repeated(column, replicates)), replicate], axes };
}

/** The names of a grid's points, each so many times. */
export function namesOf({ count, names: own, labels }: Grid, circuit: string, replicates: number): Names {
  return { length: count * replicates, circuit, own, labels, replicates };
}

/** The keys of a sweep: where points have several replicates, their number is one more. */
export function sweptKeys(keys: readonly string[], replicates: number): string[] {
  return replicates === 1 ? [...keys] : [...keys, REPLICATE];
}

/** Every combination in the order of NumPy's meshgrid: key 2 is the slowest loop, then 1, 3, 4, ...; the last is the fastest. */
function permuted(values: readonly Float64Array[], count: number): RepeatedValues[] {
  const order = values.map((_, i) => i);
  if (order.length > 1) [order[0], order[1]] = [1, 0];
  const columns: RepeatedValues[] = [];
  let each = count;
  for (const key of order) {
    each /= values[key].length;
    columns[key] = { values: values[key], each, length: count };
  }
  return columns;
}

/** What the names of points are made of: `JRC2_0`, `JRC2_0_r1`. A million texts would take long to make, and are seldom asked for. */
export interface Names {
  length: number;
  circuit: string;
  /** Names, or labels behind the circuit's name, where the grid brought its own: one for each of its points. */
  own?: readonly string[] | undefined;
  labels?: readonly string[] | undefined;
  /** Points of the sweep for each of the grid. */
  replicates: number;
  /** Number in the sweep of the first point, where these are the names of some points that follow one another; 0 if not given. */
  first?: number;
}

/** Names that are there. */
export function givenNames(own: readonly string[]): Names {
  return { length: own.length, circuit: "", own, replicates: 1 };
}

/** The name of point number `point`. */
export function nameOf({ circuit, own, labels, replicates, first = 0 }: Names, number: number): string {
  const point = first + number;
  if (replicates === 1) return own?.[point] ?? `${circuit}_${labels?.[point] ?? point}`;
  const ofGrid = Math.floor(point / replicates);
  return `${own?.[ofGrid] ?? `${circuit}_${labels?.[ofGrid] ?? ofGrid}`}_r${point % replicates}`;
}

/** The most bytes that a point's name takes in UTF-8. */
export function longestName(names: Names): number {
  const { length, circuit, own, labels, replicates } = names;
  const encoder = new TextEncoder();
  const bytes = (text: string) => encoder.encode(text).length;
  const most = largest((own ?? labels ?? [String(Math.ceil(length / replicates) - 1)]).map(bytes));
  return most + (own ? 0 : bytes(`${circuit}_`)) + (replicates > 1 ? `_r${replicates - 1}`.length : 0);
}

/** Tells the number of the point that has a name; undefined where none has it. */
export function finderOf(names: Names): (name: string) => number | undefined {
  const { length, circuit, own, labels, replicates, first = 0 } = names;
  if (own || labels) {
    const points = new Map(
      nameList(names)
        .slice(0, length)
        .map((name, point) => [name, point]),
    );
    return (name) => points.get(name);
  }
  return (name) => {
    const [ofGrid, replicate = 0] = name
      .slice(circuit.length + 1)
      .split("_r", 2)
      .map(Number);
    const point = ofGrid * replicates + replicate - first;
    return Number.isInteger(point) && point >= 0 && point < length && nameOf(names, point) === name ? point : undefined;
  };
}

/** The names as a list that is made where it is read. */
export function nameList(names: Names): { length: number; slice(first: number, end: number): string[] } {
  const slice = (first: number, end: number) =>
    Array.from({ length: Math.min(end, names.length) - first }, (_, i) => nameOf(names, first + i));
  return { length: names.length, slice };
}
