import * as Plot from "@observablehq/plot";
import { labelled, scaled } from "../quantity.ts";
import { linearScale, roomLeft } from "./axis.ts";
import { FRAME, lineColor, SOFT_INK } from "./colors.ts";
import { largestOf, padded, type Range, rangeOfLines, tickCount, verticalTicks } from "./scale.ts";
import { cutLabel, MARGIN, MARGINS, type Panel, placed, type Size, type Surface } from "./svg.ts";

/** A trace as a line can show it. */
export interface Line {
  time: Float64Array;
  values: Float64Array;
}

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
  /** What its axis spans, where that is not its own: of several panels with one scale. */
  range?: Range | undefined;
}

/** A line has at most this many samples: the lowest and highest of each pixel's. */
const MOST_SAMPLES = 1200;
/** Names on an axis, before they are counted. */
const MOST_NAMES = 3;
const plain = { labelArrow: "none", labelAnchor: "center" } as const;

/** Traces against time. */
export function linesPanel(panel: LinesPanel): Panel {
  return { title: panel.title, draw: (surface, size) => drawLines(surface, size, panel) };
}

function drawLines({ document }: Surface, { width, height }: Size, panel: LinesPanel): Element {
  const { lines, times, timeUnit } = panel;
  const range = panel.range ?? rangeOfLines(panel.lines, panel.failed);
  const [low, high]: Range = range ?? [-1, 1];
  const isEmpty = range === undefined;
  const y = scaled(largestOf([low, high]), panel.unit);
  const end = times.length > 1 ? times[times.length - 1] + (times[times.length - 1] - times[times.length - 2]) : 1;
  const start = times.length > 1 ? times[0] : 0;
  const x = scaled(end, timeUnit);
  const names = lines.length <= MOST_NAMES ? lines.map(({ name }) => name).join(", ") : `${lines.length} outputs`;
  const domain = padded([low / y.scale, high / y.scale]);
  const span = [start / x.scale, end / x.scale] as const;
  const up = linearScale(domain, verticalTicks(height - MARGIN.top - MARGIN.bottom));
  const left = roomLeft(up);
  const plot = Plot.plot({
    document,
    width,
    height,
    ...MARGINS,
    marginLeft: left,
    x: { ...plain, label: labelled("time", x.unit), ...linearScale(span, tickCount(width - 80)), domain: [...span] },
    y: {
      ...plain,
      label: cutLabel(labelled(names, y.unit), height),
      labelOffset: left - 10,
      ...up,
      ...(isEmpty ? { ticks: [] } : {}),
      grid: true,
      domain,
    },
    marks: [
      Plot.frame({ stroke: FRAME }),
      ...lineMarks(panel, [low, high], { x: x.scale, y: y.scale }),
      Plot.text(isEmpty ? ["no finite sample"] : [], { frameAnchor: "middle", fill: SOFT_INK }),
    ],
  });
  return placed(plot, 0, 0);
}

function lineMarks({ lines, failed }: LinesPanel, [low, high]: Range, scale: { x: number; y: number }): Plot.Markish[] {
  // A line to 1e100 is more than can be drawn: it ends just outside of the frame.
  const within = (value: number) => Math.min(2 * high - low, Math.max(2 * low - high, value));
  return lines.map(({ time, values, color }) => {
    const shown = values.map((value) => (Number.isFinite(value) ? within(value) / scale.y : Number.NaN));
    const style = { stroke: lineColor(color), strokeWidth: 1, clip: failed };
    return Plot.line(shown, { x: time.map((t) => t / scale.x), y: shown, ...style });
  });
}

/** At most MOST_SAMPLES samples of a trace: the lowest and highest of each stretch, in their order. */
export function envelope(time: Float64Array, values: Float64Array): Line {
  if (values.length <= MOST_SAMPLES) return { time: time.subarray(0, values.length), values };
  const stretches = MOST_SAMPLES / 2;
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
  return { time: Float64Array.from(kept, (k) => time[k]), values: Float64Array.from(kept, (k) => values[k]) };
}
