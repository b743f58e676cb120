import { isPlain, ownEntry } from "../check.ts";
import type { GridSearchOptions, ParamGrid } from "./options.ts";

/** A grid as columns: of a list of points a column for each key that one of them has, in which others have no number. */
export function gridColumns(grid: ParamGrid): ParamGrid {
  if (!isPointList(grid)) return grid;
  const keys = new Set(grid.flatMap((point) => Object.keys(point)));
  return Object.fromEntries([...keys].map((key) => [key, grid.map((point) => ownEntry(point, key) ?? Number.NaN)]));
}

function isPointList(grid: ParamGrid): grid is Extract<ParamGrid, readonly unknown[]> {
  return Array.isArray(grid) && grid.every(isPlain);
}

/** Outputs by name: those of a list are named after their variables, or after their whole paths where several would have one name. */
export function namedOutputs(outputs: GridSearchOptions["outputs"]): Readonly<Record<string, string>> {
  if (!isList(outputs)) return outputs;
  const plain = (name: string) => name.replaceAll(/\W+/g, "_").replaceAll(/^_|_$/g, "");
  // A path, and no expression of paths.
  const isPath = (text: string) => text.split("/").every((part) => /^\w[\w.-]*( \w[\w.-]*)*$/.test(part));
  const short = outputs.map((text) => (isPath(text) ? text.slice(text.lastIndexOf("/") + 1) : plain(text)));
  const named = new Map<string, string>();
  outputs.forEach((path, i) => {
    const isOnly = /^\w+$/.test(short[i]) && short.indexOf(short[i]) === short.lastIndexOf(short[i]);
    let name = isOnly ? short[i] : plain(path);
    while (named.has(name) && named.get(name) !== path) name += "_";
    named.set(name, path);
  });
  return Object.fromEntries(named);
}

function isList(outputs: GridSearchOptions["outputs"]): outputs is readonly string[] {
  return Array.isArray(outputs) && outputs.every((path) => typeof path === "string");
}
