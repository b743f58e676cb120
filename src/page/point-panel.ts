import { lineColor } from "../figure/colors.ts";
import { extentOf, type Range, rangeOfLines } from "../figure/scale.ts";
import { amountText } from "../quantity.ts";
import { AxisRoom, color } from "./chart.ts";
import { controlValue, element, freshId, select, set } from "./element.ts";
import type { Change, Explorer, Panel } from "./explorer.ts";
import { gridOf, pointAt } from "./grid.ts";
import { isSamePoint, lookedAt, pinLegend } from "./pin-legend.ts";
import { PlaneChart, type ShownTrace, SpectrumChart, TRACE_ROOM, TraceRow } from "./point-charts.ts";
import type { Trace, Traces } from "./protocol.ts";
import { planeLabels, signalLabel } from "./signal-labels.ts";
import { zoomButtons } from "./sweep-panel.ts";
import { pathOptions, pointText, statusText } from "./words.ts";

/** Traces, spectra and phase plane of the points that are pinned, and of the one that is looked at. */
export class PointPanel implements Panel {
  readonly element: HTMLElement;
  readonly #explorer: () => Explorer;
  readonly #pins: TraceRow[] = [];
  /** Of all traces: one axis of time is below them. */
  readonly #room = new AxisRoom(TRACE_ROOM);
  #preview: TraceRow | undefined;
  readonly #previewHost = element("div");
  readonly #pinHost = element("div");
  readonly #empty = element("p", { class: "note" }, "Move over the figure to see a point's trace; click to keep it here.");
  readonly #spectrum = new SpectrumChart();
  readonly #plane = new PlaneChart();
  readonly #title = element("span", { class: "unit" });
  readonly #beside = select([], { "aria-label": "Variable of the phase plane" });
  readonly #scale = select(
    [
      ["own", "each its own scale"],
      ["one", "one scale for all"],
    ],
    { "aria-label": "Scale of the traces" },
  );
  #shown: { pins?: Traces | undefined; preview?: Traces | undefined } = {};
  /** The traces of the point that is looked at, shown or not. */
  #looked: { traces: Traces | undefined; at: number } = { traces: undefined, at: -1 };
  readonly #legends = [element("div"), element("div")];
  #isDrawing = false;
  /** Whether what is drawn has one scale. */
  #isOneScale = false;

  constructor(explorer: () => Explorer) {
    this.#explorer = explorer;
    this.#beside.addEventListener("change", (event) => this.#explorer().change({ plane: controlValue(event) }));
    this.#scale.addEventListener("change", (event) => {
      const { display } = this.#explorer().state;
      this.#explorer().change({ display: { ...display, oneScale: controlValue(event) === "one" } });
    });
    const rows = () => [...this.#pins, ...(this.#preview ? [this.#preview] : [])];
    const ofTraces = zoomButtons((factor) => rows().forEach((row) => void row.zoom(factor)), "traces");
    const ofSpectrum = zoomButtons((factor) => this.#spectrum.zoom(factor), "spectrum");
    const ofPlane = zoomButtons((factor) => this.#plane.zoom(factor), "phase plane");
    this.element = element(
      "div",
      { class: "points" },
      panel(["Traces", this.#title], [this.#scale, ...ofTraces], this.#previewHost, this.#pinHost, this.#empty),
      element(
        "div",
        { class: "pair" },
        panel(["Spectrum"], ofSpectrum, this.#spectrum.element, this.#legends[0]),
        panel(["Phase plane"], [this.#beside, ...ofPlane], this.#plane.element, this.#legends[1]),
      ),
    );
  }

  show(change: Change): void {
    const { state, described } = this.#explorer();
    if (change === "model") {
      this.#beside.replaceChildren(...pathOptions(described.description));
      this.#shown = {};
      this.#looked = { traces: undefined, at: -1 };
    }
    this.#beside.value = state.plane;
    this.#scale.value = state.display.oneScale ? "one" : "own";
    for (const legend of this.#legends) legend.replaceChildren(pinLegend(this.#explorer()));
    if (this.#isOneScale !== state.display.oneScale) this.#rescale();
    // A pin may have come to the point that is looked at, or gone from it.
    const { traces, at } = this.#looked;
    if (at === this.#explorer().at && traces && this.#isPinned() === (this.#shown.preview !== undefined)) this.preview(traces, at);
    this.#title.textContent = ` of ${signalLabel(state.signal)}`;
  }

  pins(traces: Traces): void {
    this.#shown.pins = traces;
    this.#showPins(traces);
    const { state } = this.#explorer();
    set(this.#empty, "hidden", state.pins.length > 0 || state.axes.length === 0);
    performance.mark("massgrid traces drawn");
    this.#drawLater();
  }

  #rescale(): void {
    this.#isOneScale = this.#explorer().state.display.oneScale;
    if (this.#shown.pins) this.#showPins(this.#shown.pins);
    if (this.#shown.preview) this.preview(this.#shown.preview, this.#looked.at);
  }

  #showPins(traces: Traces): void {
    const all = this.#rangeOfAll();
    const ranges = traces.traces.map((trace) => rangeOf(trace));
    const last = ranges.findLastIndex((range) => range !== undefined);
    this.#rows(ranges.map((_, i) => i === last));
    traces.traces.forEach((trace, i) => {
      const shown = { ...this.#pinOf(trace, i, traces), range: ranges[i] && (all ?? ranges[i]) };
      this.#pins[i].show(traces.times, shown, this.#units(traces));
    });
  }

  preview(traces: Traces | undefined, at: number): void {
    this.#looked = { traces, at };
    this.#shown.preview = this.#isPinned() ? undefined : traces;
    // What is looked at may be larger than all pins.
    if (this.#isOneScale && this.#shown.pins) this.#showPins(this.#shown.pins);
    const [trace] = this.#shown.preview?.traces ?? [];
    if (traces === undefined || trace === undefined) {
      this.#preview?.end();
      this.#preview = undefined;
    } else {
      if (!this.#preview) {
        this.#preview = new TraceRow(true, this.#room);
        this.#previewHost.replaceChildren(this.#preview.element);
      }
      const title = this.#explorer().state.axes.length === 0 ? "the run" : `looked at: ${this.#atText()}`;
      const own = rangeOf(trace);
      const range = own && (this.#rangeOfAll() ?? own);
      const shown = { values: trace.signal, range, title, color: color("look"), note: noteOf(trace, traces.units.time) };
      this.#preview.show(traces.times, shown, this.#units(traces));
      performance.mark("massgrid preview drawn");
    }
    this.#drawLater();
  }

  #isPinned(): boolean {
    const { state, at } = this.#explorer();
    const looked = lookedAt(state, at);
    return looked !== undefined && state.pins.some((pin) => isSamePoint(pin, looked));
  }

  #atText(): string {
    const { state, described, at } = this.#explorer();
    return pointText(state, pointAt(state, gridOf(state), Math.max(0, at)), described.description);
  }

  /** The range of all traces together, where they are to have one scale. */
  #rangeOfAll(): Range | undefined {
    const { pins, preview } = this.#shown;
    if (!this.#explorer().state.display.oneScale) return undefined;
    const ranges = [pins, preview].flatMap((each) => each?.traces.map((trace) => rangeOf(trace) ?? []) ?? []);
    return extentOf(ranges.flat());
  }

  /** As many rows as there are pins; the last that has values has the axis of time. */
  #rows(hasAxis: readonly boolean[]): void {
    if (this.#pins.length === hasAxis.length && this.#pins.every((row, i) => row.hasAxis === hasAxis[i])) return;
    for (const row of this.#pins.splice(0)) row.end();
    for (const each of hasAxis) this.#pins.push(new TraceRow(each, this.#room));
    this.#pinHost.replaceChildren(...this.#pins.map(({ element: own }) => own));
  }

  #pinOf(trace: Trace, i: number, { units }: Traces): Omit<ShownTrace, "range"> {
    const { state, described } = this.#explorer();
    const title = pointText(state, state.pins[i] ?? [], described.description);
    const unpin = () => {
      const { pins } = this.#explorer().state;
      this.#explorer().change({ pins: pins.filter((_, other) => other !== i) });
    };
    const action = { text: "Unpin", label: `Unpin ${title}`, click: unpin };
    return { values: trace.signal, title, color: lineColor(i), action, note: noteOf(trace, units.time) };
  }

  #units({ units }: Traces): { label: string; signal: string; time: string } {
    return { label: signalLabel(this.#explorer().state.signal), signal: units.signal, time: units.time };
  }

  /** Spectra and orbits follow with the next picture: traces are what a slider must move at once. */
  #drawLater(): void {
    if (this.#isDrawing) return;
    this.#isDrawing = true;
    requestAnimationFrame(() => {
      this.#isDrawing = false;
      const { pins, preview } = this.#shown;
      const first = pins ?? preview;
      if (!first) return;
      const traces = [...(pins?.traces ?? []), ...(preview?.traces ?? [])];
      const colors = [...(pins?.traces ?? []).map((_, i) => lineColor(i)), ...(preview ? [color("look")] : [])];
      const { frequencies } = [pins, preview].find((traces) => (traces?.frequencies.length ?? 0) > 0) ?? first;
      const all = { ...first, frequencies, traces };
      const { state } = this.#explorer();
      this.#spectrum.show(all, colors);
      this.#plane.show(all, colors, planeLabels(state));
      performance.mark("massgrid point drawn");
    });
  }
}

function noteOf({ failedAt, status, variable }: Trace, timeUnit: string): string {
  return Number.isNaN(failedAt) ? "" : `failed at ${amountText(failedAt, timeUnit)}: ${statusText({ status, variable })}`;
}

/** What is shown of a trace's values: of one that failed, not how it grew beyond all bounds. */
function rangeOf({ signal, failedAt }: Trace): Range | undefined {
  return rangeOfLines([{ values: signal }], !Number.isNaN(failedAt));
}

function panel(title: (Node | string)[], tools: Node[], ...content: Node[]): HTMLElement {
  const heading = element("h2", { id: freshId("title") }, ...title);
  const head = element("div", { class: "panel-head" }, heading, element("div", { class: "tools" }, ...tools));
  return element("section", { class: "panel", "aria-labelledby": heading.id }, head, ...content);
}
