import * as v from "valibot";
import { listed, locationText, MassgridError, type Problem, sanitize } from "./errors.ts";
import { nearest } from "./nearest.ts";

/** Collects everything that is wrong with a call, so that it can be told at once. */
export class Problems {
  readonly list: Problem[] = [];
  /** What grid keys and outputs were called where they were given, by what their columns are called. */
  names: ReadonlyMap<string, string> = new Map();

  add(code: string, path: (string | number)[], message: string, suggestion?: string): void {
    const at = this.#given(path);
    this.list.push(suggestion === undefined ? { code, path: at, message } : { code, path: at, message, suggestion });
  }

  /** A place in the options, as they were given. */
  #given(path: (string | number)[]): (string | number)[] {
    const [option, name, ...rest] = path;
    const before = this.names.get(String(name));
    return before !== undefined && ["paramGrid", "paramMap", "outputs", "features"].includes(String(option))
      ? [option, before, ...rest]
      : path;
  }

  /** A name that does not exist: tells the nearest, or the names there are. `what` reads like "variable jrc_op/cc on node jrc". */
  unknown(code: string, path: (string | number)[], name: UnknownName): void {
    const suggestion = nearest(name.found, name.known);
    const prefix = name.prefix ?? "";
    const hint = suggestion !== undefined ? `did you mean ${prefix}${sanitize(suggestion)}?` : `there are: ${listed(name.known)}`;
    const problem: Problem = { code, path: this.#given(path), message: `unknown ${name.what}; ${hint}`, known: [...name.known] };
    if (suggestion !== undefined) problem.suggestion = `${prefix}${suggestion}`;
    this.list.push(problem);
  }

  /** What some work makes; undefined, and its problems told at the places that `pathOf` says, where it throws a MassgridError. */
  attempt<Result>(work: () => Result, pathOf: (problem: Problem) => Problem["path"]): Result | undefined {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof MassgridError)) throw error;
      for (const problem of error.problems) this.list.push({ ...problem, path: this.#given(pathOf(problem)) });
      return undefined;
    }
  }

  get any(): boolean {
    return this.list.length > 0;
  }

  throwIfAny(): void {
    if (this.any) throw new MassgridError(this.list);
  }
}

export interface UnknownName {
  /** What kind of thing is unknown, with its full name. */
  what: string;
  /** The part of the name that is not known. */
  found: string;
  known: readonly string[];
  /** What stands before the name in a suggestion. */
  prefix?: string;
}

/** What a value is, in a user's words: "a string (abc)", "an array of 3", "null". */
export function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (value === undefined) return "nothing";
  if (typeof value === "string") return `the string "${sanitize(value)}"`;
  if (typeof value === "bigint") return `the BigInt ${value}`;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === "function") return "a function";
  if (typeof value === "symbol") return "a symbol";
  if (isDetached(value)) return `${instanceText(value)} whose buffer was transferred`;
  if (!isPlain(value)) return instanceText(value);
  const keys = Object.keys(value);
  return keys.length > 0 ? `an object with ${listed(keys)}` : "an empty object";
}

/** What an object of a class is: "a Date", "an AbortController". */
function instanceText(value: object): string {
  const itsClass: unknown = Reflect.get(value, "constructor");
  const name = (typeof itsClass === "function" ? sanitize(itsClass.name) : "") || "object of a class";
  return `${/^[aeiou]/i.test(name) ? "an" : "a"} ${name}`;
}

/** A list of words as one reads it: "a, b or c". */
export function oneOf(words: readonly string[]): string {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} or ${words[words.length - 1]}`;
}

/** One key of an object of options: what its value must be, as a schema and in words. */
export interface Entry {
  schema: v.GenericSchema;
  says: string;
  required?: boolean;
}

/** Checks an object of options against its entries: unknown keys, missing keys, wrong kinds of value. */
export function checkEntries(
  problems: Problems,
  value: unknown,
  entries: Readonly<Record<string, Entry>>,
  path: (string | number)[] = [],
): void {
  if (!isPlain(value)) {
    problems.add("E_TYPE", path, `${locationText(path)} takes an object of options, but ${kindOf(value)} was found`);
    return;
  }
  const known = Object.keys(entries);
  const given = new Map<string, unknown>(Object.entries(value));
  for (const key of given.keys()) {
    if (!Object.hasOwn(entries, key)) {
      problems.unknown("E_UNKNOWN_OPTION", [...path, key], { what: `option ${locationText([...path, key])}`, found: key, known });
    }
  }
  for (const [key, entry] of Object.entries(entries)) {
    const found = given.get(key);
    const at = [...path, key];
    // null is "not given", as None is in Python.
    if (found === undefined || found === null) {
      if (entry.required) problems.add("E_MISSING_OPTION", at, `option ${locationText(at)} is missing; it is ${entry.says}`);
    } else if (!v.is(entry.schema, found)) {
      const suggestion = typeof found === "string" ? nearest(found, namesOf(entry.schema)) : undefined;
      const hint = suggestion === undefined ? "" : `; did you mean "${suggestion}"?`;
      problems.add("E_TYPE", at, `${locationText(at)} must be ${entry.says}, but ${kindOf(found)} was found${hint}`, suggestion);
    }
  }
}

/** The names of which a schema takes one; none of a schema that takes others. */
function namesOf(schema: v.GenericSchema): string[] {
  const options: unknown = "options" in schema ? schema.options : undefined;
  return Array.isArray(options) ? options.filter((each) => typeof each === "string") : [];
}

/** Whether a value is an object with keys: not null, not an array, not a function. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a value is a plain object, of options: no instance of a class such as a Map, a Date or a Promise. A module's namespace is one. */
export function isPlain(value: unknown): value is Record<string, unknown> {
  if (!isRecord(value) || !/ (?:Object|Module)\]$/.test(Object.prototype.toString.call(value))) return false;
  const prototype: object | null = Object.getPrototypeOf(value);
  // Objects of another realm have an Object.prototype of their own.
  return prototype === null || Object.hasOwn(prototype, "isPrototypeOf");
}

/** What an object has of its own by a name that somebody chose: `toString` and `constructor` are names too, and every object inherits them. */
export function ownEntry<Value>(record: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

/** Whether a value is an array of numbers in memory that has been transferred to another thread, or cut off. */
export function isDetached(value: unknown): boolean {
  if (!ArrayBuffer.isView(value)) return false;
  try {
    if (value instanceof DataView) return value.byteLength < 0;
    Reflect.apply(Uint8Array.prototype.at, value, [0]);
    return false;
  } catch {
    return true;
  }
}
