import * as Plot from "@observablehq/plot";
import type { Table } from "apache-arrow";
import { parseHTML } from "linkedom";
import { type Combination, combine, unitOf } from "./combination.ts";
import { gridKeysOf } from "./map.ts";
import { prefixed, short } from "./quantity.ts";

/** Panels of a figure at most; of more points, some are shown that lie evenly among them. */
const MOST_PANELS = 24;
const PANEL = { width: 560, height: 210, columns: 2, title: 26 };
/** A line has at most this many samples: the lowest and highest of each pixel's. */
const LINE_POINTS = 1200;
const COLORS = ["#2f5d8a", "#c4622d", "#3c7a4e", "#8a3d6b", "#7a6a2f", "#4d4d4d"];

interface Panel {
  title: string;
  timeUnit: string;
  lines: { name: string; time: Float64Array; values: Float64Array; unit: string }[];
}

/** A figure of the sweep as SVG text: a panel for each point, sorted by the first grid key, traces against time. */
export function figure(results: Table, resultsMap: Table, combinations: readonly Combination[]): string {
  const panels = choosePoints(resultsMap).map((row) => panel(results, resultsMap, row, combinations));
  const rows = Math.ceil(panels.length / PANEL.columns);
  const columns = Math.min(PANEL.columns, panels.length);
  const left = resultsMap.numRows - panels.length;
  const model = results.schema.metadata.get("model") ?? "";
  const caption = left > 0 ? `${model} (${panels.length} of ${resultsMap.numRows} points):` : `${model}:`;
  const { document } = parseHTML("<html><body></body></html>");
  const size = { width: columns * PANEL.width, height: rows * PANEL.height + PANEL.title + 10 };
  const svg = element(document, "svg", { ...svgAttributes(size), "font-family": "system-ui, Helvetica, Arial, 'DejaVu Sans', sans-serif" });
  svg.append(element(document, "rect", { width: size.width, height: size.height, fill: "white" }));
  const heading = text(document, caption, { x: 14, y: 20, "font-size": 14, "font-weight": "bold" });
  combinations.forEach(({ name, text: sum }, i) => {
    const legend = element(document, "tspan", { fill: COLORS[i % COLORS.length], dx: 8 });
    legend.textContent = name === sum ? name : `${name} = ${sum}`;
    heading.append(legend);
  });
  svg.append(heading);
  panels.forEach((each, i) => {
    const x = (i % PANEL.columns) * PANEL.width;
    const y = Math.floor(i / PANEL.columns) * PANEL.height + PANEL.title + 10;
    svg.append(drawPanel(document, each, x, y));
  });
  return `${svg.outerHTML}\n`;
}

/** Rows of the map, sorted by the first grid key; at most as many as there is room for. */
function choosePoints(resultsMap: Table): number[] {
  const first = resultsMap.getChildAt(1);
  const rows = Array.from({ length: resultsMap.numRows }, (_, i) => i);
  rows.sort((a, b) => Number(first?.get(a)) - Number(first?.get(b)) || a - b);
  if (rows.length <= MOST_PANELS) return rows;
  return Array.from({ length: MOST_PANELS }, (_, i) => rows[Math.round((i * (rows.length - 1)) / (MOST_PANELS - 1))]);
}

function panel(results: Table, resultsMap: Table, row: number, combinations: readonly Combination[]): Panel {
  const record = resultsMap.get(row)?.toJSON() ?? {};
  const values = gridKeysOf(resultsMap)
    .map((key) => `${key} = ${short(Number(record[key]))}`)
    .join(", ");
  const title = record.status === "ok" ? values : `${values} (${record.status})`;
  const time: unknown = results.getChild("time")?.data[0]?.values;
  const times = time instanceof Float64Array ? time : new Float64Array(0);
  const lines = combinations.map((combination) => {
    const { t, v } = envelope(times, combine(results, String(record.key), combination));
    return { name: combination.name, time: t, values: v, unit: unitOf(results, combination) };
  });
  return { title, timeUnit: results.schema.metadata.get("timeUnit") ?? "", lines };
}

/** At most LINE_POINTS samples of a trace: the lowest and highest of each stretch, in their order. */
function envelope(time: Float64Array, values: Float64Array): { t: Float64Array; v: Float64Array } {
  if (values.length <= LINE_POINTS) return { t: time.subarray(0, values.length), v: values };
  const stretches = LINE_POINTS / 2;
  const kept: number[] = [];
  for (let i = 0; i < stretches; i++) {
    const start = Math.floor((i * values.length) / stretches);
    const end = Math.floor(((i + 1) * values.length) / stretches);
    let low = start;
    let high = start;
    for (let k = start; k < end; k++) {
      if (values[k] < values[low]) low = k;
      if (values[k] > values[high]) high = k;
    }
    kept.push(Math.min(low, high), Math.max(low, high));
  }
  return { t: Float64Array.from(kept, (k) => time[k]), v: Float64Array.from(kept, (k) => values[k]) };
}

function drawPanel(document: Document, { title, timeUnit, lines }: Panel, x: number, y: number): Element {
  const finite = lines.flatMap(({ values }) => [...values].filter(Number.isFinite));
  const largest = finite.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const { scale, unit } = prefixed(largest, lines[0]?.unit ?? "");
  const label = `${lines.map(({ name }) => name).join(", ")}${unit === "" ? "" : ` (${unit})`}`;
  const marks = lines.map(({ time, values }, i) => {
    const scaled = values.map((value) => (Number.isFinite(value) ? value / scale : Number.NaN));
    return Plot.line(scaled, { x: time, y: scaled, stroke: COLORS[i % COLORS.length], strokeWidth: 1 });
  });
  const plot = Plot.plot({
    document,
    width: PANEL.width,
    height: PANEL.height - PANEL.title,
    marginLeft: 64,
    marginRight: 16,
    marginTop: 22,
    marginBottom: 36,
    x: { label: `time (${timeUnit})`, labelArrow: "none", labelAnchor: "center", ticks: 8, domain: extent(lines) },
    y: { label, labelArrow: "none", labelAnchor: "center", labelOffset: 54, ticks: 4, grid: true, nice: true },
    marks: [Plot.frame({ stroke: "#bbb" }), ...marks],
  });
  const group = element(document, "g", { transform: `translate(${x},${y})` });
  group.append(text(document, title, { x: 64, y: 16, "font-size": 13, "font-weight": "bold" }));
  for (const [name, value] of Object.entries({ x: 0, y: PANEL.title - 8, ...namespaces })) plot.setAttribute(name, String(value));
  group.append(plot);
  return group;
}

/** First and last time, up to the end of the last sample. */
function extent(lines: Panel["lines"]): [number, number] {
  const time = lines[0]?.time ?? [];
  const last = time.length - 1;
  return last > 0 ? [time[0], time[last] + (time[last] - time[last - 1])] : [0, 1];
}

const namespaces = { xmlns: "http://www.w3.org/2000/svg", "xmlns:xlink": "http://www.w3.org/1999/xlink" };

function svgAttributes({ width, height }: { width: number; height: number }): Record<string, string | number> {
  return { ...namespaces, width, height, viewBox: `0 0 ${width} ${height}` };
}

function element(document: Document, name: string, attributes: Record<string, string | number>): Element {
  const made = document.createElementNS(namespaces.xmlns, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}

function text(document: Document, content: string, attributes: Record<string, string | number>): Element {
  const made = element(document, "text", { fill: "#222", ...attributes });
  made.textContent = content;
  return made;
}
