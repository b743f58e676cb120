import { failureOf } from "./client.ts";
import { button, element, group } from "./element.ts";
import type { Change, Explorer, Panel } from "./explorer.ts";
import type { FindChanges } from "./find-changes.ts";
import { gridOf, pointAt } from "./grid.ts";
import { linkOf, withState } from "./link.ts";
import type { SavedFormat } from "./protocol.ts";
import { saveAs } from "./save-as.ts";
import { MODEL_FILE, programText, specText } from "./spec-text.ts";

/** Sweeps of at most so many points have all of their traces saved where none is pinned. */
const MOST_TRACES = 8;

/** Downloads of numbers, figures and the call itself, and a link to the state. */
export class DownloadPanel implements Panel {
  readonly element: HTMLDetailsElement;
  readonly #explorer: () => Explorer;
  readonly #changes: FindChanges;
  readonly #told = element("p", { class: "note", role: "status" });
  readonly #program = element("pre", { class: "code", tabindex: 0, role: "region", "aria-label": "The sweep as a program" });
  readonly #model = button("Model (YAML)", () => this.#text(MODEL_FILE, this.#explorer().described.text), { class: "small" });

  constructor(explorer: () => Explorer, changes: FindChanges) {
    this.#changes = changes;
    this.#explorer = explorer;
    const small = { class: "small" };
    const numbers = (what: "map" | "traces") =>
      (["arrow", "parquet", "csv"] as const).map((format) => {
        const text = { arrow: "Arrow", parquet: "Parquet", csv: "CSV" }[format];
        return button(text, () => void this.#numbers(what, format), { ...small, "aria-label": `${what} as ${format}` });
      });
    const figures = (what: "sweep" | "traces") =>
      (["svg", "png"] as const).map((format) => {
        const label = `Figure of the ${what} as ${format}`;
        return button(format.toUpperCase(), () => void this.#figure(what, format), { ...small, "aria-label": label });
      });
    const row = (title: string, buttons: readonly HTMLElement[]) =>
      element("div", { class: "row" }, element("span", { class: "row-title" }, title), ...buttons);
    const spec = button("Spec (YAML)", () => this.#text("sweep.yaml", this.#spec()), small);
    const link = button("Copy link", () => void this.#copyLink(), small);
    this.element = group("Download and share", false, [
      row("Map", [...numbers("map"), ...figures("sweep")]),
      row("Traces", [...numbers("traces"), ...figures("traces")]),
      changes.downloads,
      row("Sweep", [spec, this.#model]),
      row("Link", [link]),
      this.#told,
      element("h3", {}, "This sweep in TypeScript"),
      this.#program,
    ]);
  }

  show(change: Change): void {
    if (change === "point" || change === "history") return;
    const { state, described, kinds } = this.#explorer();
    this.#program.textContent = programText(state, described.description, kinds[state.solver]);
    this.#model.hidden = "path" in state.model;
  }

  #spec(): string {
    const { state, described, kinds } = this.#explorer();
    return specText(state, described.description, kinds[state.solver]);
  }

  #text(name: string, text: string): void {
    saveAs(name, new Blob([text], { type: "text/plain" }));
  }

  async #numbers(what: "map" | "traces", format: SavedFormat): Promise<void> {
    await this.#try(async () => {
      const { engine, state } = this.#explorer();
      const bytes = await engine.save({ state, what, format, points: what === "map" ? [] : this.#points() });
      saveAs(`${what}.${format}`, new Blob([bytes], { type: "application/octet-stream" }));
    });
  }

  /** The points whose traces are saved: those that are pinned, or the one that is looked at, or all of a short sweep. */
  #points(): (readonly number[])[] {
    const { state, at } = this.#explorer();
    const grid = gridOf(state);
    if (state.pins.length > 0) return [...state.pins];
    const indices = at >= 0 ? [at] : Array.from({ length: grid.count <= MOST_TRACES ? grid.count : 1 }, (_, i) => i);
    return indices.map((index) => pointAt(state, grid, index));
  }

  async #figure(what: "sweep" | "traces", format: "svg" | "png"): Promise<void> {
    await this.#try(async () => {
      const { engine, state, described, maps } = this.#explorer();
      // What draws figures as vectors is loaded for the first of them.
      const { mapsSvg, pngOf, tracesSvg } = await import("./figure-download.ts");
      const points = this.#points();
      const svg =
        what === "sweep" && maps.length > 0
          ? mapsSvg(maps, { description: described.description, pinned: state.pins, linesOver: (map) => this.#changes.lines(map) })
          : tracesSvg(state, described.description, { points, traces: await engine.traces(state, points, new AbortController().signal) });
      saveAs(`${what}.${format}`, format === "svg" ? new Blob([svg], { type: "image/svg+xml" }) : await pngOf(svg));
    });
  }

  async #copyLink(): Promise<void> {
    await this.#try(async () => {
      const url = new URL(location.href);
      const link = await linkOf(this.#explorer().state);
      [url.search, url.hash] = ["", withState(location.hash, link)];
      history.replaceState(history.state, "", url.hash);
      await navigator.clipboard.writeText(url.href);
      this.#told.textContent = "The link is on the clipboard; it holds the model and all settings.";
    });
  }

  async #try(work: () => Promise<void>): Promise<void> {
    this.#told.textContent = "";
    try {
      await work();
    } catch (error) {
      this.#told.textContent = `That did not work: ${failureOf(error).message}`;
    }
  }
}
