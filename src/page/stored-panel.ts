import type { Table } from "apache-arrow";
import { color } from "./chart.ts";
import { failureOf } from "./client.ts";
import { button, element, freshId, group, labelled, optionsOf, set } from "./element.ts";
import type { Change, Explorer, Panel } from "./explorer.ts";
import { gridOf } from "./grid.ts";
import { mapOfAddress, withMap } from "./link.ts";
import { lookedAt, pinMarks } from "./pin-legend.ts";
import { saveAs } from "./save-as.ts";
import type { Choice, MapSource, StoredMap, StoredView } from "./stored-figure.ts";

/** A map that is open, as it was read last. */
interface Opened extends StoredMap {
  source: MapSource;
}

/** Has what reads and draws stored maps loaded. */
const tools = async () => await import("./stored-figure.ts");

/** Opens the map of a store, from a file, a folder or an address, and shows it above the sweep that the page computes. */
export class StoredPanel implements Panel {
  /** Where a map is chosen. */
  readonly element: HTMLDetailsElement;
  /** The map that is open; hidden where none is. */
  readonly figure: HTMLElement;
  readonly #told = element("p", { class: "told", role: "alert" });
  readonly #busy = element("p", { class: "note", role: "status" });
  readonly #address = element("input", { type: "text", inputmode: "url", autocomplete: "off", spellcheck: "false" });
  readonly #title = element("h2", { id: freshId("stored") });
  readonly #about = element("p", { class: "note", role: "status" });
  readonly #refresh = button("Refresh", () => void this.#read(), { class: "small" });
  readonly #selects: Readonly<Record<keyof Choice, HTMLSelectElement>>;
  readonly #choices: HTMLElement;
  readonly #host = element("div");
  readonly #table = element("details", { class: "numbers-of-store" }, element("summary", {}, "Numbers of the stored map as a table"));
  readonly #downloads: HTMLElement;
  /** What stands in the figure while a map is open. */
  readonly #parts: HTMLElement[];
  #opened: Opened | undefined;
  #view: StoredView | undefined;
  #turn = 0;
  #running = new AbortController();
  readonly #explorer: () => Explorer;

