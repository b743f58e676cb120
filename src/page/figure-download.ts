import { channelsOf, lineColor } from "../figure/colors.ts";
import type { Column } from "../figure/columns.ts";
import { drawCurve } from "../figure/curve.ts";
import type { DiagramLines } from "../figure/diagram-lines.ts";
import { envelope, linesPanel } from "../figure/lines.ts";
import { numberMeasure, textMeasure } from "../figure/measure.ts";
import { drawPage } from "../figure/page.ts";
import { extentOf, rangeOfLines } from "../figure/scale.ts";
import type { Panel, Scene, Size, Surface } from "../figure/svg.ts";
import { drawCells } from "../figure/two-axes.ts";
import type { ModelDescription } from "../index.ts";
import { AlongLine } from "./along-line.ts";
import type { MapData } from "./map-data.ts";
import type { Traces } from "./protocol.ts";
import { signalLabel } from "./signal-labels.ts";
import type { State } from "./state.ts";
import { pointText, unitOfPath } from "./words.ts";

const WIDTH = 720;
const CURVE = { width: WIDTH, height: 364 };
const CELLS = { width: WIDTH, height: 520 };
const TRACE = { width: WIDTH, height: 150 };
/** Pixels of a PNG for each of the figure, along each side. */
const ZOOM = 2;

/** What figures are drawn with in a page. */
export const surface: Surface = { document, textOf: (svg) => new XMLSerializer().serializeToString(svg), imageOf };

/** The figures of a sweep as SVG text, one below the other: what `massgrid plot` draws of the same numbers. */
export function mapsSvg(maps: readonly MapData[], told: Told): string {
  const names = maps.map(({ label }) => label);
  const panels = maps.map((map, i): Panel => {
    const title = maps.length > 1 ? names[i] : "";
    return { title, draw: (on, size) => drawMap(map, told, on, size) };
  });
  return draw(`${names.join(", ")}, ${told.description.name}`, panels, maps[0].state.axes.length === 1 ? CURVE : CELLS);
}

/** What is told of a map beside its numbers. */
interface Told {
  description: ModelDescription;
  pinned: readonly (readonly number[])[];
  /** Branches or curves that are drawn over a map. */
  linesOver: (map: MapData) => DiagramLines | undefined;
}

function drawMap(map: MapData, { description, pinned, linesOver }: Told, on: Surface, size: Size): Element {
  const { state } = map;
  const line = state.axes.length === 1 ? new AlongLine(map) : undefined;
  const of = line ? alongLine(line) : onGrid(map);
  const columns = state.axes.map(({ key, path, scale }, side): Column => {
    return { name: key, unit: unitOfPath(path, description), values: of.at[side], scale: scale === "log" ? "log" : "linear" };
  });
  const name = map.label;
  const { rows } = of;
  const ends = state.replicates > 1 && columns.length === 1 ? { low: of.low, high: of.high } : undefined;
  const measure = map.isText
    ? textMeasure(
        name,
        Array.from(of.values, (value) => map.texts[value] ?? ""),
        rows,
      )
    : numberMeasure({ name, unit: map.unit, values: of.values, ends, quartiles: undefined }, rows, map.display);
  const shownAs = (value: number) => (map.isText ? (map.texts[value] ?? Number.NaN) : value);
  const pins = pinned.map((at, i) => ({
    ...{ name: pointText(state, at, description), color: lineColor(i), at },
    value: shownAs(line?.heightAt(at[0], measure.kind === "number" && measure.log) ?? Number.NaN),
  }));
  const lines = linesOver(map);
  const scene: Scene = {
    x: columns[0],
    y: columns[1],
    joined: map.isOrdered,
    few: false,
    rows,
    failed: of.failed,
    pins,
    ...(lines ? { curves: lines } : {}),
  };
  const drawView = columns.length === 1 ? drawCurve : drawCells;
  return drawView(on, size, { scene, facet: { title: "", rows }, measure });
}

/** The numbers of a figure in rows, as figures are drawn from. */
interface Rows {
  rows: readonly number[];
  /** Where each row lies along each of the axes. */
  at: readonly Float64Array[];
  values: Float64Array;
  low: Float64Array;
  high: Float64Array;
  failed: readonly (string | undefined)[];
}

function onGrid({ grid, values, low, high, strides, failures }: MapData): Rows {
  const all = Array.from({ length: grid.count }, (_, point) => point);
  const width = grid.x.length;
  const at = [all.map((point) => grid.x[point % width]), all.map((point) => grid.y[Math.floor(point / width)])].map((each) =>
    Float64Array.from(each),
  );
  const failed = all.map((point) => failures.get(point)?.status);
  return { rows: all.filter((point) => strides[point] > 0), at, values, low, high, failed };
}

/** Points of the grid and those between them, from left to right. */
function alongLine({ entries }: AlongLine): Rows {
  const column = (name: "x" | "value" | "low" | "high") => Float64Array.from(entries, (each) => each[name]);
  return {
    rows: entries.flatMap(({ isHere }, row) => (isHere ? [row] : [])),
    at: [column("x")],
    values: column("value"),
    low: column("low"),
    high: column("high"),
    failed: entries.map(({ status }) => status),
  };
}

/** Traces below each other as SVG text. */
export function tracesSvg(
  state: State,
  description: ModelDescription,
  { points, traces: { times, traces, units } }: { points: readonly (readonly number[])[]; traces: Traces },
): string {
  const name = signalLabel(state.signal);
  const ranges = traces.flatMap(({ signal, failedAt }) => {
    return rangeOfLines([{ values: signal }], !Number.isNaN(failedAt)) ?? [];
  });
  const range = state.display.oneScale ? extentOf(ranges) : undefined;
  const panels = traces.map(({ signal, failedAt }, i) =>
    linesPanel({
      range,
      title: pointText(state, points[i], description),
      timeUnit: units.time,
      unit: units.signal,
      times,
      lines: [{ name, color: i, ...envelope(times, signal) }],
      failed: !Number.isNaN(failedAt),
    }),
  );
  return draw(`${name}, ${description.name}`, panels, TRACE);
}

function draw(title: string, panels: readonly Panel[], panel: Size): string {
  return drawPage(surface, { title, names: [], about: "", panels, columns: 1, panel }, { width: WIDTH });
}

/** Pixels as a PNG, as the address of an SVG's <image>. */
function imageOf({ width, height }: Size, colorAt: (x: number, y: number) => string | undefined): string {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext("2d");
  const image = context?.createImageData(width, height);
  if (!context || !image) return "";
  for (let i = 0; i < width * height; i++) {
    const color = colorAt(i % width, Math.floor(i / width));
    if (color !== undefined) image.data.set([...channelsOf(color), 255], 4 * i);
  }
  context.putImageData(image, 0, 0);
  return canvas.toDataURL();
}

/** An SVG as PNG, twice as large. */
export async function pngOf(svg: string): Promise<Blob> {
  const url = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.width * ZOOM, image.height * ZOOM];
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) => {
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("the browser cannot make a PNG of this size"))), "image/png");
    });
  } finally {
    URL.revokeObjectURL(url);
  }
}
