import * as v from "valibot";
import type { Recipe } from "../../sweep/recipe.ts";
import { DIMENSIONS } from "../../sweep/sobol.ts";

/** Points that a design may have: as many as its calls make. */
const MOST = 2 ** 31 - 1;
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const n = v.pipe(count, v.minValue(1), v.maxValue(MOST));
/** JSON has no -0. */
const number = v.union([v.pipe(v.number(), v.finite()), v.literal("-0")]);
const stretch = { n, from: number, by: number };

/** How the values of a key of a design are made, as a manifest has it. */
export const recipeEntry = v.variant("kind", [
  v.strictObject({ kind: v.literal("sobol"), ...stretch, dimension: v.pipe(count, v.maxValue(DIMENSIONS - 1)), seed: v.nullable(count) }),
  v.strictObject({ kind: v.picklist(["uniform", "normal", "latin"]), ...stretch, seed: count, stream: count }),
  v.strictObject({ kind: v.picklist(["linspace", "logspace", "geomspace"]), n, start: number, stop: number }),
]);

export type RecipeEntry = v.InferOutput<typeof recipeEntry>;

export function recipeOf(entry: RecipeEntry): Recipe {
  const given = (value: number | "-0") => (value === "-0" ? -0 : value);
  if (!("from" in entry)) return { ...entry, start: given(entry.start), stop: given(entry.stop) };
  return { ...entry, from: given(entry.from), by: given(entry.by) };
}

export function entryOfRecipe(recipe: Recipe): RecipeEntry {
  const written = (value: number) => (Object.is(value, -0) ? "-0" : value);
  if (!("from" in recipe)) return { ...recipe, start: written(recipe.start), stop: written(recipe.stop) };
  return { ...recipe, from: written(recipe.from), by: written(recipe.by) };
}
