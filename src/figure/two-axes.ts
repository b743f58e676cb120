import * as Plot from "@observablehq/plot";
import { groupBy } from "../lists.ts";
import { type Axis, axisOf, rangeOf, roomLeft, scaleOptions } from "./axis.ts";
import { EDGE, FAILED, FRAME, type Missing, NO_VALUE, PAPER, RIM } from "./colors.ts";
import { type Column, evenly } from "./columns.ts";
import { besideLegend, type Legend, legendOf } from "./legend.ts";
import { colorOfMeasure, type Measure } from "./measure.ts";
import { overlayEntries, overlayMarks } from "./overlay.ts";
import { cellEdges, type Range } from "./scale.ts";
import { cutLabel, type Facet, type FacetView, MARGIN, MARGINS, type Scene, type Size, type Surface, tellPlaces } from "./svg.ts";

/** More cells than this are drawn as an image: a file of so many rectangles is slow to open. */
const MOST_RECTANGLES = 12_000;
/** Pixels of such an image for each pixel of the figure. */
const ZOOM = 2;

/** Dots of a panel at most. */
export const MOST_DOTS = 20_000;

/** An axis, and what of it is shown. */
interface Side {
  axis: Axis;
  range: Range;
}

/** A plot over two axes with its legend; `marksOf` makes what is drawn in a frame of some pixels. */
function drawPlane(
  surface: Surface,
  size: Size,
  { x, y, legend, ...points }: { x: Side; y: Side; legend: Legend; rows: readonly number[]; scattered: boolean },
  marksOf: (frame: Size) => Plot.Markish[],
): Element {
  const { document } = surface;
  return besideLegend(document, size, legend, (width) => {
    const high = size.height - MARGIN.top - MARGIN.bottom;
    const up = scaleOptions(y.axis, y.range, high);
    const left = roomLeft(up);
    const frame = { width: width - left - MARGIN.right, height: high };
    const plot = Plot.plot({
      document,
      width,
      height: size.height,
      ...MARGINS,
      marginLeft: left,
      x: scaleOptions(x.axis, x.range, frame.width),
      y: { ...up, label: cutLabel(y.axis.label, size.height), labelOffset: left - 10 },
      marks: marksOf(frame),
    });
    tellPlaces(surface, plot, { ...points, x: (row) => x.axis.at[row], y: (row) => y.axis.at[row] });
    return plot;
  });
}

interface Cells {
  x: Axis;
  y: Axis;
  /** Of cell [column + columns * row], rows from below; none where there is no point. */
  colors: (string | undefined)[];
}

/** A feature over two axes, a coloured cell for each pair of values; the mean, or the most frequent text, where points repeat. */
export function drawCells(surface: Surface, size: Size, { scene, facet, measure }: FacetView): Element {
  const { rows } = scene;
  const x = axisOf(scene.x, { rows, cells: true });
  const y = axisOf(scene.y ?? scene.x, { rows, cells: true });
  const { colors, missing } = colorCells(scene, facet, measure, { x, y });
  const edges = { x: cellEdges(x.stops, x.scale === "log"), y: cellEdges(y.stops, y.scale === "log") };
  const side = (axis: Axis, ends: readonly number[]): Side => ({ axis, range: [ends[0], ends[ends.length - 1]] });
  const { pins = [] } = scene;
  const place = { x: ({ at }: Pin) => x.placeOf(at[0]), y: ({ at }: Pin) => y.placeOf(at[1]) };
  const meaning = legendOf(measure, missing);
  const entries = [...meaning.entries, ...overlayEntries(scene), ...pins.map(({ name, color }) => ({ name, color, mark: "dot" as const }))];
  const sides = { x: side(x, edges.x), y: side(y, edges.y), legend: { ...meaning, entries }, rows: facet.rows, scattered: false };
  return drawPlane(surface, size, sides, (frame) => [
    colors.length > MOST_RECTANGLES ? imageMark(surface, { x, y, colors }, edges, frame) : rectMark({ x, y, colors }, edges),
    Plot.frame({ stroke: EDGE, strokeWidth: 0.5 }),
    ...overlayMarks(scene, { x, y }),
    Plot.dot(pins, { ...place, fill: "color", stroke: PAPER, strokeWidth: 1.5, r: 4.5, clip: true }),
    Plot.dot(pins, { ...place, stroke: RIM, strokeWidth: 0.8, r: 5.5, clip: true }),
  ]);
}

