import type { Table } from "apache-arrow";
import { isPlain, ownEntry, type Problems } from "../check.ts";
import { designOf } from "../design/design.ts";
import { sanitize } from "../errors.ts";
import { gridKeys, isTable, type TableLike } from "../sweep/points.ts";
import { recipesOf } from "../sweep/recipe.ts";
import type { Feature, GridSearchOptions, ParamGrid } from "./options.ts";

/** The parts of a call in which grid keys and outputs are named; each may be at fault, or missing where a sweep is resumed. */
export interface NamedParts {
  paramGrid: ParamGrid;
  paramMap: GridSearchOptions["paramMap"];
  outputs: Readonly<Record<string, string>>;
  features: Readonly<Record<string, readonly Feature[]>>;
}

/** Grid keys and outputs by what their columns are to be called. */
export type Rename = Readonly<Record<string, string>>;

/** The parts with the names that the columns have: a call that renames is the call that has these names. */
export function renamedParts<Parts extends Partial<NamedParts>>(parts: Parts, rename: Rename): Parts {
  if (!isRename(rename) || Object.keys(rename).length === 0) return parts;
  const to = (name: string) => ownEntry(rename, name) ?? name;
  // The two parts of a complex output are named too.
  const toPart = (name: string) =>
    Object.hasOwn(rename, name) ? rename[name] : name.replace(/^(.*)(\.re|\.im)$/, (_, of, part) => to(of) + part);
  const { paramGrid, paramMap, outputs, features } = parts;
  const changed: Partial<NamedParts> = {};
  if (paramGrid !== undefined) changed.paramGrid = renamedGrid(paramGrid, rename, to);
  if (paramMap !== undefined) changed.paramMap = renamedKeys(paramMap, to);
  if (outputs !== undefined) changed.outputs = renamedKeys(outputs, to);
  if (features !== undefined) changed.features = renamedKeys(features, toPart);
  return { ...parts, ...changed };
}

function isRename(rename: unknown): rename is Rename {
  return isPlain(rename) && Object.values(rename).every((name) => typeof name === "string");
}

/** An object with other keys. What is none is told of where it is checked. */
function renamedKeys<Value>(record: Readonly<Record<string, Value>>, to: (name: string) => string): Readonly<Record<string, Value>> {
  return isPlain(record) ? Object.fromEntries(Object.entries(record).map(([name, value]): [string, Value] => [to(name), value])) : record;
}

function renamedGrid(paramGrid: ParamGrid, rename: Rename, to: (name: string) => string): ParamGrid {
  const recipes = recipesOf(paramGrid);
  if (recipes) return designOf(renamedKeys(recipes, to));
  if (isColumns(paramGrid)) return renamedKeys(paramGrid, to);
  return isArrow(paramGrid) ? renamedTable(paramGrid, rename, to) : paramGrid;
}

function isColumns(paramGrid: ParamGrid): paramGrid is Readonly<Record<string, ArrayLike<number>>> {
  return isPlain(paramGrid) && !isTable(paramGrid);
}

function isArrow(paramGrid: ParamGrid): paramGrid is Table {
  return typeof paramGrid === "object" && paramGrid !== null && isTable(paramGrid);
}

/** The same table with other names: nothing of the caller's is changed, and nothing is copied. */
function renamedTable(table: Table, rename: Rename, to: (name: string) => string): Table {
  const keys = new Set(gridKeys(table));
  const before = new Map(Object.entries(rename).flatMap(([from, name]) => (keys.has(from) ? [[name, from]] : [])));
  const fields = table.schema.fields.map((field) => {
    const { name, type, nullable, metadata } = field;
    return { name: keys.has(name) ? to(name) : name, type, nullable, metadata };
  });
  const own: Record<keyof TableLike, unknown> = {
    schema: { metadata: table.schema.metadata, fields },
    numRows: table.numRows,
    getChild: (name: string) => table.getChild(before.get(name) ?? name),
  };
  return Object.create(table, Object.fromEntries(Object.entries(own).map(([name, value]) => [name, { value }])));
}

/** Tells names that there are not, and those that two columns would have. Nothing can be renamed where it tells any. */
export function checkRename(problems: Problems, { paramGrid, outputs }: Pick<NamedParts, "paramGrid" | "outputs">, rename: Rename): void {
  const keys = typeof paramGrid === "object" && paramGrid !== null ? gridKeys(paramGrid) : [];
  const names = isPlain(outputs) ? Object.keys(outputs) : [];
  for (const [name, column] of Object.entries(rename)) {
    const path = ["rename", name];
    if (![...keys, ...names].includes(name)) {
      const what = `name ${sanitize(name)} in rename, which is no grid key and no output`;
      problems.unknown("E_UNKNOWN_KEY", path, { what, found: name, known: [...keys, ...names] });
    }
    if (column === "") problems.add("E_RENAME", path, `rename gives ${sanitize(name)} no name: what its column is to be called is empty`);
    for (const list of [keys, names]) {
      const other = list.find((each) => each !== name && (ownEntry(rename, each) ?? each) === column);
      if (!list.includes(name) || other === undefined) continue;
      const message = `rename would give ${sanitize(name)} and ${sanitize(other)} one name, ${sanitize(column)}; choose another`;
      problems.add("E_RENAME", path, message);
    }
  }
}
