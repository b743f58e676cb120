import type uPlot from "uplot";
import { extentOf, largestOf, type Range, tickTexts } from "../figure/scale.ts";
import { labelled, scaled } from "../quantity.ts";
import { axis, Chart, dataRange, tightScale, zoom } from "./chart.ts";
import { element } from "./element.ts";
import type { Traces } from "./protocol.ts";

const HEIGHT = 240;

/** The signal against another variable, for each of the traces that are shown. */
export class PlaneChart {
  readonly element = element("div", { class: "chart", role: "img", "aria-label": "Phase plane" });
  #chart: Chart | undefined;
  #shown: { traces: Traces; colors: readonly string[]; labels: readonly [string, string] } | undefined;
  #units: readonly [ReturnType<typeof scaled>, ReturnType<typeof scaled>] = [scaled(1, ""), scaled(1, "")];

  show(traces: Traces, colors: readonly string[], labels: readonly [string, string]): void {
    this.#shown = { traces, colors, labels };
    const x = extentOfAll(traces.traces.map(({ signal }) => signal));
    const y = extentOfAll(traces.traces.map(({ plane }) => plane));
    this.#units = [scaled(largestOf(x), traces.units.signal), scaled(largestOf(y), traces.units.plane)];
    this.element.setAttribute("aria-label", `Phase plane: ${labels[1]} against ${labels[0]}`);
    const data: uPlot.AlignedData = [[...x], [...y]];
    if (this.#chart) this.#chart.plot.setData(data, true);
    else this.#chart = new Chart(this.element, this.#options(), data);
  }

  zoom(factor: number): void {
    if (this.#chart) zoom(this.#chart, factor, ["x", "y"]);
  }

  #options(): Omit<uPlot.Options, "width"> {
    const side = (i: 0 | 1, more: uPlot.Axis = {}) =>
      axis(() => labelled(this.#shown?.labels[i] ?? "", this.#units[i].unit), {
        values: (_, splits) => tickTexts(splits.map((value) => value / this.#units[i].scale)),
        ...more,
      });
    return {
      height: HEIGHT,
      scales: { x: tightScale(), y: { range: (_, low, high) => dataRange(low, high) } },
      axes: [side(0), side(1, { size: 52 })],
      series: [{}, { stroke: "transparent", points: { show: false } }],
      cursor: { drag: { x: true, y: true, uni: 20 }, points: { show: false } },
      hooks: { draw: [(plot) => this.#draw(plot)] },
    };
  }

  #draw(plot: uPlot): void {
    const { traces, colors } = this.#shown ?? { traces: undefined, colors: [] };
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    ctx.lineWidth = devicePixelRatio;
    ctx.lineJoin = "round";
    traces?.traces.forEach(({ signal, plane }, i) => {
      ctx.strokeStyle = colors[i];
      ctx.stroke(orbit(plot, signal, plane));
    });
    ctx.restore();
  }
}

/** The path of an orbit; steps that would not be seen are left out. */
function orbit(plot: uPlot, x: Float64Array, y: Float64Array): Path2D {
  const path = new Path2D();
  const [x0, y0] = [plot.valToPos(0, "x", true), plot.valToPos(0, "y", true)];
  const [across, up] = [plot.valToPos(1, "x", true) - x0, plot.valToPos(1, "y", true) - y0];
  let [atX, atY] = [Number.NaN, Number.NaN];
  for (let i = 0; i < x.length; i++) {
    const [left, top] = [x0 + across * x[i], y0 + up * y[i]];
    if (!Number.isFinite(left + top)) break;
    if (Math.abs(left - atX) + Math.abs(top - atY) < 1) continue;
    if (Number.isNaN(atX)) path.moveTo(left, top);
    else path.lineTo(left, top);
    [atX, atY] = [left, top];
  }
  return path;
}

/** Least and largest of the finite values. */
function extentOfAll(all: readonly Float64Array[]): Range {
  const range = extentOf(all.flatMap((values) => extentOf(values) ?? [])) ?? [0, 1];
  return range[0] === range[1] ? dataRange(range[0], range[1]) : range;
}
