import { parseHTML } from "linkedom";

const BAR = '[aria-label="color bar"]';

/** A drawing, and what can be asked of it. */
export class Drawing {
  readonly svg: string;
  readonly #root: Element;

  constructor(svg: string) {
    this.svg = svg;
    this.#root = parseHTML(`<html><body>${svg}</body></html>`).document.documentElement;
  }

  /** All texts, in their order. */
  get texts(): string[] {
    return Array.from(this.#root.querySelectorAll("text"), (each) => each.textContent ?? "");
  }

  /** Texts of axes' labels. */
  get labels(): string[] {
    return this.#find('[aria-label$="axis label"] text').map((each) => each.textContent ?? "");
  }

  /** Texts at an axis's ticks; those of colour bars excepted. */
  ticks(axis: "x" | "y"): string[] {
    return this.#find(`[aria-label="${axis}-axis tick label"] text`).map((each) => each.textContent ?? "");
  }

  /** Steps of each colour bar. */
  get bars(): number[] {
    return Array.from(this.#root.querySelectorAll(`${BAR} [aria-label="rect"]`), (group) => group.children.length);
  }

  #find(selector: string): Element[] {
    return [...this.#root.querySelectorAll(selector)].filter((each) => each.closest(BAR) === null);
  }

  /** The parts of each mark of a kind, a list for each time that it was drawn: dots, line, rect or image. */
  marks(label: string): Element[][] {
    return this.#find(`g[aria-label="${label}"]`).map((group) => [...group.querySelectorAll("circle, path, rect, image")]);
  }

  count(label: string): number[] {
    return this.marks(label).map((parts) => parts.length);
  }

  get size(): number[] {
    const svg = this.#root.querySelector("svg");
    return [Number(svg?.getAttribute("width")), Number(svg?.getAttribute("height"))];
  }
}
