import { element } from "./element.ts";
import type { StoredDrawing } from "./stored-drawing.ts";

/** A point by the values of its keys, in the colour that it has everywhere on the page. */
export interface StoredMark {
  point: ReadonlyMap<string, number>;
  color: string;
}

/** The drawing of a stored map; points of the page are marked in it, and points of it can be looked at. */
export class StoredView {
  readonly element: HTMLElement;
  readonly drawing: StoredDrawing;
  readonly #marks = element("div", { "aria-hidden": "true" });
  readonly #text = element("output", { class: "point-text" }, "Move over the figure to read its points.");
  #pins: readonly { row: number; color: string }[] = [];
  #look = "";
  /** The row that is looked at; -1 for none. */
  #at = -1;
  #asked = "";

  /** `hover` is told of the point that the pointer has come to. */
  constructor(drawing: StoredDrawing, image: HTMLImageElement, hover: (point: ReadonlyMap<string, number>) => void) {
    this.drawing = drawing;
    const frame = element("div", { class: "stored-frame" }, image, this.#marks);
    frame.addEventListener("pointermove", ({ clientX, clientY }) => {
      const { left, top, width, height } = frame.getBoundingClientRect();
      const row = drawing.rowAt([(clientX - left) / width, (clientY - top) / height]);
      if (row < 0 || row === this.#at) return;
      this.#lookAt(row);
      hover(drawing.pointOf(row));
    });
    this.element = element("div", {}, element("div", { class: "stored" }, frame), this.#text);
  }

  /** Marks the page's pins, and the point that it looks at: as far as the map has them. */
  mark(pins: readonly StoredMark[], look: StoredMark): void {
    this.#pins = pins.map(({ point, color }) => ({ row: this.drawing.rowOf(point), color }));
    this.#look = look.color;
    // What the pointer is at here stays until the page looks elsewhere.
    const asked = JSON.stringify([...look.point]);
    const isElsewhere = asked !== this.#asked;
    this.#asked = asked;
    this.#lookAt(isElsewhere ? this.drawing.rowOf(look.point) : this.#at);
  }

  #lookAt(row: number): void {
    this.#at = row;
    const { drawing } = this;
    if (row >= 0) this.#text.textContent = `${drawing.keysText(row)}: ${drawing.valueText(row)}`;
    const isPin = this.#pins.some((pin) => pin.row === row);
    const marks = isPin ? this.#pins : [...this.#pins, { row, color: this.#look }];
    const discs = marks.flatMap((mark) => drawing.placesOf(mark.row).map(([left, top]) => disc(left, top, mark.color)));
    this.#marks.replaceChildren(...discs);
  }
}

function disc(left: number, top: number, color: string): HTMLElement {
  const made = element("span", { class: "stored-mark" });
  [made.style.left, made.style.top, made.style.background] = [`${100 * left}%`, `${100 * top}%`, color];
  return made;
}
