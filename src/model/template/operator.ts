import { listed, MassgridError, refusal, sanitize } from "../../errors.ts";
import { suggest } from "../../nearest.ts";
import { checkConstants, parseEquation } from "../equation/parse.ts";
import { type Equation, namesIn, nodesOf } from "../equation/tree.ts";
import { checkFields, checkName, type Definition, declaration, isName, listOf, mapOf, placeOfDescription, textOf } from "./definition.ts";
import { rangesOf, unitsOf } from "./facts.ts";
import { faultAt, within } from "./source.ts";
import type { Declaration, EquationText, OperatorTemplate, PlacedEquation } from "./template.ts";
import { Together } from "./together.ts";
import { scalarOf } from "./vectors.ts";
import type { Value } from "./yaml.ts";

const fields = ["base", "description", "label", "equations", "variables"];
const edits = ["replace", "remove", "append", "prepend", "add"];
/** Names that equations have without declaring them. */
const builtIn = ["t", "pi", "E"];

/** An operator: its parent's equations and variables with the changes of its definition. */
export function readOperator(definition: Definition, description: string, parent: OperatorTemplate | undefined): OperatorTemplate {
  const { name, place, entries } = definition;
  checkFields(entries, fields, `the operator ${sanitize(name)}`);
  checkName(name, place);
  const texts = textsOf(entries.get("equations")?.value, parent);
  const faults = new Together();
  const declared = declarations(entries, parent, faults);
  // An equation that is taken over as it is has been read before.
  const known = new Map(parent?.texts.map((text, i) => [text, parent.equations[i]]));
  const equations = texts.flatMap((text) => known.get(text) ?? faults.attempt(() => parsed(text, name, parent?.name)) ?? []);
  const used = new Set(equations.flatMap(({ target, expression }) => [target, ...namesIn(expression)]));
  const variables = new Map([...declared].filter(([variable]) => used.has(variable)));
  const operator = { kind: "OperatorTemplate", name, place, description, texts, equations, variables, declared } as const;
  // What has no name that can be is not what equations lack.
  const areNamed = [...declared.keys()].every((variable) => isName(variable));
  for (const equation of equations) if (areNamed) checkEquation(equation, { name, variables: declared }, faults);
  faults.throwIfAny();
  checkTargets(operator);
  const ofVariables = [...declared].flatMap(([variable, { unit }]) => (unit === undefined ? [] : [[variable, unit] as const]));
  const units = new Map([...(parent?.units ?? []), ...ofVariables, ...unitsOf(description)]);
  const ranged = { name, description, place: placeOfDescription(definition), variables };
  return { ...operator, units, ranges: rangesOf(ranged, parent?.ranges ?? new Map()) };
}

/** What an operator's variables are declared to be; one whose declaration is wrong counts as a constant, so that this is told once. */
function declarations(entries: Definition["entries"], parent: OperatorTemplate | undefined, faults: Together): Map<string, Declaration> {
  const declared = new Map(parent?.declared);
  for (const [variable, { key, value }] of mapOf(entries.get("variables")?.value, "a map of variables")) {
    const found = faults.attempt(() => {
      checkName(variable, key);
      const read = declaration(variable, value);
      if (variable === "t") checkTime(read);
      return read;
    });
    // The time is no input, however a template declares it.
    const isPlain = found !== undefined && !(variable === "t" && found.kind === "input");
    declared.set(variable, isPlain ? found : { ...found, kind: "constant", re: 0, place: value.place });
  }
  return declared;
}

