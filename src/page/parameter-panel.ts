import type { DescribedVariable } from "../index.ts";
import { short, unitText } from "../quantity.ts";
import { button, element, freshId, group, numberInput, set, showNumber } from "./element.ts";
import type { Change, Explorer, Panel } from "./explorer.ts";
import { variableName } from "./math.ts";
import { noiseControls } from "./noise-controls.ts";
import { SliderScale, STEPS } from "./slider-scale.ts";
import { type Axis, axisOf, pinsFor, sliderRange } from "./state.ts";

/** Groups of more variables than this begin folded. */
const MOST_OPEN = 14;
/** Values along each of two axes that one has just chosen. */
const SIDE = 40;

/** All that can be set of a model: a slider for each, and the choice to make it an axis of the figure. */
export class ParameterPanel implements Panel {
  readonly element = element("div");
  readonly #explorer: () => Explorer;
  #rows: VariableRow[] = [];

  constructor(explorer: () => Explorer) {
    this.#explorer = explorer;
  }

  show(change: Change): void {
    if (change === "point" || change === "history") return;
    if (change === "model") this.#build();
    for (const row of this.#rows) row.show();
  }

  #build(): void {
    const { variables } = this.#explorer().described.description;
    this.#rows = [];
    const groups = groupsOf(variables).map(([title, members]) => {
      const isOpen = title !== INITIAL && members.length <= MOST_OPEN;
      const box = group(title, isOpen, []);
      const fill = () => {
        if (!box.open || box.childElementCount > 1) return;
        const rows = members.map((variable) => new VariableRow(this.#explorer, variable));
        for (const row of rows) this.#rows.push(row);
        box.append(...rows.map(({ element: own }) => own));
        for (const row of rows) row.show();
      };
      box.addEventListener("toggle", fill);
      fill();
      return box;
    });
    this.element.replaceChildren(...groups);
  }
}

const INITIAL = "Initial values";

/** Inputs first, then the parameters of each node, those of edges, and initial values. */
function groupsOf(variables: readonly DescribedVariable[]): [string, DescribedVariable[]][] {
  const groups = new Map<string, DescribedVariable[]>();
  const titleOf = ({ kind, path, mapping }: DescribedVariable) => {
    if (kind === "input") return "Inputs";
    if (kind === "state") return INITIAL;
    return mapping && "edges" in mapping ? "Edges" : `Parameters of ${path.split("/").slice(0, -2).join("/")}`;
  };
  const order = (variable: DescribedVariable) => ["input", "parameter", "state"].indexOf(variable.kind);
  const settable = variables.filter(({ kind, mapping }) => kind === "input" || mapping !== undefined).sort((a, b) => order(a) - order(b));
  for (const variable of settable) groups.set(titleOf(variable), [...(groups.get(titleOf(variable)) ?? []), variable]);
  return [...groups];
}

/** One variable: name, unit, default, slider, number, and whether it is an axis. */
class VariableRow {
  readonly element: HTMLElement;
  readonly #explorer: () => Explorer;
  readonly #variable: DescribedVariable;
  readonly #slider: HTMLInputElement;
  readonly #number: ReturnType<typeof numberInput>;
  #scale: SliderScale;
  readonly #reset: HTMLButtonElement;
  readonly #axes: HTMLButtonElement[];
  readonly #noise: ReturnType<typeof noiseControls> | undefined;
  readonly #controls: HTMLElement;

  constructor(explorer: () => Explorer, variable: DescribedVariable) {
    this.#explorer = explorer;
    this.#variable = variable;
    const { kind, value, unit } = variable;
    const name = fullName(variable);
    const id = freshId("variable");
    const [low, high] = sliderRange(variable);
    const change = (wanted: number) => this.#set(wanted);
    this.#scale = new SliderScale(low, high, value);
    this.#slider = element("input", { type: "range", min: 0, max: STEPS, step: 1, id });
    this.#slider.addEventListener("input", () => change(this.#scale.valueAt(Number(this.#slider.value))));
    this.#number = numberInput({ class: "number", "aria-label": `${name}, as a number` }, { label: name, change });
    const shownDefault = `${short(value)} ${unitText(unit)}`.trim();
    this.#reset = button("↺", () => change(value), {
      class: "small",
      title: `Default: ${shownDefault}`,
      "aria-label": `Set ${name} to its default, ${shownDefault}`,
    });
    this.#axes = (["x", "y"] as const).map((axis, side) =>
      button(axis, () => this.#toggleAxis(side), {
        class: "small axis",
        "aria-label": `${name} along ${axis}`,
        title: `Sweep along ${axis}`,
      }),
    );
    this.#noise = kind === "input" || kind === "state" ? noiseControls(explorer, variable) : undefined;
    const label = element("label", { for: id }, variableName(variable.name), element("span", { class: "unit" }, locationOf(variable)));
    const about = element("span", { class: "unit" }, `${unitText(unit)}${unit === "" || unit === "1" ? "" : " · "}default ${short(value)}`);
    this.#controls = element("div", { class: "slide" }, this.#slider, this.#number.input, this.#reset, this.#number.told);
    const tools = element("span", { class: "tools" }, ...(variable.mapping ? this.#axes : []));
    const head = element("div", { class: "variable-head" }, label, about, tools);
    this.element = element("div", { class: "variable" }, head, this.#controls, ...(this.#noise ? [this.#noise.element] : []));
  }

  show(): void {
    const { state } = this.#explorer();
    const { path, value } = this.#variable;
    const now = state.values[path] ?? value;
    this.#scale = this.#scale.with(now);
    this.#slider.value = String(this.#scale.placeOf(now));
    set(this.#slider, "aria-valuetext", `${short(now)} ${unitText(this.#variable.unit)}`.trim());
    showNumber(this.#number, now);
    set(this.#reset, "hidden", now === value);
    const side = state.axes.findIndex((axis) => axis.path === path);
    this.#axes.forEach((toggle, i) => void set(toggle, "aria-pressed", String(side === i)));
    // What edges feed takes a signal, and no value.
    set(this.#controls, "hidden", side >= 0 || path in state.noise || this.#variable.mapping === undefined);
    this.#noise?.show(side >= 0);
  }

  #set(value: number): void {
    const { values } = this.#explorer().state;
    const { path, value: usual } = this.#variable;
    const { [path]: _, ...others } = values;
    this.#explorer().change({ values: value === usual ? others : { ...others, [path]: value } });
  }

  /** Makes it an axis, or takes the axis away; what was along the side before is fixed again. */
  #toggleAxis(side: number): void {
    const { state } = this.#explorer();
    const { path } = this.#variable;
    const isThere = state.axes[side]?.path === path;
    const others = state.axes.filter((axis) => axis.path !== path);
    const fresh =
      state.axes.find((axis) => axis.path === path) ?? axisOf(this.#variable, side === 0 && others.length === 0 ? undefined : SIDE);
    const distinct = others.some(({ key }) => key === fresh.key) ? { ...fresh, key: path.split("/").slice(-3).join("_") } : fresh;
    const axes = isThere ? others : withAxis(others, distinct, side);
    const { [path]: _, ...noise } = state.noise;
    const pins = pinsFor(state, axes, this.#explorer().described.description);
    this.#explorer().change({ axes, noise: isThere ? state.noise : noise, pins });
  }
}

/** The axes with one more: at its side, in the place of what was there. */
function withAxis(axes: readonly Axis[], axis: Axis, side: number): Axis[] {
  if (side === 0) return [axis, ...axes.slice(axes.length > 1 ? 1 : 0)].slice(0, 2);
  return axes.length === 0 ? [axis] : [axes[0], axis];
}

function locationOf({ path, kind, mapping }: DescribedVariable): string {
  if (mapping && "edges" in mapping) return ` ${mapping.edges[0].slice(0, 2).join(" → ")}`;
  const parts = path.split("/").slice(0, -1);
  // The title of the parameters' group has the node.
  return ` ${(kind === "parameter" ? parts.slice(-1) : parts).join("/")}`;
}

function fullName(variable: DescribedVariable): string {
  return variable.mapping && "edges" in variable.mapping
    ? variable.path
    : `${variable.name} of ${variable.path.split("/").slice(0, -1).join("/")}`;
}
