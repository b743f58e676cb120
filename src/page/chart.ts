import uPlot from "uplot";
import { PAPER, RIM } from "../figure/colors.ts";
import { evenTicks, logTicks, padded, tickCount, tickTexts, type ValueScale, verticalTicks } from "../figure/scale.ts";
import { cutLabel, FONT_SIZE, WIDE_DIGITS, widestOf } from "../figure/svg.ts";
import { element } from "./element.ts";
import type { MapData } from "./map-data.ts";

/** Colours of controls that have been read since the system last went from light to dark: reading one takes as long as drawing with it. */
const colors = new Map<string, string>();

/** A colour of the page's style sheet, light or dark as the system wants it. Data have the colours of src/figure. */
export function color(name: string): string {
  const before = colors.get(name);
  if (before !== undefined) return before;
  // The property itself has both colours; that of an element is the one for now.
  const probe = element("span", { hidden: true });
  probe.style.color = `var(--${name})`;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  colors.set(name, found);
  return found;
}

/** A small square of a colour, beside what it stands for. */
export function swatch(own: string): HTMLElement {
  const mark = element("span", { class: "swatch", "aria-hidden": "true" });
  mark.style.background = own;
  return mark;
}

/** A point that is marked on a figure. */
export interface Mark {
  /** The axes' values there. */
  at: readonly number[];
  color: string;
}

/** What is drawn over a figure beside its numbers. */
export interface Overlay {
  /** Heights that are drawn, for the scale of a figure against one axis. */
  readonly heights: readonly number[];
  draw(plot: uPlot): void;
  /** Whether what lies below the pointer is of it, and takes the click. */
  click(plot: uPlot): boolean;
  /** What lies below the pointer, in words; "" where it is nothing of it. */
  titleAt(plot: uPlot): string;
}

/** What a figure of a sweep needs to know. */
export interface FigureOptions {
  /** The axes, x first: a label with the unit that reads well, and what one of that is in the unit of the values. */
  sides: readonly { label: string; scale: number }[];
  /** The point below the pointer; -1 for none. */
  hover: (index: number) => void;
  click: (index: number) => void;
  overlay: (map: MapData) => Overlay | undefined;
}

/** A figure of a sweep's map. */
export abstract class SweepFigure {
  protected abstract readonly chart: Chart;
  protected map: MapData;
  protected scale: ValueScale;
  protected marks: readonly Mark[] = [];

  constructor(map: MapData, scale: ValueScale) {
    this.map = map;
    this.scale = scale;
  }

  /** Takes the numbers of another sweep over the same axes, and their scale; whether it is logarithmic stays. */
  use(map: MapData, scale: ValueScale): void {
    this.map = map;
    this.scale = scale;
  }

  /** Draws what has come. */
  abstract show(): void;

  /** Zooms about the middle; 0 shows all. */
  abstract zoom(factor: number): void;

  /** What is drawn over the figure, and what is told of the pointer. */
  protected hooks(options: FigureOptions, draw: (plot: uPlot) => void, indexAt: (plot: uPlot) => number): uPlot.Hooks.Arrays {
    const overlay = () => options.overlay(this.map);
    const drawAll = (plot: uPlot) => {
      overlay()?.draw(plot);
      draw(plot);
    };
    const point = (plot: uPlot) => {
      options.hover(indexAt(plot));
      plot.over.title = overlay()?.titleAt(plot) ?? "";
    };
    return { draw: [drawAll], setCursor: [point] };
  }

  /** A click is of what is drawn over the figure, or else of its point. */
  protected takeClicks(options: FigureOptions, indexAt: (plot: uPlot) => number): void {
    const { plot } = this.chart;
    onClick(plot.over, () => {
      if (!options.overlay(this.map)?.click(plot)) options.click(indexAt(plot));
    });
  }

  mark(marks: readonly Mark[]): void {
    this.marks = marks;
    this.chart.plot.redraw(false, false);
  }

  end(): void {
    this.chart.end();
  }
}

/** A uPlot chart that is as wide as its place and takes its colours from the page. */
export class Chart {
  readonly plot: uPlot;
  readonly #observer: ResizeObserver;

  constructor(host: HTMLElement, options: Omit<uPlot.Options, "width">, data: uPlot.AlignedData) {
    const width = widthOf(host);
    this.plot = new uPlot({ legend: { show: false }, ...options, width }, data, host);
    this.#observer = new ResizeObserver(() => {
      const now = widthOf(host);
      if (now !== this.plot.width) this.plot.setSize({ width: now, height: this.plot.height });
    });
    this.#observer.observe(host);
    // What stands above a chart comes and goes; uPlot looks for its place only when the window scrolls or changes.
    this.plot.over.addEventListener("mouseenter", () => this.plot.syncRect());
    charts.add(this);
  }

  end(): void {
    charts.delete(this);
    this.#observer.disconnect();
    this.plot.destroy();
  }
}

const charts = new Set<Chart>();

/** Draws all charts again, in the page's colours of now. */
export function recolor(): void {
  colors.clear();
  for (const { plot } of charts) plot.redraw(false, true);
}

function widthOf(host: HTMLElement): number {
  return Math.max(120, Math.floor(host.clientWidth));
}

const FONT_PIXELS = 12;
const font = `${FONT_PIXELS}px system-ui, sans-serif`;
/** Pixels that a label may be longer than its axis. */
const BEYOND_AXIS = 40;
/** Pixels of an upright axis beside its numbers. */
const BESIDE_NUMBERS = 10;

