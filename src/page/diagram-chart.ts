import type uPlot from "uplot";
import { extentOf, largestOf, padded, tickTexts } from "../figure/scale.ts";
import type { ModelDescription } from "../index.ts";
import { labelled, scaled } from "../quantity.ts";
import { AxisRoom, axis, Chart, type Overlay, onClick, tightScale } from "./chart.ts";
import { rangeOfAxis } from "./diagram-call.ts";
import { element, set } from "./element.ts";
import { spaced } from "./line-figure.ts";
import { signalLabel } from "./signal-labels.ts";
import type { State } from "./state.ts";
import { axisLabel, unitOfPath } from "./words.ts";

const HEIGHT = 280;

/** Branches in a figure of their own, below a sweep whose feature is no level of the signal: over the same axis. */
export class DiagramChart {
  readonly #host = element("div", { class: "chart", role: "img" });
  readonly #title = element("h3");
  readonly element = element("div", { hidden: true }, this.#title, this.#host);
  #chart: { of: Chart; key: string } | undefined;
  #overlay: Overlay | undefined;
  #range: readonly [number, number] = [0, 1];
  #unit = "";
  #label = "";

  /** Draws branches; undefined: none, as they are over the sweep's figure. */
  show(overlay: Overlay | undefined, state: State, description: ModelDescription): void {
    this.#overlay = overlay;
    set(this.element, "hidden", overlay === undefined);
    if (!overlay) return;
    this.#range = extentOf(overlay.heights) ?? [0, 1];
    this.#unit = unitOfPath(state.signal, description);
    this.#label = signalLabel(state.signal);
    const over = axisLabel(state.axes[0], description);
    this.#title.textContent = `Equilibria and cycles: ${this.#label} over ${over}`;
    this.#host.setAttribute("aria-label", `Equilibria and cycles: ${this.#label} over ${over}. A table of the special points follows.`);
    const key = JSON.stringify(state.axes);
    const data: uPlot.AlignedData = [rangeOfAxis(state.axes[0]), [...this.#range]];
    if (this.#chart?.key === key) this.#chart.of.plot.setData(data, true);
    else {
      this.#chart?.of.end();
      const of = new Chart(this.#host, this.#options(state, over), data);
      onClick(of.plot.over, () => void this.#overlay?.click(of.plot));
      this.#chart = { of, key };
    }
  }

  redraw(): void {
    this.#chart?.of.plot.redraw(false, false);
  }

  #options({ axes }: State, label: string): Omit<uPlot.Options, "width"> {
    const log = axes[0].scale === "log";
    const by = () => scaled(largestOf(this.#range), this.#unit);
    return {
      height: HEIGHT,
      scales: { x: { ...tightScale(log), range: (_, low, high) => spaced(low, high, log) }, y: { range: () => padded(this.#range) } },
      axes: [
        axis(label),
        axis(() => labelled(this.#label, by().unit), {
          values: (_, splits) => tickTexts(splits.map((value) => value / by().scale)),
          size: new AxisRoom(60).size,
        }),
      ],
      series: [{}, { stroke: "transparent", points: { show: false } }],
      cursor: { drag: { x: true, y: false }, points: { show: false } },
      hooks: {
        draw: [(plot) => this.#overlay?.draw(plot)],
        setCursor: [
          (plot) => {
            plot.over.title = this.#overlay?.titleAt(plot) ?? "";
          },
        ],
      },
    };
  }
}
