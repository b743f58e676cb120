import { sanitize } from "../../errors.ts";
import { nearest } from "../../nearest.ts";
import { faultAt, type Place } from "./source.ts";
import type { AnyTemplate, TemplateKind } from "./template.ts";
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
  return faultAt(value.place, { code: "E_TEMPLATE_KIND", message });
}

function isOf<Kind extends TemplateKind>(template: AnyTemplate, kinds: readonly Kind[]): template is Extract<AnyTemplate, { kind: Kind }> {
  return kinds.some((kind) => kind === template.kind);
}

export function textOf(value: Value, says: string): string {
  if (value.kind === "scalar" && typeof value.value === "string") return value.value;
  return faultAt(value.place, { code: "E_TEMPLATE_TYPE", message: `${says} is needed here, but ${shown(value)} was found` });
}

/** Items of a list; one text stands for a list of it. */
export function listOf(value: Value | undefined, says: string): readonly Value[] {
  if (value === undefined || isNull(value)) return [];
  if (value.kind === "list") return value.items;
  if (value.kind === "scalar") return [value];
  return faultAt(value.place, { code: "E_TEMPLATE_TYPE", message: `${says} is needed here, but a map was found` });
}

export function mapOf(value: Value | undefined, says: string): ReadonlyMap<string, Item> {
  if (value === undefined || isNull(value)) return new Map();
  if (value.kind === "map") return value.entries;
  return faultAt(value.place, { code: "E_TEMPLATE_TYPE", message: `${says} is needed here, but ${shown(value)} was found` });
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
    const suggestion = nearest(name, known);
    const hint = suggestion === undefined ? `there are: ${known.join(", ")}` : `did you mean ${suggestion}?`;
    faultAt(key, { code: "E_UNKNOWN_FIELD", message: `${what} has no field ${sanitize(name)}; ${hint}`, suggestion });
  }
}

/** Refuses names that paths and equations cannot write. */
export function checkName(name: string, place: Place, pattern = /^[A-Za-z_][A-Za-z0-9_]*$/): void {
  if (name === "all") faultAt(place, { code: "E_RESERVED_NAME", message: "the name all stands for every node of a level; choose another" });
  checkLetters(name, place, pattern);
}

/** Nodes and templates may have names that equations never write, such as `V1-left`. */
export const NODE_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;

/** Refuses names that are too long or have other letters than names can have. */
export function checkLetters(name: string, place: Place, pattern: RegExp): void {
  if (name.length > MOST_NAME)
    faultAt(place, {
      code: "E_BAD_IDENTIFIER",
      message: `a name of ${name.length} letters is too long; at most ${MOST_NAME} are possible`,
    });
  if (pattern.test(name)) return;
  const message = `"${sanitize(name)}" cannot be a name: ${whatIsWrong(name)}; use letters a to z, digits and _`;
  faultAt(place, { code: "E_BAD_IDENTIFIER", message });
}

function whatIsWrong(name: string): string {
  if (name === "") return "it is empty";
  const strange = Array.from(name).find((c) => !/[A-Za-z0-9_]/.test(c));
  if (strange === undefined) return "it begins with a digit";
  return `U+${(strange.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")} is in it`;
}

/** A line of a description: `Units: name unit, name unit`. 1 stands for no unit. */
export function unitsOf(description: string): Map<string, string> {
  const line = /^Units:(.*)$/m.exec(description)?.[1] ?? "";
  const pairs = line.split(",").map((pair) => pair.trim().split(/\s+/));
  return new Map(pairs.filter((pair) => pair.length === 2).map(([name, unit]) => [name, unit === "1" ? "" : sanitize(unit)]));
}
