import { isRecord } from "../../check.ts";
import type { Host } from "../../platform/node-host.ts";

/** What JSON can hold. */
export type Plain = null | boolean | number | string | readonly Plain[] | { readonly [key: string]: Plain };

/** Lists of numbers up to this length are kept as they are, longer ones by their hash. */
const MOST_NUMBERS = 1000;

/** What stands for a value that is known by its hash alone. */
export interface Hashed {
  readonly sha256: string;
  /** Numbers in a list; -1 for a function. */
  readonly length: number;
}

/** An option as plain data: long lists, typed arrays and functions by their hash. Two options are the same if this is. */
export function plain(host: Host, value: unknown): Plain {
  if (value === null || value === undefined) return null;
  if (typeof value === "boolean" || typeof value === "string") return value;
  if (Object.is(value, -0)) return "-0";
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value === "function") return { sha256: host.sha256([String(value)]), length: -1 };
  const numbers = numbersOf(value);
  if (numbers && numbers.length > MOST_NUMBERS) return { sha256: host.sha256([bytesOf(numbers)]), length: numbers.length };
  if (numbers) return Array.from(numbers, (each) => plain(host, each));
  if (Array.isArray(value)) return value.map((each) => plain(host, each));
  if (!isRecord(value)) return String(value);
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  // What an instance of a class does is in its class.
  const made: unknown = Object.getPrototypeOf(value)?.constructor;
  if (typeof made === "function" && made !== Object) entries.push(["class", made]);
  return Object.fromEntries(entries.map(([key, each]) => [key, plain(host, each)]));
}

function numbersOf(value: unknown): Float64Array | undefined {
  if (value instanceof Float64Array) return value;
  if (value instanceof Float32Array || value instanceof Int32Array || value instanceof Int16Array) return Float64Array.from(value);
  return Array.isArray(value) && value.every((each) => typeof each === "number") ? Float64Array.from(value) : undefined;
}

/** The bytes of numbers, as they stand in memory. */
export function bytesOf(values: Float64Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** Whether plain data stands for a value by its hash. */
export function isHashed(value: unknown): boolean {
  return isRecord(value) && typeof value.sha256 === "string" && typeof value.length === "number" && Object.keys(value).length === 2;
}
