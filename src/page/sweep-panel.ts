import { lineColor } from "../figure/colors.ts";
import type { SweepFigure } from "./chart.ts";
import { button, element, freshId, set } from "./element.ts";
import type { Change, Explorer, Panel } from "./explorer.ts";
import { gridOf, indexOfPoint, type MapData, pointAt } from "./grid.ts";

import { HeatFigure, legend } from "./heat-figure.ts";
import { LineFigure } from "./line-figure.ts";
import { axisLabel, numbersTable, pointText, secondsText, signalLabel, valueText } from "./words.ts";

/** The figure of the sweep, its progress, and the point that is looked at. */
export class SweepPanel implements Panel {
  readonly element: HTMLElement;
  readonly #explorer: () => Explorer;
  readonly #title = element("h2", { id: freshId("title") });
  readonly #host = element("div", { class: "chart", role: "img" });
  readonly #legend = element("div");
  readonly #bar = element("progress", { max: 1, value: 0, "aria-label": "Points that are computed" });
  readonly #progress = element("span", { class: "note" });
  readonly #stop = button("Stop", () => this.#stopOrGoOn());
  readonly #live = element("p", { class: "unseen", role: "status" });
  readonly #point = element("div", { class: "point" });
  readonly #table = element("details", { class: "numbers" }, element("summary", {}, "Numbers of the figure as a table"));
  #figure: { of: SweepFigure; axes: string; isText: boolean } | undefined;
  #sliders: HTMLInputElement[] = [];
  #waiting: MapData | undefined;
  #said = "";
  #drawn: { map: MapData | undefined; done: number } = { map: undefined, done: 0 };

  constructor(explorer: () => Explorer) {
    this.#explorer = explorer;
    const tools = element("div", { class: "tools" }, ...zoomButtons((factor) => this.#figure?.of.zoom(factor), "figure"));
    const status = element("div", { class: "status" }, this.#bar, this.#progress, this.#stop);
    this.element = element(
      "section",
      { class: "panel sweep", "aria-labelledby": this.#title.id },
      element("div", { class: "panel-head" }, this.#title, tools),
      status,
      this.#legend,
      this.#host,
      this.#point,
      this.#table,
      this.#live,
    );
    this.#table.addEventListener("toggle", () => this.#fillTable());
  }

  show(change: Change): void {
    const { state, described } = this.#explorer();
    set(this.element, "hidden", state.axes.length === 0);
    const over = state.axes.map((axis) => axisLabel(axis, described.description)).join(" and ");
    this.#title.textContent = `${state.feature} of ${signalLabel(state.signal)} over ${over}`;
    this.#showPoint(change === "model");
    this.#mark();
  }

  /** More points have come, or are nearer: what is new is drawn with the next picture of the screen. */
  map(map: MapData): void {
    if (this.#waiting === undefined) requestAnimationFrame(() => this.#draw());
    this.#waiting = map;
  }

  #draw(): void {
    const map = this.#waiting;
    this.#waiting = undefined;
    if (map === undefined) return;
    const { done } = map;
    if (map.state.axes.length > 0 && (this.#drawn.map !== map || this.#drawn.done !== done)) {
      this.#drawn = { map, done };
      this.#figureOf(map).show();
      this.#legend.replaceChildren(...(map.state.axes.length === 2 ? [legend(map)] : []));
      this.#mark();
      this.#showValue();
      performance.mark("massgrid map drawn");
    }
    this.#showProgress(map);
    if (map.finished) performance.mark("massgrid map finished");
    if (map.finished || map.stopped) this.#fillTable();
  }

  #figureOf(map: MapData): SweepFigure {
    const axes = JSON.stringify([map.state.axes, map.state.model]);
    if (this.#figure?.axes === axes && this.#figure.isText === map.isText) {
      this.#figure.of.use(map);
      return this.#figure.of;
    }
    this.#figure?.of.end();
    const { described } = this.#explorer();
    const labels = map.state.axes.map((axis) => axisLabel(axis, described.description));
    const options = { labels, hover: (index: number) => this.#hover(index), click: (index: number) => this.#explorer().pin(index) };
    const of = map.state.axes.length === 1 ? new LineFigure(this.#host, map, options) : new HeatFigure(this.#host, map, options);
    this.#figure = { of, axes, isText: map.isText };
    return of;
  }

  /** The pointer has left the figure: the last point stays. */
  #hover(index: number): void {
    if (index >= 0) this.#explorer().look(index);
  }

  #mark(): void {
    const { state, at } = this.#explorer();
    const grid = gridOf(state);
    const pins = state.pins.map((pin, i) => ({ index: indexOfPoint(state, grid, pin), color: lineColor(i) }));
    this.#figure?.of.mark({ pins, at: pins.some(({ index }) => index === at) ? -1 : at });
  }

  #showProgress(map: MapData): void {
    const { done, total, eta } = map.progress;
    this.#bar.max = total;
    this.#bar.value = map.finished ? total : done;
    const many = (count: number) => count.toLocaleString("en");
    const all = total === 1 ? "1 point" : `${many(total)} points`;
    const state = map.finished
      ? all
      : map.stopped
        ? `stopped at ${many(map.done)} of ${all}`
        : `${many(done)} of ${all}, ${secondsText(eta)} left`;
    this.#progress.textContent = state;
    this.#stop.textContent = map.stopped ? "Go on" : "Stop";
    this.#stop.disabled = map.finished;
    const said = map.finished
      ? `Sweep finished: ${all}`
      : map.stopped
        ? `Sweep ${state}`
        : `Sweep: ${Math.round((10 * done) / total) * 10} percent`;
    if (said !== this.#said) this.#live.textContent = said;
    this.#said = said;
    if (map.finished) this.#host.setAttribute("aria-label", this.#summary(map));
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
    return `${this.#title.textContent}${range}. A table of the numbers follows.`;
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
    const { state, described, at, map } = this.#explorer();
    const grid = gridOf(state);
    const output = this.#point.querySelector("output");
    const pin = this.#point.querySelector("button");
    if (output === null || pin === null) return;
    const index = Math.max(0, at);
    const where = pointText(state, pointAt(state, grid, index), described.description);
    const isOfMap = map !== undefined && map.grid.count === grid.count;
    output.textContent = at < 0 ? "Move over the figure, or use the sliders" : `${where}: ${isOfMap ? valueText(map, index) : ""}`;
    const isPinned = state.pins.some((point) => indexOfPoint(state, grid, point) === index);
    pin.textContent = isPinned ? "Unpin" : "Pin";
    set(pin, "aria-label", `${isPinned ? "Unpin" : "Pin"} ${where}`);
  }

  #fillTable(): void {
    const { map, described } = this.#explorer();
    if (!this.#table.open || map === undefined) return;
    const [title] = this.#table.children;
    this.#table.replaceChildren(title, numbersTable(map, described.description));
  }
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
