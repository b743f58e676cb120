// The diagram of where behaviour changes: loaded when it is first asked for.
import type { Table } from "apache-arrow";
import { INK } from "../figure/colors.ts";
import type { DiagramLines } from "../figure/diagram-lines.ts";
import { isLevel } from "../figure/over-sweep.ts";
import { decodeTable } from "../figure/table-file.ts";
import type { Overlay } from "./chart.ts";
import { Engine } from "./client.ts";
import styles from "./diagram.css?inline";
import { outputOf } from "./diagram-call.ts";
import { DiagramChart } from "./diagram-chart.ts";
import { CycleChoice, failureLines, withCycles } from "./diagram-cycles.ts";
import { DiagramDetail } from "./diagram-detail.ts";
import { DiagramDownloads } from "./diagram-downloads.ts";
import { DiagramList } from "./diagram-list.ts";
import { DiagramOverlay, type DiagramRow } from "./diagram-overlay.ts";
import { type DiagramTables, sameRow } from "./diagram-rows.ts";
import { chosenPoint, countText, keyOf, legendOf, linesOf, placesOf, startText } from "./diagram-view.ts";
import { button, element, set } from "./element.ts";
import type { Explorer } from "./explorer.ts";
import type { MapData } from "./map-data.ts";
import type { DiagramEnd, DiagramPart, DiagramPartName } from "./protocol.ts";
import type { State } from "./state.ts";

const sheet = new CSSStyleSheet();
sheet.replaceSync(styles);
document.adoptedStyleSheets.push(sheet);

/** How long a change waits for further ones, in ms: a diagram that is computed ends with its worker. */
const SETTLED = 250;

/** What has been computed, and of which state. */
interface Computed {
  state: State;
  key: string;
  tables: DiagramTables;
}

/** Follows branches in a worker of its own, and shows them as they come. */
export class DiagramPanel {
  readonly element: HTMLElement;
  /** All that stands behind the button. */
  readonly elements: readonly HTMLElement[];
  readonly downloads: HTMLElement;
  readonly #explorer: () => Explorer;
  readonly #redraw: () => void;
  readonly #status = element("span", { class: "note" });
  readonly #live = element("p", { class: "unseen", role: "status" });
  readonly #told = element("div", { class: "failures", role: "alert", hidden: true });
  readonly #notes = element("div");
  readonly #from = element("span", { class: "note" });
  readonly #cycles: CycleChoice;
  readonly #remove = button("Remove", () => this.#explorer().change({ diagram: null }), { "aria-label": "Remove the diagram" });
  readonly #stop = button("Stop", () => this.#stopNow(), { "aria-label": "Stop following branches" });
  readonly #chart: DiagramChart;
  readonly #legend = element("div", { class: "legend" });
  readonly #list: DiagramList;
  readonly #detail: DiagramDetail;
  #engine: Engine | undefined;
  /** What is being computed. */
  #running: { key: string } | undefined;
  #waiting: ReturnType<typeof setTimeout> | undefined;
  #computed: Computed | undefined;
  #wanted = "";
  #open: DiagramRow | undefined;
  #isStale = false;
  readonly #overlays = new Map<string, DiagramOverlay>();

