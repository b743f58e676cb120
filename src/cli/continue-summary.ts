import type { Table } from "apache-arrow";
import { variablesOf } from "../figure/diagram-source.ts";
import { labelled, short, unitText } from "../quantity.ts";
import { align } from "./columns.ts";

/** What came of following what a spec asks for. */
export interface Found {
  equilibria?: Table | undefined;
  cycles?: Table | undefined;
  curves?: Table | undefined;
  /** What is worth knowing, and what could not be computed. */
  notes: string[];
  failures: string[];
}

interface Outcome {
  seconds: number;
  written: readonly string[];
}

type Row = Record<string, unknown>;

const parts = ["equilibria", "cycles", "curves"] as const;
/** Notes of ends that labels tell. */
const usual: readonly unknown[] = ["the end of the range", "the cycle has no size"];
/** Digits that are written, at most, and of what is no special point. */
const DIGITS = { most: 12, other: 7 };

/** Special points as a table of text, part by part. */
export function tellFound(found: Found, { seconds, written }: Outcome): void {
  for (const part of parts) {
    const table = found[part];
    if (!table) continue;
    const rows = rowsOf(table);
    console.log(`${headOf(part, table, rows)}\n${pointLines(table, rows).join("\n")}`);
    for (const { branch, index, note } of rows)
      if (typeof note === "string" && !usual.includes(note)) console.log(`  branch ${branch}, index ${index}: ${note}`);
    console.log();
  }
  const ignored = ignoredOf(found);
  if (ignored !== undefined) console.log(`the equations are taken without the noise of ${ignored}`);
  for (const note of found.notes) console.log(note);
  for (const failure of found.failures) console.log(failure);
  console.log(`${seconds.toFixed(3)} s${written.length > 0 ? `; wrote ${written.join(", ")}` : ""}`);
}

/** Paths of noise that was left out; undefined where there is none. */
function ignoredOf(found: Found): string | undefined {
  return metadataOf(found)?.get("noiseIgnored");
}

/** What the tables say of themselves, which is the same for all. */
function metadataOf(found: Found): Map<string, string> | undefined {
  return parts.flatMap((part) => found[part] ?? [])[0]?.schema.metadata;
}

/** The same for --json: one object. */
export function reportOf(found: Found, outcome: Outcome): object {
  const ignored = ignoredOf(found);
  return {
    model: metadataOf(found)?.get("model"),
    ...(ignored === undefined ? {} : { noiseIgnored: ignored.split(", ") }),
    ...Object.fromEntries(parts.flatMap((part) => (found[part] ? [[part, partReport(found[part])]] : []))),
    ...(found.notes.length > 0 ? { notes: found.notes } : {}),
    ...(found.failures.length > 0 ? { failures: found.failures } : {}),
    ...outcome,
  };
}

function partReport(table: Table): object {
  const rows = rowsOf(table);
  const parameters = variablesOf(table, "parameter");
  const kept = ["curve", "label", "point", "branch", "index", "stability", "unstable", "period", "digits", "error", "note"];
  return {
    parameters: Object.fromEntries(parameters.map(({ name, unit }) => [name, { unit }])),
    branches: branchCount(rows),
    points: rows.length,
    special: rows
      .filter(({ label }) => label !== null)
      .map((row) => ({
        ...Object.fromEntries(kept.flatMap((name) => (row[name] === undefined || row[name] === null ? [] : [[name, row[name]]]))),
        at: Object.fromEntries(parameters.map(({ name }) => [name, row[name]])),
      })),
  };
}

function rowsOf(table: Table): Row[] {
  return table.toArray().map((row): Row => row.toJSON());
}

function branchCount(rows: readonly Row[]): number {
  return new Set(rows.map(({ branch }) => branch)).size;
}

function headOf(part: (typeof parts)[number], table: Table, rows: readonly Row[]): string {
  const names = variablesOf(table, "parameter").map(({ name }) => name);
  const count = branchCount(rows);
  const what = part === "curves" ? (count === 1 ? "curve" : "curves") : count === 1 ? "branch" : "branches";
  return `${part} of ${table.schema.metadata.get("model")} in ${names.join(" and ")}: ${count} ${what}, ${rows.length} points`;
}

/** A line for each special point: parameters with the digits that are sure, and the period of a cycle. */
function pointLines(table: Table, rows: readonly Row[]): string[] {
  const special = rows.filter(({ label }) => label !== null);
  if (special.length === 0) return ["  no special points"];
  const parameters = variablesOf(table, "parameter");
  const timeUnit = table.schema.metadata.get("timeUnit") ?? "";
  const hasCurves = table.getChild("curve") !== null;
  const hasPeriods = special.some(({ period }) => period !== null);
  const columns = [
    ["  label", ...special.map(({ label }) => `  ${label}`)],
    ...(hasCurves ? [["curve", ...special.map(({ curve }) => String(curve))]] : []),
    ...parameters.map(({ name, unit }) => [labelled(name, unitText(unit)), ...special.map((row) => valueText(Number(row[name]), row))]),
    ...(hasPeriods
      ? [[labelled("period", unitText(timeUnit)), ...special.map(({ period }) => (period === null ? "–" : short(Number(period))))]]
      : []),
    ["", ...special.map(({ point }) => String(point))],
  ];
  return align(columns);
}

/** A value with the digits that are sure; of what is no solved point, few. */
function valueText(value: number, { digits }: Row): string {
  if (typeof digits !== "number") return String(Number(value.toPrecision(DIGITS.other)));
  return value.toPrecision(Math.max(1, Math.min(DIGITS.most, digits)));
}
