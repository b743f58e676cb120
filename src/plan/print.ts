import { valueAt } from "../kernel/key-values.ts";
import { isMade, type MadeValues, type RepeatedValues } from "../sweep/key-values.ts";
import { nameOf } from "../sweep/points.ts";
import type { Plan } from "./plan.ts";

/** Longer lists are shortened to their length with the first and the last entry. */
const LONGEST_LIST = 8;
/** What fits into a line of this many characters stands in one. */
const WIDTH = 120;

/**
 * A whole plan as text, which is the same for equal plans: points, grid keys with their units, clock, jobs with solver, model and inputs,
 * blocks, columns, features and size. Times are in `timeUnit`. Long lists are shortened to their length with the first and last values,
 * and the module of a model is the names of its exports.
 */
export function printPlan({ points, timeUnit, features, ...rest }: Plan): string {
  const { names, keys, columns, units } = points;
  const readable = {
    points: { count: names.length, first: nameOf(names, 0), last: nameOf(names, names.length - 1), replicates: names.replicates },
    keys: keys.map((key, i) => ({ key, unit: units?.[i] ?? "", values: columns[i] })),
    timeUnit,
    ...rest,
    features: { ...features, parts: features.parts.map((part) => ({ ...part, output: part.output.output })) },
  };
  return present(readable)
    .flatMap(([name, value]) => linesOf(`${name}:`, value, ""))
    .join("\n");
}

/** A value behind its label: in one line where it fits, else an entry of it a line or more. */
function linesOf(label: string, value: unknown, indent: string): string[] {
  const line = `${indent}${label} ${inline(value)}`;
  if (line.length <= WIDTH || !isObject(value) || isNumbers(value) || isRepeated(value)) return [line];
  const deeper = `${indent}  `;
  if (!Array.isArray(value)) {
    const [first, ...others] = present(value).flatMap(([name, entry]) => linesOf(`${name}:`, entry, deeper));
    return label === "-" ? [`${indent}- ${first.trimStart()}`, ...others] : [indent + label, first, ...others];
  }
  const entries: unknown[] = isLong(value) ? [value[0], value.at(-1)] : value;
  const count = isLong(value) ? ` ${value.length}, the first and the last of which are` : "";
  return [indent + label + count, ...entries.flatMap((entry) => linesOf("-", entry, deeper))];
}

function inline(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "function") return "a function";
  if (value instanceof WebAssembly.Module)
    return WebAssembly.Module.exports(value)
      .map(({ name }) => `${name}()`)
      .join(", ");
  if (!isObject(value)) return Object.is(value, -0) ? "-0" : String(value);
  if (Array.isArray(value) || isNumbers(value) || isRepeated(value)) {
    const at = (i: number): unknown => (isRepeated(value) ? valueAt(value, i) : value[i]);
    const entries = isLong(value) ? [at(0), at(value.length - 1)] : Array.from({ length: value.length }, (_, i) => at(i));
    const texts = entries.map(inline);
    return isLong(value) ? `${value.length}: ${texts.join(" … ")}` : `[${texts.join(", ")}]`;
  }
  const entries = present(value).map(([name, entry]) => `${name}: ${inline(entry)}`);
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
}

/** Entries of an object but those that are undefined. */
function present(value: object): [string, unknown][] {
  return Object.entries(value).filter(([, entry]) => entry !== undefined);
}

/** Whether a value has parts that may be printed one by one. */
function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !(value instanceof WebAssembly.Module);
}

type Numbers = Float64Array | Int32Array | Uint32Array;

function isNumbers(value: unknown): value is Numbers {
  return value instanceof Float64Array || value instanceof Int32Array || value instanceof Uint32Array;
}

/** Whether a value is a grid key's values, of which each is repeated or made: it is printed as the list that it stands for. */
function isRepeated(value: object): value is RepeatedValues | MadeValues {
  if (isMade(value)) return true;
  return "each" in value && "values" in value && value.values instanceof Float64Array;
}

function isLong(value: { readonly length: number }): boolean {
  return value.length > LONGEST_LIST;
}
