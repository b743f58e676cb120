import { isPlain, kindOf } from "../check.ts";
import { MassgridError } from "../errors.ts";
import { madeValues } from "../kernel/recipes.ts";
import { NOISE_DEFAULTS } from "../sweep/input.ts";
import type { RandomRecipe, SpacedRecipe } from "../sweep/recipe.ts";
import type { Design } from "./design.ts";
import { checkDesign, type DesignOptions, designOver, type Ranges, rangeFault, stretchTo } from "./ranges.ts";

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
  return madeValues({ kind, n, ...ends }, { first: 0, end: n });
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

/**
 * A Latin hypercube of n points (McKay, Beckman & Conover 1979, Technometrics 21:239): each key's range is cut into n equal parts,
 * and each part has one point, at a random place in it; parts of different keys are paired at random. Throws a MassgridError for
 * what is no range, no number of points or no option.
 */
export function latinHypercube<const Given extends Ranges>(
  ranges: Given,
  n: number,
  options: DesignOptions = {},
): Design<keyof Given & string> {
  checkDesign("latinHypercube", ranges, n, options, rangeFault);
  return random("latin", ranges, n, options);
}

/**
 * n points drawn uniformly from [low, high) of each key, independently. Throws a MassgridError for what is no range, no number of
 * points or no option.
 */
export function uniformSample<const Given extends Ranges>(
  ranges: Given,
  n: number,
  options: DesignOptions = {},
): Design<keyof Given & string> {
  checkDesign("uniformSample", ranges, n, options, rangeFault);
  return random("uniform", ranges, n, options);
}

function random<Key extends string>(
  kind: RandomRecipe["kind"],
  ranges: Readonly<Record<Key, readonly number[]>>,
  n: number,
  { seed = NOISE_DEFAULTS.seed }: DesignOptions,
): Design<Key> {
  return designOver<Key, readonly number[]>(ranges, (range, stream) => ({ kind, n, ...stretchTo(range), seed, stream }));
}

/** Mean and standard deviation of a key's values. */
export interface Spread {
  mean: number;
  sd: number;
}

/** n points drawn from normal distributions, independently for each key. Throws as uniformSample. */
export function normalSample<const Given extends Readonly<Record<string, Spread>>>(
  distributions: Given,
  n: number,
  options: DesignOptions = {},
): Design<keyof Given & string> {
  checkDesign("normalSample", distributions, n, options, spreadFault);
  const { seed = NOISE_DEFAULTS.seed } = options;
  return designOver<keyof Given & string, Spread>(distributions, ({ mean, sd }, stream) => ({
    kind: "normal",
    n,
    from: mean,
    by: sd,
    seed,
    stream,
  }));
}

function spreadFault(value: unknown): string | undefined {
  const { mean, sd } = isPlain(value) ? value : {};
  const fits = Number.isFinite(mean) && typeof sd === "number" && Number.isFinite(sd) && sd >= 0;
  return fits ? undefined : "{ mean, sd } with finite numbers, sd not negative";
}
