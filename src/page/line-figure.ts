import type uPlot from "uplot";
import { categoryColors, FAILED, lineColor } from "../figure/colors.ts";
import { largestOf, tickTexts } from "../figure/scale.ts";
import { labelled, scaled } from "../quantity.ts";
import { axis, Chart, circle, dataRange, type FigureOptions, onClick, SweepFigure, shownMarks, tightScale, zoom } from "./chart.ts";
import type { MapData } from "./grid.ts";
import { signalLabel } from "./words.ts";

const HEIGHT = 260;
/** More points than this are a line without dots. */
const MOST_DOTS = 120;

/** A feature against one axis: a line that gets more points as they come. */
export class LineFigure extends SweepFigure {
  protected readonly chart: Chart;
  /** Points in the order of their values: a list need not be. */
  readonly #order: Uint32Array;

  constructor(host: HTMLElement, map: MapData, options: FigureOptions) {
    super(map);
    const { x } = map.grid;
    this.#order = Uint32Array.from(x.keys()).sort((a, b) => x[a] - x[b]);
    const log = map.state.axes[0].scale === "log";
    this.chart = new Chart(host, this.#options(options, log), this.#data());
    const { plot } = this.chart;
    onClick(plot.over, () => options.click(this.#order[plot.cursor.idx ?? -1] ?? -1));
  }

  #options({ labels, hover }: FigureOptions, log: boolean): Omit<uPlot.Options, "width"> {
    const isText = () => this.map.isText;
    const unit = () => scaled(largestOf(this.map.range() ?? [0, 1]), this.map.unit);
    const values = (_: uPlot, splits: number[]) =>
      isText() ? splits.map((value) => this.map.texts[value] ?? "") : tickTexts(splits.map((value) => value / unit().scale));
    const label = () => {
      const name = `${this.map.state.feature} of ${signalLabel(this.map.state.signal)}`;
      return isText() ? name : labelled(name, unit().unit);
    };
    const texts = isText() ? { splits: () => [...this.map.texts.keys()] } : {};
    const y = axis(label, { values, ...texts, size: 60 });
    return {
      height: HEIGHT,
      scales: {
        x: { ...tightScale(log), range: (_, low, high) => spaced(low, high, log) },
        y: { range: (_, low, high) => (isText() ? [-0.5, Math.max(1, this.map.texts.length) - 0.5] : dataRange(low, high)) },
      },
      axes: [axis(labels[0]), y],
      series: [
        {},
        {
          stroke: () => (isText() ? "transparent" : lineColor(0)),
          width: 1.5,
          spanGaps: true,
          points: { show: this.#order.length <= MOST_DOTS, size: 6 },
        },
      ],
      cursor: { drag: { x: true, y: false }, points: { show: false } },
      hooks: {
        draw: [(plot) => this.#drawMarks(plot)],
        setCursor: [(plot) => hover((plot.cursor.left ?? -1) < 0 ? -1 : (this.#order[plot.cursor.idx ?? -1] ?? -1))],
      },
    };
  }

  #data(): [Float64Array, (number | null)[]] {
    const { grid, values } = this.map;
    const y = Array.from(this.#order, (point) => (Number.isFinite(values[point]) ? values[point] : null));
    return [Float64Array.from(this.#order, (point) => grid.x[point]), y];
  }

  show(): void {
    this.chart.plot.setData(this.#data(), this.#isWhole());
    this.chart.plot.redraw(false, true);
  }

  /** Whether all of x is shown: then y follows what comes. */
  #isWhole(): boolean {
    const { min, max } = this.chart.plot.scales.x;
    const { x } = this.map.grid;
    const [first, last] = [x[this.#order[0]], x[this.#order[this.#order.length - 1]]];
    return min === undefined || min === null || max === undefined || max === null || (min <= first && max >= last);
  }

  zoom(factor: number): void {
    zoom(this.chart, factor);
  }

  #drawMarks(plot: uPlot): void {
    const { grid, values, failed } = this.map;
    const { bbox, ctx } = plot;
    ctx.save();
    ctx.fillStyle = FAILED;
    ctx.font = `${14 * devicePixelRatio}px system-ui, sans-serif`;
    ctx.textAlign = "center";
    for (const point of failed.keys()) ctx.fillText("×", plot.valToPos(grid.x[point], "x", true), bbox.top + bbox.height - 3);
    this.#drawTexts(plot);
    ctx.restore();
    for (const { index, color: own } of shownMarks(this.marks)) {
      const value = values[index];
      const bottom = bbox.top + bbox.height;
      const top = Number.isFinite(value) ? plot.valToPos(value, "y", true) : bottom;
      circle(plot, { left: plot.valToPos(grid.x[index], "x", true), top: Math.min(bottom, top), own, ring: false });
    }
  }

  /** Of a feature that is a text, a dot for each point in the text's colour. */
  #drawTexts(plot: uPlot): void {
    if (!this.map.isText) return;
    const { grid, values, texts } = this.map;
    const colors = categoryColors(texts);
    for (const point of this.#order) {
      const own = colors.get(texts[values[point]]);
      if (own === undefined) continue;
      plot.ctx.fillStyle = own;
      plot.ctx.beginPath();
      const [left, top] = [plot.valToPos(grid.x[point], "x", true), plot.valToPos(values[point], "y", true)];
      plot.ctx.arc(left, top, 3.2 * devicePixelRatio, 0, 2 * Math.PI);
      plot.ctx.fill();
    }
  }
}

/** The range of x: all values and a little room, so that dots at the ends are whole. */
function spaced(low: number | null, high: number | null, log: boolean): [number, number] {
  if (!log || low === null || high === null) return dataRange(low, high);
  const [from, to] = dataRange(Math.log10(low), Math.log10(high));
  return [10 ** from, 10 ** to];
}
