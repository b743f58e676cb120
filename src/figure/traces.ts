import { Problems } from "../check.ts";
import { groupBy } from "../lists.ts";
import { amountText } from "../quantity.ts";
import { FAILED_AT, gridKeysOf, KEY, STATUS } from "../sweep/columns.ts";
import { lineColor } from "./colors.ts";
import { distinct, evenly, numbersOf, textsOf } from "./columns.ts";
import { type Combination, combine, expanded, readCombination, single, unitOf } from "./combination.ts";
import { envelope, linesPanel } from "./lines.ts";
import type { Page } from "./page.ts";
import { keyText } from "./plane.ts";
import type { FigureRequest, FigureSource, Traces } from "./source.ts";
import type { Panel } from "./svg.ts";

/** Points of a figure of traces at most; of more, some are shown that lie evenly among them. */
export const MOST_POINTS = 24;
/** Lines of a panel at most, if nothing was asked for. */
const MOST_LINES = 6;
const ALONE = { width: 900, height: 320 };
const BESIDE = { width: 560, height: 190 };
const SMALL = { width: 400, height: 170 };

/** A figure of traces, and what its reader must know. */
export interface TracesPage {
  page: Omit<Page, "title" | "about">;
  notes: string[];
}

/** Panels of traces against time, one for each point and unit. Throws a MassgridError for an output that there is not. */
export async function tracesPage(
  { map }: FigureSource,
  traces: Traces,
  request: FigureRequest & { rows: readonly number[] },
): Promise<TracesPage> {
  const combinations = chosen(traces, request);
  const units = groupBy(combinations.shown, (combination) => unitOf(combination, traces.outputs));
  const sorted = sortedRows(map, request.rows);
  const rows = evenly(sorted.rows, Math.max(1, Math.floor(MOST_POINTS / units.size)));
  const notes = rows.length < sorted.rows.length ? [`${rows.length} of them shown`] : [];
  if (combinations.left > 0) notes.push(`${combinations.shown.length} of ${combinations.shown.length + combinations.left} outputs`);
  const [names, statuses, failedAt] = [textsOf(map, KEY), textsOf(map, STATUS), numbersOf(map, FAILED_AT)];
  const timeUnit = map.schema.metadata.get("timeUnit") ?? "";
  const panels: Panel[] = [];
  for (const row of rows) {
    const values = sorted.keys.map(({ key, values: column }) => keyText(map, key, column[row])).join(", ");
    const when = Number.isNaN(failedAt[row]) ? "" : ` at ${amountText(failedAt[row], timeUnit)}`;
    const title = statuses[row] === "ok" ? values : `${values} (${statuses[row]}${when})`;
    const shared = { title, timeUnit, times: traces.times, failed: statuses[row] !== "ok" };
    for (const [unit, signals] of units) {
      panels.push(linesPanel({ ...shared, unit, lines: await linesOf(traces, names[row], signals, combinations.shown) }));
    }
  }
  const [columns, panel] = panels.length <= 2 ? [1, ALONE] : panels.length <= 8 ? [2, BESIDE] : [3, SMALL];
  const heading = combinations.shown.map(({ name, text }, i) => ({
    text: name === text ? name : `${name} = ${text}`,
    color: lineColor(i),
  }));
  return { page: { names: heading, panels, columns, panel }, notes };
}

async function linesOf(traces: Traces, key: string, signals: readonly Combination[], all: readonly Combination[]) {
  const lines = [];
  for (const signal of signals) {
    const parts = new Map<string, Float64Array>();
    for (const { output } of signal.terms) parts.set(output, await traces.trace(key, output));
    const values = combine(signal, (output) => parts.get(output) ?? new Float64Array(0));
    lines.push({ name: signal.name, color: all.indexOf(signal), ...envelope(traces.times, values) });
  }
  return lines;
}

function chosen({ outputs }: Traces, request: FigureRequest): { shown: Combination[]; left: number } {
  const names = outputs.map(({ name }) => name);
  if (request.outputs === undefined) {
    const all = expanded(request.combinations ?? names.map(single), names);
    return { shown: all.slice(0, MOST_LINES), left: Math.max(0, all.length - MOST_LINES) };
  }
  const problems = new Problems();
  const asked = request.outputs.flatMap((value) => {
    const named = (request.combinations ?? []).filter(({ name }) => name === value);
    if (named.length > 0) return named;
    if (expanded([single(value)], names).length > 0) return [single(value)];
    const written = readCombination(problems, { name: value, value, path: ["output"], of: "--output" }, names);
    return [{ ...written, name: written.text }];
  });
  problems.throwIfAny();
  return { shown: expanded(asked, names), left: 0 };
}

/** Rows in the order of the keys that vary, and those keys; all keys where none does. */
function sortedRows(map: FigureSource["map"], rows: readonly number[]) {
  const columns = gridKeysOf(map).map((key) => ({ key, values: numbersOf(map, key) }));
  const varied = columns.filter(({ values }) => distinct(values, rows).length > 1);
  const keys = varied.length > 0 ? varied : columns;
  const order = (a: number, b: number) => {
    const first = keys.find(({ values }) => values[a] !== values[b]);
    return first === undefined ? a - b : first.values[a] - first.values[b];
  };
  return { keys, rows: [...rows].sort(order) };
}
