import { isRecord, kindOf, ownEntry, type Problems } from "../check.ts";
import { designOf } from "../design/design.ts";
import { MassgridError, sanitize } from "../errors.ts";
import { documentOf, plainOf } from "../model/template/yaml.ts";
import { optionNames } from "../options/check.ts";
import { type Recipe, type Recipes, recipesOf } from "../sweep/recipe.ts";
import { UsageError } from "./usage.ts";

/** What one --set says: that what stands at a path of the spec is to be another value. */
export interface Override {
  /** As it was written: "C=200". */
  text: string;
  /** Where in the options; what is wrong there is told of the override. */
  path: (string | number)[];
  value: unknown;
}

/** The key of a spec that has the grid. */
const GRID = "paramGrid";

/** What a spec is made of: its options, and the one that has values by the names of grid keys or of entries of paramMap. */
export interface Vocabulary {
  options: readonly string[];
  values: string;
}

/** That of a sweep, less the keys that only specs have. */
export const sweepWords: Vocabulary = { options: optionNames, values: GRID };
const sizes = { characters: 1e6, marks: 1e6, keys: 1e6, values: 1e6 };

/** Reads "path=value", the value in YAML. */
function readOverride(text: string): { name: string; value: unknown } {
  const at = text.indexOf("=");
  if (at < 1) throw new UsageError(`--set ${sanitize(text)}: write path=value, such as C=200 or solver.rtol=1e-8`);
  try {
    const value = documentOf({ name: "--set", text: text.slice(at + 1) }, sizes);
    return { name: text.slice(0, at), value: value === undefined ? null : plainOf(value) };
  } catch (error) {
    if (!(error instanceof MassgridError)) throw error;
    throw new UsageError(`--set ${sanitize(text)}: ${error.problems[0].message}`, { cause: error });
  }
}

/**
 * The content of a spec with what --set changes, and where each change is; nothing of `content` is changed. A path begins with an option's name, or with
 * that of a grid key or of an entry of paramMap, which stands for paramGrid (of a branch: params) and the name.
 */
export function withOverrides(
  problems: Problems,
  content: Record<string, unknown>,
  texts: readonly string[],
  { options, values }: Vocabulary,
): { content: Record<string, unknown>; overrides: Override[] } {
  let changed = content;
  const overrides = texts.map((text): Override => {
    const { name, value } = readOverride(text);
    const keys = keysOf(changed[values], changed.paramMap);
    const [first] = segmentsOf(name, undefined);
    const isKey = !options.includes(first) && keys.includes(name);
    const path: (string | number)[] = isKey ? [values, name] : segmentsOf(name, changed);
    const override = { text, path, value };
    if (!isKey && !options.includes(first)) {
      const what = `option or ${values === GRID ? "grid key" : "parameter"} ${sanitize(first)}`;
      problems.unknown("E_UNKNOWN_OPTION", path, { what, found: first, known: [...keys, ...options] });
      return override;
    }
    changed = withValue(problems, changed, override);
    return override;
  });
  return { content: changed, overrides };
}

/** Names of the grid's keys, or of parameters that have values, and of what paramMap could drive. */
function keysOf(grid: unknown, paramMap: unknown): string[] {
  const rows = Array.isArray(grid) ? grid.slice(0, 1) : [grid];
  return [...new Set([...rows, paramMap].flatMap((part) => (isRecord(part) && !Array.isArray(part) ? Object.keys(part) : [])))];
}

/** A path as names, one for each level. A name that is there may have dots in it. */
function segmentsOf(path: string, content: unknown): string[] {
  const there = isRecord(content) ? Object.keys(content).filter((key) => path === key || path.startsWith(`${key}.`)) : [];
  const longest = there.sort((a, b) => b.length - a.length)[0] ?? path.split(".", 1)[0];
  if (longest === path) return [path];
  const next = isRecord(content) ? ownEntry(content, longest) : undefined;
  return [longest, ...segmentsOf(path.slice(longest.length + 1), next)];
}