  constructor(explorer: () => Explorer) {
    this.#explorer = explorer;
    const file = this.#input({ accept: ".arrow,.arrows,.parquet" }, (files) => files[0] && this.#openFile(files[0]));
    const folder = this.#input({ webkitdirectory: true }, (files) =>
      this.#open(async () => (await tools()).folderSource(files), "the folder"),
    );
    const openUrl = button("Open", () => this.openUrl(this.#address.value), { "aria-label": "Open the address" });
    this.#address.addEventListener("keydown", ({ key }) => key === "Enter" && this.openUrl(this.#address.value));
    const note = "The map of massgrid sweep, or of a store, also of one that is still being computed.";
    this.element = group("Open a stored map", false, [
      element("p", { class: "note" }, note),
      element(
        "div",
        { class: "row" },
        button("Map file…", () => file.click()),
        button("Store's folder…", () => folder.click()),
      ),
      labelled("Address of a map file or of a store's folder", this.#address),
      openUrl,
      this.#busy,
      this.#told,
    ]);
    const select = () => element("select", { on: { change: () => void this.#draw() } });
    this.#selects = { feature: select(), x: select(), y: select() };
    const { feature, x, y } = this.#selects;
    this.#choices = element("div", { class: "row fields" }, labelled("Drawn", feature), labelled("Along x", x), labelled("Along y", y));
    this.#downloads = element("div", { class: "row" }, element("span", { class: "row-title" }, "Download"), ...this.#buttons());
    const head = element(
      "div",
      { class: "tools" },
      this.#refresh,
      button("Close", () => this.#close(), { class: "small" }),
    );
    this.figure = element("section", { class: "panel", "aria-labelledby": this.#title.id, hidden: true });
    this.#parts = [element("div", { class: "panel-head" }, this.#title, head), this.#about, this.#choices];
    this.#parts.push(this.#host, this.#table, this.#downloads);
    this.#table.addEventListener("toggle", () => void this.#fillTable());
    document.addEventListener("drop", ({ dataTransfer }) => {
      const dropped = dataTransfer?.files[0];
      if (dropped && isMapName(dropped.name)) this.#openFile(dropped);
    });
  }

  /** What the map that is open has at a point of the page's sweep, by the values of its keys. */
  valueAt(point: ReadonlyMap<string, number>): string | undefined {
    const drawing = this.#view?.drawing;
    const row = drawing?.rowOf(point) ?? -1;
    return row < 0 ? undefined : drawing?.valueText(row).replace(": ", " of the stored map: ");
  }

  /** Marks the points of the page in the map. */
  show(change: Change): void {
    if (change === "history" || !this.#view) return;
    const explorer = this.#explorer();
    const { state, at } = explorer;
    const pointOf = (values: readonly number[]) => new Map(state.axes.map(({ key }, side) => [key, values[side]]));
    const pins = pinMarks(state).map((pin) => ({ point: pointOf(pin.at), color: pin.color }));
    this.#view.mark(pins, { point: pointOf(lookedAt(state, at) ?? []), color: color("look") });
  }

  /** Looks at the point of the page's sweep that has the values of a point of the map, where there is one. */
  #look(point: ReadonlyMap<string, number>, isAbout: (one: number, other: number) => boolean): void {
    const { state } = this.#explorer();
    const { x, y } = gridOf(state);
    const [i, j = 0] = state.axes.map(({ key }, side) => [x, y][side].findIndex((value) => isAbout(value, point.get(key) ?? Number.NaN)));
    if (i >= 0 && j >= 0) this.#explorer().look(j * x.length + i);
  }

  /** Opens what the page's address names, unless it is open. */
  follow(): void {
    const url = mapOfAddress(location.hash);
    if (url !== undefined && url !== this.#opened?.source.url) this.openUrl(url);
  }

  openUrl(url: string): void {
    this.#address.value = url;
    this.#open(async () => (await tools()).urlSource(url), url);
  }

  #openFile(file: File): void {
    this.#open(async () => (await tools()).fileSource(file), file.name);
  }

  /** What asks for files: it stands nowhere, buttons click it. */
  #input(attributes: Record<string, string | boolean>, take: (files: File[]) => void): HTMLInputElement {
    const input = element("input", { type: "file", ...attributes });
    input.addEventListener("change", () => {
      const files = Array.from(input.files ?? []);
      input.value = "";
      if (files.length > 0) take(files);
    });
    return input;
  }

  #buttons(): HTMLButtonElement[] {
    const save = (format: "arrow" | "parquet" | "svg" | "png", work: () => Promise<Blob | undefined>) => {
      const act = () =>
        void this.#try(async () => {
          const blob = await work();
          if (blob) saveAs(`map.${format}`, blob);
        });
      const text = { arrow: "Arrow", parquet: "Parquet", svg: "SVG", png: "PNG" }[format];
      return button(text, act, { class: "small", "aria-label": `stored map as ${format}` });
    };
    const table = (format: "arrow" | "parquet") =>
      save(format, async () => {
        const map = this.#opened?.map;
        const bytes = map && (await (await tools()).encodeMap(map, format));
        return bytes && new Blob([Uint8Array.from(bytes)], { type: "application/octet-stream" });
      });
    const svg = save("svg", async () => new Blob([this.#svg()], { type: "image/svg+xml" }));
    return [table("arrow"), table("parquet"), svg, save("png", async () => await (await tools()).pngOf(this.#svg()))];
  }

  #svg(): string {
    return this.#view?.drawing.svg ?? "";
  }

  #open(source: () => Promise<MapSource>, name: string): void {
    void this.#try(async () => await this.#show(await source(), name));
  }

  async #read(): Promise<void> {
    const source = this.#opened?.source;
    if (source) await this.#try(async () => await this.#show(source, source.name));
  }

  /** Reads a map and shows it: what is shown stays until the new one has been drawn. */
  async #show(source: MapSource, name: string): Promise<void> {
    this.#running.abort();
    this.#running = new AbortController();
    const { signal } = this.#running;
    this.#busy.textContent = `Reading ${name} …`;
    const { choicesOf } = await tools();
    const stored = await source.read(signal);
    const { map } = stored;
    if (map?.numRows === 0) throw new Error(`${source.name} has no points`);
    const choices = map ? choicesOf(map) : { keys: [], features: [] };
    const isSame = this.#opened?.source === source;
    const choice = isSame ? this.#choice(choices) : { feature: choices.features[0] ?? "", x: "", y: "" };
    const view = stored.drawn && (await this.#viewOf(stored.drawn, choice));
    signal.throwIfAborted();
    this.#opened = { source, ...stored };
    this.#showView(view);
    this.#showChoices(choices, choice);
    this.#showAbout();
    for (const part of [this.#choices, this.#table, this.#downloads]) set(part, "hidden", map === undefined);
    if (this.figure.hidden) this.figure.replaceChildren(...this.#parts);
    this.figure.hidden = false;
    await this.#fillTable();
    history.replaceState(history.state, "", withMap(location.hash, source.url) || location.pathname + location.search);
  }

  async #viewOf(map: Table, choice: Choice): Promise<StoredView> {
    const { imageOf, isAbout, StoredDrawing, StoredView } = await tools();
    const drawing = await StoredDrawing.of(map, choice);
    return new StoredView(drawing, await imageOf(drawing.svg), (point) => this.#look(point, isAbout));
  }

  #showView(view: StoredView | undefined): void {
    this.#view = view;
    this.#host.replaceChildren(...(view ? [view.element] : []));
    this.show("point");
  }

  #showAbout(): void {
    if (!this.#opened) return;
    const { source, map, running } = this.#opened;
    const many = (count: number) => count.toLocaleString("en");
    this.#title.textContent = `Stored map: ${source.name}`;
    this.#about.textContent = running
      ? `Not complete: ${many(running.shards)} of ${many(running.shardCount)} shards, ${many(map?.numRows ?? 0)} of ${many(running.points)} points`
      : `${many(map?.numRows ?? 0)} points`;
    // Files that were chosen are those of that moment.
    set(this.#refresh, "hidden", source.url === "");
  }

  #showChoices({ keys, features }: { keys: string[]; features: string[] }, choice: Choice): void {
    const all: [string, string][] = features.length > 2 ? [["", "all features"]] : [];
    const lists = { feature: [...features.map((name) => [name] as const), ...all], x: axisChoices(keys), y: axisChoices(keys) };
    for (const side of sides) {
      this.#selects[side].replaceChildren(...optionsOf(lists[side]));
      this.#selects[side].value = choice[side];
    }
  }

  /** What is chosen, as far as a map has it; two axes are of two keys. */
  #choice({ keys, features }: { keys: string[]; features: string[] }): Choice {
    const [feature, x, y] = sides.map((side) => this.#selects[side].value);
    const known = (name: string, names: readonly string[]) => (names.includes(name) ? name : "");
    return { feature: known(feature, features), x: known(x, keys), y: x === y ? "" : known(y, keys) };
  }

  /** Draws what has been chosen now. */
  async #draw(): Promise<void> {
    await this.#try(async () => {
      const { map, drawn } = this.#opened ?? {};
      if (!map || !drawn) return;
      const turn = ++this.#turn;
      const { choicesOf } = await tools();
      const choice = this.#choice(choicesOf(map));
      const view = await this.#viewOf(drawn, choice);
      // Something else has been chosen meanwhile.
      if (this.#opened?.map !== map || turn !== this.#turn) return;
      this.#showView(view);
      this.#showChoices(choicesOf(map), choice);
    });
  }

  async #fillTable(): Promise<void> {
    const map = this.#opened?.map;
    if (!this.#table.open || !map) return;
    const { rowsTable } = await tools();
    const [title] = this.#table.children;
    this.#table.replaceChildren(title, rowsTable(map));
  }

  #close(): void {
    this.#running.abort();
    this.#opened = undefined;
    this.#view = undefined;
    this.figure.hidden = true;
    this.figure.replaceChildren();
    history.replaceState(history.state, "", withMap(location.hash, "") || location.pathname + location.search);
  }

  /** Does some work; what goes wrong is told beside where a map is chosen, and what is shown stays. */
  async #try(work: () => Promise<void>): Promise<void> {
    this.#told.textContent = "";
    try {
      await work();
    } catch (error) {
      // Another one has been asked for, or this one closed.
      if (error instanceof DOMException && error.name === "AbortError") return;
      const { faultText } = await tools().catch(() => ({ faultText: (fault: unknown) => failureOf(fault).message }));
      this.#told.textContent = faultText(error);
      this.element.open = true;
      this.element.scrollIntoView({ block: "nearest" });
    }
    this.#busy.textContent = "";
  }
}

const sides = ["feature", "x", "y"] as const;

function axisChoices(keys: readonly string[]): (readonly [string, string])[] {
  return [["", "as the points lie"], ...keys.map((key) => [key, key] as const)];
}

/** Whether a file of that name is a map, and no template. */
export function isMapName(name: string): boolean {
  return /\.(?:arrows?|parquet)$/i.test(name);
}
