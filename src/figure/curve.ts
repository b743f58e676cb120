import * as Plot from "@observablehq/plot";
import { append, groupBy } from "../lists.ts";
import { short } from "../quantity.ts";
import { type Axis, axisOf, linearScale, logScale, rangeOf, roomLeft, scaleOptions } from "./axis.ts";
import { categoryColors, FAILED, FRAME, orderedColor, PAPER, SOFT_INK } from "./colors.ts";
import { drawEntries, entriesWidth, type LegendEntry } from "./legend.ts";
import { type Measure, meanOf, type NumberMeasure, type TextMeasure } from "./measure.ts";
import { overlayEntries, overlayHeights, overlayMarks } from "./overlay.ts";
import { extentOf, isFine, padded, paddedLog, type Range, verticalTicks } from "./scale.ts";
import {
  cutLabel,
  element,
  type Facet,
  type FacetView,
  FONT_SIZE,
  MARGIN,
  MARGINS,
  placed,
  type Scene,
  type Size,
  type Surface,
  tellPlaces,
  widestOf,
} from "./svg.ts";

/** Lines with no more points than this have a dot at each. */
const MOST_DOTS = 80;
/** More dots than this are not drawn singly. */
const MOST_SINGLE = 20_000;

type Pin = NonNullable<Scene["pins"]>[number];

interface Series {
  name: string;
  color: string;
  rows: readonly number[];
}

/** A feature against one axis: a line, or one for each value of a second key; dots where neighbours are not to be joined. */
export function drawCurve(surface: Surface, { width, height }: Size, { scene, facet, measure: own }: FacetView): Element {
  const { document } = surface;
  const { rows, failed, pins = [] } = scene;
  const measure = widened(own, scene);
  const x = axisOf(scene.x, { rows, cells: false });
  // A line through a few points would tell what nobody has computed.
  const joined = scene.joined && isFine(x.stops, x.scale === "log");
  const series = seriesOf(scene, facet);
  const lost = facet.rows.filter((row) => failed[row] !== undefined && measure.kind === "number");
  const mark = joined ? "line" : "dot";
  const entries: LegendEntry[] = series.length > 1 ? series.map(({ name, color }) => ({ name, color, mark })) : [];
  append(entries, overlayEntries(scene));
  for (const { name, color } of pins) entries.push({ name, color, mark: "dot" });
  for (const name of new Set(lost.map((row) => failed[row] ?? ""))) entries.push({ name, color: FAILED, mark: "cross" });
  const legend = entriesWidth(entries);
  const high = height - MARGIN.top - MARGIN.bottom;
  const up = verticalScale(measure, high);
  const left = measure.kind === "text" ? Math.min(width / 3, 24 + widestOf(measure.categories, FONT_SIZE)) : roomLeft(up);
  const plot = Plot.plot({
    document,
    width: width - legend,
    height,
    ...MARGINS,
    marginLeft: left,
    x: scaleOptions(x, rangeOf(x, 0.02), width - legend - left - MARGIN.right),
    y: { ...up, labelOffset: left - 10 },
    marks: [
      Plot.frame({ stroke: FRAME }),
      ...(measure.kind === "number"
        ? [
            ...(series.length === 1 ? quartileMarks(series[0], x, measure, joined) : []),
            ...series.flatMap((line) => numberMarks(line, x, measure, joined)),
          ]
        : [textMarks(facet, x, measure)]),
      ...(measure.kind === "number" ? overlayMarks(scene, { x, y: { placeOf: (value) => value / measure.unitScale } }) : []),
      Plot.dot(lost, { x: (row: number) => x.at[row], frameAnchor: "bottom", dy: -6, symbol: "times", stroke: FAILED, r: 3 }),
      ...pinMarks(pins, x, measure),
      Plot.text(measure.kind === "number" && measure.isEmpty ? ["no point has a value"] : [], { frameAnchor: "middle", fill: SOFT_INK }),
    ],
  });
  const heightOf = (row: number) => (measure.kind === "number" ? nearby(measure.values[row], measure) : measure.values[row]);
  tellPlaces(surface, plot, { rows: facet.rows, x: (row) => x.at[row], y: heightOf });
  return element(document, "g", {}, placed(plot, 0, 0), drawEntries(document, entries, width - legend, MARGIN.top));
}

