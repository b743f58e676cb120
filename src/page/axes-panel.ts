import { extentOf } from "../figure/scale.ts";
import type { ModelDescription } from "../index.ts";
import { short } from "../quantity.ts";
import {
  button,
  controlValue,
  element,
  freshId,
  group,
  labelled,
  type NumberField,
  numberField,
  readNumbers,
  select,
  set,
  showValue,
} from "./element.ts";
import type { Change, Explorer, Panel } from "./explorer.ts";
import { axisValues } from "./grid.ts";
import { type Axis, isCount, MOST_POINTS, MOST_VALUES, pinsFor, pointsOf } from "./state.ts";
import { axisLabel } from "./words.ts";

/** The axes of the figure: ranges and counts, or lists of values. */
export class AxesPanel implements Panel {
  readonly element: HTMLDetailsElement;
  readonly #explorer: () => Explorer;
  readonly #none = element("p", { class: "note" }, "No axis: choose x or y beside a parameter to sweep over it.");
  readonly #told = element("p", { class: "told", role: "alert" });
  readonly #editors: AxisEditor[];

  constructor(explorer: () => Explorer) {
    this.#explorer = explorer;
    this.#editors = [0, 1].map((side) => new AxisEditor(explorer, side, (axis) => this.#set(side, axis)));
    this.element = group("Axes of the sweep", true, [this.#none, ...this.#editors.map(({ element: own }) => own), this.#told]);
  }

  show(change: Change): void {
    if (change === "point" || change === "history") return;
    set(this.#none, "hidden", this.#explorer().state.axes.length > 0);
    this.#told.textContent = "";
    for (const editor of this.#editors) editor.show();
  }

  #set(side: number, axis: Axis | undefined): void {
    const { state } = this.#explorer();
    const axes = state.axes.flatMap((before, i) => (i !== side ? [before] : axis ? [axis] : []));
    const points = pointsOf(axes);
    if (points > MOST_POINTS) {
      this.#told.textContent = `${points.toLocaleString("en")} points are too many for a figure; at most ${MOST_POINTS.toLocaleString("en")} are shown`;
      return;
    }
    this.#explorer().change({ axes, pins: pinsFor(state, axes, this.#explorer().described.description) });
  }
}

/** One axis: from, to, how many; or a list. */
class AxisEditor {
  readonly element: HTMLElement;
  readonly #explorer: () => Explorer;
  readonly #side: number;
  readonly #title = element("h3");
  readonly #scale = select([["linear"], ["log", "logarithmic"], ["list", "list of values"]]);
  readonly #range: HTMLElement;
  readonly #list = element("input", { type: "text", autocomplete: "off", spellcheck: "false" });
  readonly #listField: HTMLElement;
  readonly #listTold = element("span", { class: "told", id: freshId("told"), role: "alert" });
  readonly #listCount = element("span", { class: "note" });
  readonly #fields: Record<"from" | "to" | "count", NumberField>;

  constructor(explorer: () => Explorer, side: number, change: (axis: Axis | undefined) => void) {
    this.#explorer = explorer;
    this.#side = side;
    const patch = (changes: Partial<Axis>) => {
      if (this.#axis) change({ ...this.#axis, ...changes });
    };
    const end = (name: "from" | "to") => (value: number) => patch({ [name]: this.#axis?.scale === "log" ? Math.log10(value) : value });
    const accepts = (value: number) => this.#axis?.scale !== "log" || value > 0;
    const says = "a number, above 0 on a logarithmic axis";
    const countText = `a whole number from 1 to ${MOST_VALUES}`;
    this.#fields = {
      from: numberField({ label: "From", accepts, says, change: end("from") }),
      to: numberField({ label: "To", accepts, says, change: end("to") }),
      count: numberField({ label: "Values", accepts: isCount, says: countText, change: (count) => patch({ count }) }),
    };
    this.#scale.addEventListener("change", (event) => this.#rescale(controlValue(event), patch));
    set(this.#list, "aria-describedby", this.#listTold.id);
    this.#list.addEventListener("input", () => {
      const values = readNumbers(this.#list.value);
      const wrong = listFault(values);
      set(this.#list, "aria-invalid", wrong === "" ? undefined : "true");
      this.#listTold.textContent = wrong;
      if (wrong === "" && Array.isArray(values)) patch({ values });
    });
    this.#range = element("div", { class: "row fields" }, ...Object.values(this.#fields).map(({ element: own }) => own));
    this.#listField = labelled("Values", this.#list, "separated by commas, or by semicolons");
    this.#listField.append(this.#listTold, this.#listCount);
    const remove = button("Remove", () => change(undefined), { class: "small" });
    const head = element("div", { class: "row" }, this.#title, remove);
    this.element = element("div", { class: "axis-editor" }, head, labelled("Spacing", this.#scale), this.#range, this.#listField);
  }

  get #axis(): Axis | undefined {
    return this.#explorer().state.axes[this.#side];
  }

  show(): void {
    const axis = this.#axis;
    set(this.element, "hidden", axis === undefined);
    if (axis === undefined) return;
    const { description } = this.#explorer().described;
    const where = element("span", { class: "unit" }, ` ${placeIn(axis.path, description)}`.trimEnd());
    this.#title.replaceChildren(`${this.#side === 0 ? "x" : "y"}: ${axisLabel(axis, description)}`, where);
    this.#scale.value = axis.scale;
    const isList = axis.scale === "list";
    set(this.#range, "hidden", isList);
    set(this.#listField, "hidden", !isList);
    showValue(this.#list, axis.values.join(", "));
    this.#listTold.textContent = "";
    const { length } = axis.values;
    this.#listCount.textContent =
      length === 1 ? "1 value" : `${length} values, from ${short(axis.values[0])} to ${short(axis.values[length - 1])}`;
    const plain = (value: number) => (axis.scale === "log" ? Number((10 ** value).toPrecision(12)) : value);
    this.#fields.from.show(plain(axis.from));
    this.#fields.to.show(plain(axis.to));
    this.#fields.count.show(axis.count);
  }

  /** Another spacing over about the same values. */
  #rescale(scale: string, patch: (axis: Partial<Axis>) => void): void {
    const axis = this.#axis;
    if (axis === undefined) return;
    const values = Array.from(axisValues(axis));
    const [low, high] = extentOf(values) ?? [axis.from, axis.to];
    const count = axis.scale === "list" ? Math.max(values.length, 21) : axis.count;
    if (scale === "list") patch({ scale, values });
    else if (scale === "linear") patch({ scale, from: low, to: high, count });
    else if (scale === "log") {
      const top = high > 0 ? high : 1;
      patch({ scale, from: Math.log10(low > 0 ? low : top / 100), to: Math.log10(top), count });
    }
  }
}

/** Where a variable is, if others have its name too. */
function placeIn(path: string, { variables }: ModelDescription): string {
  const own = variables.find((variable) => variable.path === path);
  const isAlone = variables.filter(({ name }) => name === own?.name).length <= 1;
  return isAlone || path.includes(" ") ? "" : path.split("/").slice(0, -1).join("/");
}

/** What is wrong with a list of values; "" where nothing is. */
function listFault(values: ReturnType<typeof readNumbers>): string {
  if (!Array.isArray(values)) return `“${values.wrong}” is no number.`;
  if (values.length === 0) return "A list has one value at least.";
  return values.length > MOST_VALUES ? `${values.length} values are too many; a list has at most ${MOST_VALUES}.` : "";
}
