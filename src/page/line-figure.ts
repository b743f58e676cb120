import type uPlot from "uplot";
import { categoryColors, FAILED, lineColor } from "../figure/colors.ts";
import { largestOf, padded, paddedLog, tickTexts, type ValueScale } from "../figure/scale.ts";
import { labelled, scaled } from "../quantity.ts";
import { AlongLine } from "./along-line.ts";
import { AxisRoom, axis, Chart, circle, color, dataRange, type FigureOptions, SweepFigure, sideAxis, tightScale, zoom } from "./chart.ts";
import { nearestIndex } from "./grid.ts";
import type { MapData } from "./map-data.ts";

const HEIGHT = 260;
/** More points than this are a line without dots. */
const MOST_DOTS = 120;

/**
 * A feature against one axis: a line that gets more points as they come, and further ones where it bends; dots where the axis is a list,
 * or so coarse that a line through them would tell what nobody has computed. Replicates have a band or a bar of their mean's confidence interval.
 */
export class LineFigure extends SweepFigure {
  protected readonly chart: Chart;
  readonly #log: boolean;
  #along: AlongLine;

  constructor(host: HTMLElement, map: MapData, scale: ValueScale, options: FigureOptions) {
    super(map, scale);
    this.#log = map.state.axes[0].scale === "log";
    this.#along = new AlongLine(map);
    const data = this.#data();
    this.chart = new Chart(host, this.#options(options), data);
    this.takeClicks(options, (plot) => this.#indexAt(plot.cursor.idx));
  }

  #options(options: FigureOptions): Omit<uPlot.Options, "width"> {
    const isText = () => this.map.isText;
    const isEmpty = () => !isText() && this.#isEmpty();
    const unit = () => scaled(largestOf(this.scale.range), this.map.unit);
    const values = (_: uPlot, splits: number[]) =>
      isText() ? splits.map((value) => this.map.texts[value] ?? "") : tickTexts(splits.map((value) => value / unit().scale));
    const label = () => {
      const name = this.map.label;
      return isText() || isEmpty() ? name : labelled(name, unit().unit);
    };
    const y = axis(label, { values, size: new AxisRoom(60).size });
    const { splits } = y;
    // Without a value there is nothing that an axis could measure.
    const own: uPlot.Axis["splits"] = (plot, side, low, high, step, space) => {
      if (isText()) return [...this.map.texts.keys()];
      return isEmpty() || typeof splits !== "function" ? [] : splits(plot, side, low, high, step, space);
    };
    const log = this.scale.log && !isText();
    const ends = { stroke: "transparent", points: { show: false } };
    return {
      height: HEIGHT,
      scales: {
        x: { ...tightScale(this.#log), range: (_, low, high) => spaced(low, high, this.#log) },
        y: { ...(log ? { distr: 3, log: 10 } : {}), range: () => this.#range(log) },
      },
      axes: [sideAxis(options.sides[0]), { ...y, splits: own }],
      series: [
        {},
        {
          stroke: () => (isText() || !this.#along.isLine ? "transparent" : lineColor(0)),
          width: 1.5,
          spanGaps: false,
          points: { show: false },
        },
        ends,
        ends,
      ],
      bands: [{ series: [3, 2], fill: () => (this.#along.isLine ? `${lineColor(0)}38` : "transparent") }],
      cursor: { drag: { x: true, y: false }, points: { show: false } },
      hooks: this.hooks(
        options,
        (plot) => this.#draw(plot),
        (plot) => ((plot.cursor.left ?? -1) < 0 ? -1 : this.#indexAt(plot.cursor.idx)),
      ),
    };
  }

  /** The point of the grid at, or nearest to, an entry. */
  #indexAt(place: number | null | undefined): number {
    const entry = this.#along.entries[place ?? -1];
    if (entry === undefined) return -1;
    return entry.index >= 0 ? entry.index : nearestIndex(this.map.grid.x, entry.x);
  }

  #isEmpty(): boolean {
    return !this.#along.entries.some(({ value }) => Number.isFinite(value));
  }

  #range(log: boolean): [number, number] {
    if (this.map.isText) return [-0.5, Math.max(1, this.map.texts.length) - 0.5];
    const [low, high] = this.scale.range;
    return (log ? paddedLog : padded)([low, high]);
  }

  #data(): uPlot.AlignedData {
    this.#along = new AlongLine(this.map);
    const { entries } = this.#along;
    // What has not come yet is no gap of the line.
    const column = (of: "value" | "low" | "high") =>
      entries.map((entry) => (Number.isFinite(entry[of]) ? entry[of] : entry.isHere ? null : undefined));
    return [Float64Array.from(entries, ({ x }) => x), column("value"), column("low"), column("high")];
  }

  show(): void {
    this.chart.plot.setData(this.#data(), this.#isWhole());
    this.chart.plot.redraw(false, true);
  }

  /** Whether all of x is shown: then y follows what comes. */
  #isWhole(): boolean {
    const { min, max } = this.chart.plot.scales.x;
    const [first, last] = [this.#along.entries[0]?.x ?? 0, this.#along.entries[this.#along.entries.length - 1]?.x ?? 0];
    return min === undefined || min === null || max === undefined || max === null || (min <= first && max >= last);
  }

  zoom(factor: number): void {
    zoom(this.chart, factor);
  }

  #draw(plot: uPlot): void {
    const { failures, between, grid } = this.map;
    const { bbox, ctx } = plot;
    ctx.save();
    ctx.textAlign = "center";
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    this.#drawDots(plot);
    ctx.fillStyle = FAILED;
    ctx.font = `${14 * devicePixelRatio}px system-ui, sans-serif`;
    const lost = [
      ...Array.from(failures.keys(), (point) => grid.x[point]),
      ...[...between].flatMap(([x, { failed }]) => (failed ? [x] : [])),
    ];
    for (const x of lost) ctx.fillText("×", plot.valToPos(x, "x", true), bbox.top + bbox.height - 3);
    if (!this.map.isText && this.#isEmpty() && this.map.done > 0) {
      ctx.fillStyle = color("ink-soft");
      ctx.fillText("no point has a value", bbox.left + bbox.width / 2, bbox.top + bbox.height / 2);
    }
    ctx.restore();
    for (const { at, color: own } of this.marks) {
      const value = this.#along.heightAt(at[0], this.scale.log && !this.map.isText);
      const bottom = bbox.top + bbox.height;
      const top = Number.isFinite(value) ? plot.valToPos(value, "y", true) : bottom;
      const left = plot.valToPos(at[0], "x", true);
      if (left < bbox.left - 1 || left > bbox.left + bbox.width + 1) continue;
      circle(plot, { left, top: Math.max(bbox.top, Math.min(bottom, top)), own, ring: false });
    }
  }

  /** A dot for each point, of a feature that is a text in the text's colour; with a bar where its replicates spread. */
  #drawDots(plot: uPlot): void {
    const { texts, isText } = this.map;
    const { ctx } = plot;
    if (this.#along.isLine && !isText && this.#along.entries.length > MOST_DOTS) return;
    const colors = categoryColors(texts);
    for (const { x, value, low, high, index } of this.#along.entries) {
      const own = isText ? colors.get(texts[value]) : lineColor(0);
      if (own === undefined || !Number.isFinite(value)) continue;
      const at = (height: number) => plot.valToPos(height, "y", true);
      const left = plot.valToPos(x, "x", true);
      [ctx.fillStyle, ctx.strokeStyle] = [own, own];
      if (!this.#along.isLine && Number.isFinite(low + high)) {
        ctx.lineWidth = 1.5 * devicePixelRatio;
        ctx.beginPath();
        ctx.moveTo(left, at(low));
        ctx.lineTo(left, at(high));
        ctx.stroke();
      }
      if (this.#along.isLine && index < 0) continue;
      ctx.beginPath();
      ctx.arc(left, at(value), (this.#along.isLine ? 2.4 : 3.4) * devicePixelRatio, 0, 2 * Math.PI);
      ctx.fill();
    }
  }
}

/** The range of x: all values and a little room, so that dots at the ends are whole. */
export function spaced(low: number | null, high: number | null, log: boolean): [number, number] {
  if (!log || low === null || high === null) return dataRange(low, high);
  const [from, to] = dataRange(Math.log10(low), Math.log10(high));
  return [10 ** from, 10 ** to];
}
