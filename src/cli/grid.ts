import * as v from "valibot";
import { checkEntries, type Entry, isRecord, type Problems } from "../check.ts";
import { sanitize } from "../errors.ts";
import { latinHypercube, normalSample, sobol, uniformSample } from "../index.ts";
import { NOISE_DEFAULTS } from "../sweep/input.ts";
import { attempt } from "./usage.ts";
import { MOST_VALUES, readValues } from "./values.ts";

/** The grid of a spec: values for each key, or a design that makes all of it. Undefined where it is nothing that can be read. */
export function readGrid(problems: Problems, paramGrid: unknown, permuteGrid: unknown): Record<string, unknown> | undefined {
  if (!isRecord(paramGrid)) return undefined;
  const design = designOf(paramGrid);
  const form = design === undefined ? undefined : paramGrid[design];
  if (design === undefined || !isRecord(form)) {
    if (permuteGrid !== true) checkSeeds(problems, paramGrid);
    return Object.fromEntries(Object.entries(paramGrid).map(([key, value]) => [key, readValues(problems, ["paramGrid", key], value)]));
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
const count = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MOST_VALUES));

/** The name in a grid that is no key, but a design that makes the whole grid; one that is misspelt too. */
export function designOf(paramGrid: Record<string, unknown>): string | undefined {
  const isDesign = (name: string, form: unknown) =>
    isRecord(form) && (Object.hasOwn(designs, name) || "ranges" in form || "distributions" in form);
  return Object.keys(paramGrid).find((name) => isDesign(name, paramGrid[name]));
}

/**
 * The grid of a design: `sobol: { ranges: { C: [60, 200] }, n: 1024, seed: 1 }`. Where something is wrong with it, each of its keys
 * has one value, so that the rest of the spec can be checked.
 */
export function readDesign(problems: Problems, name: string, form: Record<string, unknown>): Record<string, unknown> {
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
    // What a seed may be, the call says.
    seed: { schema: v.unknown(), says: "a seed" },
  };
  checkEntries(problems, form, entries, path);
  const values = takes === "ranges" ? ranges : distributions;
  if (!isRecord(values)) return {};
  // A call knows a key's range by the key, and an option by its name.
  const placeOf = ([, ...rest]: (string | number)[], code: string) => [...path, ...(code === "E_RANGE" ? [takes] : []), ...rest];
  const options = seed === undefined ? {} : { seed };
  const made = attempt(problems, placeOf, () => Reflect.apply(make, undefined, [values, v.is(count, n) ? n : 1, options]));
  return made ?? standIn(values);
}

function standIn(values: unknown): Record<string, unknown> {
  return isRecord(values) ? Object.fromEntries(Object.keys(values).map((key) => [key, [1]])) : {};
}
