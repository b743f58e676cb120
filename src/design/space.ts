import { kindOf } from "../check.ts";
import { MassgridError } from "../errors.ts";

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

/** Powers of ten, n of them, whose exponents are spaced evenly from start to stop. Throws as linspace. */
export function logspace(start: number, stop: number, n: number): Float64Array {
  return linspace(start, stop, n).map(powerOfTen);
}

/** 10^x: exact powers where x is whole; else a Taylor series on [-1/2, 1/2], so that no engine's own pow decides. */
function powerOfTen(x: number): number {
  const whole = Math.round(x);
  const z = (x - whole) * Math.LN10;
  let sum = 1;
  for (let term = 28; term > 0; term--) sum = 1 + (z / term) * sum;
  return Number(`1e${whole}`) * sum;
}