/** Content with a value at a path; tells where there can be none. */
function withValue(problems: Problems, content: Record<string, unknown>, override: Override): Record<string, unknown> {
  const { path, value } = override;
  const place = (node: unknown, depth: number): unknown => {
    if (depth === path.length) return value;
    const name = String(path[depth]);
    if (Array.isArray(node)) {
      const index = Number(name);
      if (!/^\d+$/.test(name) || index >= node.length) {
        const message = `${path.slice(0, depth).join(".")} is a list of ${node.length}, whose entries are 0 to ${node.length - 1}`;
        problems.add("E_UNKNOWN_OPTION", path, message);
        return node;
      }
      return node.map((item, i) => (i === index ? place(item, depth + 1) : item));
    }
    const map = asMap(node, String(path[depth - 1]));
    if (map === undefined) {
      const message = `${sanitize(path.slice(0, depth).join("."))} is ${kindOf(node)}, which has nothing in it`;
      problems.add("E_TYPE", path, message);
      return node;
    }
    return { ...map, [name]: place(ownEntry(map, name), depth + 1) };
  };
  const changed = place(content, 0);
  return isRecord(changed) ? changed : content;
}

/** What has parts, or may have: an option that is also written as a name, or as true, is then an object. */
function asMap(node: unknown, name: string): Record<string, unknown> | undefined {
  if (node === undefined || node === null) return {};
  if (name === "solver" && typeof node === "string") return { name: node };
  if ((name === "certify" || name === "cycles") && typeof node === "boolean") return {};
  return isRecord(node) ? node : undefined;
}

/**
 * Takes the keys that --set gives a number out of a grid, before its values are made: `held` has them. A list, or a way to write values, stays: it
 * replaces those of the key.
 */
export function heldKeys(grid: unknown, overrides: readonly Override[]): { grid: unknown; held: Map<string, number> } {
  const held = new Map<string, number>();
  for (const { path, value } of overrides) {
    if (path.length !== 2 || path[0] !== GRID) continue;
    if (typeof value === "number") held.set(String(path[1]), value);
    else held.delete(String(path[1]));
  }
  if (!isRecord(grid) || Array.isArray(grid)) return { grid, held };
  return { grid: Object.fromEntries(Object.entries(grid).filter(([key]) => !held.has(key))), held };
}

/** The grid whose values were made, with the keys that are held, which have one value at every point. `order` has the keys in their order. */
export function withHeld(
  made: unknown,
  held: ReadonlyMap<string, number>,
  { order, isPermuted }: { order: readonly string[]; isPermuted: boolean },
): unknown {
  if (Array.isArray(made)) return made.map((row) => (isRecord(row) ? { ...row, ...Object.fromEntries(held) } : row));
  const others: Record<string, unknown> = isRecord(made) ? made : {};
  const [first] = Object.keys(others).filter((key) => !held.has(key));
  const names = new Set([...order.filter((key) => held.has(key) || Object.hasOwn(others, key)), ...Object.keys(others), ...held.keys()]);
  const recipes = isPermuted ? undefined : recipesOf(made);
  if (recipes)
    return designOf(
      Object.fromEntries(Array.from(names, (key) => [key, held.has(key) ? heldRecipe(held.get(key), recipes) : recipes[key]])),
    );
  const length = isPermuted ? 1 : lengthOf(others[first]);
  const valuesOf = (key: string) => (held.has(key) ? new Array<unknown>(length).fill(held.get(key)) : others[key]);
  return Object.fromEntries(Array.from(names, (key) => [key, valuesOf(key)]));
}

/** One value at every point of a design. */
function heldRecipe(value = 0, recipes: Recipes): Recipe {
  const [{ n }] = Object.values(recipes);
  return { kind: "linspace", n, start: value, stop: value };
}

/** How many values a key has; 1 where that is nothing that has any. */
function lengthOf(values: unknown): number {
  return Array.isArray(values) || values instanceof Float64Array ? values.length : 1;
}
