import { EngineError } from "./client.ts";
import type { Change, Desk, Panel } from "./desk.ts";
import { Editor } from "./editor.ts";
import { button, element, givenIn, group, labelled, set } from "./element.ts";
import { equations } from "./math.ts";
import type { ModelChoice } from "./state.ts";

/** A file of templates may be so large. */
const LARGEST = 1e6;
const OWN = "own";

/** Which model is explored: one of the list, a file that is opened or dropped, or a text that is edited here. */
export class ModelPanel implements Panel {
  readonly element: HTMLElement;
  readonly #desk: () => Desk;
  readonly #list: HTMLSelectElement;
  readonly #circuits = element("select");
  readonly #circuitField: HTMLElement;
  readonly #editor: Editor;
  readonly #file = element("input", { type: "file", accept: ".yaml,.yml,text/yaml", class: "unseen", tabindex: -1, "aria-hidden": "true" });
  readonly #equations = element("div");
  readonly #yaml: HTMLDetailsElement;
  readonly #told = element("p", { class: "told", role: "alert" });

  constructor(desk: () => Desk, circuits: readonly string[]) {
    this.#desk = desk;
    this.#list = modelList(circuits);
    this.#editor = new Editor((text) => this.#edit(text));
    this.#circuitField = labelled("Circuit", this.#circuits);
    this.#list.addEventListener("change", (event) => this.#choose(givenIn(event)));
    this.#circuits.addEventListener("change", (event) => this.#try({ text: this.#editor.text, circuit: givenIn(event) }));
    this.#file.addEventListener("change", () => void this.#read(this.#file.files?.[0]));
    this.#yaml = group("Template (YAML)", false, [this.#editor.element]);
    const open = button("Open a file…", () => this.#file.click());
    const note = element("p", { class: "note" }, "Or drop a YAML template anywhere on the page.");
    const choice = [
      labelled("Model", this.#list),
      this.#circuitField,
      element("div", { class: "row" }, open, this.#file, note),
      this.#told,
    ];
    this.element = element("div", {}, group("Model", true, choice), group("Equations", true, [this.#equations]), this.#yaml);
    this.#takeDrops();
  }

  show(change: Change): void {
    if (change !== "model") return;
    const { state, described } = this.#desk();
    const isOwn = "text" in state.model;
    set(
      this.#list.querySelector(`option[value=${OWN}]`) ?? this.#list,
      "hidden",
      this.#list.querySelector(`option[value=${OWN}]`) !== null && !isOwn,
    );
    this.#list.value = "path" in state.model ? state.model.path : OWN;
    this.#circuits.replaceChildren(...described.circuits.map((name) => element("option", { value: name }, name)));
    this.#circuits.value = described.circuit;
    set(this.#circuitField, "hidden", !isOwn || described.circuits.length < 2);
    this.#editor.show(described.text);
    this.#equations.replaceChildren(equations(described.description));
    this.#told.textContent = "";
  }

  #choose(path: string): void {
    if (path !== OWN) this.#try({ path });
  }

  /** The text has been typed in: it becomes the page's model where it is one, and is told to be none where it is not. */
  #edit(text: string): void {
    this.#try({ text, circuit: this.#desk().described.circuit });
  }

  async #try(model: ModelChoice): Promise<void> {
    try {
      await this.#desk().choose(model);
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
    this.#editor.show(text);
    this.#yaml.open = true;
    this.#file.value = "";
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
      void this.#read(event.dataTransfer?.files[0]);
    });
  }
}

/** The bundled circuits, grouped by their files. */
function modelList(circuits: readonly string[]): HTMLSelectElement {
  const files = new Map<string, string[]>();
  for (const path of circuits) {
    const file = path.split(".").slice(1, -1).join(" / ");
    files.set(file, [...(files.get(file) ?? []), path]);
  }
  const groups = [...files].map(([file, paths]) =>
    element("optgroup", { label: file }, ...paths.map((path) => element("option", { value: path }, path.split(".").slice(-1)[0]))),
  );
  return element("select", {}, element("option", { value: OWN, hidden: true }, "your own"), ...groups);
}
