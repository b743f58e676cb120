import type { Table } from "apache-arrow";
import { Problems } from "../check.ts";
import { refusal, sanitize } from "../errors.ts";
import { short } from "../quantity.ts";
import { gridKeysOf, KEY } from "../sweep/columns.ts";
import { distinct, numbersOf, textsOf } from "./columns.ts";

/** A condition on a grid key: one of some values, or a range with its ends. */
interface Condition {
  key: string;
  accepts: (value: number) => boolean;
}

const path = ["points"];
/** Numbers that are printed and typed again differ in the last places. */
const TOLERANCE = 1e-9;

/**
 * Rows of a map: those that are named, and those that meet all conditions, `C=68`, `C=68,135` or `C=100..200`; all, if nothing
 * was asked for. Throws a MassgridError for a name, a key or a value that there is not.
 */
export function readRows(map: Table, asked: readonly string[] | undefined): number[] {
  if (map.numRows === 0) throw refusal("E_FIGURE", "the sweep has no points, so there is nothing to draw");
  const problems = new Problems();
  const all = Array.from({ length: map.numRows }, (_, row) => row);
  if (asked === undefined) return all;
  const names = new Map(textsOf(map, KEY).map((name, row) => [name, row]));
  const chosen = new Set<number>();
  const conditions: Condition[] = [];
  for (const written of asked) {
    const row = names.get(written);
    if (row !== undefined) chosen.add(row);
    else if (written.includes("=")) {
      const condition = readCondition(problems, map, written, all);
      if (condition) conditions.push(condition);
    } else
      problems.unknown("E_UNKNOWN_KEY", path, {
        what: `point ${sanitize(written)} of the sweep`,
        found: written,
        known: [...names.keys()],
      });
  }
  problems.throwIfAny();
  if (conditions.length > 0) for (const row of met(map, conditions, all)) chosen.add(row);
  if (chosen.size === 0) throw refusal("E_FIGURE", `no point of the sweep has ${sanitize(asked.join(" and "))}`, { path });
  return all.filter((row) => chosen.has(row));
}

function met(map: Table, conditions: readonly Condition[], all: readonly number[]): number[] {
  const columns = new Map(conditions.map(({ key }) => [key, numbersOf(map, key)]));
  return all.filter((row) => conditions.every(({ key, accepts }) => accepts(columns.get(key)?.[row] ?? Number.NaN)));
}

function readCondition(problems: Problems, map: Table, written: string, all: readonly number[]): Condition | undefined {
  const [key, text] = [written.slice(0, written.indexOf("=")).trim(), written.slice(written.indexOf("=") + 1)];
  const known = gridKeysOf(map);
  if (!known.includes(key)) {
    problems.unknown("E_UNKNOWN_KEY", path, { what: `grid key ${sanitize(key)} in --points ${sanitize(written)}`, found: key, known });
    return undefined;
  }
  const isRange = text.includes("..");
  const numbers = text.split(isRange ? ".." : ",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  if (numbers.some(Number.isNaN) || (isRange && numbers.length !== 2)) {
    problems.add("E_FIGURE", path, `--points ${sanitize(written)} is none of ${key}=1, ${key}=1,2 and ${key}=1..2`);
    return undefined;
  }
  const [low, high] = numbers;
  if (isRange) return { key, accepts: (value) => isAbout(value, low) || isAbout(value, high) || (value > low && value < high) };
  const stops = distinct(numbersOf(map, key), all);
  for (const number of numbers) {
    if (stops.some((stop) => isAbout(stop, number))) continue;
    const closest = stops.reduce((best, stop) => (Math.abs(stop - number) < Math.abs(best - number) ? stop : best), stops[0]);
    problems.add("E_FIGURE", path, `no point has ${sanitize(key)} = ${number}; the nearest value is ${short(closest)}`);
  }
  return { key, accepts: (value) => numbers.some((number) => isAbout(value, number)) };
}

function isAbout(a: number, b: number): boolean {
  return Math.abs(a - b) <= TOLERANCE * Math.max(Math.abs(a), Math.abs(b));
}
