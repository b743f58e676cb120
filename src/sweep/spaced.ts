import type { SpacedRecipe } from "./recipe.ts";

/** Value number i of evenly spaced ones, or of those with even exponents. */
export function spacedValue(recipe: SpacedRecipe): (i: number) => number {
  const { kind, n, start, stop } = recipe;
  if (kind === "linspace") return evenly(start, stop, n);
  if (kind === "logspace") {
    const exponent = evenly(start, stop, n);
    return (i) => powerOfTen(exponent(i));
  }
  const exponent = evenly(0, logarithm(stop / start), n);
  const last = n > 1 ? stop : start;
  return (i) => (i === n - 1 ? last : start * powerOfTen(exponent(i)));
}

/** As NumPy makes them: start + i step; the end is itself. */
function evenly(start: number, stop: number, n: number): (i: number) => number {
  const step = n > 1 ? (stop - start) / (n - 1) : 0;
  return (i) => (n > 1 && i === n - 1 ? stop : start + i * step);
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
