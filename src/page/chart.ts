import uPlot from "uplot";
import { color, onTheme } from "./theme.ts";

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

/** Draws all charts again when the system goes from light to dark. */
export function followTheme(): void {
  onTheme(() => {
    for (const { plot } of charts) plot.redraw(false, true);
  });
}

function widthOf(host: HTMLElement): number {
  return Math.max(120, Math.floor(host.clientWidth));
}

const font = "12px system-ui, sans-serif";

/** An axis in the page's colours. */
export function axis(label: string | (() => string), more: uPlot.Axis = {}): uPlot.Axis {
  return {
    stroke: () => color("ink-soft"),
    font,
    labelFont: font,
    ...(label === "" ? {} : { label, labelSize: 18, labelGap: 0 }),
    grid: { stroke: () => color("line"), width: 1 },
    ticks: { stroke: () => color("line"), width: 1, size: 4 },
    gap: 3,
    ...(more.size === undefined ? { size: 28 } : {}),
    ...more,
  };
}

/** The range of a scale: that of its data, with a margin of a twentieth. */
export function padded(low: number | null, high: number | null): [number, number] {
  if (low === null || high === null || !Number.isFinite(low) || !Number.isFinite(high)) return [0, 1];
  if (low === high) return low === 0 ? [-1, 1] : [low - Math.abs(low) / 10, high + Math.abs(high) / 10];
  const margin = (high - low) / 20;
  return [low - margin, high + margin];
}

/** A linear scale that shows just what there is, or what one has zoomed to. */
export function tightScale(): uPlot.Scale {
  return { time: false, range: (_, low, high) => (low === high ? padded(low, high) : [low ?? 0, high ?? 1]) };
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
