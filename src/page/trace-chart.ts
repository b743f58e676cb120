import type uPlot from "uplot";
import { extentOf, largestOf, tickTexts } from "../figure/scale.ts";
import { labelled, scaled, short, unitText } from "../quantity.ts";
import { axis, Chart, color, dataRange, swatch, tightScale, zoom } from "./chart.ts";
import { button, element } from "./element.ts";

const HEIGHT = { withAxis: 118, without: 84 };

/** A trace as it is shown. */
export interface ShownTrace {
  values: Float64Array;
  title: string;
  color: string;
  /** What the button beside it does, if there is one. */
  action?: { text: string; label: string; click: () => void };
  note: string;
}

export interface TraceUnits {
  label: string;
  signal: string;
  time: string;
}

/** One trace against time, with its title; its chart is kept while what it shows changes. */
export class TraceRow {
  readonly element: HTMLElement;
  readonly #head = element("div", { class: "trace-head" });
  readonly #host = element("div", { class: "chart", role: "img" });
  readonly #hasAxis: boolean;
  #chart: Chart | undefined;
  #shown: { trace: ShownTrace; units: TraceUnits } | undefined;

  constructor(hasAxis: boolean) {
    this.#hasAxis = hasAxis;
    this.element = element("div", { class: "trace" }, this.#head, this.#host);
  }

  show(times: Float64Array, trace: ShownTrace, units: TraceUnits): void {
    const before = this.#shown;
    this.#shown = { trace, units };
    if (before?.trace.title !== trace.title || before.trace.note !== trace.note || before.trace.color !== trace.color) this.#title(trace);
    this.#host.setAttribute("aria-label", `${units.label} against time, ${trace.title}: ${summary(trace.values, units.signal)}`);
    const data: [Float64Array, Float64Array] = [times, trace.values];
    if (this.#chart) this.#chart.plot.setData(data, this.#isWhole());
    else this.#chart = new Chart(this.#host, this.#options(), data);
  }

  /** Zooms in on the time; 0 shows all. */
  zoom(factor: number): void {
    if (this.#chart) zoom(this.#chart, factor);
  }

  end(): void {
    this.#chart?.end();
    this.element.remove();
  }

  /** Whether one has not zoomed: then new data set the scales. */
  #isWhole(): boolean {
    const { plot } = this.#chart ?? {};
    const { min, max } = plot?.scales.x ?? {};
    const old = plot?.data[0] ?? [];
    return min === old[0] && max === old[old.length - 1];
  }

  #title({ title, color: own, action, note }: ShownTrace): void {
    const parts = [swatch(own), element("span", { class: "trace-title" }, title), element("span", { class: "note" }, note)];
    const act = action ? [button(action.text, action.click, { class: "small", "aria-label": action.label })] : [];
    this.#head.replaceChildren(...parts, ...act);
  }

  #options(): Omit<uPlot.Options, "width"> {
    const units = () => this.#shown?.units ?? { label: "", signal: "", time: "" };
    const by = () => scaled(largestOf(extentOf(this.#shown?.trace.values ?? []) ?? [0, 0]), units().signal);
    // The signal's name does not fit along so low a chart; the panel's title has it.
    const label = () => by().unit;
    const time = () => labelled("time", unitText(units().time));
    const values = (_: uPlot, splits: number[]) => tickTexts(splits.map((value) => value / by().scale));
    return {
      height: this.#hasAxis ? HEIGHT.withAxis : HEIGHT.without,
      padding: [6, 8, this.#hasAxis ? 0 : 4, 0],
      scales: { x: tightScale(), y: { range: (_, low, high) => dataRange(low, high) } },
      axes: [
        this.#hasAxis ? axis(time, { size: 26, labelSize: 16 }) : axis("", { size: 0, values: (_, splits) => splits.map(() => "") }),
        axis(label, { values, size: 50, space: 24 }),
      ],
      series: [{}, { stroke: () => this.#shown?.trace.color ?? color("ink"), width: 1, points: { show: false } }],
      cursor: { drag: { x: true, y: false }, points: { show: false }, sync: { key: "traces", setSeries: false } },
    };
  }
}

/** What a trace is like, for who cannot see it. */
function summary(values: Float64Array, unit: string): string {
  const range = extentOf(values);
  if (range === undefined) return "no values";
  const [low, high] = range;
  const { scale, unit: name } = scaled(largestOf(range), unit);
  return `between ${short(low / scale)} and ${short(high / scale)} ${name}`.trim();
}
