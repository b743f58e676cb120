import { type RampName, rampNames } from "../figure/colors.ts";
import { controlValue, element, group, labelled, numberField, select, set } from "./element.ts";
import type { Explorer } from "./explorer.ts";
import type { Display } from "./state.ts";

/** Names of the colours of numbers. */
const names: Readonly<Record<RampName, string>> = {
  viridis: "viridis: purple to yellow",
  cividis: "cividis: blue to yellow",
  inferno: "inferno: black to white",
  greys: "greys: dark to light",
};

/** How the figures of the sweep are drawn: linear or logarithmic, from where to where, and in which colours. */
export class DisplayControls {
  readonly element: HTMLElement;
  readonly #explorer: () => Explorer;
  readonly #scale = select([
    ["auto", "as the values ask for"],
    ["linear", "linear"],
    ["log", "logarithmic"],
  ]);
  readonly #colors = select(rampNames.map((name) => [name, names[name]]));
  readonly #colorsField: HTMLElement;
  readonly #ends: readonly (readonly ["low" | "high", ReturnType<typeof numberField>])[];

  constructor(explorer: () => Explorer) {
    this.#explorer = explorer;
    this.#scale.addEventListener("change", (event) => {
      const scale = (["auto", "linear", "log"] as const).find((name) => name === controlValue(event));
      if (scale) this.#change({ scale });
    });
    this.#colors.addEventListener("change", (event) => {
      const colors = rampNames.find((name) => name === controlValue(event));
      if (colors) this.#change({ colors });
    });
    this.#ends = (["low", "high"] as const).map((end) => {
      const label = end === "low" ? "From" : "Up to";
      const field = numberField({
        label,
        unit: "empty: the values'",
        empty: () => this.#change({ [end]: null }),
        change: (value) => this.#change({ [end]: value }),
      });
      return [end, field] as const;
    });
    this.#colorsField = labelled("Colours", this.#colors);
    const fields = [labelled("Scale", this.#scale), ...this.#ends.map(([, field]) => field.element), this.#colorsField];
    this.element = group("Scale and colours of the figure", false, [element("div", { class: "row fields" }, ...fields)]);
    this.element.classList.add("inner");
  }

  show(): void {
    const { state } = this.#explorer();
    this.#scale.value = state.display.scale;
    this.#colors.value = state.display.colors;
    for (const [end, field] of this.#ends) field.show(state.display[end] ?? Number.NaN);
    set(this.#colorsField, "hidden", state.axes.length !== 2);
  }

  #change(patch: Partial<Display>): void {
    const { display } = this.#explorer().state;
    this.#explorer().change({ display: { ...display, ...patch } });
  }
}
