import * as Plot from "@observablehq/plot";
import { short } from "../quantity.ts";
import { type Axis, axisOf, logScale, rangeOf, scaleOptions, verticalTicks } from "./axis.ts";
import { categoryColors, FAILED, orderedColor } from "./colors.ts";
import { intervalMarks, type Spread } from "./interval.ts";
import { drawEntries, entriesWidth, type LegendEntry } from "./legend.ts";
import type { Measure, NumberMeasure, TextMeasure } from "./measure.ts";
import { MARGIN, MARGINS, type Panel } from "./panel.ts";
import type { Facet } from "./plane.ts";
import type { Scene } from "./scene.ts";
import { cutLabel, element, placed, type Size, textWidth } from "./svg.ts";

/** Lines with no more points than this have a dot at each. */
const MOST_DOTS = 80;
/** More dots than this are not drawn singly. */
const MOST_SINGLE = 20_000;

interface Series {
  name: string;
  color: string;
  rows: readonly number[];
}

/** A feature against one axis: a line, or one for each value of a second key; dots where neighbours are not to be joined. */
export function curvePanel(scene: Scene, facet: Facet, measure: Measure): Panel {
  return { title: facet.title, draw: (document, size) => drawCurve(document, size, { scene, facet, measure }) };
}

interface Drawn {
  scene: Scene;
  facet: Facet;
  measure: Measure;
}

function drawCurve(document: Document, { width, height }: Size, { scene, facet, measure }: Drawn): Element {
  const { map, plane, rows, failed } = scene;
  const x = axisOf(map, plane.x, { rows, cells: false });
  const series = seriesOf(scene, facet);
  const lost = facet.rows.filter((row) => failed[row] !== undefined && measure.kind === "number");
  const entries: LegendEntry[] = series.length > 1 ? series.map(({ name, color }) => ({ name, color, mark: "line" })) : [];
  for (const name of new Set(lost.map((row) => failed[row] ?? ""))) entries.push({ name, color: FAILED, mark: "cross" });
  const legend = entriesWidth(entries);
  const left =
    measure.kind === "text" ? Math.min(width / 3, 24 + Math.max(...measure.categories.map((name) => textWidth(name, 10)))) : MARGIN.left;
  const pixels = { x: width - legend - left - MARGIN.right, y: height - MARGIN.top - MARGIN.bottom };
  const plot = Plot.plot({
    document,
    width: width - legend,
    height,
    ...MARGINS,
    marginLeft: left,
    x: scaleOptions(x, rangeOf(x, 0.02), pixels.x),
    y: verticalScale(measure, pixels.y),
    marks: [
      Plot.frame({ stroke: "#bbb" }),
      ...(measure.kind === "number"
        ? series.flatMap((each) => numberMarks(each, x, measure, plane.joined))
        : [textMarks(facet, x, measure)]),
      Plot.dot(lost, {
        x: (row: number) => x.at[row],
        frameAnchor: "bottom",
        dy: -6,
        symbol: "times",
        stroke: FAILED,
        r: 3,
      }),
    ],
  });
  return element(document, "g", {}, placed(plot, 0, 0), drawEntries(document, entries, width - legend, MARGIN.top));
}

function verticalScale(measure: Measure, pixels: number): Plot.ScaleOptions {
  const common: Plot.ScaleOptions = {
    label: cutLabel(measure.label, pixels + MARGIN.bottom),
    labelArrow: "none",
    labelAnchor: "center",
    labelOffset: MARGIN.left - 10,
  };
  if (measure.kind === "text") return { ...common, type: "point", domain: [...measure.categories].reverse(), label: null, grid: true };
  const [low, high] = measure.range;
  if (measure.scale === "log")
    return { ...common, ...logScale([low / 1.1, high * 1.1], pixels), domain: [low / 1.1, high * 1.1], grid: true };
  const pad = low === high ? Math.abs(low) / 10 || 1 : 0.04 * (high - low);
  return { ...common, type: "linear", domain: [low - pad, high + pad], ticks: verticalTicks(pixels), grid: true };
}

