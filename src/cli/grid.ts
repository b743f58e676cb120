import * as v from "valibot";
import { checkEntries, type Entry, isRecord, kindOf, type Problems } from "../check.ts";
import { designOf } from "../design/design.ts";
import { type Problem, sanitize } from "../errors.ts";
import { geomspace, latinHypercube, linspace, logspace, normalSample, sobol, uniformSample } from "../index.ts";
import { madeValues } from "../kernel/recipes.ts";
import { NOISE_DEFAULTS } from "../sweep/input.ts";
import { type Recipe, recipesOf } from "../sweep/recipe.ts";

/** Most values that a spec may have made for it. */
const MOST_VALUES = 1e8;
const count = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MOST_VALUES));
// What a seed may be, the call says.
const seedEntry: Entry = { schema: v.unknown(), says: "a seed" };

/** The grid of a spec: values for each key, or a design that makes all of it. Undefined where it is nothing that can be read. */
export function readGrid(problems: Problems, paramGrid: unknown, permuteGrid: unknown): Record<string, unknown> | undefined {
  if (!isRecord(paramGrid)) return undefined;
  const design = gridDesign(paramGrid);
  const form = design === undefined ? undefined : paramGrid[design];
  if (design === undefined || !isRecord(form)) {
    if (permuteGrid !== true) checkSeeds(problems, paramGrid);
    const read = Object.entries(paramGrid).map(([key, value]): [string, Read] => [key, readValues(problems, ["paramGrid", key], value)]);
    return asDesign(read, permuteGrid) ?? Object.fromEntries(read.map(([key, values]) => [key, valuesOf(values)]));
  }
  for (const key of Object.keys(paramGrid).filter((other) => other !== design)) {
    const message = `${sanitize(design)} makes the whole grid, so that ${sanitize(key)} cannot stand beside it; give it a range there too`;
    problems.add("E_GRID_SHAPE", ["paramGrid", key], message);
  }
  if (permuteGrid === true) {
    const message = `${sanitize(design)} makes points, of which permuteGrid would combine every value with every other; leave it out`;
    problems.add("E_GRID_SHAPE", ["permuteGrid"], message);
  }
  return readDesign(problems, design, form);
}

/** The grid of keys that all have a way to make as many values, point by point: none is made yet. */
function asDesign(read: readonly (readonly [string, Read])[], permuteGrid: unknown): Record<string, unknown> | undefined {
  const recipes = read.flatMap(([key, { recipe }]): [string, Recipe][] => (recipe ? [[key, recipe]] : []));
  const isAll = recipes.length === read.length && recipes.length > 0 && recipes.every(([, { n }]) => n === recipes[0][1].n);
  return isAll && permuteGrid !== true ? designOf(Object.fromEntries(recipes)) : undefined;
}

function valuesOf({ recipe, values }: Read): unknown {
  return recipe ? madeValues(recipe, { first: 0, end: recipe.n }) : values;
}

/** Refuses keys that are drawn from one seed, row by row: they would rise and fall together, and be no two samples. */
function checkSeeds(problems: Problems, paramGrid: Record<string, unknown>): void {
  const first = new Map<unknown, string>();
  for (const [key, value] of Object.entries(paramGrid)) {
    const [name, form] = (isRecord(value) ? Object.entries(value) : [])[0] ?? [];
    if ((name !== "uniformSample" && name !== "normalSample") || !isRecord(form)) continue;
    const { seed = NOISE_DEFAULTS.seed } = form;
    const other = first.get(seed);
    if (other === undefined) first.set(seed, key);
    else {
      const message = `${sanitize(other)} and ${sanitize(key)} have one seed, ${sanitize(String(seed))}, and would rise and fall together; give each its own`;
      problems.add("E_GRID_SHAPE", ["paramGrid", key, name, "seed"], message);
    }
  }
}

/** A call that makes a grid, and the name of its first argument, which has an entry for each key. */
interface Maker {
  make: typeof sobol | typeof normalSample;
  takes: "ranges" | "distributions";
}

const designs: Record<string, Maker> = {
  sobol: { make: sobol, takes: "ranges" },
  latinHypercube: { make: latinHypercube, takes: "ranges" },
  uniformSample: { make: uniformSample, takes: "ranges" },
  normalSample: { make: normalSample, takes: "distributions" },
};

const says = { ranges: "an object with a range [low, high] for each key", distributions: "an object with { mean, sd } for each key" };

/** The name in a grid that is no key, but a design that makes the whole grid; one that is misspelt too. */
function gridDesign(paramGrid: Record<string, unknown>): string | undefined {
  const isDesign = (name: string, form: unknown) =>
    isRecord(form) && (Object.hasOwn(designs, name) || "ranges" in form || "distributions" in form);
  return Object.keys(paramGrid).find((name) => isDesign(name, paramGrid[name]));
}

/**
 * The grid of a design: `sobol: { ranges: { C: [60, 200] }, n: 1024, seed: 1 }`. Where something is wrong with it, each of its keys
 * has one value, so that the rest of the spec can be checked.
 */
