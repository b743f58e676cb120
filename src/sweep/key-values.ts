import type { Recipe } from "./recipe.ts";

/**
 * Values of a grid key, one a point: as they are, or as what each follows from, so that a grid of every combination is held as its axes, and a
 * design as its recipe. Plain data, which crosses threads; src/kernel/key-values.ts makes the values.
 */
export type KeyValues = Float64Array | RepeatedValues | MadeValues;

/** The value of point i is values[⌊i / each⌋ mod values.length]. */
export interface RepeatedValues {
  values: Float64Array;
  /** Points that have a value, one after the other. */
  each: number;
  /** Points in all. */
  length: number;
}

/** The value of point i is number ⌊i / each⌋ of a recipe. */
export interface MadeValues {
  recipe: Recipe;
  each: number;
  length: number;
}

export function isMade(column: object): column is MadeValues {
  return "recipe" in column;
}

/** Each value so many times, one after the other. */
export function repeated(column: KeyValues, times: number): RepeatedValues | MadeValues {
  if (column instanceof Float64Array) return { values: column, each: times, length: column.length * times };
  return { ...column, each: column.each * times, length: column.length * times };
}
