import { checkEntries, isPlain, kindOf, Problems } from "../check.ts";
import { locationText, sanitize } from "../errors.ts";
import { seedEntry } from "../sweep/input.ts";
import type { Recipe } from "../sweep/recipe.ts";
import { type Design, designOf } from "./design.ts";

/** Lowest and highest value of each grid key. */
export type Ranges = Readonly<Record<string, readonly [low: number, high: number] | readonly number[]>>;

export interface DesignOptions {
  /** Integer from 0 to 2^53 - 1; 0 if not given. The same seed gives the same points on every machine. */
  seed?: number;
}

/** Checks a call such as sobol(ranges, n, { seed }): tells everything that is wrong with it. */
export function checkDesign(
  name: string,
  values: unknown,
  n: unknown,
  options: unknown,
  isValue: (value: unknown) => string | undefined,
): void {
  const problems = new Problems();
  if (!isPlain(values) || Object.keys(values).length === 0) {
    problems.add("E_TYPE", [name], `${name} takes an object with a range for each key, but ${kindOf(values)} was found`);
  } else {
    for (const [key, value] of Object.entries(values)) {
      const fault = isValue(value);
      if (fault !== undefined)
        problems.add("E_RANGE", [name, key], `${locationText([name, key])} must be ${fault}, but ${shown(value)} was found`);
    }
  }
  if (typeof n !== "number" || !Number.isSafeInteger(n) || n < 1 || n > 2147483647)
    problems.add("E_TYPE", [name, "n"], `the number of points of ${name} must be a whole number above 0, but ${kindOf(n)} was found`);
  checkEntries(problems, options, { seed: seedEntry }, [name]);
  problems.throwIfAny();
}

function shown(value: unknown): string {
  return Array.isArray(value) ? `[${sanitize(value.join(", "))}]` : kindOf(value);
}

/** What keeps a value from being a range. */
export function rangeFault(value: unknown): string | undefined {
  const isRange = Array.isArray(value) && value.length === 2 && value.every((each) => Number.isFinite(each)) && value[0] <= value[1];
  return isRange && Number.isFinite(value[1] - value[0]) ? undefined : "[low, high] with finite numbers, low at or below high";
}

/** The design that has a recipe for each key of what was given. */
export function designOver<Key extends string, Given>(
  given: Readonly<Record<Key, Given>>,
  recipeOf: (given: Given, column: number) => Recipe,
): Design<Key>;
export function designOver(given: Readonly<Record<string, unknown>>, recipeOf: (given: unknown, column: number) => Recipe): Design {
  return designOf(Object.fromEntries(Object.entries(given).map(([key, each], column): [string, Recipe] => [key, recipeOf(each, column)])));
}

/** What takes a number on [0, 1) into a range. */
export function stretchTo([low, high]: readonly number[]): { from: number; by: number } {
  return { from: low, by: high - low };
}
