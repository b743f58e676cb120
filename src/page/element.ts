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
  says?: string;
  change: (value: number) => void;
}

/** An input for a number: `change` gets each that is typed and will do; of what will not, `refuse` is told. */
export function numberInput(
  attributes: Attributes,
  { accepts = () => true, change }: Pick<NumberOptions, "accepts" | "change">,
  refuse: (input: HTMLInputElement, isWrong: boolean) => void = () => {},
): HTMLInputElement {
  const input = element("input", { type: "text", inputmode: "decimal", autocomplete: "off", ...attributes });
  input.addEventListener("input", () => {
    const value = readNumber(input.value);
    const isRight = value !== undefined && accepts(value);
    refuse(input, !isRight);
    set(input, "aria-invalid", String(!isRight));
    if (isRight) change(value);
  });
  return input;
}

/** A number that is typed. What is no number is told by the field itself, and changes nothing. */
export function numberField({ label, unit = "", says = "a number", ...options }: NumberOptions): NumberField {
  const refuse = (input: HTMLInputElement, isWrong: boolean) => input.setCustomValidity(isWrong ? `${label} must be ${says}` : "");
  const input = numberInput({ spellcheck: "false" }, options, refuse);
  input.addEventListener("change", () => input.reportValidity());
  return { element: labelled(label, input, unit), show: (value) => showValue(input, String(value)) };
}

/** A number as it is typed; undefined for what is none. */
export function readNumber(text: string): number | undefined {
  const trimmed = text.trim().replace("−", "-");
  const value = Number(trimmed);
  return trimmed === "" || !Number.isFinite(value) ? undefined : value;
}
