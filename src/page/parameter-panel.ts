import { extentOf } from "../figure/scale.ts";
import type { DescribedVariable } from "../index.ts";
import { short, unitText } from "../quantity.ts";
import { button, controlValue, element, freshId, group, labelled, numberField, numberInput, select, set, showValue } from "./element.ts";
import type { Change, Explorer, Panel } from "./explorer.ts";
import { variableName } from "./math.ts";
import { type Axis, axisOf, type NoiseChoice, sliderRange } from "./state.ts";

/** A slider has so many steps. */
const STEPS = 400;
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
    if (change === "point") return;
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
  readonly #number: HTMLInputElement;
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
    this.#slider = element("input", { type: "range", min: low, max: high, step: (high - low) / STEPS, id });
    this.#slider.addEventListener("input", () => change(Number(Number(this.#slider.value).toPrecision(6))));
    this.#number = numberInput({ class: "number", "aria-label": `${name}, as a number` }, { change });
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
    this.#noise = kind === "input" ? noiseControls(explorer, variable) : undefined;
    const label = element("label", { for: id }, variableName(variable.name), element("span", { class: "unit" }, locationOf(variable)));
    const about = element("span", { class: "unit" }, `${unitText(unit)}${unit === "" || unit === "1" ? "" : " · "}default ${short(value)}`);
    this.#controls = element("div", { class: "slide" }, this.#slider, this.#number, this.#reset);
    const tools = element("span", { class: "tools" }, ...(variable.mapping ? this.#axes : []));
    const head = element("div", { class: "variable-head" }, label, about, tools);
    this.element = element("div", { class: "variable" }, head, this.#controls, ...(this.#noise ? [this.#noise.element] : []));
  }

  show(): void {
    const { state } = this.#explorer();
    const { path, value } = this.#variable;
    const now = state.values[path] ?? value;
    const [min, max] = [Number(this.#slider.min), Number(this.#slider.max)];
    // A number that was typed widens the slider.
    if (now < min) this.#slider.min = String(now);
    if (now > max) this.#slider.max = String(now);
    if (document.activeElement !== this.#slider) this.#slider.value = String(now);
    showValue(this.#number, String(now));
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
    this.#explorer().change({ axes: axes.length === 2 ? axes.map(evened) : axes, noise: isThere ? state.noise : noise, pins: [] });
  }
}

/** The axes with one more: at its side, in the place of what was there. */
function withAxis(axes: readonly Axis[], axis: Axis, side: number): Axis[] {
  if (side === 0) return [axis, ...axes.slice(axes.length > 1 ? 1 : 0)].slice(0, 2);
  return axes.length === 0 ? [axis] : [axes[0], axis];
}

/** A list of a few values makes a poor map: it becomes a range over the same. */
function evened(axis: Axis): Axis {
  const few = axis.scale === "list" && axis.values.length < SIDE;
  const [from, to] = extentOf(axis.values) ?? [axis.from, axis.to];
  return few ? { ...axis, scale: "linear", from, to, count: SIDE, values: [] } : axis;
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

/** The seed of noise that is chosen on the page, until another is. */
const FIRST_SEED = 1;

/** What an input is set to beside a constant: noise from a seed. */
function noiseControls(explorer: () => Explorer, { path, value, unit: inputUnit, mapping }: DescribedVariable) {
  const unit = unitText(inputUnit);
  const now = () => explorer().state.noise[path];
  const change = (patch: Partial<NoiseChoice>) => {
    const before = now();
    if (before) explorer().change({ noise: { ...explorer().state.noise, [path]: { ...before, ...patch } } });
  };
  const choose = (event: Event) => {
    const { [path]: before, ...others } = explorer().state.noise;
    const noise = freshNoise(controlValue(event), value, before?.seed ?? FIRST_SEED);
    explorer().change({ noise: noise ? { ...others, [path]: noise } : others });
  };
  const kind = select(
    [
      ["constant", mapping ? "a constant" : "edges alone"],
      ["uniform", "uniform noise"],
      ["normal", "normal noise"],
    ],
    { on: { change: choose } },
  );
  const a = [
    numberField({ label: "Low", unit, change: (low) => change({ a: low }) }),
    numberField({ label: "Mean", unit, change: (mean) => change({ a: mean }) }),
  ];
  const b = [
    numberField({
      label: "High",
      unit,
      accepts: (high) => high >= (now()?.a ?? 0),
      says: "at or above low",
      change: (high) => change({ b: high }),
    }),
    numberField({ label: "SD", unit, accepts: (sd) => sd >= 0, says: "0 or more", change: (sd) => change({ b: sd }) }),
  ];
  const seed = numberField({
    label: "Seed",
    accepts: (wanted) => Number.isSafeInteger(wanted) && wanted >= 0,
    says: "a whole number",
    change: (wanted) => change({ seed: wanted }),
  });
  const advance = () => {
    const noise = now();
    if (noise) change({ seed: noise.seed + 1 });
  };
  const another = button("Another seed", advance, { class: "small" });
  const details = element("div", { class: "row fields" }, ...[...a, ...b, seed].map(({ element: own }) => own), another);
  const source = labelled("Source", kind);
  const show = (isAxis: boolean) => {
    const noise = now();
    set(source, "hidden", isAxis);
    set(details, "hidden", noise === undefined);
    kind.value = noise?.kind ?? "constant";
    for (const pair of [a, b]) pair.forEach(({ element: own }, i) => void set(own, "hidden", (noise?.kind === "normal") !== (i === 1)));
    if (!noise) return;
    for (const field of a) field.show(noise.a);
    for (const field of b) field.show(noise.b);
    seed.show(noise.seed);
  };
  return { element: element("div", { class: "noise" }, source, details), show };
}

/** Noise around an input's default; undefined for a constant. */
function freshNoise(kind: string, value: number, seed: number): NoiseChoice | undefined {
  const width = value === 0 ? 1 : Math.abs(value) / 2;
  if (kind === "uniform") return { kind, a: value - width, b: value + width, seed };
  return kind === "normal" ? { kind, a: value, b: width / 2, seed } : undefined;
}
