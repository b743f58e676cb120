import type { Table } from "apache-arrow";
import { Problems } from "../check.ts";
import { listed, refusal, sanitize } from "../errors.ts";
import { amountText } from "../quantity.ts";
import { quantileName } from "../sweep/across-columns.ts";
import { boundName, columnNamed, featuresOf, gridKeysOf, isAcross, namesWith, STATUS } from "../sweep/columns.ts";
import { columnOf, distinct, numbersOf, textsOf, unitOf } from "./columns.ts";
import { drawCurve } from "./curve.ts";
import { curveLines } from "./diagram-lines.ts";
import { variablesOf } from "./diagram-source.ts";
import { type Measure, numberMeasure, outside, textMeasure } from "./measure.ts";
import { branchesOver, levelsOf } from "./over-sweep.ts";
import { drawPage, type Page } from "./page.ts";
import { keyText, type Plane, readPlane } from "./plane.ts";
import { readRows } from "./points.ts";
import { replicatesNote, shownMap } from "./replicates.ts";
import type { FigureRequest, FigureSource } from "./source.ts";
import type { FacetView, Panel, Scene, Size, Surface } from "./svg.ts";
import { MOST_POINTS, tracesPage } from "./traces.ts";
import { drawCells, drawDots, MOST_DOTS } from "./two-axes.ts";

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
  const { page, notes, remarks } = featuresPage(shown, { ...request, rows });
  const title = request.title ?? `${modelOf(map)}: ${page.title}`;
  return drawPage(surface, { ...page, title, about: about(shown, rows, notes, remarks) }, request);
}

