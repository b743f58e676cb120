import { isRecord } from "../../check.ts";
import type { Host } from "../../platform/node-host.ts";
import { samplesOf } from "../../sweep/input.ts";

/** A value that JSON can hold. */
export type Canonical = null | boolean | number | string | readonly Canonical[] | { readonly [key: string]: Canonical };

/** Longer lists of numbers are represented by their hash. */
const MAX_NUMBERS = 1000;

/**
 * The canonical form of an option: equal if and only if the options are equal. Lists of numbers longer than 1 000, and functions,
 * are represented by `{ sha256, length }`, where `length` is the count of numbers, and -1 for a function.
 */
export function canonicalForm(host: Host, value: unknown): Canonical {
  if (value === null || value === undefined) return null;
  if (typeof value === "boolean" || typeof value === "string") return value;
  if (Object.is(value, -0)) return "-0";
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value === "function") return { sha256: host.sha256([String(value)]), length: -1 };
  const numbers = samplesOf(value);
  if (numbers && numbers.length > MAX_NUMBERS) return { sha256: host.sha256([bytesOf(numbers)]), length: numbers.length };
  if (numbers) return Array.from(numbers, (item) => canonicalForm(host, item));
  if (Array.isArray(value)) return value.map((item) => canonicalForm(host, item));
  if (!isRecord(value)) return String(value);
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  // The behaviour of an instance is that of its class.
  const itsClass: unknown = Object.getPrototypeOf(value)?.constructor;
  if (typeof itsClass === "function" && itsClass !== Object) entries.push(["class", itsClass]);
  return Object.fromEntries(entries.map(([key, item]) => [key, canonicalForm(host, item)]));
}

/** The bytes of numbers in memory, without a copy. */
export function bytesOf(values: Float64Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** Whether a canonical form is the hash of a value. */
export function isHashed(value: unknown): boolean {
  return isRecord(value) && typeof value.sha256 === "string" && typeof value.length === "number" && Object.keys(value).length === 2;
}
