import * as Plot from "@observablehq/plot";
import type { ModelDescription } from "../index.ts";
import { labelled, scaled } from "../quantity.ts";
import { colorScale } from "./color-scale.ts";
import type { MapData } from "./map-data.ts";
import type { Traces } from "./protocol.ts";
import { sideOf } from "./side.ts";
import type { State } from "./state.ts";
import { axisLabel, pointText, signalLabel } from "./words.ts";

const SVG = "http://www.w3.org/2000/svg";
const SIZE = { width: 720, height: 520, row: 120 };
/** How much larger than the figure its PNG is. */
const SHARPNESS = 2;
/** Lines on paper, whatever the screen has. */
const inks = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8c510a", "#56b4e9", "#e69f00", "#6a3d9a"];
/** Samples of a line; what is more is thinned to the least and largest of each stretch. */
const MOST_SAMPLES = 2400;
const margins = { marginLeft: 70, marginRight: 16, marginBottom: 42 };
const style = { background: "white", color: "#222", fontFamily: "system-ui, sans-serif", fontSize: "12px" };

/** The figure of a sweep as SVG text, on white paper. */
export function mapSvg(map: MapData, description: ModelDescription): string {
  const title = `${map.state.feature} of ${signalLabel(map.state.signal)}, ${description.name}`;
  return framed(title, map.state.axes.length === 1 ? [linePlot(map, description)] : heatPlots(map, description));
}

function measured(map: MapData): { values: Float64Array; label: string } {
  const [low, high] = map.range() ?? [0, 1];
  const { scale, unit } = scaled(Math.max(Math.abs(low), Math.abs(high)), map.unit);
  return { values: map.isText ? map.values : map.values.map((value) => value / scale), label: labelled(map.state.feature, unit) };
}

function linePlot(map: MapData, description: ModelDescription): Element {
  const { values, label } = measured(map);
  const [axis] = map.state.axes;
  const order = Array.from(map.grid.x.keys())
    .filter((i) => map.strides[i] > 0)
    .sort((a, b) => map.grid.x[a] - map.grid.x[b]);
  const at = { x: (i: number) => map.grid.x[i], y: (i: number) => (map.isText ? map.texts[values[i]] : values[i]) };
  const few = order.length <= 120 || map.isText;
  return Plot.plot({
    ...{ ...margins, style, width: SIZE.width, height: SIZE.height * 0.7 },
    x: { label: axisLabel(axis, description), type: axis.scale === "log" ? "log" : "linear", labelAnchor: "center", labelArrow: "none" },
    y: { label, labelArrow: "none", grid: true, ...(map.isText ? { type: "point", domain: [...map.texts] } : {}) },
    marks: [
      Plot.frame({ stroke: "#bbb" }),
      ...(map.isText ? [] : [Plot.line(order, { ...at, stroke: inks[0], strokeWidth: 1.5 })]),
      ...(few ? [Plot.dot(order, { ...at, fill: inks[0], r: 3 })] : []),
    ],
  });
}

/** The heat map, and what its colours mean. */
function heatPlots(map: MapData, description: ModelDescription): Element[] {
  const { axes } = map.state;
  const [across, up] = [sideOf(axes[0], map.grid.x), sideOf(axes[1], map.grid.y)];
  const { colorOf, low, high, log } = colorScale(map);
  const { label } = measured(map);
  const by = map.isText ? 1 : scaled(Math.max(Math.abs(low), Math.abs(high)), map.unit).scale;
  const width = map.grid.x.length;
  const shown = Array.from({ length: map.grid.count }, (_, i) => i).filter((i) => map.strides[i] > 0);
  const side = (values: Float64Array, of: (i: number) => number, shift: number) => (i: number) => values[of(i) + shift];
  const [column, row] = [(i: number) => i % width, (i: number) => Math.floor(i / width)];
  const cells = {
    ...{ x1: side(across.borders, column, 0), x2: side(across.borders, column, 1) },
    ...{ y1: side(up.borders, row, 0), y2: side(up.borders, row, 1) },
    fill: (i: number) => hexOf(colorOf(map.values[i])),
    shapeRendering: "crispEdges" as const,
  };
  const type = (i: number) => (axes[i].scale === "log" ? ("log" as const) : ("linear" as const));
  const plot = Plot.plot({
    ...{ ...margins, style, width: SIZE.width, height: SIZE.height },
    x: { label: axisLabel(axes[0], description), type: type(0), labelAnchor: "center", labelArrow: "none" },
    y: { label: axisLabel(axes[1], description), type: type(1), labelArrow: "none" },
    color: { type: "identity" },
    marks: [Plot.rect(shown, cells)],
  });
  const legend = map.isText
    ? Plot.legend({ color: { type: "ordinal", domain: [...map.texts], range: map.texts.map((_, i) => hexOf(colorOf(i))) }, style })
    : Plot.legend({ color: { type: log ? "log" : "linear", scheme: "viridis", domain: [low / by, high / by], label }, width: 320, style });
  // Above the plot, where its axis begins; numbers at its ends stand out of it.
  if (legend instanceof SVGElement) legend.setAttribute("x", String(margins.marginLeft));
  if (legend instanceof SVGElement) legend.setAttribute("overflow", "visible");
  return [...(legend instanceof SVGElement ? [legend] : []), plot];
}

