import type { Table } from "apache-arrow";
import { Problems } from "../check.ts";
import { sanitize } from "../errors.ts";
import { groupBy } from "../lists.ts";
import { amountText, prefixed, unitText } from "../quantity.ts";
import { gridKeysOf, REPLICATE } from "../sweep/columns.ts";
import { distinct, evenly, numbersOf, unitOf } from "./columns.ts";
import { largestOf, tick } from "./scale.ts";
import type { FigureRequest } from "./source.ts";
import type { Facet } from "./svg.ts";

/** How the points of a sweep lie: which keys are axes, and what is done with the others. */
export interface Plane {
  /** Against one axis, as cells of a grid, or as dots. */
  form: "curve" | "cells" | "dots";
  x: string;
  y: string | undefined;
  /** Against one axis: whether neighbours are joined by a line; not where other keys differ between them too. */
  joined: boolean;
  /** A grid of so few values of `y` that numbers are better drawn as a line for each. */
  few: boolean;
  /** Points that are drawn together: those that have the same values of all keys but the axes. */
  facets: readonly Facet[];
  /** What a reader must know of the points that are shown. */
  notes: readonly string[];
}

/** What was asked for. */
type AskedAxes = Pick<FigureRequest, "x" | "y">;

interface Varied {
  key: string;
  values: Float64Array;
  stops: readonly number[];
}

/** Up to so many values of the second key are lines, and up to so many where one axis was asked for. */
const FEW = 4;
const FEW_ASKED = 8;
const MOST_FACETS = 12;
/** Points are on a grid if they fill so much of the combinations of their values. */
const FILLED = 0.5;

/** Chooses the axes of a map's points. Throws a MassgridError for a key that there is not. */
export function readPlane(map: Table, asked: AskedAxes, rows: readonly number[]): Plane {
  const keys = gridKeysOf(map);
  checkAxes(keys, asked);
  const varied = keys.map((key) => variedOf(map, key, rows)).filter(({ stops }) => stops.length > 1);
  const kept = withoutFollowers(varied, asked, rows);
  // Replicates are no axis where there is another.
  const rank = ({ key, stops }: Varied) => (key === REPLICATE ? 0 : stops.length);
  const ranked = [...kept].sort((a, b) => rank(b) - rank(a)).map(({ key }) => key);
  const x = asked.x ?? ranked.find((key) => key !== asked.y) ?? keys.find((key) => key !== asked.y) ?? keys[0];
  const second = ranked.find((key) => key !== x && key !== REPLICATE);
  const one = asked.x !== undefined && asked.y === undefined;
  const y = asked.y ?? second;
  const followers = varied.filter((other) => !kept.includes(other) && other.key !== x && other.key !== y);
  const notes = followers.map(({ key, stops }) => `${key} goes along, ${spanText(map, key, stops)}`);
  const undivided = { x, few: false, joined: false, facets: [{ title: "", rows }], notes };
  const repeated = repeatsNote(kept, rows);
  if (repeated !== undefined) notes.push(repeated);
  if (y === undefined) return { ...undivided, form: "curve", y, joined: true };
  const axis = (name: string): Varied => varied.find(({ key }) => key === name) ?? variedOf(map, name, rows);
  const [across, up] = [axis(x), axis(y)];
  const others = kept.filter(({ key }) => key !== x && key !== y && key !== REPLICATE);
  const few = asked.y === undefined && up.stops.length <= (one ? FEW_ASKED : FEW);
  if (!isGrid(across, up, rows) || (one && !few)) {
    const free = one ? [...others, up] : others;
    for (const { key, stops } of free) notes.push(`${key} varies, ${spanText(map, key, stops)}`);
    return one ? { ...undivided, form: "curve", y: undefined } : { ...undivided, form: "dots", y };
  }
  const facets = facetsOf(map, others, rows);
  const shown = evenly(facets, MOST_FACETS);
  if (shown.length < facets.length) notes.push(`${shown.length} of ${facets.length} values of ${others.map(({ key }) => key).join(", ")}`);
  return { ...undivided, form: "cells", y, few, joined: true, facets: shown };
}