/** An axis in the page's colours. */
export function axis(label: string | (() => string), more: uPlot.Axis = {}): uPlot.Axis {
  return {
    stroke: () => color("ink-soft"),
    font,
    labelFont: font,
    ...(label === "" ? {} : { label: (plot: uPlot, index: number) => fitted(plot, index, label), labelSize: 18, labelGap: 0 }),
    grid: { stroke: () => color("line"), width: 1 },
    ticks: { stroke: () => color("line"), width: 1, size: 4 },
    gap: 3,
    ...(more.size === undefined ? { size: 28 } : {}),
    // uPlot draws no axis whose numbers are larger or smaller than its own increments; which ticks there are is decided here.
    incrs: (_, __, low, high) => [Math.max(5, high - low)],
    splits: ticksOf,
    filter: (_, splits) => splits,
    values: (_, splits) => tickTexts(splits),
    ...more,
  };
}

/** How wide upright axes are that stand one above the other: as the widest of their numbers needs, and so wide at least. */
export class AxisRoom {
  readonly #least: number;
  readonly #needed = new Map<uPlot, number>();

  constructor(least: number) {
    this.#least = least;
  }

  readonly size: uPlot.Axis.Size = (plot, values) => {
    const before = this.#most();
    this.#needed.set(plot, WIDE_DIGITS * widestOf((values ?? []).map(String), FONT_PIXELS) + BESIDE_NUMBERS);
    const now = this.#most();
    // The others move with it: their numbers along x would be at other places.
    if (now !== before) queueMicrotask(() => this.#redraw(plot));
    return now;
  };

  /** Forgets a chart that is no more. */
  end(plot: uPlot): void {
    this.#needed.delete(plot);
  }

  #most(): number {
    return Math.ceil([...this.#needed.values()].reduce((most, each) => Math.max(most, each), this.#least));
  }

  #redraw(but: uPlot): void {
    for (const plot of this.#needed.keys()) if (plot !== but) plot.redraw(false, true);
  }
}

/** An axis of a sweep, of which the numbers are in the unit of its label. */
export function sideAxis({ label, scale }: FigureOptions["sides"][number], more: uPlot.Axis = {}): uPlot.Axis {
  return axis(label, { values: (_, splits) => tickTexts(splits.map((value) => value / scale)), ...more });
}

/** A label that is cut where the chart is not so long. */
function fitted({ axes, bbox }: uPlot, index: number, label: string | (() => string)): string {
  const isUpright = (axes[index].side ?? 2) % 2 === 1;
  const pixels = (isUpright ? bbox.height : bbox.width) / devicePixelRatio + BEYOND_AXIS;
  return cutLabel(typeof label === "string" ? label : label(), (pixels * FONT_SIZE) / FONT_PIXELS);
}

/** The ticks of src/figure for an axis. */
function ticksOf(plot: uPlot, index: number, low: number, high: number): number[] {
  const { side = 2, scale = "x" } = plot.axes[index];
  const isUpright = side % 2 === 1;
  const pixels = (isUpright ? plot.bbox.height : plot.bbox.width) / devicePixelRatio;
  if (plot.scales[scale].distr === 3) return logTicks([low, high], pixels);
  return evenTicks([low, high], isUpright ? verticalTicks(pixels) : tickCount(pixels));
}

/** The range of a scale: that of its data, with a margin. */
export function dataRange(low: number | null, high: number | null): [number, number] {
  if (low === null || high === null || !Number.isFinite(low) || !Number.isFinite(high)) return [0, 1];
  return padded([low, high]);
}

/** A scale that shows just what there is, or what one has zoomed to. */
export function tightScale(log = false): uPlot.Scale {
  const range: uPlot.Scale["range"] = (_, low, high) => (low === high ? dataRange(low, high) : [low ?? 0, high ?? 1]);
  return { time: false, range, ...(log ? { distr: 3, log: 10 } : {}) };
}

/** Calls back for a click, and not at the end of a drag. */
export function onClick(over: HTMLElement, click: (event: MouseEvent) => void): void {
  let from = { x: 0, y: 0 };
  over.addEventListener("mousedown", ({ clientX, clientY }) => {
    from = { x: clientX, y: clientY };
  });
  over.addEventListener("click", (event) => {
    if (Math.abs(event.clientX - from.x) + Math.abs(event.clientY - from.y) < 5) click(event);
  });
}

/** Zooms a chart's x axis about its middle by a factor; 0 shows all again. */
export function zoom({ plot }: Chart, factor: number, scales: readonly string[] = ["x"]): void {
  if (factor === 0) {
    plot.setData(plot.data, true);
    return;
  }
  plot.batch(() => {
    for (const name of scales) {
      const { min, max, distr } = plot.scales[name];
      if (min === undefined || max === undefined || min === null || max === null) continue;
      const log = distr === 3;
      const [low, high] = log ? [Math.log10(min), Math.log10(max)] : [min, max];
      const [middle, half] = [(low + high) / 2, ((high - low) / 2) * factor];
      const [from, to] = [middle - half, middle + half];
      plot.setScale(name, log ? { min: 10 ** from, max: 10 ** to } : { min: from, max: to });
    }
  });
}

/** A mark on a plot: a disc in its own colour with a rim that stands out from any. */
export function circle({ ctx }: uPlot, { left, top, own, ring }: { left: number; top: number; own: string; ring: boolean }): void {
  const size = devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.arc(left, top, 5 * size, 0, 2 * Math.PI);
  ctx.fillStyle = own;
  ctx.fill();
  ctx.lineWidth = 2 * size;
  ctx.strokeStyle = ring ? PAPER : color("paper");
  ctx.stroke();
  if (ring) {
    ctx.beginPath();
    ctx.arc(left, top, 6.5 * size, 0, 2 * Math.PI);
    ctx.lineWidth = size;
    ctx.strokeStyle = RIM;
    ctx.stroke();
  }
  ctx.restore();
}
