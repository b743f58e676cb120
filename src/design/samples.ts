import { isPlain } from "../check.ts";
import { NOISE_DEFAULTS } from "../sweep/input.ts";
import type { RandomRecipe } from "../sweep/recipe.ts";
import type { Design } from "./design.ts";
import { checkDesign, type DesignOptions, designOver, type Ranges, rangeFault, stretchTo } from "./ranges.ts";

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
