import { kindOf } from "../check.ts";
import { MassgridError } from "../errors.ts";
import type { SpacedRecipe } from "../sweep/recipe.ts";
import { spacedValue } from "../sweep/spaced.ts";

/** n values from start to stop, both included, as NumPy makes them: start + i step. Throws where n is no whole number above 0. */
export function linspace(start: number, stop: number, n: number): Float64Array {
  checkCount(n);
  return spaced("linspace", { n, start, stop });
}

function checkCount(n: number): void {
  if (Number.isSafeInteger(n) && n > 0) return;
  const message = `the number of values must be a whole number above 0, but ${kindOf(n)} was found`;
  throw new MassgridError([{ code: "E_TYPE", path: ["n"], message }]);
}

function spaced(kind: SpacedRecipe["kind"], { n, ...ends }: Omit<SpacedRecipe, "kind">): Float64Array {
  const valueAt = spacedValue({ kind, n, ...ends });
  return Float64Array.from({ length: n }, (_, i) => valueAt(i));
}

/**
 * Powers of ten, n of them, whose exponents are spaced evenly from start to stop, as in NumPy: logspace(-1, 1, 3) is 0.1, 1, 10. Where
 * the ends themselves are given, use geomspace. Throws as linspace.
 */
export function logspace(start: number, stop: number, n: number): Float64Array {
  checkCount(n);
  return spaced("logspace", { n, start, stop });
}

/**
 * n values from start to stop, both included, each the same multiple of the one before, as in NumPy: geomspace(0.1, 10, 3) is 0.1, 1, 10.
 * Throws as linspace, and where an end is 0 or the two differ in sign.
 */
export function geomspace(start: number, stop: number, n: number): Float64Array {
  const ratio = stop / start;
  if (!(ratio > 0 && Number.isFinite(ratio))) {
    const message = `geomspace needs two ends of one sign, neither of them 0, but ${kindOf(start)} and ${kindOf(stop)} were found`;
    throw new MassgridError([{ code: "E_RANGE", path: ["geomspace"], message }]);
  }
  checkCount(n);
  return spaced("geomspace", { n, start, stop });
}
