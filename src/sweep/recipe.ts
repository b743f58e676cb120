/** How the values of one grid key of a design are made, each from its number alone: plain data, which crosses threads and is stored. */
export type Recipe = SobolRecipe | RandomRecipe | SpacedRecipe;

/** from + by × coordinate number `dimension` of Sobol's sequence, shifted digitally by a seed. */
export interface SobolRecipe {
  kind: "sobol";
  n: number;
  from: number;
  by: number;
  dimension: number;
  /** null: not shifted. */
  seed: number | null;
}

/**
 * from + by × a random number: `uniform` on [0, 1), `normal` of mean 0 and sd 1, of stream `stream` of a seed; or `latin`: a place of a Latin
 * hypercube, by streams 2 `stream` (the order of the parts) and 2 `stream` + 1 (the place within).
 */
export interface RandomRecipe {
  kind: "uniform" | "normal" | "latin";
  n: number;
  from: number;
  by: number;
  seed: number;
  stream: number;
}

/** n values from start to stop; of `logspace` these are exponents of 10. */
export interface SpacedRecipe {
  kind: "linspace" | "logspace" | "geomspace";
  n: number;
  start: number;
  stop: number;
}

/** A recipe for each grid key. */
export type Recipes = Readonly<Record<string, Recipe>>;

/** The farthest that a normal number is from its mean, in sd: those of 52 random bits. */
const FARTHEST = 9;
/** Exponents of 10 whose powers are neither infinite nor 0. */
const EXPONENTS = 300;

/** Whether all values of a recipe are surely finite, whatever they are. */
export function hasFiniteValues(recipe: Recipe): boolean {
  if (recipe.kind === "normal") return Number.isFinite(Math.abs(recipe.from) + FARTHEST * recipe.by);
  if (!("stop" in recipe)) return Number.isFinite(recipe.from + recipe.by);
  const { kind, start, stop } = recipe;
  return Number.isFinite(stop - start) && (kind !== "logspace" || Math.max(Math.abs(start), Math.abs(stop)) <= EXPONENTS);
}

/** What tells of which recipes an object's values are, where nobody has changed them. */
const designs = new WeakMap<object, () => Recipes | undefined>();

/** Notes an object as a design: `recipes` tells of which recipes it still is. */
export function noteDesign(design: object, recipes: () => Recipes | undefined): void {
  designs.set(design, recipes);
}

/** The recipes that the values of an object follow from; undefined for one that is no design, or whose values were changed. */
export function recipesOf(value: unknown): Recipes | undefined {
  return typeof value === "object" && value !== null ? designs.get(value)?.() : undefined;
}
