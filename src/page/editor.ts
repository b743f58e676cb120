import type { Problem } from "../index.ts";
import { button, element, freshId, set } from "./element.ts";

/** How long typing must rest before the text is read, in ms. */
const REST = 200;

/** A text of YAML with the numbers of its lines; what is wrong is told below it and marked at its line, while one types. */
export class Editor {
  readonly element: HTMLElement;
  readonly #text = element("textarea", { class: "code", spellcheck: "false", autocapitalize: "off", wrap: "off", rows: 18 });
  readonly #gutter = element("pre", { class: "gutter", "aria-hidden": "true" });
  readonly #told = element("div", { class: "told", id: freshId("told"), role: "alert" });
  #wait: ReturnType<typeof setTimeout> | undefined;
  #faults: readonly number[] = [];

  /** `change` is called with the text when one has stopped typing. */
  constructor(change: (text: string) => void) {
    set(this.#text, "aria-label", "The model's template in YAML");
    set(this.#text, "aria-describedby", this.#told.id);
    this.#text.addEventListener("input", () => {
      this.#drawGutter();
      clearTimeout(this.#wait);
      this.#wait = setTimeout(() => change(this.#text.value), REST);
    });
    this.#text.addEventListener("scroll", () => {
      this.#gutter.scrollTop = this.#text.scrollTop;
    });
    this.element = element("div", { class: "editor" }, element("div", { class: "code-box" }, this.#gutter, this.#text), this.#told);
  }

  get text(): string {
    return this.#text.value;
  }

  /** Shows a text, unless it is what one has typed. */
  show(text: string): void {
    if (this.#text.value !== text) this.#text.value = text;
    this.tell([]);
  }

  /** Tells what is wrong; nothing, where the text is right. */
  tell(problems: readonly Problem[]): void {
    this.#faults = problems.flatMap(({ source }) => (source ? [source.line] : []));
    set(this.#text, "aria-invalid", String(problems.length > 0));
    const items = problems.map(({ source, message }) => {
      if (!source) return element("p", {}, message);
      const said = message.replace(/^\S+:\d+:\d+: /, "");
      return element(
        "p",
        {},
        button(`Line ${source.line}`, () => this.#go(source.line, source.column), { class: "small" }),
        ` ${said}`,
      );
    });
    this.#told.replaceChildren(...items);
    this.#drawGutter();
  }

  /** Puts the cursor to a line and column. */
  #go(line: number, column: number): void {
    const before = this.#text.value.split("\n").slice(0, line - 1);
    const at = before.reduce((sum, each) => sum + each.length + 1, 0) + column - 1;
    this.#text.focus();
    this.#text.setSelectionRange(at, at);
    const height = Number.parseFloat(getComputedStyle(this.#text).lineHeight) || 18;
    this.#text.scrollTop = Math.max(0, (line - 6) * height);
  }

  #drawGutter(): void {
    const lines = this.#text.value.split("\n").length;
    const numbers = Array.from({ length: lines }, (_, i) => {
      const isWrong = this.#faults.includes(i + 1);
      return element("span", isWrong ? { class: "wrong" } : {}, `${isWrong ? "▶ " : ""}${i + 1}\n`);
    });
    this.#gutter.replaceChildren(...numbers);
    this.#gutter.scrollTop = this.#text.scrollTop;
  }
}
