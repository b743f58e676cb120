import { isRecord } from "../check.ts";
import { materialize } from "../kernel/materialize.ts";
import { NOISE_DEFAULTS, normalNoise } from "../sweep/input.ts";
import { checkDesign, type Design, type DesignOptions, type Ranges, rangeFault, stretched, uniforms } from "./ranges.ts";

/**
 * n points drawn uniformly from [low, high) of each key, independently. Throws a MassgridError for what is no range, no number of
 * points or no option.
 */
export function uniformSample(ranges: Ranges, n: number, options: DesignOptions = {}): Design {
  checkDesign("uniformSample", ranges, n, options, rangeFault);
  return stretched(ranges, uniforms(Object.keys(ranges).length, n, options.seed ?? NOISE_DEFAULTS.seed));
}

/** Mean and standard deviation of a key's values. */
export interface Spread {
  mean: number;
  sd: number;
}

/** n points drawn from normal distributions, independently for each key. Throws as uniformSample. */
export function normalSample(distributions: Readonly<Record<string, Spread>>, n: number, options: DesignOptions = {}): Design {
  checkDesign("normalSample", distributions, n, options, spreadFault);
  const columns = Object.keys(distributions).length;
  const made = materialize(normalNoise({ mean: 0, sd: 1, seed: options.seed ?? NOISE_DEFAULTS.seed, shared: false }), columns, n);
  const data = made instanceof Float64Array ? made : made.data;
  const design = Object.entries(distributions).map(([key, { mean, sd }], column): [string, Float64Array] => [
    key,
    Float64Array.from({ length: n }, (_, i) => mean + sd * data[i * columns + column]),
  ]);
  return Object.fromEntries(design);
}

function spreadFault(value: unknown): string | undefined {
  const { mean, sd } = isRecord(value) ? value : {};
  const fits = Number.isFinite(mean) && typeof sd === "number" && Number.isFinite(sd) && sd >= 0;
  return fits ? undefined : "{ mean, sd } with finite numbers, sd not negative";
}
