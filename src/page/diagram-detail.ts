import type { Table } from "apache-arrow";
import { lineColor } from "../figure/colors.ts";
import { numbersOf, unitOf } from "../figure/columns.ts";
import { extentOf, largestOf, padded, rangeOfLines } from "../figure/scale.ts";
import { decodeTable } from "../figure/table-file.ts";
import { type ComplexNumber, complexPlane } from "./complex-plane.ts";
import { diagramCall } from "./diagram-call.ts";
import type { DiagramRow } from "./diagram-overlay.ts";
import { brief, ToldRow } from "./diagram-rows.ts";
import { button, element, freshId } from "./element.ts";
import type { Explorer } from "./explorer.ts";
import { Latest } from "./latest.ts";
import { PlaneChart, TraceRow } from "./point-charts.ts";
import type { Traces } from "./protocol.ts";
import { planeLabels, signalLabel } from "./signal-labels.ts";
import type { State } from "./state.ts";

/** A run that begins beside an equilibrium is displaced by this part of each state. */
const DISPLACED = 1e-3;
const none = new Float64Array(0);

/** Who computes what is shown beside a point's numbers. */
export interface DetailSource {
  explorer: () => Explorer;
  orbit: (branch: number, index: number) => Promise<Uint8Array>;
  close: () => void;
}

/** A point of a branch: its numbers, its eigenvalues or multipliers, and its cycle, or a run that begins beside it. */
export class DiagramDetail {
  readonly element: HTMLElement;
  readonly #source: DetailSource;
  readonly #title = element("h3", { id: freshId("title"), tabindex: -1 });
  readonly #facts = element("div", { class: "facts" });
  readonly #about = element("p", { class: "note", role: "status" });
  readonly #trace = new TraceRow(true);
  readonly #plane = new PlaneChart();
  readonly #work = new Latest((error) => {
    this.#about.textContent = error instanceof Error ? error.message : String(error);
  });

  constructor(source: DetailSource) {
    this.#source = source;
    const close = button("Close", source.close, { class: "small", "aria-label": "Close the point of the diagram" });
    const charts = element("div", { class: "pair" }, this.#trace.element, this.#plane.element);
    this.element = element(
      "section",
      { class: "inner point-detail", hidden: true, "aria-labelledby": this.#title.id },
      element("div", { class: "panel-head" }, this.#title, close),
      this.#facts,
      this.#about,
      charts,
    );
  }

  /** Shows a row of a table; the state is the one that it was computed of. */
  show({ part, row }: DiagramRow, table: Table, state: State): void {
    const told = new ToldRow(table, row);
    this.element.hidden = false;
    this.#title.textContent = `${told.title}: ${told.place}`;
    const isCycle = part === "cycles" ? told.text("type") !== "equilibrium" : told.complexNumbers("multiplier").length > 0;
    const kind = part === "cycles" || isCycle ? "multiplier" : "eigenvalue";
    const rates = unitOf(table, "eigenvalue_1_re");
    this.#facts.replaceChildren(factsList(told), ...spectrumOf(told.complexNumbers(kind), `${kind}s`, rates), valuesTable(told));
    const title = `${isCycle ? "cycle" : "run"} at ${told.place}`;
    this.#about.textContent = isCycle ? "The cycle is shown once branches have been followed to their ends." : "";
    this.#work.run(async (signal) => {
      const found = isCycle
        ? await this.#orbit(told, state)
        : await this.#source.explorer().engine.traces(besideEquilibrium(told, state, part === "cycles"), [told.parameters], signal);
      if (signal.aborted) return;
      this.#about.textContent = isCycle
        ? "One period of the cycle, and the cycle in the phase plane."
        : `A run of ${`${state.simulationTime} ${found.units.time}`.trim()} from a thousandth off this equilibrium, with the sweep's own solver and noise.`;
      this.#draw(found, title, state);
    });
  }

  hide(): void {
    this.#work.stop();
    this.element.hidden = true;
  }

  focus(): void {
    this.#title.focus();
  }

  #draw(traces: Traces, title: string, state: State): void {
    const own = lineColor(2);
    const [trace] = traces.traces;
    const range = rangeOfLines([{ values: trace.signal }], !Number.isNaN(trace.failedAt));
    const flat = range && range[0] === range[1] ? padded(range) : range;
    const units = { label: signalLabel(state.signal), signal: traces.units.signal, time: traces.units.time };
    this.#trace.show(
      traces.times,
      { values: trace.signal, range: flat, title: `${signalLabel(state.signal)}, ${title}`, color: own, note: "" },
      units,
    );
    this.#plane.show(traces, [own], planeLabels(state));
  }

  async #orbit(told: ToldRow, state: State): Promise<Traces> {
    const table = await decodeTable("the cycle", await this.#source.orbit(told.number("branch"), told.number("index")));
    const { signal, plane } = diagramCall(state, this.#source.explorer().described.description);
    const trace = { signal: numbersOf(table, signal), plane: numbersOf(table, plane) };
    const rest = { density: none, failedAt: Number.NaN, status: "ok", variable: "" };
    const units = { time: unitOf(table, "time"), signal: unitOf(table, signal), plane: unitOf(table, plane) };
    return { times: numbersOf(table, "time"), frequencies: none, traces: [{ ...trace, ...rest }], units };
  }
}

/** The state whose run begins beside an equilibrium. */
function besideEquilibrium(told: ToldRow, state: State, isCycle: boolean): State {
  const values = told.values.filter(({ isState }) => isState);
  const numbers = values.map(({ name }) => [name, told.number(isCycle ? `${name}_mean` : name)] as const);
  const largest = largestOf(extentOf(numbers.map(([, value]) => value)) ?? [0, 1]) || 1;
  const begun = Object.fromEntries(numbers.map(([name, value]) => [name, value + DISPLACED * (value === 0 ? largest : value)]));
  return { ...state, values: { ...state.values, ...begun }, cutoff: 0 };
}

function factsList(told: ToldRow): HTMLElement {
  return element("dl", {}, ...told.facts.flatMap(([name, text]) => [element("dt", {}, name), element("dd", {}, text)]));
}

/** Numbers in the complex plane, and as a table. */
function spectrumOf(values: readonly ComplexNumber[], kind: "eigenvalues" | "multipliers", unit: string): HTMLElement[] {
  if (values.length === 0) return [];
  const titles = kind === "eigenvalues" ? [`real${unit === "" ? "" : ` (${unit})`}`, "imaginary"] : ["real", "imaginary", "modulus"];
  const head = element("tr", {}, ...titles.map((title) => element("th", { scope: "col" }, title)));
  const rows = values.map(({ re, im }) => {
    const cells = [re, im, ...(kind === "multipliers" ? [Math.hypot(re, im)] : [])];
    return element("tr", {}, ...cells.map((cell) => element("td", {}, brief(cell))));
  });
  const table = element("table", {}, element("caption", {}, kind), element("thead", {}, head), element("tbody", {}, ...rows));
  const scroll = element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": kind }, table);
  return [element("div", { class: "spectrum" }, complexPlane(values, kind)), scroll];
}

function valuesTable(told: ToldRow): HTMLElement {
  const rows = told.values.map(({ name, unit, told: text }) =>
    element("tr", {}, ...[name, text, unit].map((cell) => element("td", {}, cell))),
  );
  const head = element("tr", {}, ...["variable", "value", "unit"].map((title) => element("th", { scope: "col" }, title)));
  const table = element("table", {}, element("thead", {}, head), element("tbody", {}, ...rows));
  const scroll = element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "States and outputs" }, table);
  return element("details", {}, element("summary", {}, "States and outputs"), scroll);
}
