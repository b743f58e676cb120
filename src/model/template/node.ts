import { listed, sanitize } from "../../errors.ts";
import { suggest } from "../../nearest.ts";
import {
  checkFields,
  type Definition,
  declaration,
  isNull,
  listOf,
  mapOf,
  numberOf,
  type Resolve,
  templateOf,
  textOf,
} from "./definition.ts";
import { checkTime } from "./operator.ts";
import { faultAt, type Place } from "./source.ts";
import type { Declaration, NodeTemplate, OperatorTemplate, OperatorUse } from "./template.ts";
import { Together } from "./together.ts";
import type { Item, Value } from "./yaml.ts";

const fields = ["base", "description", "label", "operators"];

/** A node, or an edge: its operators, each perhaps with values of its own. A list replaces the parent's. */
export function readNode(
  definition: Definition,
  description: string,
  { kind, parent }: { kind: NodeTemplate["kind"]; parent: NodeTemplate | undefined },
  resolve: Resolve,
): NodeTemplate {
  const { name, place, entries } = definition;
  checkFields(entries, fields, `the ${kind} ${sanitize(name)}`);
  const given = entries.get("operators")?.value;
  const operators = given === undefined ? (parent?.operators ?? []) : operatorsOf(given, definition, resolve);
  const seen = new Set<string>();
  for (const { operator } of operators) {
    if (seen.has(operator.name)) {
      const message = `${sanitize(name)} has two operators named ${sanitize(operator.name)}, whose variables would have the same paths`;
      faultAt(place, "E_DUPLICATE_OPERATOR", message);
    }
    seen.add(operator.name);
  }
  return { kind, name, place, description, operators };
}

function operatorsOf(given: Value, definition: Definition, resolve: Resolve): OperatorUse[] {
  const entries: [string, Place, Value | undefined][] =
    given.kind === "map"
      ? [...given.entries].map(([reference, { key, value }]) => [reference, key, value])
      : listOf(given, "a list of operators").map((item) => [nameOf(item), item.place, undefined]);
  const faults = new Together();
  const used = entries.flatMap(([reference, place, overrides]): OperatorUse[] => {
    const named = { kind: "scalar", place, value: reference, text: reference } as const;
    const operator = faults.attempt(() => templateOf(resolve, definition, named, ["OperatorTemplate"]));
    return operator ? [{ operator, values: overrides && !isNull(overrides) ? valuesOf(overrides, operator, faults) : new Map() }] : [];
  });
  faults.throwIfAny();
  return used;
}

/** A name that may look like a number. */
function nameOf(item: Value): string {
  return item.kind === "scalar" && item.value !== null ? item.text : textOf(item, "the name of an operator");
}

/** `{ variable: value }`, or the same below `variables:`. */
function valuesOf(given: Value, operator: OperatorTemplate, faults: Together): Map<string, Declaration> {
  const outer = mapOf(given, "a map of variable: value");
  const nested = outer.get("variables");
  const entries: ReadonlyMap<string, Item> =
    nested && !operator.variables.has("variables") ? mapOf(nested.value, "a map of variable: value") : outer;
  const values = new Map<string, Declaration>();
  for (const [name, { key, value }] of entries) {
    const declared = faults.attempt(() => overridden(operator, name, key, value));
    if (declared) values.set(name, declared);
  }
  return values;
}

/** A variable with another value: a number keeps what the variable is. */
function overridden(operator: OperatorTemplate, name: string, key: Place, value: Value): Declaration {
  const known = operator.variables.get(name);
  if (!known && operator.declared.has(name)) {
    const message = `no equation of ${sanitize(operator.name)} uses ${sanitize(name)}, so that a value for it has no effect; remove it`;
    return faultAt(key, "E_UNKNOWN_VARIABLE", message);
  }
  if (!known) {
    const names = [...operator.variables.keys()];
    const { suggestion, hint } = suggest(name, names, `there are: ${listed(names)}`);
    return faultAt(key, "E_UNKNOWN_VARIABLE", `${sanitize(operator.name)} has no variable ${sanitize(name)}; ${hint}`, {
      suggestion,
      known: names,
    });
  }
  const declared = declaration(name, value);
  if (name === "t") checkTime(declared);
  const [wanted, found] = [known, declared].map(({ array }) => array?.shape.join(" × ") ?? "a single number");
  if (wanted !== found) {
    const message = `${sanitize(name)} of ${sanitize(operator.name)} is ${wanted}; variables are single numbers or keep their shape, but ${found} was found`;
    return faultAt(value.place, "E_VECTOR", message);
  }
  return numberOf(value) ? { ...known, ...declared, kind: known.kind, ...complexAs(known, declared) } : declared;
}

/** A complex variable stays complex when it gets a real value. */
function complexAs(known: Declaration, declared: Declaration): { im?: number } {
  return known.im !== undefined && declared.im === undefined ? { im: 0 } : {};
}
