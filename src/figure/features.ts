import type { Table } from "apache-arrow";
import { Problems } from "../check.ts";
import { sanitize } from "../errors.ts";
import { boundName, columnNamed, featuresOf, isAcross, STATUS } from "../sweep/columns.ts";
import { cellsPanel } from "./cells.ts";
import { columnOf, numbersOf, textsOf, unitOf } from "./columns.ts";
import { curvePanel } from "./curve.ts";
import { dotsPanel, MOST_DOTS } from "./dots.ts";
import { type Measure, numberMeasure, outside, textMeasure } from "./measure.ts";
import type { Page } from "./page.ts";
import { type Plane, readPlane } from "./plane.ts";
import { replicatesNote } from "./replicates.ts";
import type { FigureRequest } from "./source.ts";
import type { Facet, Panel, Scene } from "./svg.ts";

/** Panels of a figure at most, if nothing was asked for. */
const MOST_PANELS = 12;
const MOST_FEATURES = 6;

/** How the points of a plane are drawn. */
const panels: Record<Plane["form"], (scene: Scene, facet: Facet, measure: Measure) => Panel> = {
  curve: curvePanel,
  cells: cellsPanel,
  dots: dotsPanel,
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
export interface FeaturesPage {
  page: Omit<Page, "about">;
  notes: string[];
}

/** Panels of features, one for each feature, and for each value of keys that are no axes. Throws a MassgridError for unknown names. */
export function featuresPage(map: Table, request: FigureRequest & { rows: readonly number[] }): FeaturesPage {
  const { rows, features } = request;
  const plane = readPlane(map, request, rows);
  const intervals = plane.form === "curve" || (plane.form === "cells" && plane.few);
  const all = readMeasures(map, { asked: features, rows, intervals });
  const fitting = Math.max(1, Math.min(MOST_FEATURES, Math.floor(MOST_PANELS / plane.facets.length)));
  const measures = features === undefined ? all.slice(0, fitting) : all;
  const has = (kind: Measure["kind"]) => measures.some((measure) => measure.kind === kind);
  const drawn = { intervals: intervals && has("number"), labels: has("text") };
  const notes = [...replicatesNote(map, rows, drawn), ...plane.notes];
  if (measures.length < all.length) notes.push(`${measures.length} of ${all.length} features`);
  const failed = textsOf(map, STATUS).map((status) => (status === "ok" ? undefined : status));
  const scene: Scene = {
    x: columnOf(map, plane.x),
    y: plane.y === undefined ? undefined : columnOf(map, plane.y),
    joined: plane.joined,
    few: plane.few,
    rows: plane.facets.flatMap((facet) => facet.rows),
    failed,
  };
  const drawnPanels = measures.flatMap((measure) =>
    plane.facets.map((facet) => {
      const made = panels[formOf(plane, measure)](scene, facet, measure);
      return { ...made, title: titleOf(measures, measure, facet.title) };
    }),
  );
  if (plane.form === "dots" && rows.length > MOST_DOTS) notes.push(`${MOST_DOTS.toLocaleString("en")} of them shown`);
  for (const measure of measures) {
    const lost = measure.kind === "number" ? outside(measure, scene.rows) : 0;
    if (lost > 0)
      notes.push(`${measure.name} is outside of the scale at ${lost === 1 ? "1 point" : `${lost.toLocaleString("en")} points`}`);
  }
  const form = measures.some((measure) => formOf(plane, measure) !== "curve") ? "cells" : "curve";
  const columns = columnsOf(drawnPanels.length, plane.facets.length, form);
  const axes = plane.y === undefined ? `against ${plane.x}` : `over ${plane.x} and ${plane.y}`;
  const what = measures.length <= 3 ? measures.map(({ name }) => name).join(", ") : `${measures.length} features`;
  return { page: { title: `${what} ${axes}`, names: [], panels: drawnPanels, columns, panel: sizes[form][columns === 1 ? 0 : 1] }, notes };
}

/** A row for each feature, where that is neither too wide nor too narrow. */
function columnsOf(panels: number, facets: number, form: "curve" | "cells"): number {
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

/** Names of what can be drawn of a map's points: features, and what became of them. */
export function measuresOf(map: Table): string[] {
  return [...featuresOf(map).map(({ name }) => name), STATUS];
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
export function readMeasures(map: Table, { asked, rows, intervals }: Wanted): Measure[] {
  const known = measuresOf(map);
  const problems = new Problems();
  for (const found of asked ?? []) {
    if (!known.includes(found))
      problems.unknown("E_UNKNOWN_FEATURE", ["feature"], { what: `feature ${sanitize(found)} of the sweep`, found, known });
  }
  problems.throwIfAny();
  const names = asked ?? (known.length > 1 ? known.slice(0, -1) : known);
  return names.map((name) => measureOf(map, name, { rows, intervals }));
}

function measureOf(map: Table, name: string, { rows, intervals }: Omit<Wanted, "asked">): Measure {
  if (columnNamed(map, name)?.type === "text") return textMeasure(name, textsOf(map, name), rows);
  const [low, high] = intervals && isAcross(map) ? [numbersOf(map, boundName(name, "low")), numbersOf(map, boundName(name, "high"))] : [];
  return numberMeasure({ name, unit: unitOf(map, name), values: numbersOf(map, name), ends: low && high && { low, high } }, rows);
}
