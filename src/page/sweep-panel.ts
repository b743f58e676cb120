import { DisplayControls } from "./display-controls.ts";
import { button, element, freshId, set } from "./element.ts";
import type { Change, Explorer, Panel } from "./explorer.ts";
import { Failures } from "./failures.ts";
import { FigureBlock } from "./figure-block.ts";
import { FindChanges } from "./find-changes.ts";
import { gridOf, pointAt } from "./grid.ts";
import type { MapData } from "./map-data.ts";
import { isSamePoint, lookedAt, marksOf, pinLegend } from "./pin-legend.ts";
import type { Facts } from "./protocol.ts";
import { shownLabels } from "./signal-labels.ts";
import { MOST_PINS, shownOf } from "./state.ts";
import { axisLabel, axisSide, numbersTable, pointText, secondsText, valueText } from "./words.ts";

/** The figure of the sweep, its progress, and the point that is looked at. */
export class SweepPanel implements Panel {
  readonly element: HTMLElement;
  /** What is shown elsewhere of a point, by the values of its keys: read out with the figures' own values. */
  others: (point: ReadonlyMap<string, number>) => string | undefined = () => undefined;
  readonly #explorer: () => Explorer;
  readonly #title = element("h2", { id: freshId("title") });
  readonly #figures = element("div", { class: "blocks" });
  readonly #pins = element("div");
  readonly #failures: Failures;
  readonly changes: FindChanges;
  readonly #display: DisplayControls;
  readonly #bar = element("progress", { max: 1, value: 0, "aria-label": "Points that are computed" });
  readonly #progress = element("span", { class: "note" });
  readonly #origin = element("span", { class: "note", hidden: true }, "run when this page was built");
  readonly #stop = button("Stop", () => this.#stopOrGoOn());
  readonly #live = element("p", { class: "unseen", role: "status" });
  readonly #point = element("div", { class: "point" });
  readonly #table = element("details", { class: "numbers" }, element("summary", {}, "Numbers of the figure as a table"));
  #blocks: FigureBlock[] = [];
  #sliders: HTMLInputElement[] = [];
  #waiting: readonly MapData[] | undefined;
  #said = "";
  #drawn = "";
  #of: MapData | undefined;

