import { chosenScale, type ValueScale } from "../figure/scale.ts";
import type { FigureOptions, Mark, SweepFigure } from "./chart.ts";
import { element, set } from "./element.ts";
import { HeatFigure, legend } from "./heat-figure.ts";
import { LineFigure } from "./line-figure.ts";
import type { MapData } from "./map-data.ts";

/** One of a sweep's figures, with its name and what its colours mean. Its scale grows while the sweep runs, and jumps neither back nor to another kind. */
export class FigureBlock {
  readonly element: HTMLElement;
  readonly host = element("div", { class: "chart", role: "img" });
  readonly #name = element("h3");
  readonly #legend = element("div");
  #figure: { of: SweepFigure; key: string } | undefined;
  #scale: { of: MapData; scale: ValueScale } | undefined;

  constructor() {
    this.element = element("div", { class: "figure" }, this.#name, this.#legend, this.host);
  }

  /** Draws what has come; `isOne` of several figures has its name above it. */
  show(map: MapData, options: FigureOptions, isOne: boolean): void {
    const scale = this.#scaleOf(map, options.overlay(map)?.heights ?? []);
    this.#figureOf(map, scale, options).show();
    this.#legend.replaceChildren(...(map.state.axes.length === 2 ? [legend(map, scale)] : []));
    set(this.#name, "hidden", !isOne);
    this.#name.textContent = map.label;
  }

  mark(marks: readonly Mark[]): void {
    this.#figure?.of.mark(marks);
  }

  zoom(factor: number): void {
    this.#figure?.of.zoom(factor);
  }

  end(): void {
    this.#figure?.of.end();
    this.#figure = undefined;
    this.element.remove();
  }

  #scaleOf(map: MapData, more: readonly number[]): ValueScale {
    const finite = (numbers: Float64Array) => numbers.filter(Number.isFinite);
    const ends = map.state.replicates > 1 && map.state.axes.length === 1 ? [...finite(map.low), ...finite(map.high)] : [];
    const now = chosenScale(map.numbers(), map.display, map.state.axes.length === 1 ? [...ends, ...more] : ends);
    const before = this.#scale?.of === map ? this.#scale.scale : undefined;
    const isRunning = !map.finished && !map.stopped;
    const scale =
      before && isRunning && before.log === now.log
        ? { ...now, range: [Math.min(before.range[0], now.range[0]), Math.max(before.range[1], now.range[1])] as const }
        : before && isRunning && map.done > 1
          ? before
          : now;
    if (map.range() !== undefined) this.#scale = { of: map, scale };
    return scale;
  }

  #figureOf(map: MapData, scale: ValueScale, options: FigureOptions): SweepFigure {
    const { state, isText } = map;
    const key = JSON.stringify([state.axes, state.model, isText, state.axes.length === 1 && scale.log]);
    if (this.#figure?.key === key) {
      this.#figure.of.use(map, scale);
      return this.#figure.of;
    }
    this.#figure?.of.end();
    const of = state.axes.length === 1 ? new LineFigure(this.host, map, scale, options) : new HeatFigure(this.host, map, scale, options);
    this.#figure = { of, key };
    return of;
  }
}