/** Traces below each other as SVG text. */
export function tracesSvg(
  state: State,
  description: ModelDescription,
  { points, traces: { times, traces, units } }: { points: readonly (readonly number[])[]; traces: Traces },
): string {
  const rows = traces.map(({ signal }, i) => {
    const { scale, unit } = scaled(
      signal.reduce((most, value) => Math.max(most, Math.abs(value)), 0),
      units.signal,
    );
    const kept = thinned(signal);
    const isLast = i === traces.length - 1;
    return Plot.plot({
      ...{ ...margins, style, width: SIZE.width, height: SIZE.row + (isLast ? 22 : 0), marginTop: 22, marginBottom: isLast ? 42 : 18 },
      x: {
        label: isLast ? labelled("time", units.time === "1" ? "" : units.time) : null,
        labelAnchor: "center",
        labelArrow: "none",
        ticks: isLast ? 10 : [],
      },
      y: {
        label: `${labelled(signalLabel(state.signal), unit)} · ${pointText(state, points[i], description)}`,
        labelArrow: "none",
        ticks: 3,
        nice: true,
      },
      marks: [
        Plot.frame({ stroke: "#ccc" }),
        Plot.line(kept, {
          x: (k: number) => times[k],
          y: (k: number) => signal[k] / scale,
          stroke: inks[i % inks.length],
          strokeWidth: 0.8,
        }),
      ],
    });
  });
  return framed(`${signalLabel(state.signal)}, ${description.name}`, rows);
}

/** Numbers of the samples that a line needs: the least and largest of each stretch, in their order. */
function thinned(values: Float64Array): number[] {
  if (values.length <= MOST_SAMPLES) return [...values.keys()];
  const stretches = MOST_SAMPLES / 2;
  return Array.from({ length: stretches }, (_, i) => {
    const [start, end] = [Math.floor((i * values.length) / stretches), Math.floor(((i + 1) * values.length) / stretches)];
    let [low, high] = [start, start];
    for (let k = start; k < end; k++) {
      if (values[k] < values[low]) low = k;
      if (values[k] > values[high]) high = k;
    }
    return [Math.min(low, high), Math.max(low, high)];
  }).flat();
}

/** Drawings below each other in one SVG, with a title that is read too. */
function framed(title: string, drawings: readonly Element[]): string {
  const sizes = drawings.map((drawing) => [Number(drawing.getAttribute("width")), Number(drawing.getAttribute("height"))]);
  const head = 30;
  const height = sizes.reduce((sum, [, high]) => sum + high, head);
  const svg = document.createElementNS(SVG, "svg");
  const attributes = { xmlns: SVG, width: SIZE.width, height, viewBox: `0 0 ${SIZE.width} ${height}`, role: "img" };
  for (const [name, value] of Object.entries(attributes)) svg.setAttribute(name, String(value));
  const paper = make("rect", { width: SIZE.width, height, fill: "white" });
  const titled = make("title", {});
  titled.textContent = title;
  const heading = make("text", {
    x: 14,
    y: 20,
    "font-family": "system-ui, sans-serif",
    "font-size": 15,
    "font-weight": "bold",
    fill: "#222",
  });
  heading.textContent = title;
  svg.append(titled, paper, heading);
  let y = head;
  drawings.forEach((drawing, i) => {
    drawing.setAttribute("y", String(y));
    y += sizes[i][1];
    svg.append(drawing);
  });
  return new XMLSerializer().serializeToString(svg);
}

function make(name: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, String(value));
  return made;
}

/** `#rrggbb` of a packed colour. */
function hexOf(packed: number): string {
  const [red, green, blue] = new Uint8Array(Uint32Array.of(packed).buffer);
  return `#${[red, green, blue].map((channel) => channel.toString(16).padStart(2, "0")).join("")}`;
}

/** An SVG as PNG, twice as large. */
export async function pngOf(svg: string): Promise<Blob> {
  const url = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.width * SHARPNESS, image.height * SHARPNESS];
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) => {
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("the browser cannot make a PNG of this size"))), "image/png");
    });
  } finally {
    URL.revokeObjectURL(url);
  }
}
