import { madeValues } from "../kernel/recipes.ts";
import { noteDesign, type Recipe, type Recipes } from "../sweep/recipe.ts";

/** A grid of n points: values for each key, taken row by row. It can be a `paramGrid` as it is. */
export type Design<Key extends string = string> = Record<Key, Float64Array>;

/**
 * A design whose values are made when they are asked for, so that one of 10^8 points takes no memory as long as nobody looks at it: sweeps take
 * it by its recipes. An array that was asked for is kept, and may be changed; what is changed is a list of values as any other.
 */
export function designOf<Key extends string>(recipes: Readonly<Record<Key, Recipe>>): Design<Key>;
export function designOf(recipes: Recipes): Design {
  const design: Design = {};
  const made = new Map<string, Float64Array>();
  const getters = new Map<string, () => Float64Array>();
  for (const [key, recipe] of Object.entries(recipes)) {
    const get = () => {
      const values = made.get(key) ?? madeValues(recipe, { first: 0, end: recipe.n });
      made.set(key, values);
      return values;
    };
    getters.set(key, get);
    const set = (value: unknown) =>
      void Object.defineProperty(design, key, { value, writable: true, enumerable: true, configurable: true });
    Object.defineProperty(design, key, { get, set, enumerable: true, configurable: true });
  }
  noteDesign(design, () => {
    const keys = Object.keys(design);
    const isAsMade = keys.length === getters.size && keys.every((key) => isOwn(design, key, getters.get(key)));
    return isAsMade && [...made].every(([key, values]) => areMade(values, recipes[key])) ? recipes : undefined;
  });
  return design;
}

function isOwn(design: Design, key: string, getter: (() => Float64Array) | undefined): boolean {
  return getter !== undefined && Object.getOwnPropertyDescriptor(design, key)?.get === getter;
}

/** Values that are compared at a time. */
const PIECE = 2 ** 16;

/** Whether values are still those of their recipe, bit for bit. */
function areMade(values: Float64Array, recipe: Recipe): boolean {
  if (values.length !== recipe.n) return false;
  for (let first = 0; first < recipe.n; first += PIECE) {
    const made = madeValues(recipe, { first, end: Math.min(recipe.n, first + PIECE) });
    for (let i = 0; i < made.length; i++) if (!Object.is(made[i], values[first + i])) return false;
  }
  return true;
}