/** A feature over two axes, a coloured dot for each point: for points that are on no grid. */
export function drawDots(surface: Surface, size: Size, { scene, facet, measure }: FacetView): Element {
  const { rows, failed } = scene;
  const side = (column: Column): Side => {
    const axis = axisOf(column, { rows, cells: false });
    return { axis, range: rangeOf(axis, 0.03) };
  };
  const [x, y] = [side(scene.x), side(scene.y ?? scene.x)];
  const colorsOf = colorOfMeasure(measure);
  const colorOf = (row: number) => colorsOf([row]);
  const shown = evenly(facet.rows, MOST_DOTS);
  const withColor = shown.filter((row) => colorOf(row) !== undefined);
  const withoutColor = shown.filter((row) => colorOf(row) === undefined);
  const lost = withoutColor.filter((row) => failed[row] !== undefined);
  const empty = withoutColor.filter((row) => failed[row] === undefined);
  const missing = { failed: new Set(lost.map((row) => failed[row] ?? "")), noValue: empty.length > 0 };
  const r = Math.max(1.2, Math.min(5, 110 / Math.sqrt(shown.length)));
  const at = { x: (row: number) => x.axis.at[row], y: (row: number) => y.axis.at[row], r };
  const meaning = legendOf(measure, missing, "dot");
  const legend = { ...meaning, entries: [...meaning.entries, ...overlayEntries(scene)] };
  return drawPlane(surface, size, { x, y, legend, rows: shown, scattered: true }, () => [
    Plot.frame({ stroke: FRAME }),
    Plot.dot(empty, { ...at, fill: NO_VALUE }),
    Plot.dot(withColor, { ...at, fill: colorOf }),
    Plot.dot(lost, { ...at, symbol: "times", stroke: FAILED }),
    ...overlayMarks(scene, { x: x.axis, y: y.axis }),
  ]);
}

type Pin = NonNullable<Scene["pins"]>[number];

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

function imageMark(surface: Surface, { x, y, colors }: Cells, edges: Edges, frame: Size): Plot.Markish {
  const size = { width: Math.round(frame.width * ZOOM), height: Math.round(frame.height * ZOOM) };
  const columns = cellsAlong(edges.x, x.scale, size.width);
  const rows = cellsAlong(edges.y, y.scale, size.height).reverse();
  const src = surface.imageOf(size, (across, down) => colors[columns[across] + x.stops.length * rows[down]]);
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
  const borders = scale === "log" ? edges.map(Math.log) : edges;
  const [low, high] = [borders[0], borders[borders.length - 1]];
  let cell = 0;
  return Array.from({ length: pixels }, (_, pixel) => {
    const at = low + ((high - low) * (pixel + 0.5)) / pixels;
    while (cell < borders.length - 2 && borders[cell + 1] < at) cell++;
    return cell;
  });
}

function colorCells(
  { failed }: Scene,
  { rows }: Facet,
  measure: Measure,
  { x, y }: { x: Axis; y: Axis },
): { colors: Cells["colors"]; missing: Missing } {
  const [columns, lines] = [indexOf(x), indexOf(y)];
  const cellOf = (row: number) => (columns.get(x.at[row]) ?? 0) + x.stops.length * (lines.get(y.at[row]) ?? 0);
  const colors = new Array<string | undefined>(x.stops.length * y.stops.length);
  const missing = { failed: new Set<string>(), noValue: false };
  const colorOf = colorOfMeasure(measure);
  for (const [cell, stack] of groupBy(rows, cellOf)) {
    const color = colorOf(stack);
    const reason = color === undefined ? failed[stack[0]] : undefined;
    if (reason !== undefined) missing.failed.add(reason);
    else if (color === undefined) missing.noValue = true;
    colors[cell] = color ?? (reason === undefined ? NO_VALUE : FAILED);
  }
  return { colors, missing };
}

function indexOf({ stops }: Axis): Map<number, number> {
  return new Map(stops.map((stop, i) => [stop, i]));
}
