/** What an element is made with: attributes, `class`, and `on` for its listeners. A false attribute is left out, a true one has no value. */
export interface Attributes {
  [attribute: string]: string | number | boolean | undefined | Listeners;
  on?: Listeners;
}

type Listeners = Readonly<Record<string, (event: Event) => void>>;

/** An element of HTML with its attributes, listeners and children. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const node = document.createElement(name);
  const { on = {}, ...plain } = attributes;
  for (const [attribute, value] of Object.entries(plain)) set(node, attribute, value);
  for (const [event, listener] of Object.entries(on)) node.addEventListener(event, listener);
  node.append(...children);
  return node;
}

/** Gives an element an attribute, or takes it away. */
export function set(node: Element, attribute: string, value: unknown): void {
  if (value === undefined || value === false) node.removeAttribute(attribute);
  else node.setAttribute(attribute, value === true ? "" : String(value));
}

let numbers = 0;

/** An id that no other element of the page has. */
export function freshId(prefix: string): string {
  return `${prefix}-${++numbers}`;
}

/** A control below its label. */
export function labelled(text: string, control: HTMLElement, hint = ""): HTMLElement {
  if (control.id === "") control.id = freshId("control");
  const label = element("label", { for: control.id }, text);
  if (hint !== "") label.append(" ", element("span", { class: "unit" }, hint));
  return element("div", { class: "field" }, label, control);
}

/** Options of a list; the text is the value, where there is none. */
export function optionsOf(choices: readonly (readonly [value: string, text?: string])[]): HTMLOptionElement[] {
  return choices.map(([value, text = value]) => element("option", { value }, text));
}

/** A list to choose from. */
export function select(choices: Parameters<typeof optionsOf>[0], attributes: Attributes = {}): HTMLSelectElement {
  return element("select", attributes, ...optionsOf(choices));
}

/** A button that is no submit button. */
export function button(text: string, click: () => void, attributes: Attributes = {}): HTMLButtonElement {
  return element("button", { type: "button", ...attributes, on: { click } }, text);
}

/** The value of the control that an event is of. */
export function controlValue(event: Event): string {
  const { target } = event;
  const isControl = target instanceof HTMLInputElement || target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement;
  return isControl ? target.value : "";
}

/** Shows a value in a control, unless it is being typed there. */
export function showValue(control: HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement, value: string): void {
  if (document.activeElement !== control || control instanceof HTMLSelectElement) control.value = value;
}

/** A group of controls that can be folded. */
export function group(title: string, isOpen: boolean, children: readonly Node[]): HTMLDetailsElement {
  return element("details", { class: "group", open: isOpen }, element("summary", {}, title), ...children);
}

export interface NumberField {
  element: HTMLElement;
  show(value: number): void;
}

/** What a number must be. */
export interface NumberOptions {
  label: string;
  unit?: string;
  /** Whether a number will do; all finite ones, if not given. */
  accepts?: (value: number) => boolean;
  /** What will do, in words. */
  says?: string;
  change: (value: number) => void;
  /** What an empty field means, where it may be empty. */
  empty?: () => void;
}

/** An input for a number, and what is wrong with what has been typed there, which is said to a screen reader too. */
export interface NumberInput {
  input: HTMLInputElement;
  /** Stands below the input; empty where nothing is wrong. */
  told: HTMLElement;
}

/** An input for a number: `change` gets each that is typed and will do; what will not is told beside it, and changes nothing. */
export function numberInput(attributes: Attributes, options: NumberOptions): NumberInput {
  const { label, accepts = () => true, says = "a number", change, empty } = options;
  const told = element("span", { class: "told", id: freshId("told"), role: "alert" });
  const common = { type: "text", inputmode: "decimal", autocomplete: "off", spellcheck: "false" };
  const input = element("input", { ...common, "aria-describedby": told.id, ...attributes });
  const tell = (text: string) => {
    told.textContent = text;
    set(input, "aria-invalid", text === "" ? undefined : "true");
  };
  input.addEventListener("input", () => {
    const isEmpty = input.value.trim() === "";
    if (isEmpty && empty) {
      tell("");
      return empty();
    }
    const value = readNumber(input.value);
    const isRight = value !== undefined && accepts(value);
    const found = isEmpty ? "it is empty" : value === undefined ? `“${input.value.trim()}” is no number` : `${input.value.trim()} is not`;
    tell(isRight ? "" : `${label} must be ${says}; ${found}.`);
    if (isRight) change(value);
  });
  // What is wrong is not kept: the field shows what is in use when it is left.
  input.addEventListener("blur", () => {
    if (told.textContent === "") return;
    input.value = input.dataset.shown ?? "";
    set(input, "aria-invalid", undefined);
    told.textContent = `${told.textContent.replace(/ The figure keeps .*$/, "")} The figure keeps ${input.dataset.shown ?? "what it had"}.`;
  });
  input.addEventListener("focus", () => tell(""));
  return { input, told };
}

/** Shows a number in its input, unless it is being typed there; NaN: nothing. */
export function showNumber({ input, told }: NumberInput, value: number): void {
  const text = Number.isNaN(value) ? "" : String(value);
  const isOther = input.dataset.shown !== text;
  input.dataset.shown = text;
  if (document.activeElement === input && (told.textContent !== "" || readNumber(input.value) === value)) return;
  input.value = text;
  if (isOther) told.textContent = "";
}

/** A number that is typed. What is no number is told by the field itself, and changes nothing. */
export function numberField(options: NumberOptions): NumberField {
  const made = numberInput({}, options);
  const field = labelled(options.label, made.input, options.unit ?? "");
  field.append(made.told);
  return { element: field, show: (value) => showNumber(made, value) };
}

/** A number as it is typed, with a decimal point or comma; undefined for what is none. */
export function readNumber(text: string): number | undefined {
  const trimmed = text.trim().replace("−", "-");
  const value = Number(/^[^.,]*,[^.,]*$/.test(trimmed) ? trimmed.replace(",", ".") : trimmed);
  return trimmed === "" || !Number.isFinite(value) ? undefined : value;
}

/**
 * Numbers separated by commas, semicolons or spaces; the text of the first that is none. A comma is a decimal one where numbers are separated
 * by semicolons, or by spaces without any comma: "0,5; 0,7" and "0,5 0,7" are two, "68, 128" and "68,128" too.
 */
export function readNumbers(text: string): number[] | { wrong: string } {
  const isDecimal = text.includes(";") || (/,/.test(text) && /\S\s+\S/.test(text.trim()) && !/,\s|\s,/.test(text.trim()));
  const parts = text.split(isDecimal ? /[\s;]+/ : /[\s,]+/).filter((part) => part !== "");
  const values: number[] = [];
  for (const part of parts) {
    const value = readNumber(part);
    if (value === undefined) return { wrong: part };
    values.push(value);
  }
  return values;
}
