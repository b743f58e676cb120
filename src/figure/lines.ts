import * as Plot from "@observablehq/plot";
import { labelled, scaled } from "../quantity.ts";
import { tickCount, verticalTicks } from "./axis.ts";
import { lineColor } from "./colors.ts";
import { extentOf } from "./columns.ts";
import type { Line } from "./envelope.ts";
import { MARGIN, type Panel } from "./panel.ts";
import { cutLabel, placed, type Size } from "./svg.ts";

/** Traces of one point that have one unit. */
export interface LinesPanel {
  title: string;
  timeUnit: string;
  unit: string;
  /** The whole run's. */
  times: Float64Array;
  lines: readonly (Line & { name: string; color: number })[];
  /** A point that did not end well: its last values are of no size that a figure could show. */
  failed: boolean;
}

/** Names on an axis, before they are counted. */
const MOST_NAMES = 3;
/** Of a point that diverged, no more is shown than so many times the size that it has in the first part of the run. */
const BEYOND = 20;
const BEGIN = 0.01;

const plain = { labelArrow: "none", labelAnchor: "center" } as const;

/** Traces against time. */
export function linesPanel(panel: LinesPanel): Panel {
  return { title: panel.title, draw: (document, size) => drawLines(document, size, panel) };
}

function drawLines(document: Document, { width, height }: Size, panel: LinesPanel): Element {
  const { lines, times, timeUnit } = panel;
  const range = valueRange(panel);
  const [low, high] = range ?? [-1, 1];
  const isEmpty = range === undefined;
  const y = scaled(Math.max(Math.abs(low), Math.abs(high)), panel.unit);
  const end = times.length > 1 ? times[times.length - 1] + (times[times.length - 1] - times[times.length - 2]) : 1;
  const start = times.length > 1 ? times[0] : 0;
  const x = scaled(end, timeUnit);
  const names = lines.length <= MOST_NAMES ? lines.map(({ name }) => name).join(", ") : `${lines.length} outputs`;
  const pad = high > low ? 0.04 * (high - low) : Math.abs(high) / 10 || 1;
  const plot = Plot.plot({
    document,
    width,
    height,
    marginLeft: MARGIN.left,
    marginRight: MARGIN.right,
    marginTop: MARGIN.top,
    marginBottom: MARGIN.bottom,
    x: { ...plain, label: labelled("time", x.unit), ticks: tickCount(width - 80), domain: [start / x.scale, end / x.scale] },
    y: {
      ...plain,
      label: cutLabel(labelled(names, y.unit), height),
      labelOffset: MARGIN.left - 10,
      ticks: isEmpty ? [] : verticalTicks(height - MARGIN.top - MARGIN.bottom),
      grid: true,
      domain: [(low - pad) / y.scale, (high + pad) / y.scale],
    },
    marks: [
      Plot.frame({ stroke: "#bbb" }),
      ...lineMarks(panel, [low, high], { x: x.scale, y: y.scale }),
      Plot.text(isEmpty ? ["no finite sample"] : [], { frameAnchor: "middle", fill: "#555" }),
    ],
  });
  return placed(plot, 0, 0);
}

function lineMarks({ lines, failed }: LinesPanel, [low, high]: readonly [number, number], scale: { x: number; y: number }): Plot.Markish[] {
  // A line to 1e100 is more than can be drawn: it ends just outside of the frame.
  const within = (value: number) => Math.min(2 * high - low, Math.max(2 * low - high, value));
  return lines.map(({ time, values, color }) => {
    const shown = values.map((value) => (Number.isFinite(value) ? within(value) / scale.y : Number.NaN));
    const style = { stroke: lineColor(color), strokeWidth: 1, clip: failed };
    return Plot.line(shown, { x: time.map((each) => each / scale.x), y: shown, ...style });
  });
}

/** Lowest and highest of what is shown; undefined where that is nothing. */
function valueRange({ lines, failed }: LinesPanel): readonly [number, number] | undefined {
  const range = extentOf(all(lines));
  if (!failed || range === undefined) return range;
  const [low, high] = range;
  const begin = extentOf(all(lines.map((line) => ({ ...line, values: line.values.subarray(0, Math.ceil(BEGIN * line.values.length)) }))));
  const most = BEYOND * Math.max(...(begin ?? range).map(Math.abs));
  return most > 0 ? [Math.max(low, -most), Math.min(high, most)] : range;
}

function* all(lines: LinesPanel["lines"]): Generator<number> {
  for (const { values } of lines) yield* values;
}
