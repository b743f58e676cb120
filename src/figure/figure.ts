import type { Table } from "apache-arrow";
import { Problems } from "../check.ts";
import { amountText } from "../quantity.ts";
import { featuresOf, gridKeysOf, STATUS } from "../sweep/columns.ts";
import { distinct, numbersOf, textsOf } from "./columns.ts";
import { featuresPage } from "./features.ts";
import { drawPage } from "./page.ts";
import { keyText } from "./plane.ts";
import { readRows } from "./points.ts";
import { shownMap } from "./replicates.ts";
import type { FigureRequest, FigureSource } from "./source.ts";
import type { Surface } from "./svg.ts";
import { MOST_POINTS, tracesPage } from "./traces.ts";

/**
 * A figure of a sweep as SVG text: traces of few points, or features against one axis or over two. What is not asked for is chosen.
 * Throws a MassgridError for a point, key, feature or output that there is not, and for what cannot go together.
 */
export async function figure(surface: Surface, source: FigureSource, request: FigureRequest): Promise<string> {
  const { map } = source;
  const kind = kindOf(source, request);
  if (kind === "traces" && source.traces) {
    const rows = readRows(map, request.points);
    const { page, notes } = await tracesPage(source, await source.traces(), { ...request, rows });
    const title = request.title ?? `${modelOf(map)}:`;
    return drawPage(surface, { ...page, title, about: about(map, rows, notes) }, request);
  }
  const shown = shownMap(map, request);
  const rows = readRows(shown, request.points);
  const { page, notes } = featuresPage(shown, { ...request, rows });
  const title = request.title ?? `${modelOf(map)}: ${page.title}`;
  return drawPage(surface, { ...page, title, about: about(shown, rows, notes) }, request);
}

/** What a figure shows: what was asked for, or traces, if there are and the points are few. */
function kindOf({ map, traces, first }: FigureSource, request: FigureRequest): "traces" | "features" {
  const { outputs, features, points, x, y, combinations } = request;
  const problems = new Problems();
  const ofMap = features !== undefined ? "--feature" : x !== undefined ? "--x" : y !== undefined ? "--y" : undefined;
  if (outputs !== undefined && ofMap !== undefined) {
    problems.add("E_FIGURE", ["output"], `--output draws traces against time, and ${ofMap} draws features; use one of them`);
  }
  if (outputs !== undefined && traces === undefined) {
    problems.add("E_FIGURE", ["output"], "the sweep has no traces, so --output has nothing to draw; use --feature");
  }
  problems.throwIfAny();
  if (outputs !== undefined) return "traces";
  if (ofMap !== undefined || traces === undefined) return "features";
  if (combinations !== undefined || featuresOf(map).length === 0) return "traces";
  return first === "traces" && (points !== undefined || map.numRows <= MOST_POINTS) ? "traces" : "features";
}

/** Name of a sweep's model. */
function modelOf(map: Table): string {
  return map.schema.metadata.get("model") ?? "sweep";
}

function count(points: number): string {
  return points.toLocaleString("en");
}

/** One line about the sweep: how many points, how they were integrated, what is equal in all of them. */
function about(map: Table, rows: readonly number[], notes: readonly string[]): string {
  const { metadata } = map.schema;
  const [solver, step, steps, timeUnit = ""] = ["solver", "stepSize", "steps", "timeUnit"].map((name) => metadata.get(name));
  const time = (value: number) => amountText(value, timeUnit);
  const status = textsOf(map, STATUS);
  const failures = new Map<string, number>();
  for (const row of rows) if (status[row] !== "ok") failures.set(status[row], (failures.get(status[row]) ?? 0) + 1);
  const fixed = gridKeysOf(map).map((key) => ({ key, stops: distinct(numbersOf(map, key), rows) }));
  const constant = rows.length > 1 ? fixed.filter(({ stops }) => stops.length === 1) : [];
  const parts = [
    rows.length === 1 ? "1 point" : `${count(rows.length)} points${rows.length < map.numRows ? ` of ${count(map.numRows)}` : ""}`,
    ...notes,
    ...Array.from(failures, ([name, found]) => `${count(found)} ${name}`),
    ...constant.map(({ key, stops }) => keyText(map, key, stops[0])),
    ...(steps === undefined || step === undefined ? [] : [`${time(Number(steps) * Number(step))} in steps of ${time(Number(step))}`]),
    ...(solver === undefined ? [] : [solver]),
  ];
  return parts.map((part) => part.trim()).join(" · ");
}