/** Says so where several points have the same values: one line, or one cell, stands for them. */
function repeatsNote(varied: readonly Varied[], rows: readonly number[]): string | undefined {
  const keys = varied.filter(({ key }) => key !== REPLICATE);
  const combinations = keys.some(({ stops }) => stops.length === rows.length) ? rows.length : combinationsOf(keys, rows).size;
  if (combinations === rows.length || combinations === 0) return undefined;
  return `mean of ${rows.length % combinations === 0 ? rows.length / combinations : "several"} points each`;
}

function checkAxes(keys: readonly string[], { x, y }: AskedAxes): void {
  const problems = new Problems();
  for (const [option, found] of Object.entries({ x, y })) {
    if (found !== undefined && !keys.includes(found)) {
      problems.unknown("E_UNKNOWN_KEY", [option], { what: `grid key ${sanitize(found)} for --${option}`, found, known: keys });
    }
  }
  if (x !== undefined && x === y) problems.add("E_FIGURE", ["y"], `--x and --y are both ${sanitize(x)}; name two keys`);
  problems.throwIfAny();
}

function variedOf(map: Table, key: string, rows: readonly number[]): Varied {
  const values = numbersOf(map, key);
  return { key, values, stops: distinct(values, rows) };
}

/** Keys less those that go along with an earlier one, up or down with it at every point: a pairwise grid is one axis. */
function withoutFollowers(varied: readonly Varied[], { x, y }: AskedAxes, rows: readonly number[]): Varied[] {
  const first = [...varied].sort((a, b) => Number(b.key === x || b.key === y) - Number(a.key === x || a.key === y));
  const kept: Varied[] = [];
  for (const candidate of first) {
    if (candidate.key === y || !kept.some((other) => follows(candidate, other, rows))) kept.push(candidate);
  }
  return varied.filter((candidate) => kept.includes(candidate));
}

/** Points that are looked at before all of many. */
const SOME = 100;

function follows(one: Varied, other: Varied, rows: readonly number[]): boolean {
  if (one.stops.length !== other.stops.length) return false;
  if (rows.length > SOME && !follows(one, other, evenly(rows, SOME))) return false;
  const sorted = [...rows].sort((a, b) => other.values[a] - other.values[b] || one.values[a] - one.values[b]);
  const steps = sorted.slice(1).map((row, i) => {
    const [a, b] = [other.values[row] - other.values[sorted[i]], one.values[row] - one.values[sorted[i]]];
    return a === 0 ? (b === 0 ? 0 : Number.NaN) : Math.sign(b) || Number.NaN;
  });
  const signs = new Set(steps.filter((step) => step !== 0));
  return signs.size === 1 && !signs.has(Number.NaN);
}

function isGrid(x: Varied, y: Varied, rows: readonly number[]): boolean {
  const least = FILLED * x.stops.length * y.stops.length;
  return rows.length >= least && combinationsOf([x, y], rows).size >= least;
}

/** The rows at each combination of the keys' values, by a number of the combination. */
function combinationsOf(varied: readonly Varied[], rows: readonly number[]): Map<number, number[]> {
  const numbers = varied.map(({ stops }) => new Map(stops.map((stop, i) => [stop, i])));
  return groupBy(rows, (row) =>
    varied.reduce((number, { stops, values }, i) => number * stops.length + (numbers[i].get(values[row]) ?? 0), 0),
  );
}

function facetsOf(map: Table, others: readonly Varied[], rows: readonly number[]): Facet[] {
  const sorted = [...combinationsOf(others, rows)].sort(([a], [b]) => a - b);
  const title = (row: number) => others.map(({ key, values }) => keyText(map, key, values[row])).join(", ");
  return sorted.map(([, there]) => ({ title: title(there[0]), rows: there }));
}

function spanText(map: Table, key: string, stops: readonly number[]): string {
  const [low, high] = [stops[0], stops[stops.length - 1]];
  const { scale, unit } = prefixed(largestOf([low, high]), unitOf(map, key));
  return `${tick(low / scale)} to ${tick(high / scale)} ${unitText(unit)}`.trim();
}

/** A key's value as a title has it: "u = 220 1/s". */
export function keyText(map: Table, key: string, value: number): string {
  return `${key} = ${amountText(value, unitOf(map, key))}`;
}
