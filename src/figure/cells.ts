import * as Plot from "@observablehq/plot";
import { type Axis, axisOf, edgesOf, type Range, scaleOptions } from "./axis.ts";
import { categoryColors, colorsOf, FAILED, NO_VALUE } from "./colors.ts";
import { mostFrequent } from "./columns.ts";
import type { Measure } from "./measure.ts";
import { MARGIN, MARGINS, type Panel } from "./panel.ts";
import type { Facet } from "./plane.ts";
import { imageOf } from "./raster.ts";
import type { Scene } from "./scene.ts";
import { besideLegend, legendOf, type Seen } from "./side.ts";
import { cutLabel, type Size } from "./svg.ts";

/** More cells than this are drawn as an image: a file of so many rectangles is slow to open. */
const MOST_RECTANGLES = 12_000;
/** Pixels of such an image for each pixel of the figure. */
const ZOOM = 2;

/** A feature over two axes, a coloured cell for each pair of values; the mean, or the most frequent text, where points repeat. */
export function cellsPanel(scene: Scene, facet: Facet, measure: Measure): Panel {
  return { title: facet.title, draw: (document, size) => drawCells(document, size, { scene, facet, measure }) };
}

interface Drawn {
  scene: Scene;
  facet: Facet;
  measure: Measure;
}

interface Cells {
  x: Axis;
  y: Axis;
  /** Of cell [column + columns * row], rows from below; none where there is no point. */
  colors: (string | undefined)[];
}

function drawCells(document: Document, size: Size, { scene, facet, measure }: Drawn): Element {
  const { map, plane, rows } = scene;
  const x = axisOf(map, plane.x, { rows, cells: true });
  const y = axisOf(map, plane.y ?? plane.x, { rows, cells: true });
  const { colors, seen } = colorCells(scene, facet, measure, { x, y });
  const edges = { x: edgesOf(x), y: edgesOf(y) };
  const range = (list: readonly number[]): Range => [list[0], list[list.length - 1]];
  return besideLegend(document, size, legendOf(measure, seen), (width) => {
    const frame = { width: width - MARGIN.left - MARGIN.right, height: size.height - MARGIN.top - MARGIN.bottom };
    return Plot.plot({
      document,
      width,
      height: size.height,
      ...MARGINS,
      x: scaleOptions(x, range(edges.x), frame.width),
      y: { ...scaleOptions(y, range(edges.y), frame.height), label: cutLabel(y.label, size.height), labelOffset: MARGIN.left - 10 },
      marks: [
        colors.length > MOST_RECTANGLES ? imageMark({ x, y, colors }, edges, frame) : rectMark({ x, y, colors }, edges),
        Plot.frame({ stroke: "#888", strokeWidth: 0.5 }),
      ],
    });
  });
}

interface Edges {
  x: readonly number[];
  y: readonly number[];
}

function rectMark({ x, colors }: Cells, edges: Edges): Plot.Markish {
  const columns = x.stops.length;
  const cells = colors.flatMap((color, i) => (color === undefined ? [] : [{ color, column: i % columns, row: Math.floor(i / columns) }]));
  type Cell = (typeof cells)[number];
  return Plot.rect(cells, {
    x1: ({ column }: Cell) => edges.x[column],
    x2: ({ column }: Cell) => edges.x[column + 1],
    y1: ({ row }: Cell) => edges.y[row],
    y2: ({ row }: Cell) => edges.y[row + 1],
    fill: "color",
    shapeRendering: "crispEdges",
  });
}

function imageMark({ x, y, colors }: Cells, edges: Edges, frame: Size): Plot.Markish {
  const size = { width: Math.round(frame.width * ZOOM), height: Math.round(frame.height * ZOOM) };
  const columns = cellsAlong(edges.x, x.scale, size.width);
  const rows = cellsAlong(edges.y, y.scale, size.height).reverse();
  const src = imageOf(size, (across, down) => colors[columns[across] + x.stops.length * rows[down]]);
  return Plot.image([src], {
    src: (address: string) => address,
    frameAnchor: "middle",
    ...frame,
    preserveAspectRatio: "none",
    imageRendering: "pixelated",
  });
}

/** The cell that each of some pixels lies in, along an axis. */
function cellsAlong(edges: readonly number[], scale: Axis["scale"], pixels: number): number[] {
  const places = scale === "log" ? edges.map(Math.log) : edges;
  const [low, high] = [places[0], places[places.length - 1]];
  let cell = 0;
  return Array.from({ length: pixels }, (_, pixel) => {
    const at = low + ((high - low) * (pixel + 0.5)) / pixels;
    while (cell < places.length - 2 && places[cell + 1] < at) cell++;
    return cell;
  });
}

function colorCells(
  { failed }: Scene,
  { rows }: Facet,
  measure: Measure,
  { x, y }: { x: Axis; y: Axis },
): { colors: Cells["colors"]; seen: Seen } {
  const [columns, lines] = [placesOf(x), placesOf(y)];
  const stacks = new Map<number, number[]>();
  for (const row of rows) {
    const cell = (columns.get(x.at[row]) ?? 0) + x.stops.length * (lines.get(y.at[row]) ?? 0);
    const stack = stacks.get(cell);
    if (stack) stack.push(row);
    else stacks.set(cell, [row]);
  }
  const colors = new Array<string | undefined>(x.stops.length * y.stops.length);
  const seen: Seen = { failed: new Set(), noValue: false };
  const colorOf = painter(measure);
  for (const [cell, stack] of stacks) {
    const color = colorOf(stack);
    const reason = color === undefined ? failed[stack[0]] : undefined;
    if (reason !== undefined) seen.failed.add(reason);
    else if (color === undefined) seen.noValue = true;
    colors[cell] = color ?? (reason === undefined ? NO_VALUE : FAILED);
  }
  return { colors, seen };
}

function placesOf({ stops }: Axis): Map<number, number> {
  return new Map(stops.map((stop, i) => [stop, i]));
}

/** The colour of the points of one cell; none where they have no value. */
function painter(measure: Measure): (rows: readonly number[]) => string | undefined {
  if (measure.kind === "text") {
    const colors = categoryColors(measure.categories);
    return (rows) => colors.get(mostFrequent(rows.map((row) => measure.values[row])));
  }
  const colorOf = colorsOf(measure);
  return (rows) => {
    const finite = rows.map((row) => measure.values[row]).filter(Number.isFinite);
    return finite.length === 0 ? undefined : colorOf(finite.reduce((sum, value) => sum + value, 0) / finite.length);
  };
}
