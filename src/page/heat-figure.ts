import type uPlot from "uplot";
import { cellEdges, extentOf } from "../figure/scale.ts";
import { axis, Chart, circle, color, type FigureOptions, type Marks, onClick, type SweepFigure, tightScale, zoom } from "./chart.ts";
import { nearestIndex } from "./grid.ts";
import { cellColors } from "./legend.ts";
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
export class HeatFigure implements SweepFigure {
  readonly #chart: Chart;
  #map: MapData;
  readonly #image: HTMLCanvasElement;
  readonly #sides: readonly [Side, Side];
  #marks: Marks = { pins: [], at: -1 };

  constructor(host: HTMLElement, map: MapData, options: FigureOptions) {
    const { axes } = map.state;
    const { x, y } = map.grid;
    this.#map = map;
    const side = (i: 0 | 1, values: Float64Array): Side => {
      const { scale } = axes[i];
      return { borders: cellEdges(values, scale === "log"), even: scale !== "list", log: scale === "log" };
    };
    this.#sides = [side(0, x), side(1, y)];
    this.#image = document.createElement("canvas");
    [this.#image.width, this.#image.height] = [x.length, y.length];
    const [across, up] = this.#sides;
    const ends = ({ borders }: Side) => extentOf(borders) ?? [0, 1];
    const chartOptions: Omit<uPlot.Options, "width"> = {
      height: HEIGHT,
      scales: { x: tightScale(across.log), y: tightScale(up.log) },
      axes: [axis(options.labels[0]), axis(options.labels[1], { size: 56 })],
      series: [{}, { stroke: "transparent", points: { show: false } }],
      cursor: { points: { show: false }, drag: { x: true, y: true, uni: 20 } },
      hooks: {
        drawAxes: [(plot) => this.#drawCells(plot)],
        draw: [(plot) => this.#drawMarks(plot)],
        setCursor: [(plot) => options.hover(this.#indexAt(plot, plot.cursor.left ?? -1, plot.cursor.top ?? -1))],
      },
    };
    this.#chart = new Chart(host, chartOptions, [ends(across), ends(up)]);
    const { plot } = this.#chart;
    // The place that the cross stands at, so that what is clicked is what was looked at.
    onClick(plot.over, () => options.click(this.#indexAt(plot, plot.cursor.left ?? -1, plot.cursor.top ?? -1)));
  }

  use(map: MapData): void {
    this.#map = map;
  }

  show(): void {
    this.#paint();
    this.#chart.plot.redraw(false, false);
  }

  mark(marks: Marks): void {
    this.#marks = marks;
    this.#chart.plot.redraw(false, false);
  }

  zoom(factor: number): void {
    zoom(this.#chart, factor, ["x", "y"]);
  }

  end(): void {
    this.#chart.end();
  }

  /** The point below a place on the plot; -1 where there is none. */
  #indexAt(plot: uPlot, left: number, top: number): number {
    if (left < 0 || top < 0) return -1;
    const { x, y } = this.#map.grid;
    const indexAlong = (side: 0 | 1, scale: string, at: number, values: Float64Array) => {
      const value = plot.posToVal(at, scale);
      return this.#map.state.axes[side].scale === "log"
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
    const colorOf = cellColors(this.#map);
    for (const { stride, points } of this.#map.parts) {
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
    const { pins, at } = this.#marks;
    const { x, y } = this.#map.grid;
    const pixelOf = (index: number) => [
      plot.valToPos(x[index % x.length], "x", true),
      plot.valToPos(y[Math.floor(index / x.length)], "y", true),
    ];
    const all = [...pins.map(({ index, color: own }) => ({ index, own })), ...(at < 0 ? [] : [{ index: at, own: color("look") }])];
    for (const { index, own } of all) {
      if (index < 0) continue;
      const [left, top] = pixelOf(index);
      circle(plot, { left, top, own, ring: true });
    }
  }
}
