import { extname } from "node:path";
import { Problems } from "../check.ts";
import { about, modelOf } from "../figure/about.ts";
import { featuresPage } from "../figure/features.ts";
import { drawPage } from "../figure/page.ts";
import { readRows } from "../figure/points.ts";
import { shownMap } from "../figure/replicates.ts";
import type { FigureRequest } from "../figure/request.ts";
import type { FigureSource } from "../figure/source.ts";
import { MOST_POINTS, tracesPage } from "../figure/traces.ts";
import { featuresOf } from "../table/map-columns.ts";
import { prepareFolder, writeWhole } from "./files.ts";
import { toPng } from "./png.ts";

/**
 * A figure of a sweep as SVG text: traces of few points, or features against one axis or over two. What is not asked for is chosen.
 * Throws a MassgridError for a point, key, feature or output that there is not, and for what cannot go together.
 */
export async function figure(source: FigureSource, request: FigureRequest): Promise<string> {
  const { map } = source;
  const kind = kindOf(source, request);
  if (kind === "traces" && source.traces) {
    const rows = readRows(map, request.points);
    const { page, notes } = await tracesPage(source, await source.traces(), { ...request, rows });
    const title = request.title ?? `${modelOf(map)}:`;
    return drawPage({ ...page, title, about: about(map, rows, notes) }, request);
  }
  const shown = shownMap(map, request);
  const rows = readRows(shown, request.points);
  const { page, notes } = featuresPage(shown, { ...request, rows });
  const title = request.title ?? `${modelOf(map)}: ${page.title}`;
  return drawPage({ ...page, title, about: about(shown, rows, notes) }, request);
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

/** Draws a figure of a sweep and writes it in the format that the file's name ends in. Throws as `figure`. */
export async function writeFigure(file: string, source: FigureSource, request: FigureRequest): Promise<void> {
  const svg = await figure(source, request);
  prepareFolder(file);
  await writeWhole(file, [extname(file) === ".png" ? await toPng(svg) : Buffer.from(svg)]);
}