function seriesOf({ map, plane, rows }: Scene, facet: Facet): Series[] {
  if (plane.y === undefined || !plane.few) return [{ name: "", color: orderedColor(0, 1), rows: facet.rows }];
  const axis = axisOf(map, plane.y, { rows, cells: true });
  const unit = /\(([^)]*)\)$/.exec(axis.label)?.[1];
  return axis.stops.map((stop, i) => ({
    name: `${axis.key} = ${axis.names[i]}${unit === undefined ? "" : ` ${unit}`}`,
    color: orderedColor(i, axis.stops.length),
    rows: facet.rows.filter((row) => axis.at[row] === stop),
  }));
}

/** The line of means, and dots: of each point, where there are not too many. */
function numberMarks({ color, rows }: Series, x: Axis, measure: NumberMeasure, joined: boolean): Plot.Markish[] {
  const { values } = measure;
  const stacks = new Map<number, number[]>();
  for (const row of rows) {
    const stack = stacks.get(x.at[row]);
    if (stack) stack.push(values[row]);
    else stacks.set(x.at[row], [values[row]]);
  }
  const repeated = stacks.size < rows.length;
  const line = [...stacks].sort(([a], [b]) => a - b).map(([at, stack]) => ({ at, value: nearby(meanOf(stack), measure) }));
  const singly = !joined || repeated || line.length <= MOST_DOTS;
  const dots = singly && rows.length <= MOST_SINGLE ? rows.filter((row) => Number.isFinite(values[row])) : [];
  const faint = repeated || !joined ? { r: 2, fillOpacity: 0.5 } : { r: 2.2 };
  return [
    ...(measure.interval ? intervalMarks(spreadsOf(rows, x, measure), color, joined && !repeated) : []),
    ...(joined ? [Plot.line(line, { x: "at", y: "value", stroke: color, strokeWidth: 1.4, clip: true })] : []),
    Plot.dot(dots, {
      x: (row: number) => x.at[row],
      y: (row: number) => nearby(values[row], measure),
      fill: color,
      clip: true,
      ...faint,
    }),
    Plot.text(rows.length === 1 ? rows : [], {
      x: (row: number) => x.at[row],
      y: (row: number) => nearby(values[row], measure),
      text: (row: number) => valueText(row, measure),
      ...(measure.interval ? { dx: 8, textAnchor: "start" } : { dy: -12 }),
    }),
  ];
}

/** The value of a single point: "3.221 ± 0.2532". */
function valueText(row: number, { values, interval }: NumberMeasure): string {
  const half = interval ? interval.high[row] - values[row] : Number.NaN;
  return Number.isNaN(half) ? short(values[row]) : `${short(values[row])} ± ${short(half)}`;
}

/** The confidence interval of each point, from left to right. */
function spreadsOf(rows: readonly number[], x: Axis, measure: NumberMeasure): Spread[] {
  const { low, high } = measure.interval ?? { low: measure.values, high: measure.values };
  const spreads = rows.map((row) => ({ at: x.at[row], low: nearby(low[row], measure), high: nearby(high[row], measure) }));
  return spreads.sort((a, b) => a.at - b.at);
}

/** A value, or one just outside of the scale: a line to 1e100 is more than can be drawn. */
function nearby(value: number, { range: [low, high], scale }: NumberMeasure): number {
  const [least, most] = scale === "log" ? [low / 10, high * 10] : [2 * low - high, 2 * high - low];
  // NaN stays NaN: there the line ends.
  return Math.min(most, Math.max(least, value));
}

function meanOf(values: readonly number[]): number {
  const finite = values.filter(Number.isFinite);
  return finite.length === 0 ? Number.NaN : finite.reduce((sum, value) => sum + value, 0) / finite.length;
}

function textMarks({ rows }: Facet, x: Axis, { values, categories }: TextMeasure): Plot.Markish {
  const colors = categoryColors(categories);
  return Plot.dot([...rows].slice(0, MOST_SINGLE), {
    x: (row: number) => x.at[row],
    y: (row: number) => values[row],
    fill: (row: number) => colors.get(values[row]),
    r: 3.2,
  });
}
