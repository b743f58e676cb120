import { unitText } from "../quantity.ts";
import { controlValue, element, freshId, group, labelled, type NumberField, numberField, select, set, showValue } from "./element.ts";
import type { Change, Explorer, Panel } from "./explorer.ts";
import type { Facts } from "./protocol.ts";
import { type State, type Times, timeNames } from "./state.ts";
import { pathOptions } from "./words.ts";

const labels: Readonly<Record<keyof Times, string>> = {
  simulationTime: "Time",
  stepSize: "Step",
  samplingStepSize: "Sampling step",
  cutoff: "Cutoff",
};

/** What is looked at, and how it is integrated. */
export class RunPanel implements Panel {
  readonly element: HTMLElement;
  readonly #explorer: () => Explorer;
  readonly #signal = element("input", { type: "text", autocomplete: "off", spellcheck: "false" });
  readonly #paths = element("datalist", { id: freshId("paths") });
  readonly #feature: HTMLSelectElement;
  readonly #solver: HTMLSelectElement;
  readonly #times: readonly (readonly [keyof Times, NumberField])[];
  readonly #unit = element("p", { class: "note" });

  constructor(explorer: () => Explorer, { features, solvers }: Facts) {
    this.#explorer = explorer;
    this.#feature = select(features.map((name) => [name, featureText(name)]));
    this.#solver = select(solvers.map((name) => [name]));
    const change = (patch: Partial<State>) => this.#explorer().change(patch);
    this.#signal.addEventListener("change", (event) => change({ signal: controlValue(event).trim() }));
    set(this.#signal, "list", this.#paths.id);
    this.#feature.addEventListener("change", (event) => {
      const feature = features.find((name) => name === controlValue(event));
      if (feature) change({ feature });
    });
    this.#solver.addEventListener("change", (event) => {
      const solver = solvers.find((name) => name === controlValue(event));
      if (solver) change({ solver });
    });
    this.#times = timeNames.map((name) => {
      const accepts = (value: number) => (name === "cutoff" ? value >= 0 : value > 0);
      const says = name === "cutoff" ? "a time of 0 or more" : "a time above 0";
      return [name, numberField({ label: labels[name], accepts, says, change: (value) => change({ [name]: value }) })] as const;
    });
    const seen = [labelled("Signal", this.#signal, "a path, or paths joined by + − * /"), this.#paths, labelled("Feature", this.#feature)];
    const times = element("div", { class: "row fields" }, ...this.#times.map(([, field]) => field.element));
    this.element = element(
      "div",
      {},
      group("Signal and feature", true, seen),
      group("Integration", true, [labelled("Solver", this.#solver), times, this.#unit]),
    );
  }

  show(change: Change): void {
    if (change === "point") return;
    const { state, described } = this.#explorer();
    const { timeUnit } = described.description;
    if (change === "model") this.#paths.replaceChildren(...pathOptions(described.description));
    showValue(this.#signal, state.signal);
    this.#feature.value = state.feature;
    this.#solver.value = state.solver;
    for (const [name, field] of this.#times) field.show(state[name]);
    this.#unit.textContent = timeUnit === "" || timeUnit === "1" ? "Times have no unit." : `Times are in ${unitText(timeUnit)}.`;
  }
}

/** `peakFrequency` as words. */
function featureText(name: string): string {
  const words: Readonly<Record<string, string>> = { std: "standard deviation", peakFrequency: "peak frequency", peakPower: "peak power" };
  return words[name] ?? name;
}