function readDesign(problems: Problems, name: string, form: Record<string, unknown>): Record<string, unknown> {
  const path = ["paramGrid", name];
  const { ranges, distributions, n, seed } = form;
  if (!Object.hasOwn(designs, name)) {
    problems.unknown("E_UNKNOWN_OPTION", path, { what: `design ${sanitize(name)}`, found: name, known: Object.keys(designs) });
    return standIn(ranges ?? distributions);
  }
  const { make, takes } = designs[name];
  const entries: Record<string, Entry> = {
    [takes]: { schema: v.custom(isRecord), says: says[takes], required: true },
    n: { schema: count, says: `a whole number of points from 1 to ${MOST_VALUES}`, required: true },
    seed: seedEntry,
  };
  checkEntries(problems, form, entries, path);
  const values = takes === "ranges" ? ranges : distributions;
  if (!isRecord(values)) return {};
  // A call knows a key's range by the key, and an option by its name.
  const pathOf = ({ path: [, ...rest], code }: Problem) => [...path, ...(code === "E_RANGE" ? [takes] : []), ...rest];
  const options = seed === undefined ? {} : { seed };
  const made = problems.attempt(() => Reflect.apply(make, undefined, [values, v.is(count, n) ? n : 1, options]), pathOf);
  return made ?? standIn(values);
}

function standIn(values: unknown): Record<string, unknown> {
  return isRecord(values) ? Object.fromEntries(Object.keys(values).map((key) => [key, [1]])) : {};
}

/** A way to write a key's values. */
interface Written {
  name: string;
  key: string;
  path: string[];
  form: unknown;
}

/** A key's values: a way to make them, or what stands there. */
interface Read {
  recipe?: Recipe | undefined;
  values?: unknown;
}

const kinds: Record<string, (problems: Problems, written: Written) => Recipe | undefined> = {
  linspace: (problems, written) => readRange(problems, written, linspace),
  logspace: (problems, written) => readRange(problems, written, logspace),
  geomspace: (problems, written) => readRange(problems, written, geomspace),
  uniformSample: (problems, written) => readSample(problems, written, ["low", "high"], uniformSample, ([low, high]) => [low, high]),
  normalSample: (problems, written) => readSample(problems, written, ["mean", "sd"], normalSample, ([mean, sd]) => ({ mean, sd })),
};

/**
 * A key's values: as they are, or made from `{ linspace: [start, stop, n] }`, `{ logspace: [start, stop, n] }` (exponents of 10),
 * `{ geomspace: [start, stop, n] }` (the ends themselves), `{ uniformSample: { low, high, n, seed } }` or `{ normalSample: { mean, sd, n, seed } }`.
 */
function readValues(problems: Problems, path: string[], value: unknown): Read {
  if (!isRecord(value) || ArrayBuffer.isView(value)) return { values: value };
  const key = path[path.length - 1];
  const [found, ...others] = Object.keys(value);
  if (others.length === 0 && Object.hasOwn(kinds, found ?? "")) {
    return { recipe: kinds[found](problems, { name: found, key, path: [...path, found], form: value[found] }), values: value };
  }
  const name = [found, ...others].join(", ");
  const what = `way to write the values of ${sanitize(key)}, ${sanitize(name)}`;
  problems.unknown("E_UNKNOWN_OPTION", path, { what, found: name, known: Object.keys(kinds) });
  return { values: value };
}

function readRange(problems: Problems, { name, key, path, form }: Written, make: typeof linspace): Recipe | undefined {
  if (isRange(form)) {
    const [start, stop, n] = form;
    // What is wrong with the ends, the call says.
    const checked = problems.attempt(
      () => make(start, stop, 1),
      () => path,
    );
    return checked && { kind: spacings.get(make) ?? "linspace", n, start, stop };
  }
  const parts = Array.isArray(form) && form.length <= 4 ? form.map(kindOf) : undefined;
  const found = parts ? `[${parts.join(", ")}]` : kindOf(form);
  const wanted = `[start, stop, n] with n a whole number from 1 to ${MOST_VALUES}`;
  problems.add("E_TYPE", path, `${name} of ${sanitize(key)} is ${wanted}, but ${found} was found`);
  return undefined;
}

const spacings = new Map([
  [linspace, "linspace"],
  [logspace, "logspace"],
  [geomspace, "geomspace"],
] as const);

function isRange(value: unknown): value is [number, number, number] {
  if (!Array.isArray(value) || value.length !== 3 || !value.every((x) => Number.isFinite(x))) return false;
  return Number.isInteger(value[2]) && value[2] > 0 && value[2] <= MOST_VALUES;
}

const number: Entry = { schema: v.number(), says: "a number", required: true };
const sampleEntries: Record<string, Entry> = {
  n: { schema: count, says: `a whole number of values from 1 to ${MOST_VALUES}`, required: true },
  seed: seedEntry,
};

/** A sample of one key, of a distribution with two parameters. */
function readSample(
  problems: Problems,
  { key, path, form }: Written,
  parameters: readonly [string, string],
  make: typeof uniformSample | typeof normalSample,
  distributionOf: (values: unknown[]) => unknown,
): Recipe | undefined {
  const told = problems.list.length;
  checkEntries(problems, form, { [parameters[0]]: number, [parameters[1]]: number, ...sampleEntries }, path);
  if (problems.list.length > told || !isRecord(form)) return undefined;
  const { n, seed } = form;
  const distribution = { [key]: distributionOf(parameters.map((name) => form[name])) };
  const options = seed === undefined ? {} : { seed };
  const made = problems.attempt(
    () => Reflect.apply(make, undefined, [distribution, n, options]),
    ({ path: [, part] }) => (part === "seed" ? [...path, part] : path),
  );
  return made && recipesOf(made)?.[key];
}
