import type uPlot from "uplot";
import {
  categoryColors,
  channelsOf,
  FAILED,
  type Missing,
  missingColors,
  NO_VALUE,
  type RampName,
  rampIndex,
  rampOf,
} from "../figure/colors.ts";
import { cellEdges, extentOf, largestOf, tick, type ValueScale } from "../figure/scale.ts";
import { labelled, scaled } from "../quantity.ts";
import { AxisRoom, Chart, circle, type FigureOptions, SweepFigure, sideAxis, swatch, tightScale, zoom } from "./chart.ts";
import { element } from "./element.ts";
import { nearestIndex } from "./grid.ts";
import type { MapData } from "./map-data.ts";

const HEIGHT = 420;

/** One side of a heat map. */
interface Side {
  /** Borders of the cells, one more than there are values. */
  borders: readonly number[];
  /** Whether the cells are equally wide on the figure. */
  even: boolean;
  log: boolean;
}

/** A feature over two axes: a cell for each point, larger ones where finer have not come yet. */
export class HeatFigure extends SweepFigure {
  protected readonly chart: Chart;
  readonly #image: HTMLCanvasElement;
  readonly #sides: readonly [Side, Side];

  constructor(host: HTMLElement, map: MapData, scale: ValueScale, options: FigureOptions) {
    super(map, scale);
    const { axes } = map.state;
    const { x, y } = map.grid;
    const side = (i: 0 | 1, values: Float64Array): Side => {
      const { scale } = axes[i];
      return { borders: cellEdges(values, scale === "log"), even: scale !== "list", log: scale === "log" };
    };
    this.#sides = [side(0, x), side(1, y)];
    this.#image = document.createElement("canvas");
    [this.#image.width, this.#image.height] = [x.length, y.length];
    const [across, up] = this.#sides;
    const ends = ({ borders }: Side) => extentOf(borders) ?? [0, 1];
    const indexAt = (plot: uPlot) => this.#indexAt(plot, plot.cursor.left ?? -1, plot.cursor.top ?? -1);
    const chartOptions: Omit<uPlot.Options, "width"> = {
      height: HEIGHT,
      scales: { x: tightScale(across.log), y: tightScale(up.log) },
      axes: [sideAxis(options.sides[0]), sideAxis(options.sides[1], { size: new AxisRoom(56).size })],
      series: [{}, { stroke: "transparent", points: { show: false } }],
      cursor: { points: { show: false }, drag: { x: true, y: true, uni: 20 } },
      hooks: {
        drawAxes: [(plot) => this.#drawCells(plot)],
        ...this.hooks(options, (plot) => this.#drawMarks(plot), indexAt),
      },
    };
    this.chart = new Chart(host, chartOptions, [ends(across), ends(up)]);
    // The place that the cross stands at, so that what is clicked is what was looked at.
    this.takeClicks(options, indexAt);
  }

  show(): void {
    this.#paint();
    this.chart.plot.redraw(false, false);
  }

  zoom(factor: number): void {
    zoom(this.chart, factor, ["x", "y"]);
  }

  /** The point below a place on the plot; -1 where there is none. */
  #indexAt(plot: uPlot, left: number, top: number): number {
    if (left < 0 || top < 0) return -1;
    const { x, y } = this.map.grid;
    const indexAlong = (side: 0 | 1, scale: string, at: number, values: Float64Array) => {
      const value = plot.posToVal(at, scale);
      return this.map.state.axes[side].scale === "log"
        ? nearestIndex(values.map(Math.log10), Math.log10(value))
        : nearestIndex(values, value);
    };
    return indexAlong(1, "y", top, y) * x.length + indexAlong(0, "x", left, x);
  }

  /** Paints the cells, coarse ones first, and the finer over them. */
  #paint(): void {
    const context = this.#image.getContext("2d");
    const { width, height } = this.#image;
    if (context === null) return;
    const image = context.createImageData(width, height);
    const pixels = new Uint32Array(image.data.buffer);
    const colorOf = cellColors(this.map, this.scale);
    for (const { stride, points } of this.map.parts) {
      for (const point of points) {
        const rgba = colorOf(point);
        const [x, y] = [point % width, Math.floor(point / width)];
        const right = Math.min(width, x + stride);
        for (let row = y; row < Math.min(height, y + stride); row++) {
          // Rows of an image run down.
          const start = (height - 1 - row) * width;
          pixels.fill(rgba, start + x, start + right);
        }
      }
    }
    context.putImageData(image, 0, 0);
  }

  #drawCells(plot: uPlot): void {
    const { ctx, bbox } = plot;
    const [across, up] = this.#sides.map(({ borders }, side) =>
      Array.from(borders, (border) => plot.valToPos(border, side === 0 ? "x" : "y", true)),
    );
    const { width, height } = this.#image;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    ctx.imageSmoothingEnabled = false;
    if (this.#sides.every(({ even }) => even)) {
      ctx.drawImage(this.#image, across[0], up[height], across[width] - across[0], up[0] - up[height]);
    } else this.#drawUneven(ctx, across, up);
    ctx.restore();
  }

