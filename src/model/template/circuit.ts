import { listed, sanitize } from "../../errors.ts";
import { suggest } from "../../nearest.ts";
import {
  checkFields,
  checkName,
  type Definition,
  isNull,
  listOf,
  mapOf,
  NODE_NAME,
  numberOf,
  placeOfDescription,
  type Resolve,
  templateOf,
  textOf,
} from "./definition.ts";
import { factsOf } from "./facts.ts";
import { isMatrix, type MatrixReader, readMatrix } from "./matrix.ts";
import { faultAt } from "./source.ts";
import type { CircuitTemplate, EdgeUse, NodeTemplate } from "./template.ts";
import { Together } from "./together.ts";
import type { Item, Value } from "./yaml.ts";

const fields = ["base", "description", "label", "nodes", "circuits", "edges"];
const edgeFields = ["source", "target", "template", "variables"];
const attributes = ["weight", "delay", "spread"];

/** A circuit: its parent's nodes and circuits overlaid by its own, and its edges after its parent's. */
export function readCircuit(
  definition: Definition,
  description: string,
  parent: CircuitTemplate | undefined,
  resolve: Resolve,
): CircuitTemplate {
  const { name, place, entries } = definition;
  checkFields(entries, fields, `the circuit ${sanitize(name)}`);
  const faults = new Together();
  const nodes = new Map(parent?.nodes);
  for (const [node, { key, value }] of mapOf(entries.get("nodes")?.value, "a map of name: node template")) {
    faults.attempt(() => {
      checkName(node, key, NODE_NAME);
      nodes.set(node, templateOf(resolve, definition, value, ["NodeTemplate"]));
    });
  }
  const circuits = new Map(parent?.circuits);
  for (const [circuit, { key, value }] of mapOf(entries.get("circuits")?.value, "a map of name: circuit template")) {
    faults.attempt(() => {
      checkName(circuit, key, NODE_NAME);
      if (nodes.has(circuit))
        faultAt(key, "E_DUPLICATE_NODE", `${sanitize(circuit)} is a node and a circuit; choose another name for one of them`);
      circuits.set(circuit, templateOf(resolve, definition, value, ["CircuitTemplate"]));
    });
  }
  if (nodes.size + circuits.size === 0 && !faults.any) faultAt(place, "E_EMPTY_CIRCUIT", `the circuit ${sanitize(name)} has no nodes`);
  const whole = { name, place, description, nodes, circuits };
  const reader: MatrixReader = { templateOf: (value) => edgeTemplate(value, definition, resolve), attributesOf: readAttributes };
  const own = listOf(entries.get("edges")?.value, "a list of edges").flatMap(
    (edge) => faults.attempt(() => (isMatrix(edge) ? readMatrix(edge, whole, reader) : [readEdge(edge, definition, resolve)])) ?? [],
  );
  faults.throwIfAny();
  const timeUnit = /^Time:\s*(\S+)/m.exec(description)?.[1] ?? parent?.timeUnit ?? "";
  const edges = [...(parent?.edges ?? []), ...own];
  const circuit = { kind: "CircuitTemplate", ...whole, edges, timeUnit: timeUnit === "1" ? "" : sanitize(timeUnit) } as const;
  const described = placeOfDescription(definition);
  const edgeTemplateOf = (text: string): NodeTemplate =>
    templateOf(resolve, definition, { kind: "scalar", place: described, value: text, text }, ["EdgeTemplate"]);
  return { ...circuit, facts: factsOf({ circuit, place: described, edgeTemplate: edgeTemplateOf }, parent?.facts) };
}

/** [source, target, template or null, { weight, ... }], or the same as a map. */
function readEdge(edge: Value, definition: Definition, resolve: Resolve): EdgeUse {
  const [source, target, template, given] = partsOf(edge);
  const known = edgeTemplate(template, definition, resolve);
  return {
    source: textOf(source, "the path of a variable"),
    target: textOf(target, "the path of a variable"),
    template: known,
    ...readAttributes(given, known),
    place: edge.place,
    ends: { source: source.place, target: target.place },
  };
}

/** Weight, delay, spread and values of operators, and what feeds the operators. */
function readAttributes(given: Value | undefined, known: NodeTemplate | undefined): Pick<EdgeUse, "values" | "sources"> {
  const values = new Map<string, { re: number; place: Value["place"] }>();
  const sources = new Map<string, { path: string; place: Value["place"] }>();
  for (const [name, item] of mapOf(given, "a map of weight, delay, spread")) {
    if (name.split("/").length === 3) sources.set(name, { path: textOf(item.value, "the path of a variable"), place: item.value.place });
    else {
      checkAttribute(name, item, known);
      if (!isNull(item.value)) values.set(name, { re: attribute(name, item.value), place: item.value.place });
    }
  }
  return { values, sources };
}

function edgeTemplate(template: Value | undefined, definition: Definition, resolve: Resolve): NodeTemplate | undefined {
  return template && !isNull(template) ? templateOf(resolve, definition, template, ["EdgeTemplate"]) : undefined;
}

function partsOf(edge: Value): [Value, Value, Value | undefined, Value | undefined] {
  if (edge.kind === "list" && edge.items.length >= 2 && edge.items.length <= 4)
    return [edge.items[0], edge.items[1], edge.items[2], edge.items[3]];
  if (edge.kind === "map") {
    checkFields(edge.entries, edgeFields, "an edge");
    const [source, target] = [edge.entries.get("source"), edge.entries.get("target")];
    if (source && target) return [source.value, target.value, edge.entries.get("template")?.value, edge.entries.get("variables")?.value];
  }
  return faultAt(edge.place, "E_EDGE_FORM", "an edge is [source, target, template or null, { weight: ... }]");
}

function checkAttribute(name: string, { key }: Item, template: NodeTemplate | undefined): void {
  const operators = (template?.operators ?? []).map((use) => use.operator);
  const [operator, variable] = name.split("/");
  if (attributes.includes(name) || operators.some((each) => each.name === operator && each.variables.has(variable))) return;
  const ofOperators = operators.flatMap((each) => [...each.variables.keys()].map((known) => `${each.name}/${known}`));
  const known = [...attributes, ...ofOperators];
  const { suggestion, hint } = suggest(name, known, `there are: ${listed(known)}`);
  faultAt(key, "E_EDGE_ATTRIBUTE", `an edge has no attribute ${sanitize(name)}; ${hint}`, { suggestion, known });
}

function attribute(name: string, value: Value): number {
  const number = numberOf(value);
  const isDelay = name === "delay" || name === "spread";
  if (number && number.im === undefined && Number.isFinite(number.re) && !(number.re < 0 && isDelay)) return number.re;
  const what = isDelay ? "a number, 0 or more" : "a finite number";
  const code = name === "weight" ? "E_EDGE_WEIGHT" : isDelay ? "E_DELAY" : "E_EDGE_ATTRIBUTE";
  const found = value.kind === "scalar" ? sanitize(value.text) : value.kind;
  return faultAt(value.place, code, `${name} must be ${what}, but "${found}" was found`);
}
