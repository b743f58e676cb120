import type { FeatureName } from "../index.ts";
import { amountText, unitText } from "../quantity.ts";
import {
  button,
  controlValue,
  element,
  freshId,
  group,
  labelled,
  type NumberField,
  numberField,
  select,
  set,
  showValue,
} from "./element.ts";
import type { Change, Explorer, Panel } from "./explorer.ts";
import type { Facts } from "./protocol.ts";
import { arithmetics, MOST_BESIDE, MOST_REPLICATES, type Shown, type State } from "./state.ts";
import { suggestedTimes, type Times, timeNames } from "./times.ts";
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
  readonly #beside = element("div", { class: "beside" });
  readonly #arithmetic = select(arithmetics.map((name) => [name, arithmeticNames[name]]));
  readonly #replicates: NumberField;
  readonly #tolerances: readonly (readonly ["rtol" | "atol", NumberField])[];
  readonly #features: readonly FeatureName[];
  readonly #times: readonly (readonly [keyof Times, NumberField])[];
  readonly #unit = element("p", { class: "note" });
  readonly #scales = element("p", { class: "note" });
  readonly #suggested = button("", () => this.#suggest(), { class: "small" });

  constructor(explorer: () => Explorer, { features, solvers }: Facts) {
    this.#explorer = explorer;
    this.#features = features;
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
    this.#arithmetic.addEventListener("change", (event) => {
      const arithmetic = arithmetics.find((name) => name === controlValue(event));
      if (arithmetic) change({ arithmetic });
    });
    const isCount = (wanted: number) => Number.isInteger(wanted) && wanted >= 1 && wanted <= MOST_REPLICATES;
    const says = `a whole number from 1 to ${MOST_REPLICATES}`;
    this.#replicates = numberField({ label: "Replicates", accepts: isCount, says, change: (replicates) => change({ replicates }) });
    this.#tolerances = (["rtol", "atol"] as const).map((name) => {
      const label = name === "rtol" ? "Relative tolerance" : "Absolute tolerance";
      return [
        name,
        numberField({ label, accepts: (value) => value > 0, says: "above 0", change: (value) => change({ [name]: value }) }),
      ] as const;
    });
    const seen = [
      labelled("Signal", this.#signal, "a path, or paths joined by + − * /"),
      this.#paths,
      labelled("Feature", this.#feature),
      this.#beside,
    ];
    const times = element("div", { class: "row fields" }, ...this.#times.map(([, field]) => field.element));
    this.element = element(
      "div",
      {},
      group("Signal and feature", true, seen),
      group("Integration", true, [
        labelled("Solver", this.#solver),
        element("div", { class: "row fields" }, ...this.#tolerances.map(([, field]) => field.element)),
        times,
        this.#unit,
        element("div", { class: "row" }, this.#scales, this.#suggested),
        element("div", { class: "row fields" }, this.#replicates.element, labelled("Arithmetic", this.#arithmetic)),
        element(
          "p",
          { class: "note" },
          "Replicates run each point again with other noise: the figure shows their mean, and the 95 % confidence interval of it.",
        ),
      ]),
    );
  }

  show(change: Change): void {
    if (change === "point" || change === "history") return;
    const { state, described } = this.#explorer();
    const { timeUnit } = described.description;
    if (change === "model") this.#paths.replaceChildren(...pathOptions(described.description));
    showValue(this.#signal, state.signal);
    this.#feature.value = state.feature;
    this.#solver.value = state.solver;
    for (const [name, field] of this.#times) field.show(state[name]);
    for (const [name, field] of this.#tolerances) {
      field.show(state[name]);
      set(field.element, "hidden", this.#explorer().kinds[state.solver] !== "adaptive");
    }
    this.#replicates.show(state.replicates);
    this.#arithmetic.value = state.arithmetic;
    this.#showBeside();
    this.#showScales();
    this.#unit.textContent = timeUnit === "" || timeUnit === "1" ? "Times have no unit." : `Times are in ${unitText(timeUnit)}.`;
  }

  /** What the model's time constants are, and a button for step and duration that suit them. */
  #showScales(): void {
    const { state, described } = this.#explorer();
    const { timeScales, description } = described;
    const text = (time: number) => amountText(Number(time.toPrecision(2)), description.timeUnit);
    const suggested = timeScales && suggestedTimes(timeScales);
    const isUsed = suggested === undefined || timeNames.every((name) => state[name] === suggested[name]);
    set(this.#suggested, "hidden", isUsed);
    if (suggested) {
      const { stepSize, simulationTime } = suggested;
      this.#suggested.textContent = `Step ${amountText(stepSize, description.timeUnit)}, time ${amountText(simulationTime, description.timeUnit)}`;
    }
    const { shortest, longest } = timeScales ?? { shortest: 0, longest: 0 };
    const range = text(shortest) === text(longest) ? `is ${text(shortest)}` : `are from ${text(shortest)} to ${text(longest)}`;
    const constants = text(shortest) === text(longest) ? "The time constant" : "Time constants";
    this.#scales.textContent = timeScales ? `${constants} at the initial state ${range}${isUsed ? "." : "; to suit them:"}` : "";
  }

  #suggest(): void {
    const { timeScales } = this.#explorer().described;
    if (timeScales) this.#explorer().change(suggestedTimes(timeScales));
  }

  /** Further figures of the same points: a signal and a feature each. */
  #showBeside(): void {
    const { beside, signal, feature } = this.#explorer().state;
    const key = JSON.stringify(beside);
    const add = button(
      "Another figure beside it",
      () => this.#setBeside([...beside, { signal, feature: feature === "mean" ? "std" : "mean" }]),
      {
        class: "small",
        disabled: beside.length >= MOST_BESIDE,
      },
    );
    if (this.#beside.dataset.shown === key && this.#beside.childElementCount > 0) return;
    this.#beside.dataset.shown = key;
    const rows = beside.map((shown, i) => this.#besideRow(shown, i));
    this.#beside.replaceChildren(...rows, add);
  }

  #besideRow(shown: Shown, i: number): HTMLElement {
    const { beside } = this.#explorer().state;
    const put = (patch: Partial<Shown>) => this.#setBeside(beside.map((each, k) => (k === i ? { ...each, ...patch } : each)));
    const signal = element("input", { type: "text", autocomplete: "off", spellcheck: "false", list: this.#paths.id });
    signal.value = shown.signal;
    signal.addEventListener("change", () => put({ signal: signal.value.trim() }));
    const feature = select(this.#features.map((name) => [name, featureText(name)]));
    feature.value = shown.feature;
    feature.addEventListener("change", () => {
      const chosen = this.#features.find((name) => name === feature.value);
      if (chosen) put({ feature: chosen });
    });
    const title = `figure ${i + 2}`;
    const remove = button("Remove", () => this.#setBeside(beside.filter((_, k) => k !== i)), {
      class: "small",
      "aria-label": `Remove ${title}`,
    });
    return element(
      "div",
      { class: "row fields" },
      labelled(`Signal of ${title}`, signal),
      labelled(`Feature of ${title}`, feature),
      remove,
    );
  }

  #setBeside(beside: readonly Shown[]): void {
    this.#explorer().change({ beside });
  }
}

const arithmeticNames: Readonly<Record<(typeof arithmetics)[number], string>> = {
  float64: "64 bits, the exact one",
  fastMath: "64 bits, faster (fastMath)",
  float32: "32 bits",
};

/** `peakFrequency` as words. */
function featureText(name: string): string {
  const words: Readonly<Record<string, string>> = { std: "standard deviation", peakFrequency: "peak frequency", peakPower: "peak power" };
  return words[name] ?? name;
}
