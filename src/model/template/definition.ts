import { sanitize } from "../../errors.ts";
import { nearest, suggest } from "../../nearest.ts";
import { unitName } from "./facts.ts";
import { faultAt, type Place } from "./source.ts";
import type { AnyTemplate, ArrayValues, Declaration, TemplateKind } from "./template.ts";
import type { Item, Value } from "./yaml.ts";

/** A template as its file writes it. */
export interface Definition {
  /** Identity of its file. */
  file: string;
  name: string;
  place: Place;
  entries: ReadonlyMap<string, Item>;
}

/** Finds the template that a definition refers to, read whole. */
export type Resolve = (reference: string, from: Definition, place: Place) => AnyTemplate;

/** Longest name of anything. */
const MOST_NAME = 128;

/** The template of the wanted kind that a value refers to. */
export function templateOf<Kind extends TemplateKind>(
  resolve: Resolve,
  from: Definition,
  value: Value,
  kinds: readonly Kind[],
): Extract<AnyTemplate, { kind: Kind }> {
  const found = resolve(textOf(value, "the name of a template"), from, value.place);
  if (isOf(found, kinds)) return found;
  const message = `${sanitize(found.name)} is a ${found.kind}, but ${kinds.join(" or ")} is needed here`;
  return faultAt(value.place, "E_TEMPLATE_KIND", message);
}

function isOf<Kind extends TemplateKind>(template: AnyTemplate, kinds: readonly Kind[]): template is Extract<AnyTemplate, { kind: Kind }> {
  return kinds.some((kind) => kind === template.kind);
}

export function textOf(value: Value, says: string): string {
  if (value.kind === "scalar" && typeof value.value === "string") return value.value;
  return faultAt(value.place, "E_TEMPLATE_TYPE", `${says} is needed here, but ${shown(value)} was found`);
}

/** Items of a list; one text stands for a list of it. */
export function listOf(value: Value | undefined, says: string): readonly Value[] {
  if (value === undefined || isNull(value)) return [];
  if (value.kind === "list") return value.items;
  if (value.kind === "scalar") return [value];
  return faultAt(value.place, "E_TEMPLATE_TYPE", `${says} is needed here, but a map was found`);
}

export function mapOf(value: Value | undefined, says: string): ReadonlyMap<string, Item> {
  if (value === undefined || isNull(value)) return new Map();
  if (value.kind === "map") return value.entries;
  return faultAt(value.place, "E_TEMPLATE_TYPE", `${says} is needed here, but ${shown(value)} was found`);
}

/** Where a template's description stands; its name, where it has none. */
export function placeOfDescription({ entries, place }: Definition): Place {
  return entries.get("description")?.value.place ?? place;
}

export function isNull(value: Value): boolean {
  return value.kind === "scalar" && value.value === null;
}

function shown(value: Value): string {
  return value.kind === "scalar" ? `"${sanitize(value.text)}"` : `a ${value.kind}`;
}

