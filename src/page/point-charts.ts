import type uPlot from "uplot";
import { extentOf, largestOf, padded, type Range, tickTexts } from "../figure/scale.ts";
import { labelled, scaled, short, unitText } from "../quantity.ts";
import { AxisRoom, axis, Chart, color, dataRange, swatch, tightScale, zoom } from "./chart.ts";
import { button, element, set } from "./element.ts";
import { orbit } from "./orbit.ts";
import type { Traces } from "./protocol.ts";

/** Of a spectrum, and of a phase plane. */
const HEIGHT = 240;
/** What lies that far below the highest peak is not shown at first. */
const SPAN = 1e7;
/** Frequencies above the last that has this share of the highest peak are left out at first. */
const SHARE = 1e-3;

/** The spectra of the traces that are shown. */
export class SpectrumChart {
  readonly #none = element(
    "p",
    { class: "note" },
    "A spectrum is of a trace of a point that is pinned or looked at, that reached its end and that varies.",
  );
  readonly #host = element("div", { class: "chart", role: "img", "aria-label": "Power spectra" });
  readonly element = element("div", {}, this.#none, this.#host);
  #chart: Chart | undefined;
  #colors: readonly string[] = [];
  #unit = "";
  #end = 1;

  show({ frequencies, traces, units }: Traces, colors: readonly string[]): void {
    const isSame = colors.length === this.#colors.length && this.#chart !== undefined;
    this.#colors = colors;
    this.#unit = units.time;
    // The frequency 0 is the mean, which is no part of a rhythm.
    const x = frequencies.subarray(1);
    const lines = traces.map(({ density }) => Array.from(density.subarray(1), (value) => (value > 0 ? value : null)));
    this.#end = endOf(x, traces);
    const isEmpty = lines.every((line) => line.every((value) => value === null));
    set(this.#none, "hidden", !isEmpty);
    set(this.#host, "hidden", isEmpty);
    this.#host.setAttribute("aria-label", `Power spectra: ${peaksText(frequencies, traces, frequencyUnit(units.time))}`);
    const data: uPlot.AlignedData = [x, ...lines.map((line) => (line.length === x.length ? line : Array.from(x, () => null)))];
    if (isSame) this.#chart?.plot.setData(data, true);
    else {
      this.#chart?.end();
      this.#chart = new Chart(this.#host, this.#options(traces.length), data);
    }
  }

  zoom(factor: number): void {
    if (this.#chart) zoom(this.#chart, factor);
  }

  #options(count: number): Omit<uPlot.Options, "width"> {
    const label = () => labelled("frequency", frequencyUnit(this.#unit));
    return {
      height: HEIGHT,
      scales: {
        x: {
          time: false,
          range: (plot, low, high) => [low ?? 0, plot.status === 1 && high !== plot.data[0].at(-1) ? (high ?? 1) : this.#end],
        },
        y: { distr: 3, log: 10, range: (_, low, high) => decades(low, high) },
      },
      axes: [axis(label), axis("power density", { size: new AxisRoom(50).size })],
      series: [{}, ...Array.from({ length: count }, (_, i) => ({ stroke: () => this.#colors[i], width: 1, points: { show: false } }))],
      cursor: { drag: { x: true, y: false }, points: { show: false } },
    };
  }
}

function decades(low: number | null, high: number | null): [number, number] {
  if (low === null || high === null || !(high > 0)) return [1e-3, 1];
  const top = 10 ** Math.ceil(Math.log10(high));
  return [Math.max(10 ** Math.floor(Math.log10(low)), top / SPAN), top];
}

/** The frequency up to which there is something to see, and a little more. */
function endOf(frequencies: Float64Array, traces: Traces["traces"]): number {
  let end = 0;
  for (const { density } of traces) {
    const highest = density.subarray(1).reduce((a, b) => Math.max(a, b), 0);
    for (let k = density.length - 1; k > end; k--) if (density[k] > SHARE * highest) end = k;
  }
  return frequencies[Math.min(frequencies.length - 1, Math.ceil(1.25 * end))] ?? 1;
}

/** Cycles for each unit of time. */
function frequencyUnit(time: string): string {
  const units: Readonly<Record<string, string>> = { s: "Hz", ms: "kHz", "": "" };
  return units[time] ?? unitText(`1/${time}`);
}

/** Where the peaks are, for who cannot see them. */
function peaksText(frequencies: Float64Array, traces: Traces["traces"], unit: string): string {
  const peaks = traces.map(({ density }) => {
    let peak = 1;
    for (let k = 2; k < density.length; k++) if (density[k] > density[peak]) peak = k;
    return density.length === 0 ? "none" : `${short(frequencies[peak])} ${unit}`.trim();
  });
  return `highest at ${peaks.join(", ")}`;
}

/** The signal against another variable, for each of the traces that are shown. */
export class PlaneChart {
  readonly #none = element("p", { class: "note" }, "An orbit is of the trace of a point that is pinned or looked at.");
  readonly #host = element("div", { class: "chart", role: "img", "aria-label": "Phase plane" });
  readonly element = element("div", {}, this.#none, this.#host);
  #chart: Chart | undefined;
  #shown: { traces: Traces; colors: readonly string[]; labels: readonly [string, string] } | undefined;
  #units: readonly [ReturnType<typeof scaled>, ReturnType<typeof scaled>] = [scaled(1, ""), scaled(1, "")];

  show(traces: Traces, colors: readonly string[], labels: readonly [string, string]): void {
    this.#shown = { traces, colors, labels };
    const [x, y] = [extentOfAll(traces.traces.map(({ signal }) => signal)), extentOfAll(traces.traces.map(({ plane }) => plane))];
    const isEmpty = x === undefined || y === undefined;
    set(this.#none, "hidden", !isEmpty);
    set(this.#host, "hidden", isEmpty);
    if (isEmpty) return;
    this.#units = [scaled(largestOf(x), traces.units.signal), scaled(largestOf(y), traces.units.plane)];
    this.#host.setAttribute("aria-label", `Phase plane: ${labels[1]} against ${labels[0]}`);
    const data: uPlot.AlignedData = [[...x], [...y]];
    if (this.#chart) this.#chart.plot.setData(data, true);
    else this.#chart = new Chart(this.#host, this.#options(), data);
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
      axes: [side(0), side(1, { size: new AxisRoom(52).size })],
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
      [ctx.strokeStyle, ctx.fillStyle] = [colors[i], colors[i]];
      const { path, rest } = orbit(plot, signal, plane);
      ctx.stroke(path);
      if (rest) ctx.fill(rest);
    });
    ctx.restore();
  }
}

/** Least and largest of the finite values, and a little more where all are the same; undefined where there are none. */
function extentOfAll(all: readonly Float64Array[]): Range | undefined {
  const range = extentOf(all.flatMap((values) => extentOf(values) ?? []));
  return range && range[0] === range[1] ? padded(range) : range;
}

/** Of the axis of values, at least. */
export const TRACE_ROOM = 50;
const TRACE_HEIGHT = { withAxis: 118, without: 84 };

/** A trace as it is shown. */
export interface ShownTrace {
  values: Float64Array;
  /** What its scale spans; undefined for a trace that has no values, and no chart. */
  range: Range | undefined;
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
  /** Whether its chart has the axis of time. */
  readonly hasAxis: boolean;
  #chart: Chart | undefined;
  #shown: { trace: ShownTrace; units: TraceUnits } | undefined;

  readonly #room: AxisRoom;

  /** Rows with the same room have their times one above the other. */
  constructor(hasAxis: boolean, room = new AxisRoom(TRACE_ROOM)) {
    this.hasAxis = hasAxis;
    this.#room = room;
    this.element = element("div", { class: "trace" }, this.#head, this.#host);
  }

  show(times: Float64Array, trace: ShownTrace, units: TraceUnits): void {
    const before = this.#shown;
    this.#shown = { trace, units };
    if (before?.trace.title !== trace.title || before.trace.note !== trace.note || before.trace.color !== trace.color) this.#title(trace);
    this.#host.setAttribute("aria-label", `${units.label} against time, ${trace.title}: ${summary(trace.values, units.signal)}`);
    // Without a value there is nothing that an axis could measure.
    set(this.#host, "hidden", trace.range === undefined);
    if (trace.range === undefined) return;
    const data: [Float64Array, Float64Array] = [times, trace.values];
    if (this.#chart) this.#chart.plot.setData(data, this.#isWhole());
    else this.#chart = new Chart(this.#host, this.#options(), data);
  }

  /** Zooms in on the time; 0 shows all. */
  zoom(factor: number): void {
    if (this.#chart) zoom(this.#chart, factor);
  }

  end(): void {
    if (this.#chart) this.#room.end(this.#chart.plot);
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
    const range = () => this.#shown?.trace.range ?? [0, 1];
    const units = () => this.#shown?.units ?? { label: "", signal: "", time: "" };
    const by = () => scaled(largestOf(range()), units().signal);
    // The signal's name does not fit along so low a chart; the panel's title has it.
    const label = () => by().unit;
    const time = () => labelled("time", unitText(units().time));
    const values = (_: uPlot, splits: number[]) => tickTexts(splits.map((value) => value / by().scale));
    return {
      height: this.hasAxis ? TRACE_HEIGHT.withAxis : TRACE_HEIGHT.without,
      padding: [6, 8, this.hasAxis ? 0 : 4, 0],
      scales: { x: tightScale(), y: { range: () => padded(range()) } },
      axes: [
        this.hasAxis ? axis(time, { size: 26, labelSize: 16 }) : axis("", { size: 0, values: (_, splits) => splits.map(() => "") }),
        axis(label, { values, size: this.#room.size, space: 24 }),
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