function textsOf(given: Value | undefined, parent: OperatorTemplate | undefined): EquationText[] {
  const inherited = parent?.texts ?? [];
  if (given === undefined) return [...inherited];
  if (given.kind !== "map") {
    return listOf(given, "a list of equations").map((item) => ({ text: textOf(item, "an equation"), place: item.place }));
  }
  checkFields(given.entries, edits, "equations");
  const text = (field: string) => {
    const item = given.entries.get(field);
    return item ? textOf(item.value, "text") : undefined;
  };
  const list = (field: string) => listOf(given.entries.get(field)?.value, "a list of texts").map((item) => textOf(item, "text"));
  const terms = [...mapOf(given.entries.get("replace")?.value, "a map of old: new")].map(([old, { value }]): [string, string] => [
    old,
    termOf(value),
  ]);
  const change = { replace: terms, remove: list("remove"), append: text("append"), prepend: text("prepend"), add: list("add") };
  const texts = inherited.map((equation) => equation.text);
  const edited = within(given.place, () => editEquations(texts, change));
  return edited.map((each, i) => (each === inherited[i]?.text ? inherited[i] : { text: each, place: given.place }));
}

/** What replaces a term: text, or a number. */
function termOf(value: Value): string {
  return value.kind === "scalar" && typeof value.value === "number" ? value.text : textOf(value, "text");
}

/** Codes of equations that are too large. */
const tooLarge = ["E_EQ_SIZE", "E_EQ_DEPTH"];

function parsed({ text, place }: EquationText, name: string, parent: string | undefined): PlacedEquation {
  const isOwn = isAsWritten({ text, place });
  try {
    // Where the text is not the file's own, the equation is quoted.
    return { ...within(place, () => checked(text), isOwn ? "" : `in ${sanitize(text)}: `), place };
  } catch (error) {
    if (isOwn || !(error instanceof MassgridError) || !tooLarge.includes(error.code)) throw error;
    const message = `the equations of ${sanitize(name)}, which is based on ${sanitize(parent ?? "")}, grow too large by inheritance; replace terms by shorter ones`;
    return faultAt(place, "E_EXPANSION_LIMIT", message);
  }
}

/** Whether an equation stands in its file as it is: else offsets in it mean nothing there. */
function isAsWritten({ text, place }: EquationText): boolean {
  return place.file.text.startsWith(text, place.offset);
}

function checked(text: string): Equation {
  const equation = parseEquation(text);
  checkConstants(equation.expression);
  return equation;
}

type Checked = Pick<OperatorTemplate, "name" | "variables" | "equations">;

type Declared = Pick<OperatorTemplate, "name" | "variables">;

/** Every name of an equation must be declared. */
function checkEquation(equation: PlacedEquation, { name, variables }: Declared, faults: Together): void {
  const target = variables.get(equation.target);
  if (target?.array) {
    const message = `${sanitize(equation.target)} is a list, and an equation says what it is; variables are single numbers: give each unit a node of its own`;
    faults.attempt(() => faultAt(target.place, "E_VECTOR", message));
    return;
  }
  const unknown = unknownNames(equation, variables);
  if (unknown.size === 0) faults.attempt(() => within(equation.place, () => scalarOf(equation.expression, variables)));
  for (const [each, offset] of unknown) {
    const known = [...variables.keys()];
    const { suggestion, hint } = suggest(each, [...known, ...builtIn], `declare it under variables, where there are: ${listed(known)}`);
    const message = `unknown variable ${sanitize(each)} in an equation of ${sanitize(name)}; ${hint}`;
    const { file, offset: start } = equation.place;
    const place = { file, offset: isAsWritten(equation) ? start + offset : start };
    faults.attempt(() => faultAt(place, "E_UNKNOWN_VARIABLE", message, { suggestion, known }));
  }
}

/** Names of an equation that are not declared, and where each is first in its text. */
function unknownNames({ target, expression, text }: PlacedEquation, variables: Declared["variables"]): Map<string, number> {
  const found = new Map<string, number>();
  if (!variables.has(target)) found.set(target, Math.max(0, text.search(new RegExp(`\\b${target}\\b`))));
  for (const node of nodesOf(expression)) {
    if (node.kind !== "name" && node.kind !== "past") continue;
    const { name, span } = node;
    if (!found.has(name) && !variables.has(name) && !builtIn.includes(name)) found.set(name, span.start);
  }
  return found;
}

/** Refuses a `t` with a value: it is the time, and the value would be lost. */
export function checkTime({ kind, re, im = 0, array, place }: Declaration): void {
  if (kind !== "constant" || (re === 0 && im === 0 && !array)) return;
  faultAt(place, "E_RESERVED_NAME", "t is the time, and cannot be a constant; give the constant another name, or declare t: variable");
}

