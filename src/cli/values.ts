import { isRecord, kindOf, type Problems } from "../check.ts";
import { quoted } from "../errors.ts";

const spaces = { linspace, logspace };

/** A grid's values: as they are, or made from `{ linspace: [start, stop, n] }` or `{ logspace: [start, stop, n] }`. */
export function readValues(problems: Problems, path: string[], value: unknown): unknown {
  if (!isRecord(value) || ArrayBuffer.isView(value)) return value;
  const key = quoted(path[path.length - 1]);
  const kinds = Object.keys(value);
  const name = kinds.length === 1 ? Object.keys(spaces).find((kind) => kind === kinds[0]) : undefined;
  if (name !== "linspace" && name !== "logspace") {
    const found = kinds.length === 1 ? kinds[0] : kinds.join(", ");
    const known = Object.keys(spaces);
    problems.unknown("E_UNKNOWN_OPTION", path, { what: `way to write the values of ${key}, ${quoted(found)}`, found, known });
    return value;
  }
  const range: unknown = value[name];
  if (!isRange(range)) {
    const message = `${name} of ${key} is [start, stop, n] with n a whole number above 0, but ${shown(range)} was found`;
    problems.add("E_TYPE", [...path, name], message);
    return value;
  }
  const [start, stop, n] = range;
  return spaces[name](start, stop, n);
}

function shown(value: unknown): string {
  return Array.isArray(value) ? `[${quoted(value.join(", "))}]` : kindOf(value);
}

/** Most values that a range makes. */
const MOST = 1e8;

function isRange(value: unknown): value is [number, number, number] {
  if (!Array.isArray(value) || value.length !== 3 || !value.every((x) => Number.isFinite(x))) return false;
  return Number.isInteger(value[2]) && value[2] > 0 && value[2] <= MOST;
}

/** n values from start to stop, both included, as NumPy makes them: start + i step. */
export function linspace(start: number, stop: number, n: number): Float64Array {
  const step = n > 1 ? (stop - start) / (n - 1) : 0;
  const values = Float64Array.from({ length: n }, (_, i) => start + i * step);
  if (n > 1) values[n - 1] = stop;
  return values;
}

/** Powers of ten, n of them, whose exponents are spaced evenly from start to stop. */
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
