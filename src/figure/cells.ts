import * as Plot from "@observablehq/plot";
import { type Axis, axisOf, edgesOf, scaleOptions } from "./axis.ts";
import { EDGE, FAILED, type Missing, NO_VALUE } from "./colors.ts";
import { besideLegend, legendOf } from "./legend.ts";
import { colorOfMeasure, type Measure } from "./measure.ts";
import type { Range } from "./scale.ts";
import { cutLabel, type Facet, MARGIN, MARGINS, type Panel, type Scene, type Size, type Surface } from "./svg.ts";

/** More cells than this are drawn as an image: a file of so many rectangles is slow to open. */
const MOST_RECTANGLES = 12_000;
/** Pixels of such an image for each pixel of the figure. */
const ZOOM = 2;

/** A feature over two axes, a coloured cell for each pair of values; the mean, or the most frequent text, where points repeat. */
export function cellsPanel(scene: Scene, facet: Facet, measure: Measure): Panel {
  return { title: facet.title, draw: (surface, size) => drawCells(surface, size, { scene, facet, measure }) };
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

function drawCells(surface: Surface, size: Size, { scene, facet, measure }: Drawn): Element {
  const { document } = surface;
  const { rows } = scene;
  const x = axisOf(scene.x, { rows, cells: true });
  const y = axisOf(scene.y ?? scene.x, { rows, cells: true });
  const { colors, missing } = colorCells(scene, facet, measure, { x, y });
  const edges = { x: edgesOf(x), y: edgesOf(y) };
  const range = (list: readonly number[]): Range => [list[0], list[list.length - 1]];
  return besideLegend(document, size, legendOf(measure, missing), (width) => {
    const frame = { width: width - MARGIN.left - MARGIN.right, height: size.height - MARGIN.top - MARGIN.bottom };
    return Plot.plot({
      document,
      width,
      height: size.height,
      ...MARGINS,
      x: scaleOptions(x, range(edges.x), frame.width),
      y: { ...scaleOptions(y, range(edges.y), frame.height), label: cutLabel(y.label, size.height), labelOffset: MARGIN.left - 10 },
      marks: [
        colors.length > MOST_RECTANGLES ? imageMark(surface, { x, y, colors }, edges, frame) : rectMark({ x, y, colors }, edges),
        Plot.frame({ stroke: EDGE, strokeWidth: 0.5 }),
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
  const stacks = new Map<number, number[]>();
  for (const row of rows) {
    const cell = (columns.get(x.at[row]) ?? 0) + x.stops.length * (lines.get(y.at[row]) ?? 0);
    const stack = stacks.get(cell);
    if (stack) stack.push(row);
    else stacks.set(cell, [row]);
  }
  const colors = new Array<string | undefined>(x.stops.length * y.stops.length);
  const missing = { failed: new Set<string>(), noValue: false };
  const colorOf = colorOfMeasure(measure);
  for (const [cell, stack] of stacks) {
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
