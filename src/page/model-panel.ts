import { frame } from "../errors.ts";
import type { BundledModel, ModelDescription, Problem } from "../index.ts";
import { EngineError } from "./client.ts";
import { button, controlValue, element, freshId, group, labelled, optionsOf, set } from "./element.ts";
import type { Change, Explorer, Panel } from "./explorer.ts";
import { equations } from "./math.ts";
import { ModelList } from "./model-list.ts";
import type { ModelChoice } from "./state.ts";
import { isMapName } from "./stored-panel.ts";

/** A file of templates may be so large. */
const LARGEST = 1e6;

/** Which model is explored: one of the list, a file that is opened or dropped, or a text that is edited here. */
export class ModelPanel implements Panel {
  readonly element: HTMLElement;
  readonly #explorer: () => Explorer;
  readonly #list: ModelList;
  readonly #circuits = element("select");
  readonly #circuitField: HTMLElement;
  readonly #editor: Editor;
  readonly #file = element("input", {
    type: "file",
    accept: ".yaml,.yml,.json,text/yaml",
    class: "unseen",
    tabindex: -1,
    "aria-hidden": "true",
  });
  readonly #equations = element("div");
  readonly #yaml: HTMLDetailsElement;
  readonly #told = element("p", { class: "told", role: "alert" });
  readonly #units = element("p", { class: "note" });

  /** `broken` is called with the number of problems of the text that is edited, whenever it has been read. */
  constructor(explorer: () => Explorer, models: readonly BundledModel[], broken: (problems: number) => void) {
    this.#explorer = explorer;
    this.#list = new ModelList(models, (path) => void this.#try({ path }));
    this.#editor = new Editor((text) => this.#edit(text), broken);
    this.#circuitField = labelled("Circuit", this.#circuits);
    this.#circuits.addEventListener("change", (event) => this.#try({ text: this.#editor.text, circuit: controlValue(event) }));
    this.#file.addEventListener("change", () => void this.#read(this.#file.files?.[0]));
    this.#yaml = group("Template (YAML)", false, [this.#editor.element]);
    const open = button("Open a file…", () => this.#file.click());
    const note = element("p", { class: "note" }, "Or drop a YAML template, or a page that was saved, anywhere on the page.");
    const choice = [
      ...this.#list.elements,
      this.#circuitField,
      element("div", { class: "row" }, open, this.#file, note),
      this.#units,
      this.#told,
    ];
    this.element = element("div", {}, group("Model", true, choice), group("Equations", true, [this.#equations]), this.#yaml);
    this.#takeDrops();
  }

  show(change: Change): void {
    if (change !== "model") return;
    const { state, described } = this.#explorer();
    const isOwn = "text" in state.model;
    this.#list.show("path" in state.model ? state.model.path : undefined);
    this.#circuits.replaceChildren(...optionsOf(described.circuits.map((name) => [name])));
    this.#circuits.value = described.circuit;
    set(this.#circuitField, "hidden", !isOwn || described.circuits.length < 2);
    this.#editor.show(described.text);
    this.#equations.replaceChildren(equations(described.description));
    this.#units.textContent = isOwn ? unitsWanted(described.description) : "";
    this.#told.textContent = "";
  }

  /** The text has been typed in: it becomes the page's model where it is one, and is told to be none where it is not. */
  #edit(text: string): void {
    this.#try({ text, circuit: this.#explorer().described.circuit });
  }

  async #try(model: ModelChoice): Promise<void> {
    try {
      await this.#explorer().choose(model);
      this.#editor.tell([]);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      const { problems, message } = error.failure;
      const isHere = "text" in model && model.text === this.#editor.text;
      if (isHere) this.#editor.tell(problems.length > 0 ? problems : [{ code: "", path: [], message }]);
      else this.#told.textContent = message;
    }
  }

  async #read(file: File | undefined): Promise<void> {
    if (file === undefined) return;
    if (file.size > LARGEST) {
      this.#told.textContent = `${file.name} has ${file.size} bytes; a file of templates has at most ${LARGEST}`;
      return;
    }
    const text = await file.text();
    this.#file.value = "";
    if (/\.json$/i.test(file.name)) return await this.#explorer().open(this.#explorer().engine.read(text, "file"), file.name);
    this.#editor.show(text);
    this.#yaml.open = true;
    await this.#try({ text, circuit: "" });
  }

  #takeDrops(): void {
    const over = (isOver: boolean) => document.documentElement.classList.toggle("dropping", isOver);
    document.addEventListener("dragover", (event) => {
      event.preventDefault();
      over(true);
    });
    document.addEventListener("dragleave", () => over(false));
    document.addEventListener("drop", (event) => {
      event.preventDefault();
      over(false);
      const file = event.dataTransfer?.files[0];
      if (file && !isMapName(file.name)) void this.#read(file);
    });
  }
}

/** Names that are listed of those without a unit. */
const MOST_NAMED = 6;

/** Asks for the units that a model does not declare, and says how they are written; "" where it declares some, and one of time. */
function unitsWanted({ operators, variables, timeUnit }: ModelDescription): string {
  const bare = operators.flatMap(({ name, nodes, equations }) => {
    const own = variables.filter(({ path, unit }) => unit === "" && path.startsWith(`${nodes[0]}/${name}/`));
    // Where some have units, those without are meant to have none.
    const hasUnits = variables.some(({ path, unit }) => unit !== "" && path.startsWith(`${nodes[0]}/${name}/`));
    return hasUnits || equations.length === 0 ? [] : own.map((variable) => variable.name);
  });
  const names = [...new Set(bare)];
  const shown = names.slice(0, MOST_NAMED).join(", ") + (names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : "");
  const wanted = [
    ...(names.length > 0
      ? [`In which units are ${shown}? A line of their operator's description says it: “Units: ${names[0]} mV, …”.`]
      : []),
    ...(timeUnit === "" ? ["In which unit is time? A line of the circuit's description says it: “Time: ms”."] : []),
  ];
  return wanted.join(" ");
}

/** How long typing must rest before the text is read, in ms. */
const REST = 200;

/** A text of YAML with the numbers of its lines; what is wrong is told below it and marked at its line, while one types. */
class Editor {
  readonly element: HTMLElement;
  readonly #text = element("textarea", { class: "code", spellcheck: "false", autocapitalize: "off", wrap: "off", rows: 18 });
  readonly #gutter = element("pre", { class: "gutter", "aria-hidden": "true" });
  readonly #told = element("div", { class: "told", id: freshId("told"), role: "alert" });
  #wait: ReturnType<typeof setTimeout> | undefined;
  #faults: readonly number[] = [];

  readonly #broken: (problems: number) => void;

  /** `change` is called with the text when one has stopped typing, `broken` with how many problems it has. */
  constructor(change: (text: string) => void, broken: (problems: number) => void) {
    this.#broken = broken;
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
    this.#told.replaceChildren(...problems.map((problem) => this.#item(problem)));
    this.#drawGutter();
    this.#broken(problems.length);
  }

  /** A problem: its line, which leads there, what is wrong, and the line itself with a caret below the place. */
  #item({ source, message }: Problem): HTMLElement {
    if (!source) return element("p", {}, message);
    const { line, column } = source;
    const said = message.replace(/^\S+:\d+:\d+: /, "");
    const there = button(`Line ${line}`, () => this.#go(line, column), { class: "small" });
    const [, ...shown] = frame(source);
    return element(
      "div",
      {},
      element("p", {}, there, ` ${said}`),
      element("pre", { class: "frame", "aria-hidden": "true" }, shown.join("\n")),
    );
  }

  /** Puts the cursor to a line and column. */
  #go(line: number, column: number): void {
    const before = this.#text.value.split("\n").slice(0, line - 1);
    const at = before.reduce((sum, text) => sum + text.length + 1, 0) + column - 1;
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