/** A measure whose scale has room for what is drawn over it: in numbers below 0, which no logarithmic one has. */
function widened(measure: Measure, scene: Scene): Measure {
  const heights =
    scene.curves && measure.kind === "number" ? extentOf(overlayHeights(scene).map((height) => height / measure.unitScale)) : undefined;
  if (measure.kind === "text" || !heights) return measure;
  const [low, high] = measure.isEmpty ? heights : measure.range;
  const range = [Math.min(low, heights[0]), Math.max(high, heights[1])] as const;
  return { ...measure, isEmpty: false, range, log: measure.log && range[0] > 0 };
}

function verticalScale(measure: Measure, pixels: number): Plot.ScaleOptions {
  const common: Plot.ScaleOptions = {
    label: cutLabel(measure.label, pixels + MARGIN.bottom),
    labelArrow: "none",
    labelAnchor: "center",
  };
  if (measure.kind === "text") return { ...common, type: "point", domain: [...measure.categories].reverse(), label: null, grid: true };
  if (measure.isEmpty) return { ...common, type: "linear", domain: [0, 1], ticks: [], grid: false };
  const domain: Range = (measure.log ? paddedLog : padded)(measure.range);
  const ticks = measure.log ? logScale(domain, pixels) : linearScale(domain, verticalTicks(pixels));
  return { ...common, ...ticks, domain: [...domain], grid: true };
}

function seriesOf({ y, few, rows }: Scene, facet: Facet): Series[] {
  if (y === undefined || !few) return [{ name: "", color: orderedColor(0, 1), rows: facet.rows }];
  const axis = axisOf(y, { rows, cells: true });
  const unit = /\(([^)]*)\)$/.exec(axis.label)?.[1];
  return axis.stops.map((stop, i) => ({
    name: `${axis.key} = ${axis.names[i]}${unit === undefined ? "" : ` ${unit}`}`,
    color: orderedColor(i, axis.stops.length),
    rows: facet.rows.filter((row) => axis.at[row] === stop),
  }));
}

/** Points that are marked: on their values, or at the lower edge where those are not known. */
function pinMarks(pins: readonly Pin[], x: Axis, measure: Measure): Plot.Markish[] {
  const [known, unknown] = [pins.filter(isKnown), pins.filter((pin) => !isKnown(pin))];
  const disc = { x: ({ at }: Pin) => x.placeOf(at[0]), fill: "color", stroke: PAPER, strokeWidth: 1.5, r: 4.5 };
  const heightOf = ({ value }: Pin) =>
    typeof value === "number" && measure.kind === "number" ? nearby(value / measure.unitScale, measure) : value;
  return [Plot.dot(known, { ...disc, y: heightOf }), Plot.dot(unknown, { ...disc, frameAnchor: "bottom" })];
}

function isKnown({ value }: Pin): boolean {
  return typeof value === "string" || !Number.isNaN(value);
}

/** The line of means, and dots: of each point, where there are not too many. */
function numberMarks({ color, rows }: Series, x: Axis, measure: NumberMeasure, joined: boolean): Plot.Markish[] {
  const { values } = measure;
  const stacks = groupBy(rows, (row) => x.at[row]);
  const repeated = stacks.size < rows.length;
  const line = [...stacks]
    .sort(([a], [b]) => a - b)
    .map(([at, stack]) => ({ at, value: nearby(meanOf(stack.map((row) => values[row])), measure) }));
  const singly = !joined || repeated || line.length <= MOST_DOTS;
  const dots = singly && rows.length <= MOST_SINGLE ? rows.filter((row) => Number.isFinite(values[row])) : [];
  const at = { x: (row: number) => x.at[row], y: (row: number) => nearby(values[row], measure) };
  const many = line.length > MOST_DOTS;
  const faint = repeated || (!joined && many) ? { r: 2, fillOpacity: 0.5 } : { r: joined ? 2.2 : 3 };
  return [
    ...(measure.interval ? intervalMarks(spreadsOf(rows, x, measure), color, joined && !repeated) : []),
    ...(joined ? [Plot.line(line, { x: "at", y: "value", stroke: color, strokeWidth: 1.4, clip: true })] : []),
    Plot.dot(dots, { ...at, fill: color, clip: true, ...faint }),
    Plot.text(rows.length === 1 ? rows : [], {
      ...at,
      text: (row: number) => valueText(row, measure),
      ...(measure.interval ? { dx: 8, textAnchor: "start" } : { dy: -12 }),
    }),
  ];
}

