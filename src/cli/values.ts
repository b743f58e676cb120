import * as v from "valibot";
import { checkEntries, type Entry, isRecord, kindOf, type Problems } from "../check.ts";
import { sanitize } from "../errors.ts";
import { linspace, logspace, normalSample, uniformSample } from "../index.ts";
import { attempt } from "./usage.ts";

/** Most values that a spec may have made for it. */
export const MOST_VALUES = 1e8;

/** A way to write a key's values. */
interface Written {
  name: string;
  key: string;
  path: string[];
  form: unknown;
}

const kinds: Record<string, (problems: Problems, written: Written) => unknown> = {
  linspace: (problems, written) => readRange(problems, written, linspace),
  logspace: (problems, written) => readRange(problems, written, logspace),
  uniformSample: (problems, written) =>
    readSample(problems, written, ["low", "high"], ([low, high], n, options) =>
      Reflect.apply(uniformSample, undefined, [{ [written.key]: [low, high] }, n, options]),
    ),
  normalSample: (problems, written) =>
    readSample(problems, written, ["mean", "sd"], ([mean, sd], n, options) =>
      Reflect.apply(normalSample, undefined, [{ [written.key]: { mean, sd } }, n, options]),
    ),
};

/**
 * A key's values: as they are, or made from `{ linspace: [start, stop, n] }`, `{ logspace: [start, stop, n] }`,
 * `{ uniformSample: { low, high, n, seed } }` or `{ normalSample: { mean, sd, n, seed } }`.
 */
export function readValues(problems: Problems, path: string[], value: unknown): unknown {
  if (!isRecord(value) || ArrayBuffer.isView(value)) return value;
  const key = path[path.length - 1];
  const [found, ...others] = Object.keys(value);
  if (others.length === 0 && Object.hasOwn(kinds, found ?? "")) {
    return kinds[found](problems, { name: found, key, path: [...path, found], form: value[found] }) ?? value;
  }
  const name = [found, ...others].join(", ");
  const what = `way to write the values of ${sanitize(key)}, ${sanitize(name)}`;
  problems.unknown("E_UNKNOWN_OPTION", path, { what, found: name, known: Object.keys(kinds) });
  return value;
}

function readRange(problems: Problems, { name, key, path, form }: Written, make: typeof linspace): Float64Array | undefined {
  if (isRange(form)) return make(form[0], form[1], form[2]);
  problems.add(
    "E_TYPE",
    path,
    `${name} of ${sanitize(key)} is [start, stop, n] with n a whole number above 0, but ${shown(form)} was found`,
  );
  return undefined;
}

function shown(value: unknown): string {
  return Array.isArray(value) ? `[${sanitize(value.join(", "))}]` : kindOf(value);
}

function isRange(value: unknown): value is [number, number, number] {
  if (!Array.isArray(value) || value.length !== 3 || !value.every((x) => Number.isFinite(x))) return false;
  return Number.isInteger(value[2]) && value[2] > 0 && value[2] <= MOST_VALUES;
}

const number: Entry = { schema: v.number(), says: "a number", required: true };
const sampleEntries: Record<string, Entry> = {
  n: {
    schema: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MOST_VALUES)),
    says: `a whole number of values from 1 to ${MOST_VALUES}`,
    required: true,
  },
  // What a seed may be, the call says.
  seed: { schema: v.unknown(), says: "a seed" },
};

/** A sample of one key, of a distribution with two parameters. */
function readSample(
  problems: Problems,
  { key, path, form }: Written,
  parameters: readonly [string, string],
  make: (values: unknown[], n: unknown, options: object) => Record<string, Float64Array>,
): Float64Array | undefined {
  const told = problems.list.length;
  checkEntries(problems, form, { [parameters[0]]: number, [parameters[1]]: number, ...sampleEntries }, path);
  if (problems.list.length > told || !isRecord(form)) return undefined;
  const { n, seed } = form;
  const values = parameters.map((name) => form[name]);
  const placeOf = ([, part]: (string | number)[]) => (part === "seed" ? [...path, part] : path);
  return attempt(problems, placeOf, () => make(values, n, seed === undefined ? {} : { seed }))?.[key];
}
