import { channelsOf } from "../figure/colors.ts";
import type { Column } from "../figure/columns.ts";
import { drawCurve } from "../figure/curve.ts";
import { envelope, linesPanel } from "../figure/lines.ts";
import { numberMeasure, textMeasure } from "../figure/measure.ts";
import { drawPage } from "../figure/page.ts";
import type { Panel, Scene, Size, Surface } from "../figure/svg.ts";
import { drawCells } from "../figure/two-axes.ts";
import type { ModelDescription } from "../index.ts";
import type { MapData } from "./grid.ts";
import type { Traces } from "./protocol.ts";
import type { State } from "./state.ts";
import { pointText, signalLabel, unitOfPath } from "./words.ts";

const WIDTH = 720;
const CURVE = { width: WIDTH, height: 364 };
const CELLS = { width: WIDTH, height: 520 };
const TRACE = { width: WIDTH, height: 150 };
/** Pixels of a PNG for each of the figure, along each side. */
const ZOOM = 2;

/** What figures are drawn with in a page. */
export const surface: Surface = { document, textOf: (svg) => new XMLSerializer().serializeToString(svg), imageOf };

/** The figure of a sweep as SVG text: what `massgrid plot` draws of the same numbers. */
export function mapSvg(map: MapData, description: ModelDescription): string {
  const { state, grid } = map;
  const rows = Array.from({ length: grid.count }, (_, point) => point).filter((point) => map.strides[point] > 0);
  const width = grid.x.length;
  const columns = state.axes.map(({ key, path, scale }, side): Column => {
    const values = Float64Array.from({ length: grid.count }, (_, point) =>
      side === 0 ? grid.x[point % width] : grid.y[Math.floor(point / width)],
    );
    return { name: key, unit: unitOfPath(path, description), values, scale: scale === "log" ? "log" : "linear" };
  });
  const name = `${state.feature} of ${signalLabel(state.signal)}`;
  const texts = Array.from(map.isText ? map.values : [], (value) => map.texts[value] ?? "");
  const measure = map.isText
    ? textMeasure(name, texts, rows)
    : numberMeasure({ name, unit: map.unit, values: map.values, ends: undefined, quartiles: undefined }, rows);
  const failed = Array.from({ length: grid.count }, (_, point) => map.failed.get(point));
  const scene: Scene = { x: columns[0], y: columns[1], joined: true, few: false, rows, failed };
  const [drawView, panel] = columns.length === 1 ? [drawCurve, CURVE] : [drawCells, CELLS];
  const view = { scene, facet: { title: "", rows }, measure };
  return draw(`${name}, ${description.name}`, [{ title: "", draw: (on, size) => drawView(on, size, view) }], panel);
}

/** Traces below each other as SVG text. */
export function tracesSvg(
  state: State,
  description: ModelDescription,
  { points, traces: { times, traces, units } }: { points: readonly (readonly number[])[]; traces: Traces },
): string {
  const name = signalLabel(state.signal);
  const panels = traces.map(({ signal, failedAt }, i) =>
    linesPanel({
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