/** Median and quartiles across replicates, dashed: a line of each, or from quartile to quartile where points are not joined. */
function quartileMarks({ color, rows }: Series, x: Axis, measure: NumberMeasure, joined: boolean): Plot.Markish[] {
  const { quartiles } = measure;
  const sorted = [...rows].sort((a, b) => x.at[a] - x.at[b]);
  const repeated = new Set(sorted.map((row) => x.at[row])).size < rows.length;
  if (!quartiles || repeated || rows.length > MOST_SINGLE) return [];
  const at = (numbers: Float64Array, row: number) => ({ x: x.at[row], y: nearby(numbers[row], measure) });
  const ends = joined
    ? quartiles.flatMap((numbers) => sorted.slice(1).map((row, i) => [at(numbers, sorted[i]), at(numbers, row)]))
    : sorted.map((row) => [at(quartiles[0], row), at(quartiles[quartiles.length - 1], row)]);
  const finite = ends.filter((both) => both.every(({ y }) => Number.isFinite(y))).map(([from, to]) => ({ from, to }));
  const place = { x1: ({ from }: Link) => from.x, y1: ({ from }: Link) => from.y, x2: ({ to }: Link) => to.x, y2: ({ to }: Link) => to.y };
  return finite.length === 0
    ? []
    : [Plot.link(finite, { ...place, stroke: color, strokeDasharray: "3 3", strokeOpacity: 0.7, clip: true })];
}

/** A straight line from one place to another. */
type Link = Record<"from" | "to", { x: number; y: number }>;

/** The value of a single point: "3.221 ± 0.2532". */
function valueText(row: number, { values, interval }: NumberMeasure): string {
  const half = interval ? interval.high[row] - values[row] : Number.NaN;
  return Number.isNaN(half) ? short(values[row]) : `${short(values[row])} ± ${short(half)}`;
}

/** The confidence interval of a mean, at a place along the axis. */
interface Spread {
  at: number;
  low: number;
  high: number;
}

/** The confidence interval of each point, from left to right. */
function spreadsOf(rows: readonly number[], x: Axis, measure: NumberMeasure): Spread[] {
  const { low, high } = measure.interval ?? { low: measure.values, high: measure.values };
  const spreads = rows.map((row) => ({ at: x.at[row], low: nearby(low[row], measure), high: nearby(high[row], measure) }));
  return spreads.sort((a, b) => a.at - b.at);
}

/** A value, or one just outside of the scale: a line to 1e100 is more than can be drawn. */
function nearby(value: number, { range: [low, high], log }: NumberMeasure): number {
  const [least, most] = log ? [low / 10, high * 10] : [2 * low - high, 2 * high - low];
  // NaN stays NaN: there the line ends.
  return Math.min(most, Math.max(least, value));
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

/** Confidence intervals: a band behind a line of means, or a bar at each mean where no line joins them. */
function intervalMarks(spreads: readonly Spread[], color: string, joined: boolean): Plot.Markish[] {
  // Where there is no interval, the band has a gap.
  if (joined && spreads.length > 1)
    return [Plot.areaY(spreads, { x: "at", y1: "low", y2: "high", fill: color, fillOpacity: 0.22, clip: true })];
  // Bars that stand over one another must be seen through.
  const strokeOpacity = new Set(spreads.map(({ at }) => at)).size < spreads.length ? 0.25 : 0.6;
  const bars = spreads.filter(({ low, high }) => Number.isFinite(low) && Number.isFinite(high));
  return [Plot.ruleX(bars, { x: "at", y1: "low", y2: "high", stroke: color, strokeOpacity, strokeWidth: 1.4, clip: true })];
}