/** What a figure shows: what was asked for, or traces, if there are and the points are few. */
function kindOf({ map, traces, first }: FigureSource, request: FigureRequest): "traces" | "features" {
  const { outputs, features, points, x, y, combinations } = request;
  const curves = request.curves ?? request.branches;
  const problems = new Problems();
  const ofMap =
    curves !== undefined
      ? "--curves"
      : features !== undefined
        ? "--feature"
        : x !== undefined
          ? "--x"
          : y !== undefined
            ? "--y"
            : undefined;
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

/** One line about the sweep: how many points, how they were integrated, what is equal in all of them. */
function about(map: Table, rows: readonly number[], notes: readonly string[], remarks: readonly string[] = []): string {
  const { metadata } = map.schema;
  const [solver, step, steps, timeUnit = ""] = ["solver", "stepSize", "steps", "timeUnit"].map((name) => metadata.get(name));
  const time = (value: number) => amountText(value, timeUnit);
  const status = textsOf(map, STATUS);
  const failures = new Map<string, number>();
  for (const row of rows) if (status[row] !== "ok") failures.set(status[row], (failures.get(status[row]) ?? 0) + 1);
  const fixed = gridKeysOf(map).map((key) => ({ key, stops: distinct(numbersOf(map, key), rows) }));
  const constant = rows.length > 1 ? fixed.filter(({ stops }) => stops.length === 1) : [];
  const count = (points: number) => points.toLocaleString("en");
  const parts = [
    rows.length === 1 ? "1 point" : `${count(rows.length)} points${rows.length < map.numRows ? ` of ${count(map.numRows)}` : ""}`,
    ...notes,
    ...Array.from(failures, ([name, found]) => `${count(found)} ${name}`),
    ...constant.map(({ key, stops }) => keyText(map, key, stops[0])),
    ...(steps === undefined || step === undefined ? [] : [`${time(Number(steps) * Number(step))} in steps of ${time(Number(step))}`]),
    ...(solver === undefined ? [] : [solver]),
    ...remarks,
  ];
  return parts.map((part) => part.trim()).join(" · ");
}

/** Panels of a figure at most, if nothing was asked for. */
const MOST_PANELS = 12;
const MOST_FEATURES = 6;

/** How the points of a plane are drawn. */
const panels: Record<Plane["form"], (surface: Surface, size: Size, view: FacetView) => Element> = {
  curve: drawCurve,
  cells: drawCells,
  dots: drawDots,
};

/** Sizes of panels, by how many there are beside each other. */
const sizes = {
  curve: [
    { width: 760, height: 340 },
    { width: 560, height: 230 },
  ],
  cells: [
    { width: 680, height: 480 },
    { width: 520, height: 360 },
  ],
};

/** A figure of features, and what its reader must know. */
interface FeaturesPage {
  page: Omit<Page, "about">;
  notes: string[];
  /** What is less urgent. */
  remarks: string[];
}

/** Panels of features, one for each feature, and for each value of keys that are no axes. Throws a MassgridError for unknown names. */
function featuresPage(map: Table, request: FigureRequest & { rows: readonly number[] }): FeaturesPage {
  const { rows, features, curves, branches } = request;
  const over = branches && branchesOver(map, branches, request);
  const axes = curves ? planeOfCurves(map, curves, request) : over ? { x: over.x } : {};
  const plane = readPlane(map, { ...request, ...axes }, rows);
  const intervals = plane.form === "curve" || (plane.form === "cells" && plane.few);
  const read = readMeasures(map, { asked: features, rows, intervals });
  const all = over ? levelsOf(read, over) : read;
  const fitting = Math.max(1, Math.min(MOST_FEATURES, Math.floor(MOST_PANELS / plane.facets.length)));
  const measures = features === undefined ? all.slice(0, fitting) : all;
  const has = (kind: Measure["kind"]) => measures.some((measure) => measure.kind === kind);
  const drawn = { intervals: intervals && has("number"), labels: has("text") };
  const notes = [...replicatesNote(map, rows, drawn), ...plane.notes];
  const oneLine = plane.y === undefined || !plane.few;
  const dashed = oneLine && measures.some((measure) => measure.kind === "number" && measure.quartiles);
  if (measures.length < all.length) notes.push(`${measures.length} of ${all.length} features`);
  const failed = textsOf(map, STATUS).map((status) => (status === "ok" ? undefined : status));
  const scene: Scene = {
    x: columnOf(map, plane.x),
    y: plane.y === undefined ? undefined : columnOf(map, plane.y),
    joined: plane.joined,
    few: plane.few,
    rows: plane.facets.flatMap((facet) => facet.rows),
    failed,
    ...(curves && plane.y !== undefined ? { curves: curveLines(curves, [plane.x, plane.y]) } : {}),
  };
  const drawnPanels = measures.flatMap((measure) =>
    plane.facets.map((facet): Panel => {
      const draw = panels[formOf(plane, measure)];
      const lines = over?.linesOver(measure.name);
      const view = { scene: lines ? { ...scene, curves: lines } : scene, facet, measure };
      return { title: titleOf(measures, measure, facet.title), draw: (surface, size) => draw(surface, size, view) };
    }),
  );
  if (plane.form === "dots" && rows.length > MOST_DOTS) notes.push(`${MOST_DOTS.toLocaleString("en")} of them shown`);
  for (const measure of measures) {
    const lost = measure.kind === "number" ? outside(measure, scene.rows) : 0;
    if (lost > 0)
      notes.push(`${measure.name} is outside of the scale at ${lost === 1 ? "1 point" : `${lost.toLocaleString("en")} points`}`);
  }
  const form = measures.some((measure) => formOf(plane, measure) !== "curve") ? "cells" : "curve";
  const columns = panelColumns(drawnPanels.length, plane.facets.length, form);
  const against = plane.y === undefined ? `against ${plane.x}` : `over ${plane.x} and ${plane.y}`;
  const what = measures.length <= 3 ? measures.map(({ name }) => name).join(", ") : `${measures.length} features`;
  return {
    page: { title: `${what} ${against}`, names: [], panels: drawnPanels, columns, panel: sizes[form][columns === 1 ? 0 : 1] },
    notes,
    remarks: dashed ? ["median and quartiles dashed"] : [],
  };
}

/** The axes over which curves in two parameters can be drawn: grid keys of their names. Throws a MassgridError where there are none. */
function planeOfCurves(map: Table, curves: Table, { x, y }: FigureRequest): { x: string; y: string } {
  const names = variablesOf(curves, "parameter").map(({ name }) => name);
  const keys = gridKeysOf(map);
  const [first, second] = names;
  const isPlane = names.length === 2 && names.every((name) => keys.includes(name)) && curves.getChild("curve") !== null;
  const isAsked = [x, y].every((key) => key === undefined || names.includes(key)) && (x === undefined || x !== y);
  if (!isPlane || !isAsked) {
    const axes = [x, y].every((key) => key === undefined) ? keys : [x, y].filter((key) => key !== undefined);
    const found = `they are in ${listed(names)}, and the axes are ${listed(axes)}`;
    throw refusal("E_FIGURE", `--curves are drawn over a heat map of their two parameters: ${found}`, { path: ["curves"] });
  }
  return x === second || y === first ? { x: second, y: first } : { x: first, y: second };
}

/** A row for each feature, where that is neither too wide nor too narrow. */
function panelColumns(panels: number, facets: number, form: "curve" | "cells"): number {
  if (panels === 1) return 1;
  if (facets >= 2 && facets <= 4) return facets;
  return panels > 4 && form === "cells" ? 3 : 2;
}

function titleOf(measures: readonly Measure[], { name }: Measure, facet: string): string {
  if (measures.length === 1) return facet;
  return facet === "" ? name : `${name}, ${facet}`;
}

function formOf(plane: Plane, { kind }: Measure): Plane["form"] {
  return plane.form === "cells" && plane.few && kind === "number" ? "curve" : plane.form;
}

/** What of a map is to be drawn. */
interface Wanted {
  /** Names of features; all, if not given. */
  asked: readonly string[] | undefined;
  rows: readonly number[];
  /** Whether confidence intervals are drawn. */
  intervals: boolean;
}

/** Features by name, or all that there are; the status, where there are none. Throws a MassgridError for a name that there is not. */
function readMeasures(map: Table, { asked, rows, intervals }: Wanted): Measure[] {
  const known = [...featuresOf(map).map(({ name }) => name), STATUS];
  const more = namesWith(map, "quantile", "fraction");
  const problems = new Problems();
  for (const found of asked ?? []) {
    if (!known.includes(found) && !more.includes(found)) {
      problems.unknown("E_UNKNOWN_FEATURE", ["feature"], { what: `feature ${sanitize(found)} of the sweep`, found, known });
    }
  }
  problems.throwIfAny();
  const names = asked ?? (known.length > 1 ? known.slice(0, -1) : known);
  return names.map((name) => measureOf(map, name, { rows, intervals }));
}

function measureOf(map: Table, name: string, { rows, intervals }: Omit<Wanted, "asked">): Measure {
  if (columnNamed(map, name)?.type === "text") {
    // Of a point that failed, the figure tells how.
    const status = textsOf(map, STATUS);
    const texts = textsOf(map, name).map((text, row) => (text === "" ? status[row] : text));
    return textMeasure(name, texts, rows);
  }
  const hasEnds = intervals && isAcross(map) && columnNamed(map, boundName(name, "low")) !== undefined;
  const [low, high] = hasEnds ? [numbersOf(map, boundName(name, "low")), numbersOf(map, boundName(name, "high"))] : [];
  const ofQuartiles = (["q25", "median", "q75"] as const).map((quantile) => quantileName(name, quantile));
  // A table of acrossReplicates that was made before there were quartiles has none.
  const quartiles =
    hasEnds && ofQuartiles.every((each) => columnNamed(map, each)) ? ofQuartiles.map((each) => numbersOf(map, each)) : undefined;
  return numberMeasure(
    { name, unit: unitOf(map, name), values: numbersOf(map, name), ends: low && high && { low, high }, quartiles },
    rows,
  );
}