  constructor(explorer: () => Explorer, redraw: () => void) {
    this.#explorer = explorer;
    this.#redraw = redraw;
    this.#detail = new DiagramDetail({
      explorer,
      orbit: (branch, index) => this.#orbit(branch, index),
      close: () => this.#choose(undefined),
    });
    this.#list = new DiagramList((row) => this.#choose(row));
    this.#chart = new DiagramChart();
    this.#cycles = new CycleChoice(explorer);
    const files = new DiagramDownloads(explorer, () => ({ engine: this.#engine, tables: this.#computed?.tables ?? {} }));
    this.downloads = files.element;
    this.element = element(
      "div",
      { class: "diagram" },
      element("div", { class: "status" }, this.#status, this.#stop),
      this.#told,
      this.#chart.element,
      this.#legend,
      this.#notes,
      this.#list.element,
      this.#detail.element,
      this.#live,
    );
    this.elements = [this.#from, this.#cycles.element, this.#remove, this.element];
  }

  /** Follows branches from the chosen point; again, where they were stopped. */
  ask(): void {
    const { state } = this.#explorer();
    const diagram = withCycles(chosenPoint(this.#explorer()), state.diagram?.cycles === true);
    if (JSON.stringify(diagram) !== JSON.stringify(state.diagram)) this.#explorer().change({ diagram });
    else if (!this.#running) {
      this.#wanted = "";
      this.#computed = undefined;
      this.show();
    }
  }

  /** Follows the state: of another one, branches are followed anew once it has settled. */
  show(): void {
    const { state } = this.#explorer();
    const isWanted = state.diagram !== null && state.axes.length > 0;
    set(this.downloads, "hidden", !isWanted);
    for (const each of this.elements) set(each, "hidden", !isWanted);
    this.#cycles.show(state);
    this.#from.textContent = state.diagram ? `from ${startText(state, this.#explorer().described.description)}` : "";
    if (!isWanted) {
      this.#end();
      return;
    }
    const key = keyOf(state);
    if (key === this.#wanted) return;
    this.#wanted = key;
    this.#end();
    this.#setStale(this.#computed?.key !== key);
    if (this.#computed?.key === key) {
      this.#draw();
      return;
    }
    this.#tellStatus("waits for the settings");
    this.#waiting = setTimeout(() => void this.#begin(), this.#computed ? SETTLED : 0);
  }

  overlay(map: MapData): Overlay | undefined {
    const { state } = this.#explorer();
    const computed = this.#computed;
    if (!computed || state.diagram === null || JSON.stringify(map.state.axes) !== JSON.stringify(computed.state.axes)) return undefined;
    if (state.axes.length === 2) return this.#overlayOf("");
    return isLevel(map.shown.feature) ? this.#overlayOf(map.shown.signal) : undefined;
  }

  /** The lines over a figure, as its file has them. */
  lines(map: MapData): DiagramLines | undefined {
    const output = this.#explorer().state.axes.length === 2 ? "" : this.#outputOf(map.shown.signal);
    return this.overlay(map) && this.#computed && linesOf(this.#computed.tables, output, INK);
  }

  async #begin(): Promise<void> {
    const { state } = this.#explorer();
    const own = { key: keyOf(state) };
    this.#running = own;
    const isCurrent = () => this.#running === own;
    this.#engine ??= new Engine();
    const tables: DiagramTables = {};
    let coming: Promise<void> = Promise.resolve();
    const take = (part: DiagramPart) => {
      // In turn: what was told later is there later.
      coming = coming.then(async () => {
        for (const name of ["equilibria", "cycles", "curves"] as const) {
          const bytes = part[name];
          if (bytes === undefined || !isCurrent()) continue;
          const table = await decodeTable(name, bytes);
          if (isCurrent()) this.#take({ state, key: own.key, tables }, name, table);
        }
      });
    };
    this.#told.hidden = true;
    this.#notes.replaceChildren();
    this.#tellStatus("branches are followed");
    set(this.#stop, "hidden", false);
    try {
      const end = await this.#engine.ask({ kind: "diagram", state }, { listener: { diagram: take } });
      await coming;
      if (isCurrent()) this.#finish(end !== undefined && "notes" in end ? end : { notes: [] });
    } catch (error) {
      await coming;
      if (isCurrent()) this.#fail(error);
    }
  }

  #take(computed: Computed, name: DiagramPartName, table: Table): void {
    if (this.#computed !== computed && this.#computed?.tables !== computed.tables) {
      this.#computed = computed;
      this.#choose(undefined);
      this.#setStale(false);
    }
    const before = computed.tables[name];
    computed.tables[name] = table;
    // While branches grow, rows are numbered anew.
    if (before && this.#open?.part === name) this.#open = { part: name, row: sameRow(before, this.#open.row, table) };
    this.#tellStatus(`following branches: ${countText(this.#computed?.tables)}`);
    this.#draw();
    performance.mark("massgrid diagram drawn");
  }

  #finish({ notes }: DiagramEnd): void {
    this.#running = undefined;
    this.#tellStatus(countText(this.#computed?.tables));
    this.#live.textContent = `Branches have been followed: ${countText(this.#computed?.tables)}`;
    this.#notes.replaceChildren(...notes.map((note) => element("p", { class: "note" }, note)));
    set(this.#stop, "hidden", true);
    this.#draw();
    performance.mark("massgrid diagram finished");
  }

  #fail(error: unknown): void {
    this.#running = undefined;
    this.#computed = undefined;
    this.#told.hidden = false;
    this.#told.replaceChildren(...failureLines(error, this.#explorer().state).map((line) => element("p", {}, line)));
    this.#tellStatus("");
    set(this.#stop, "hidden", true);
    this.#setStale(false);
    this.#choose(undefined);
    this.#draw();
    performance.mark("massgrid diagram finished");
  }

  #stopNow(): void {
    this.#end();
    this.#tellStatus(`stopped at ${countText(this.#computed?.tables)}`);
    this.#live.textContent = `Stopped at ${countText(this.#computed?.tables)}`;
  }

  /** Ends what is computed, with its worker: it hears nothing while it follows a branch. */
  #end(): void {
    clearTimeout(this.#waiting);
    if (this.#explorer().state.diagram === null) {
      this.#wanted = "";
      if (this.#computed) this.#redraw();
    }
    set(this.#stop, "hidden", true);
    if (!this.#running) return;
    this.#running = undefined;
    this.#engine?.end();
    this.#engine = undefined;
  }

  async #orbit(branch: number, index: number): Promise<Uint8Array> {
    if (!this.#engine) throw new Error("The cycle is shown once branches have been followed to their ends; press “Find where it changes”.");
    const bytes = await this.#engine.ask({ kind: "orbit", branch, index });
    if (!(bytes instanceof Uint8Array)) throw new TypeError("a cycle was expected");
    return bytes;
  }

  #choose(open: DiagramRow | undefined): void {
    const table = open && this.#computed?.tables[open.part];
    this.#open = table ? open : undefined;
    if (open && table && this.#computed) this.#detail.show(open, table, this.#computed.state);
    else this.#detail.hide();
    this.#list.mark(this.#open);
    this.#redraw();
    this.#chart.redraw();
  }

  #setStale(isStale: boolean): void {
    this.#isStale = isStale;
    this.element.classList.toggle("stale-diagram", isStale);
    this.#redraw();
  }

  #tellStatus(text: string): void {
    this.#status.textContent = text === "" ? "" : `Where it changes: ${text}`;
  }

  #draw(): void {
    this.#overlays.clear();
    const computed = this.#computed;
    const { state, described } = this.#explorer();
    const isOwn = computed !== undefined && state.axes.length === 1 && !isLevel(state.feature);
    const own = isOwn ? this.#overlayOf(state.signal) : undefined;
    this.#chart.show(own, computed?.state ?? state, described.description);
    const first = computed && linesOf(computed.tables, this.#outputOf(state.axes.length === 2 ? "" : state.signal));
    this.#legend.replaceChildren(...(first ? legendOf(first) : []));
    this.#list.show(computed?.tables ?? {});
    this.#redraw();
  }

  #overlayOf(signal: string): DiagramOverlay | undefined {
    const before = this.#overlays.get(signal);
    if (before) return before;
    const computed = this.#computed;
    const lines = computed && linesOf(computed.tables, this.#outputOf(signal));
    if (!lines) return undefined;
    const made = new DiagramOverlay({
      ...{ lines, places: placesOf(computed.tables, this.#outputOf(signal)), hasRim: signal === "" },
      ...{ open: () => this.#open, isStale: () => this.#isStale, choose: (row) => this.#choose(row) },
      titleOf: ({ label, words }) => `${label}: ${words}`,
    });
    this.#overlays.set(signal, made);
    return made;
  }

  #outputOf(signal: string): string {
    const { state } = this.#computed ?? this.#explorer();
    return outputOf(state, this.#explorer().described.description, signal);
  }
}
