import { isPlain, kindOf } from "../check.ts";
import { MassgridError } from "../errors.ts";
import { materialize } from "../kernel/materialize.ts";
import { NOISE_DEFAULTS, normalNoise } from "../sweep/input.ts";
import { checkDesign, type Design, type DesignOptions, type Ranges, rangeFault, stretched, uniforms } from "./ranges.ts";

/** n values from start to stop, both included, as NumPy makes them: start + i step. Throws where n is no whole number above 0. */
export function linspace(start: number, stop: number, n: number): Float64Array {
  if (!(Number.isSafeInteger(n) && n > 0)) {
    const message = `the number of values must be a whole number above 0, but ${kindOf(n)} was found`;
    throw new MassgridError([{ code: "E_TYPE", path: ["n"], message }]);
  }
  const step = n > 1 ? (stop - start) / (n - 1) : 0;
  const values = Float64Array.from({ length: n }, (_, i) => start + i * step);
  if (n > 1) values[n - 1] = stop;
  return values;
}

/**
 * Powers of ten, n of them, whose exponents are spaced evenly from start to stop, as in NumPy: logspace(-1, 1, 3) is 0.1, 1, 10. Where
 * the ends themselves are given, use geomspace. Throws as linspace.
 */
export function logspace(start: number, stop: number, n: number): Float64Array {
  return linspace(start, stop, n).map(powerOfTen);
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
  const values = linspace(0, logarithm(ratio), n).map((exponent) => start * powerOfTen(exponent));
  values[n - 1] = n > 1 ? stop : start;
  return values;
}

/** log10(x): whole where x is a power of ten; else by the series of atanh at the eighth root of its mantissa, from roots and sums alone. */
function logarithm(x: number): number {
  const [mantissa, exponent] = x.toExponential().split("e").map(Number);
  const root = Math.sqrt(Math.sqrt(Math.sqrt(mantissa)));
  const t = (root - 1) / (root + 1);
  let sum = 0;
  for (let power = 25; power > 0; power -= 2) sum = 1 / power + t * t * sum;
  return exponent + (16 * t * sum) / Math.LN10;
}

/** 10^x: exact powers where x is whole; else a Taylor series on [-1/2, 1/2], so that no engine's own pow decides. */
function powerOfTen(x: number): number {
  const whole = Math.round(x);
  const z = (x - whole) * Math.LN10;
  let sum = 1;
  for (let term = 28; term > 0; term--) sum = 1 + (z / term) * sum;
  return Number(`1e${whole}`) * sum;
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
  const count = Object.keys(ranges).length;
  const random = uniforms(2 * count, n, options.seed ?? NOISE_DEFAULTS.seed);
  const units = Array.from({ length: count }, (_, column) => {
    const parts = shuffled(n, random[2 * column]);
    const within = random[2 * column + 1];
    return Float64Array.from(parts, (part, i) => (part + within[i]) / n);
  });
  return stretched(ranges, units);
}

/** The numbers below n in a random order (Fisher & Yates), from n uniform numbers. */
function shuffled(n: number, random: Float64Array): Uint32Array {
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const other = Math.floor(random[i] * (i + 1));
    [order[i], order[other]] = [order[other], order[i]];
  }
  return order;
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
  return stretched(ranges, uniforms(Object.keys(ranges).length, n, options.seed ?? NOISE_DEFAULTS.seed));
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
  const columns = Object.keys(distributions).length;
  const made = materialize(normalNoise({ mean: 0, sd: 1, seed: options.seed ?? NOISE_DEFAULTS.seed, shared: false }), columns, n);
  const data = made instanceof Float64Array ? made : made.data;
  const values = Object.entries(distributions).map(([key, { mean, sd }], column): [string, Float64Array] => [
    key,
    Float64Array.from({ length: n }, (_, i) => mean + sd * data[i * columns + column]),
  ]);
  const design: Design = Object.fromEntries(values);
  return design;
}

function spreadFault(value: unknown): string | undefined {
  const { mean, sd } = isPlain(value) ? value : {};
  const fits = Number.isFinite(mean) && typeof sd === "number" && Number.isFinite(sd) && sd >= 0;
  return fits ? undefined : "{ mean, sd } with finite numbers, sd not negative";
}
