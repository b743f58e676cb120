import type { BundledModel } from "../index.ts";
import { controlValue, element, labelled, optionsOf, set } from "./element.ts";

const OWN = "own";
/** Rows of the list while it is searched. */
const MOST_ROWS = 10;
/** What the groups of test resources begin with. */
const FOR_TESTS = "For tests: ";

/** The bundled models by family, those for tests last, and a search of their names, families, descriptions and paths. */
export class ModelList {
  /** What the panel shows, from top to bottom. */
  readonly elements: readonly HTMLElement[];
  readonly #models: readonly BundledModel[];
  readonly #choose: (path: string) => void;
  readonly #search = element("input", { type: "search", spellcheck: "false", autocomplete: "off", placeholder: "name or family" });
  readonly #list = element("select");
  readonly #found = element("p", { class: "note", role: "status" });
  /** Path of the model that is explored; undefined for a text of one's own. */
  #path: string | undefined;

  /** `choose` is called with the path of a model when it is chosen. */
  constructor(models: readonly BundledModel[], choose: (path: string) => void) {
    this.#models = models;
    this.#choose = choose;
    this.#search.addEventListener("input", () => this.#draw());
    this.#search.addEventListener("keydown", (event) => {
      const [first] = this.#matches();
      if (event.key !== "Enter" || first === undefined || this.#search.value.trim() === "") return;
      event.preventDefault();
      this.#take(first.path);
    });
    this.#list.addEventListener("change", (event) => this.#take(controlValue(event)));
    this.elements = [labelled("Search", this.#search), this.#found, labelled("Model", this.#list)];
  }

  /** Shows the model of a path; none for a text of one's own. */
  show(path: string | undefined): void {
    this.#path = path;
    this.#draw();
  }

  #take(path: string): void {
    this.#search.value = "";
    if (path === OWN) this.#draw();
    else this.#choose(path);
  }

  /** Models that have every word of the search. */
  #matches(): readonly BundledModel[] {
    const words = this.#search.value.toLowerCase().split(/\s+/);
    return this.#models.filter(({ path, family, headline }) => {
      const text = `${path} ${family} ${headline}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
  }

  /** The list, open while it is searched. The model that is explored stays in it: a list that lost it would show another. */
  #draw(): void {
    const isSearched = this.#search.value.trim() !== "";
    const found = this.#matches();
    const shown = this.#models.filter((model) => model.path === this.#path || found.includes(model));
    const own = element("option", { value: OWN, hidden: this.#path !== undefined }, "your own");
    const groups = groupsOf(shown);
    this.#list.replaceChildren(own, ...groups);
    this.#list.value = this.#path ?? OWN;
    this.#list.size = isSearched ? Math.min(MOST_ROWS, shown.length + groups.length + 1) : 0;
    this.#found.textContent = isSearched ? `${found.length} of ${this.#models.length} models; Enter takes the first` : "";
    set(this.#found, "hidden", !isSearched);
  }
}

function groupsOf(models: readonly BundledModel[]): HTMLElement[] {
  const families = new Map<string, BundledModel[]>();
  for (const model of models) {
    const title = `${model.isTestResource ? FOR_TESTS : ""}${model.family}`;
    families.set(title, [...(families.get(title) ?? []), model]);
  }
  return [...families].map(([label, members]) =>
    element("optgroup", { label }, ...optionsOf(members.map(({ path, name, headline }) => [path, `${name}: ${headline}`]))),
  );
}