/** Each variable that is not given from outside has one equation. */
function checkTargets({ name, equations, variables }: Checked): void {
  const faults = new Together();
  const targets = new Map<string, PlacedEquation>();
  for (const equation of equations) {
    const { target, place } = equation;
    const twice = `${sanitize(target)} has two equations in ${sanitize(name)}; keep one of them`;
    if (targets.has(target)) faults.attempt(() => faultAt(place, "E_DUPLICATE_VARIABLE", twice));
    if (variables.get(target)?.kind === "input") {
      const message = `${sanitize(target)} is an input of ${sanitize(name)}, so no equation can say what it is; declare it variable`;
      faults.attempt(() => faultAt(place, "E_EQUATION_TARGET", message));
    }
    targets.set(target, equation);
  }
  for (const [variable, { kind, place }] of variables) {
    if (targets.has(variable) || kind === "constant" || kind === "input" || variable === "t") continue;
    const message = `${sanitize(variable)} is a ${kind} of ${sanitize(name)}, but no equation says what it is; add one, or declare it a number or an input`;
    faults.attempt(() => faultAt(place, "E_NO_EQUATION", message));
  }
  faults.throwIfAny();
  checkOneOutput(name, variables);
}

function checkOneOutput(name: string, variables: ReadonlyMap<string, Declaration>): void {
  const outputs = [...variables].filter(([, { kind }]) => kind === "output");
  if (outputs.length < 2) return;
  const names = listed(outputs.map(([variable]) => variable));
  const message = `${sanitize(name)} has the outputs ${names}; an operator has one at most: declare the others variable`;
  faultAt(outputs[1][1].place, "E_DECLARATION", message);
}

/** How an operator changes the equations of the one it is based on. */
export interface EquationEdits {
  /** Old terms and new terms, one after the other. */
  replace?: readonly (readonly [string, string])[];
  remove?: string | readonly string[];
  append?: string | undefined;
  prepend?: string | undefined;
  /** Further equations, which are not changed. */
  add?: readonly string[];
}

/**
 * What may stand beside a term, in PyRates and, as equations may have several lines, line ends; the prime of a derivative is
 * none of these, so that `replace: {x: w}` leaves `x' =` alone.
 */
const BOUNDARY = "-+=*/^<>!.%@[]():, \t\r\n";
/** All equations of an operator together. */
const MOST_TEXT = 65536;

/** Equations after the edits of one template, in PyRates' order: replace, remove, append, prepend, and then what is added. */
export function editEquations(equations: readonly string[], edits: EquationEdits): string[] {
  const removed = typeof edits.remove === "string" ? [edits.remove] : (edits.remove ?? []);
  const changed = equations.map((equation) => {
    let text = equation;
    for (const [old, by] of edits.replace ?? []) text = replaceTerm(text, old, by);
    for (const old of removed) text = replaceTerm(text, old, "");
    return `${edits.prepend ?? ""}${text}${edits.append ?? ""}`;
  });
  const all = [...changed, ...(edits.add ?? [])];
  checkSize(all.reduce((sum, text) => sum + text.length, 0));
  return all;
}

/** Every whole occurrence of a term, replaced. */
function replaceTerm(text: string, term: string, by: string): string {
  if (term === "") return text;
  let result = "";
  let from = 0;
  for (let at = text.indexOf(term); at >= 0; at = text.indexOf(term, from)) {
    const before = at === 0 || BOUNDARY.includes(text[at - 1]);
    const end = at + term.length;
    const after = end === text.length || BOUNDARY.includes(text[end]);
    result += text.slice(from, at) + (before && after ? by : term);
    from = end;
    checkSize(result.length);
  }
  return result + text.slice(from);
}

function checkSize(size: number): void {
  if (size <= MOST_TEXT) return;
  const message = `the equations grow to more than ${MOST_TEXT} characters by inheritance; replace terms by shorter ones`;
  throw refusal("E_EXPANSION_LIMIT", message);
}