  constructor(explorer: () => Explorer, { kinds }: Facts) {
    this.#explorer = explorer;
    this.#failures = new Failures(explorer, kinds);
    this.#display = new DisplayControls(explorer);
    this.changes = new FindChanges(explorer, () => this.#redraw());
    const zoom = (factor: number) => this.#blocks.forEach((block) => void block.zoom(factor));
    const tools = element("div", { class: "tools" }, ...zoomButtons(zoom, "figure"));
    const status = element("div", { class: "status" }, this.#bar, this.#progress, this.#origin, this.#stop);
    this.element = element(
      "section",
      { class: "panel sweep", "aria-labelledby": this.#title.id },
      element("div", { class: "panel-head" }, this.#title, tools),
      status,
      this.#figures,
      this.#pins,
      this.#failures.element,
      this.#point,
      this.changes.element,
      this.#display.element,
      this.#table,
      this.#live,
    );
    this.#table.addEventListener("toggle", () => this.#fillTable());
  }

  show(change: Change): void {
    if (change === "history") return;
    const { state } = this.#explorer();
    set(this.element, "hidden", state.axes.length === 0);
    if (change !== "point") this.#display.show();
    // What is drawn are the numbers of before until others come, and its title says of what they are.
    const isStale = change !== "point" && this.#of !== undefined && !isOf(this.#of, this.#explorer());
    if (change !== "point") this.element.classList.toggle("stale", isStale);
    if (this.#of === undefined) this.#showTitle();
    this.#showPoint(change === "model");
    if (change === "state" && !isStale) this.#redraw();
    this.#mark();
    this.changes.show(change);
  }

  /** The title of what is drawn; before anything is, of what is computed. */
  #showTitle(): void {
    const { described } = this.#explorer();
    const state = this.#of?.state ?? this.#explorer().state;
    const over = state.axes.map((axis) => axisLabel(axis, described.description)).join(" and ");
    const what = shownLabels(shownOf(state)).join(", ");
    this.#title.textContent = `${what} over ${over}`;
  }

  /** More points have come, or are nearer: what is new is drawn with the next picture of the screen. */
  maps(maps: readonly MapData[]): void {
    if (this.#waiting === undefined) requestAnimationFrame(() => this.#draw());
    this.#waiting = maps;
  }

  /** How figures are drawn has been changed, and not what they show. */
  #redraw(): void {
    const { state, maps } = this.#explorer();
    const drawn = maps[0] === this.#of ? maps : [];
    for (const map of drawn) map.display = state.display;
    this.#drawn = "";
    if (drawn.length > 0) this.maps(drawn);
  }

  #draw(): void {
    const maps = this.#waiting;
    this.#waiting = undefined;
    const [map] = maps ?? [];
    if (maps === undefined || map === undefined) return;
    const isNew = this.#of !== map;
    this.#of = map;
    const drawn = `${map.done} ${map.between.size} ${map.finished}`;
    if (map.state.axes.length > 0 && (isNew || this.#drawn !== drawn)) {
      this.#drawn = drawn;
      if (isNew) this.element.classList.remove("stale");
      this.#drawFigures(maps);
      this.#showTitle();
      this.#mark();
      this.#showValue();
      performance.mark("massgrid map drawn");
    }
    this.#showProgress(map);
    this.#failures.show(maps);
    if (map.finished) performance.mark("massgrid map finished");
    if (map.finished || map.stopped) this.#fillTable();
  }

  #drawFigures(maps: readonly MapData[]): void {
    while (this.#blocks.length > maps.length) this.#blocks.pop()?.end();
    while (this.#blocks.length < maps.length) {
      const block = new FigureBlock();
      this.#blocks.push(block);
      this.#figures.append(block.element);
    }
    const { described } = this.#explorer();
    const [{ state, grid }] = maps;
    const options = {
      sides: state.axes.map((axis, side) => axisSide(axis, side === 0 ? grid.x : grid.y, described.description)),
      hover: (index: number) => this.#hover(index),
      click: (index: number) => this.#explorer().pin(index),
      overlay: (map: MapData) => this.changes.overlay(map),
    };
    maps.forEach((map, i) => void this.#blocks[i].show(map, options, maps.length > 1));
  }

  /** The pointer has left the figure: the last point stays. */
  #hover(index: number): void {
    if (index >= 0) this.#explorer().look(index);
  }

  #mark(): void {
    const explorer = this.#explorer();
    const isSame = this.#of === undefined || JSON.stringify(this.#of.state.axes) === JSON.stringify(explorer.state.axes);
    const marks = isSame ? marksOf(explorer) : [];
    for (const block of this.#blocks) block.mark(marks);
    const full = element("p", { class: "note" }, `${MOST_PINS} points are pinned, as many as are compared; unpin one to pin another.`);
    this.#pins.replaceChildren(pinLegend(explorer), ...(explorer.state.pins.length < MOST_PINS ? [] : [full]));
  }

  #showProgress(map: MapData): void {
    const { done, total, eta } = map.progress;
    this.#bar.max = total;
    this.#bar.value = map.finished ? total : done;
    const many = (count: number) => count.toLocaleString("en");
    const points = total === 1 ? "1 point" : `${many(total)} points`;
    const all = map.between.size === 0 ? points : `${points}, and ${many(map.between.size)} where the line bends`;
    const state = map.finished
      ? all
      : map.stopped
        ? `stopped at ${many(map.done)} of ${all}`
        : `${many(done)} of ${all}, ${secondsText(eta)} left`;
    this.#progress.textContent = state;
    this.#stop.textContent = map.stopped ? "Go on" : "Stop";
    this.#stop.disabled = map.finished;
    set(this.#origin, "hidden", !map.ofBuild);
    const said = map.finished
      ? `Sweep finished: ${all}`
      : map.stopped
        ? `Sweep ${state}`
        : `Sweep: ${Math.round((10 * done) / total) * 10} percent`;
    if (said !== this.#said) this.#live.textContent = said;
    this.#said = said;
    if (map.finished)
      this.#explorer().maps.forEach((each, i) => void this.#blocks[i]?.host.setAttribute("aria-label", this.#summary(each)));
  }

  #summary(map: MapData): string {
    const { described } = this.#explorer();
    let [low, high] = [-1, -1];
    map.values.forEach((value, i) => {
      if (!Number.isFinite(value)) return;
      if (low < 0 || value < map.values[low]) low = i;
      if (high < 0 || value > map.values[high]) high = i;
    });
    const at = (index: number) =>
      `${valueText(map, index)} at ${pointText(map.state, pointAt(map.state, map.grid, index), described.description)}`;
    const range = low < 0 || map.isText ? "" : `: from ${at(low)} to ${at(high)}`;
    const over = map.state.axes.map((axis) => axisLabel(axis, described.description)).join(" and ");
    return `${map.label} over ${over}${range}. A table of the numbers follows.`;
  }

  #stopOrGoOn(): void {
    if (this.#explorer().map?.stopped) this.#explorer().goOn();
    else this.#explorer().stop();
  }

  /** A slider for each axis chooses the point that is looked at: what the pointer does on the figure. */
  #showPoint(isNew: boolean): void {
    const { state, described, at } = this.#explorer();
    const grid = gridOf(state);
    if (isNew || this.#sliders.length !== state.axes.length || this.#point.dataset.axes !== JSON.stringify(state.axes)) {
      this.#point.dataset.axes = JSON.stringify(state.axes);
      this.#sliders = state.axes.map((axis, side) => {
        const count = (side === 0 ? grid.x : grid.y).length;
        const label = `Point along ${axisLabel(axis, described.description)}`;
        const range = { type: "range", min: 0, max: count - 1, step: 1, value: 0 };
        return element("input", { ...range, "aria-label": label, on: { input: () => this.#slide() } });
      });
      const text = element("output", { class: "point-text" });
      this.#point.replaceChildren(
        ...this.#sliders,
        text,
        button("Pin", () => this.#explorer().pin(Math.max(0, this.#explorer().at)), { class: "small" }),
      );
    }
    const index = Math.max(0, at);
    const places = [index % grid.x.length, Math.floor(index / grid.x.length)];
    this.#sliders.forEach((slider, side) => {
      slider.value = String(places[side]);
      slider.setAttribute("aria-valuetext", pointText(state, pointAt(state, grid, index), described.description));
    });
    this.#showValue();
  }

  #slide(): void {
    const { x } = gridOf(this.#explorer().state);
    const [i, j = 0] = this.#sliders.map(({ value }) => Number(value));
    this.#explorer().look(j * x.length + i);
  }

  #showValue(): void {
    const { state, described, at } = this.#explorer();
    const grid = gridOf(state);
    const output = this.#point.querySelector("output");
    const pin = this.#point.querySelector("button");
    if (output === null || pin === null) return;
    const index = Math.max(0, at);
    const where = pointText(state, pointAt(state, grid, index), described.description);
    output.textContent = at < 0 ? "Move over the figure, or use the sliders" : `${where}: ${this.#valuesText(index)}`;
    const isPinned = state.pins.some((pin) => isSamePoint(pin, lookedAt(state, index) ?? []));
    pin.textContent = isPinned ? "Unpin" : "Pin";
    set(pin, "aria-label", `${isPinned ? "Unpin" : "Pin"} ${where}`);
  }

  /** The values of all figures at a point, and of a stored map that has it: one of many with its name. */
  #valuesText(index: number): string {
    const { state, map, maps } = this.#explorer();
    const grid = gridOf(state);
    const own = map !== undefined && map.grid.count === grid.count ? maps : [];
    const point = pointAt(state, grid, index);
    const other = this.others(new Map(state.axes.map(({ key }, side) => [key, point[side]])));
    const isOne = own.length === 1 && other === undefined;
    const texts = own.map((each) => (isOne ? valueText(each, index) : `${each.label}: ${valueText(each, index)}`));
    return [...texts, ...(other === undefined ? [] : [other])].join("; ");
  }

  #fillTable(): void {
    const { maps, described } = this.#explorer();
    if (!this.#table.open || maps.length === 0) return;
    const [title] = this.#table.children;
    this.#table.replaceChildren(title, ...maps.map((map) => numbersTable(map, described.description)));
  }
}

/** Whether a map is of what is computed now: how it is drawn aside. */
function isOf(map: MapData, { state }: Explorer): boolean {
  const keyOf = ({ pins, plane, display, diagram, ...rest }: MapData["state"]) => JSON.stringify(rest);
  return map.state === state || keyOf(map.state) === keyOf(state);
}

/** Buttons that zoom without a pointer. */
export function zoomButtons(zoom: (factor: number) => void, what: string): HTMLButtonElement[] {
  const all = [
    ["+", 0.5, `Zoom into the ${what}`] as const,
    ["−", 2, `Zoom out of the ${what}`] as const,
    ["All", 0, `Show all of the ${what}`] as const,
  ];
  return all.map(([text, factor, label]) => button(text, () => zoom(factor), { class: "small", "aria-label": label }));
}