  /** Cells that are not equally wide: columns are stretched to their places first, and then rows. */
  #drawUneven(ctx: CanvasRenderingContext2D, across: readonly number[], up: readonly number[]): void {
    const { width, height } = this.#image;
    const [left, right] = extentOf(across) ?? [0, 1];
    const wide = document.createElement("canvas");
    [wide.width, wide.height] = [Math.max(1, Math.ceil(right - left)), height];
    const columns = wide.getContext("2d");
    if (columns === null) return;
    columns.imageSmoothingEnabled = false;
    for (let i = 0; i < width; i++) columns.drawImage(this.#image, i, 0, 1, height, across[i] - left, 0, across[i + 1] - across[i], height);
    for (let j = 0; j < height; j++) {
      ctx.drawImage(wide, 0, height - 1 - j, wide.width, 1, left, up[j + 1], wide.width, up[j] - up[j + 1]);
    }
  }

  #drawMarks(plot: uPlot): void {
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    for (const { at, color: own } of this.marks) {
      circle(plot, { left: plot.valToPos(at[0], "x", true), top: plot.valToPos(at[1], "y", true), own, ring: true });
    }
    ctx.restore();
  }
}

/** Size of the legend's colour bar. */
const BAR = { width: 160, height: 12 };

/** The colour of each point of a map as far as it has come, packed as the pixels of an image are. */
function cellColors(map: MapData, scale: ValueScale): (point: number) => number {
  const [failed, noValue] = [packed(FAILED), packed(NO_VALUE)];
  const missing = (point: number) => (map.failures.has(point) ? failed : noValue);
  if (map.isText) {
    const byText = categoryColors(map.texts);
    const colors = map.texts.map((text) => packed(byText.get(text) ?? NO_VALUE));
    return (point) => colors[map.values[point]] ?? missing(point);
  }
  const colors = rampOf(map.display.colors).map(packed);
  const indexOf = rampIndex(scale);
  return (point) => (Number.isFinite(map.values[point]) ? colors[indexOf(map.values[point])] : missing(point));
}

const isLittleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

function packed(own: string): number {
  const [red, green, blue] = channelsOf(own);
  const opaque = 255;
  const bytes = isLittleEndian ? [opaque, blue, green, red] : [red, green, blue, opaque];
  return bytes.reduce((number, byte) => number * 256 + byte, 0);
}

/** What the colours of a heat map mean. */
export function legend(map: MapData, { range, log }: ValueScale): HTMLElement {
  const name = map.label;
  if (map.isText) {
    const texts = Array.from(categoryColors(map.texts), ([text, own]) => keyOf(own, text));
    return element("div", { class: "legend" }, element("span", {}, name), ...texts);
  }
  const missing = missingColors(missingOf(map)).map((meaning) => keyOf(meaning.color, meaning.name));
  // Of values that there are none, a bar would be an invention.
  if (map.range() === undefined)
    return element("div", { class: "legend" }, element("span", {}, `${name}: no point has a value`), ...missing);
  const { scale, unit } = scaled(largestOf(range), map.unit);
  const title = `${labelled(name, unit)}${log ? ", logarithmic" : ""}`;
  const [low, high] = range.map((value) => element("span", { class: "number" }, tick(value / scale)));
  return element("div", { class: "legend" }, element("span", {}, title), low, bar(map.display.colors), high, ...missing);
}

/** Which of a map's points have come without a value. */
function missingOf(map: MapData): Missing {
  const noValue = map.values.some((value, point) => map.strides[point] > 0 && !Number.isFinite(value) && !map.failures.has(point));
  return { failed: new Set(Array.from(map.failures.values(), ({ status }) => status)), noValue };
}

function bar(colors: RampName): HTMLCanvasElement {
  const ramp = rampOf(colors);
  const canvas = element("canvas", { ...BAR, "aria-hidden": "true" });
  const context = canvas.getContext("2d");
  for (let x = 0; x < BAR.width && context; x++) {
    context.fillStyle = ramp[Math.round((x / (BAR.width - 1)) * (ramp.length - 1))];
    context.fillRect(x, 0, 1, BAR.height);
  }
  return canvas;
}

/** A colour and what it stands for. */
function keyOf(own: string, text: string): HTMLElement {
  return element("span", { class: "key" }, swatch(own), text);
}
