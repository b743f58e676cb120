import type { DiagramLines } from "../figure/diagram-lines.ts";
import type { Overlay } from "./chart.ts";
import type { DiagramPanel } from "./diagram-panel.ts";
import { button, element } from "./element.ts";
import type { Change, Explorer } from "./explorer.ts";
import type { MapData } from "./map-data.ts";

/** Asks where the behaviour changes; what follows branches and draws them is loaded when that is asked first. */
export class FindChanges {
  readonly element: HTMLElement;
  /** Downloads of the diagram, once there is one. */
  readonly downloads = element("div");
  readonly #explorer: () => Explorer;
  readonly #redraw: () => void;
  #panel: DiagramPanel | undefined;

  /** `redraw` draws the sweep's figures again. */
  constructor(explorer: () => Explorer, redraw: () => void) {
    this.#explorer = explorer;
    this.#redraw = redraw;
    this.element = element(
      "div",
      { class: "changes" },
      button("Find where it changes", () => void this.#load((panel) => panel.ask())),
    );
  }

  show(change: Change): void {
    if (change !== "point" && (this.#panel || this.#explorer().state.diagram)) void this.#load((panel) => panel.show());
  }

  /** What is drawn over a figure. */
  overlay(map: MapData): Overlay | undefined {
    return this.#panel?.overlay(map);
  }

  /** The same, as the figure's file has it. */
  lines(map: MapData): DiagramLines | undefined {
    return this.#panel?.lines(map);
  }

  async #load(then: (panel: DiagramPanel) => void): Promise<void> {
    const { DiagramPanel: Panel } = await import("./diagram-panel.ts");
    if (!this.#panel) {
      this.#panel = new Panel(this.#explorer, this.#redraw);
      this.element.append(...this.#panel.elements);
      this.downloads.append(this.#panel.downloads);
    }
    then(this.#panel);
  }
}