/** Refuses keys that a template does not have. */
export function checkFields(entries: ReadonlyMap<string, Item>, known: readonly string[], what: string): void {
  for (const [name, { key }] of entries) {
    if (known.includes(name)) continue;
    const { suggestion, hint } = suggest(name, known, `there are: ${known.join(", ")}`);
    faultAt(key, "E_UNKNOWN_FIELD", `${what} has no field ${sanitize(name)}; ${hint}`, { suggestion });
  }
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Whether equations can write a name. */
export function isName(name: string): boolean {
  return name.length <= MOST_NAME && NAME.test(name);
}

/** Refuses names that paths and equations cannot write. */
export function checkName(name: string, place: Place, pattern = NAME): void {
  if (name === "all") faultAt(place, "E_RESERVED_NAME", "the name all stands for every node of a level; choose another");
  checkLetters(name, place, pattern);
}

/** Nodes and templates may have names that equations never write, such as `V1-left` or `left V1`. */
export const NODE_NAME = /^[A-Za-z0-9_](?:[A-Za-z0-9_. -]*[A-Za-z0-9_.-])?$/;

/** Refuses names that are too long or have other letters than names can have. */
export function checkLetters(name: string, place: Place, pattern: RegExp): void {
  if (name.length > MOST_NAME)
    faultAt(place, "E_BAD_IDENTIFIER", `a name of ${name.length} letters is too long; at most ${MOST_NAME} are possible`);
  if (pattern.test(name)) return;
  const message = `"${sanitize(name)}" cannot be a name: ${whatIsWrong(name)}; use letters a to z, digits and _`;
  faultAt(place, "E_BAD_IDENTIFIER", message);
}

function whatIsWrong(name: string): string {
  if (name === "") return "it is empty";
  const strange = Array.from(name).find((c) => !/[A-Za-z0-9_]/.test(c));
  if (strange === undefined) return "it begins with a digit";
  return `U+${(strange.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")} is in it`;
}

const kinds: readonly Declaration["kind"][] = ["variable", "output", "input"];
/** Names of kinds in the long form, `{ vtype: ... }`. */
const longKinds: Record<string, Declaration["kind"]> = {
  constant: "constant",
  variable: "variable",
  state_var: "variable",
  output: "output",
  input: "input",
};
/** Each text matches in one way only, so that a long one is not tried in thousands of ways. */
const MAGNITUDE = "(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(?:[eE][-+]?[0-9]+)?";
const complexNumber = new RegExp(`^([-+]?${MAGNITUDE})?(?:((?:[-+]|^)${MAGNITUDE})[jJ])?$`);

const longFields = ["vtype", "dtype", "shape", "value", "default", "name", "description", "unit"];

/** Reads what a variable is declared as: a number, `variable(v)`, `output(v)`, `input(v)`, or the same as a map. */
export function declaration(name: string, value: Value): Declaration {
  const { place } = value;
  if (value.kind === "map") {
    const unit = value.entries.get("unit")?.value;
    if (unit === undefined) return longForm(name, value);
    const written = unit.kind === "scalar" ? unit.text : textOf(unit, `a text as the unit of ${sanitize(name)}`);
    return { ...longForm(name, value), unit: unitName(written) };
  }
  if (value.kind === "scalar") {
    const number = numberOf(value);
    if (number) return finite(name, { kind: "constant", ...number, place });
    const text = value.text.trim();
    const form = /^([A-Za-z_]+)\s*(?:\((.*)\))?$/.exec(text);
    const kind = kinds.find((each) => each === form?.[1]);
    if (form && kind) return finite(name, { kind, ...initial(name, value, form[2] ?? ""), place });
    const suggestion = form ? nearest(form[1], kinds) : undefined;
    const message = `${sanitize(name)} must be a number, variable(v), output(v) or input(v), but "${sanitize(text)}" was found`;
    return faultAt(place, "E_DECLARATION", message, { suggestion });
  }
  return { kind: "constant", re: 0, array: arrayOf(name, value), place };
}

/** Most elements of a constant. */
const MOST_ELEMENTS = 20_000;

/** A list of numbers, or of rows of numbers, as a constant. */
function arrayOf(name: string, list: Extract<Value, { kind: "list" }>): ArrayValues {
  const rows = list.items.map((item) => (item.kind === "list" ? item.items : undefined));
  const isMatrix = rows.length > 0 && rows.every((row) => row !== undefined);
  const columns = rows[0]?.length ?? 0;
  const items = isMatrix ? rows.flatMap((row) => row ?? []) : list.items;
  if (items.length === 0 || items.length > MOST_ELEMENTS || (isMatrix && rows.some((row) => row?.length !== columns))) {
    const message = `${sanitize(name)} must be a list of numbers, or of rows of equally many, of 1 to ${MOST_ELEMENTS} numbers in all`;
    return faultAt(list.place, "E_VECTOR", message);
  }
  const values = items.map((item) => {
    const number = numberOf(item);
    if (number && number.im === undefined && Number.isFinite(number.re)) return number.re;
    return faultAt(item.place, "E_VECTOR", `${sanitize(name)} is a list, which holds finite numbers alone, but ${shown(item)} was found`);
  });
  return { shape: isMatrix ? [rows.length, columns] : [items.length], values };
}

/** A number that a file holds, also as text: `1e-3`, `1+2j`. */
export function numberOf(value: Value): { re: number; im?: number } | undefined {
  if (value.kind !== "scalar") return undefined;
  if (typeof value.value === "number") return { re: value.value };
  return typeof value.value === "string" ? complexOf(value.value) : undefined;
}

function complexOf(text: string): { re: number; im?: number } | undefined {
  const parts = complexNumber.exec(text.replaceAll(/\s/g, ""));
  if (!parts || (parts[1] === undefined && parts[2] === undefined)) return undefined;
  const re = Number(parts[1] ?? 0);
  return parts[2] === undefined ? { re } : { re, im: Number(parts[2]) };
}

function initial(name: string, value: Value, text: string): { re: number; im?: number } {
  const within = text.trim();
  if (within === "" || within === "float") return { re: 0 };
  if (within === "complex") return { re: 0, im: 0 };
  const number = complexOf(within);
  if (number) return number;
  const sized = /^(.*),\s*(\d+)$/.exec(within);
  if (sized && Number(sized[2]) === 1) return initial(name, value, sized[1]);
  const message = sized
    ? `${sanitize(name)} is a vector; variables are single numbers: give each unit a node of its own`
    : `the value of ${sanitize(name)} must be a number, float or complex, but "${sanitize(within)}" was found`;
  return faultAt(value.place, sized ? "E_VECTOR" : "E_DECLARATION", message);
}

/** `{ vtype, dtype, shape, value }`, and the older `{ default: ... }`. */
function longForm(name: string, value: Extract<Value, { kind: "map" }>): Declaration {
  checkFields(value.entries, longFields, `the variable ${sanitize(name)}`);
  const older = value.entries.get("default");
  if (older) return declaration(name, older.value);
  const given = value.entries.get("vtype")?.value;
  const kind = given?.kind === "scalar" && Object.hasOwn(longKinds, given.text) ? longKinds[given.text] : undefined;
  const held = value.entries.get("value")?.value;
  const single = held?.kind === "list" && held.items.length === 1 && held.items[0].kind === "scalar" ? held.items[0] : held;
  if (kind === "constant" && single?.kind === "list") return { kind, re: 0, array: arrayOf(name, single), place: value.place };
  const number = single ? numberOf(single) : zeroOf(value);
  if (kind && number) return finite(name, { kind, ...number, place: value.place });
  const code = held?.kind === "list" ? "E_VECTOR" : "E_DECLARATION";
  const vectors = code === "E_VECTOR" ? "; constants alone can be lists" : "";
  return faultAt(
    value.place,
    code,
    `${sanitize(name)} needs a vtype (${Object.keys(longKinds).join(", ")}) and a number as value${vectors}`,
  );
}

/** A value that is not given is zero, of the kind that `dtype` says. */
function zeroOf({ entries }: Extract<Value, { kind: "map" }>): { re: number; im?: number } {
  const type = entries.get("dtype")?.value;
  return type?.kind === "scalar" && type.text.startsWith("complex") ? { re: 0, im: 0 } : { re: 0 };
}

function finite(name: string, found: Declaration): Declaration {
  if (Number.isFinite(found.re) && Number.isFinite(found.im ?? 0)) return found;
  return faultAt(found.place, "E_CONST_NOT_FINITE", `the value of ${sanitize(name)} is not a finite double`);
}
