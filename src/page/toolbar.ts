import { recolor } from "./chart.ts";
import { button, controlValue, element, select } from "./element.ts";
import type { Change, Explorer, Panel } from "./explorer.ts";
import { saveAs } from "./save-as.ts";
import { FILE_KEY } from "./state.ts";
import { chooseTheme, keptTheme, themes } from "./theme.ts";

/** What concerns the whole page: steps back and forth, a fresh start, the page as a file, its colours, and the full screen. */
export class Toolbar implements Panel {
  readonly element: HTMLElement;
  readonly #explorer: () => Explorer;
  readonly #undo = button("Undo", () => this.#explorer().undo(), { title: "The state before (Ctrl+Z, or the browser's Back)" });
  readonly #redo = button("Redo", () => this.#explorer().redo(), {
    title: "The state that was undone (Ctrl+Shift+Z, or the browser's Forward)",
  });

  constructor(explorer: () => Explorer) {
    this.#explorer = explorer;
    const reset = button("Reset", () => this.#explorer().reset(), { title: "All settings as they are when the model is chosen" });
    const save = button("Save", () => this.#save(), { title: "What is on the page as a file, to be opened again" });
    const theme = select(
      themes.map((name) => [name, `${name} colours`]),
      { "aria-label": "Colours of the page", on: { change: (event) => chooseTheme(controlValue(event)) } },
    );
    theme.value = keptTheme();
    const full = button("Full screen", () => void fullScreen(), { title: "Without the browser's own bars; Escape ends it" });
    const isPossible = document.fullscreenEnabled;
    this.element = element("div", { class: "toolbar" }, this.#undo, this.#redo, reset, save, ...(isPossible ? [full] : []), theme);
    document.addEventListener("keydown", (event) => this.#key(event));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", recolor);
  }

  show(change: Change): void {
    if (change === "point") return;
    const { canUndo, canRedo } = this.#explorer().history;
    this.#undo.disabled = !canUndo;
    this.#redo.disabled = !canRedo;
  }

  #save(): void {
    const text = JSON.stringify({ [FILE_KEY]: 1, state: this.#explorer().state }, null, 1);
    saveAs("explorer.json", new Blob([`${text}\n`], { type: "application/json" }));
  }

  /** Ctrl+Z and its like, but where one types: there they are the text's own. */
  #key(event: KeyboardEvent): void {
    const { target, key, shiftKey } = event;
    const isText =
      target instanceof HTMLTextAreaElement || (target instanceof HTMLInputElement && !["range", "checkbox"].includes(target.type));
    if (isText || !(event.ctrlKey || event.metaKey)) return;
    const name = key.toLowerCase();
    if (name !== "z" && name !== "y") return;
    event.preventDefault();
    if (name === "y" || shiftKey) this.#explorer().redo();
    else this.#explorer().undo();
  }
}

async function fullScreen(): Promise<void> {
  if (document.fullscreenElement) await document.exitFullscreen();
  else await document.documentElement.requestFullscreen();
}
