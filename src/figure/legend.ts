import * as Plot from "@observablehq/plot";
import { linearScale, logScale } from "./axis.ts";
import {
  type ColorMeaning,
  categoryColors,
  dashes,
  EDGE,
  FAILED,
  type LineMark,
  type Missing,
  missingColors,
  numberColors,
  PAPER,
} from "./colors.ts";
import type { Measure, NumberMeasure } from "./measure.ts";
import { tick, verticalTicks } from "./scale.ts";
import { cutLabel, cutMiddle, element, MARGIN, placed, type Size, text, widestOf } from "./svg.ts";

/** Something that a legend explains. */
export interface LegendEntry extends ColorMeaning {
  /** How it is drawn. */
  mark: "square" | "dot" | "ring" | "cross" | LineMark;
}

const FONT_SIZE = 11;
const ROW = 18;
const MARK = 22;
const WIDEST = 170;
/** Width of a colour bar with its numbers and its label. */
const BAR_WIDTH = 92;
const BAR = { left: 14, thickness: 14, steps: 64 };

/** Width that entries take; 0 for none. */
export function entriesWidth(entries: readonly LegendEntry[]): number {
  const names = entries.map(({ name }) => name);
  return names.length === 0 ? 0 : Math.min(WIDEST, widestOf(names, FONT_SIZE)) + MARK + 14;
}

/** Entries, one below the other. */
export function drawEntries(document: Document, entries: readonly LegendEntry[], x: number, y: number): Element {
  const made = element(document, "g", {});
  entries.forEach(({ name, color, mark }, i) => {
    const row = element(document, "g", { transform: `translate(${x + 8},${y + i * ROW})` }, drawMark(document, mark, color));
    row.append(text(document, cutMiddle(name, WIDEST, FONT_SIZE), { x: MARK - 2, y: 12, "font-size": FONT_SIZE }));
    made.append(row);
  });
  return made;
}

function drawMark(document: Document, mark: LegendEntry["mark"], color: string): Element {
  if (mark === "square")
    return element(document, "rect", { x: 1, y: 2, width: 12, height: 12, fill: color, stroke: EDGE, "stroke-width": 0.5 });
  if (mark === "ring") return element(document, "circle", { cx: 7, cy: 8, r: 2.5, fill: PAPER, stroke: color });
  if (mark === "dot") return element(document, "circle", { cx: 7, cy: 8, r: 4, fill: color });
  const d = mark === "cross" ? "M3.5,4.5L10.5,11.5M3.5,11.5L10.5,4.5" : "M0,8H15";
  const dash = mark === "cross" ? undefined : dashes[mark];
  return element(document, "path", {
    ...{ d, stroke: color, "stroke-width": 2, fill: "none" },
    ...(dash === undefined ? {} : { "stroke-dasharray": dash }),
  });
}

/** What the colours of numbers mean: a bar as high as there is room, with label and unit. */
function drawBar(document: Document, measure: NumberMeasure, x: number, size: { height: number; top: number; bottom: number }): Element {
  const { range, log, label } = measure;
  const { height, top, bottom } = size;
  const isSingle = range[0] === range[1];
  const [low, high] = isSingle ? [range[0] - 0.5, range[0] + 0.5] : range;
  const at = (i: number) => (log ? low * (high / low) ** (i / BAR.steps) : low + ((high - low) * i) / BAR.steps);
  const colors = numberColors(measure);
  const steps = Array.from({ length: BAR.steps }, (_, i) => ({
    from: at(i),
    to: at(i + 1),
    color: colors(isSingle ? low : at(i + 0.5)),
  }));
  const pixels = height - top - bottom;
  const ticks = isSingle
    ? { ticks: [range[0]], tickFormat: tick }
    : log
      ? logScale([low, high], pixels)
      : linearScale([low, high], measure.allIntegers ? Math.min(high - low, verticalTicks(pixels)) : verticalTicks(pixels));
  const plot = Plot.plot({
    document,
    width: BAR_WIDTH,
    height,
    marginLeft: BAR.left,
    marginRight: BAR_WIDTH - BAR.left - BAR.thickness,
    marginTop: top,
    marginBottom: bottom,
    x: { axis: null, domain: [0, 1] },
    y: { axis: "right", label: null, domain: [low, high], ...ticks },
    marks: [
      Plot.rect(steps, { x1: 0, x2: 1, y1: "from", y2: "to", fill: "color", shapeRendering: "crispEdges" }),
      Plot.frame({ stroke: EDGE, strokeWidth: 0.5 }),
    ],
  });
  const middle = top + pixels / 2;
  const title = text(document, cutLabel(label, pixels + top), {
    transform: `translate(${BAR_WIDTH - 12},${middle}) rotate(-90)`,
    "font-size": 10,
    "text-anchor": "middle",
  });
  return element(document, "g", { transform: `translate(${x},0)`, "aria-label": "color bar" }, placed(plot, 0, 0), title);
}

/** The legend at a panel's right side: a colour bar for numbers, entries for all else. */
export interface Legend {
  bar: NumberMeasure | undefined;
  entries: readonly LegendEntry[];
}

/** What explains a measure's colours. */
export function legendOf(measure: Measure, missing: Missing, mark: "square" | "dot" = "square"): Legend {
  if (measure.kind === "number") {
    const isCross = (color: string) => color === FAILED && mark === "dot";
    const entries = missingColors(missing).map((meaning) => ({ ...meaning, mark: isCross(meaning.color) ? ("cross" as const) : mark }));
    return { bar: measure.isEmpty ? undefined : measure, entries };
  }
  const colors = Array.from(categoryColors(measure.categories), ([name, color]): LegendEntry => ({ name, color, mark }));
  return { bar: undefined, entries: colors };
}

/** A plot with its legend at the right; `plotOf` draws it as wide as there is room. */
export function besideLegend(
  document: Document,
  { width, height }: Size,
  { bar, entries }: Legend,
  plotOf: (width: number) => Element,
): Element {
  const legend = Math.max(bar ? BAR_WIDTH : 0, entriesWidth(entries));
  const left = width - legend;
  const group = element(document, "g", {}, placed(plotOf(left), 0, 0));
  const below = bar ? entries.length * ROW : 0;
  if (bar) group.append(drawBar(document, bar, left, { height: height - below, top: MARGIN.top, bottom: below > 0 ? 12 : MARGIN.bottom }));
  if (entries.length > 0) group.append(drawEntries(document, entries, left, bar ? height - below : MARGIN.top));
  return group;
}
