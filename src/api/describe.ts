import { kindOf } from "../check.ts";
import { refusal } from "../errors.ts";
import { groupBy } from "../lists.ts";
import { sourceOf } from "../model/build.ts";
import { readCircuitOfPath } from "../model/bundled/read.ts";
import type { Equation } from "../model/equation/tree.ts";
import type { Variable } from "../model/model.ts";
import { edgeFacts, Network } from "../model/template/network.ts";
import { sourcePlace } from "../model/template/source.ts";
import { type CircuitTemplate, isCircuit } from "../model/template/template.ts";
import type { EdgeMapping, NodeMapping } from "../options/options.ts";
import { openFiles } from "../platform/files.ts";

/** A variable as a sweep reaches it. */
export interface DescribedVariable {
  /** `node/operator/variable`, what `outputs` and `inputs` take; of an edge's weight or delay, a text that tells its edge. */
  path: string;
  /** Its own name: "tau_e", "weight". */
  name: string;
  /** "state" (its value is the initial one), "parameter", "input", or "algebraic", which an equation computes. */
  kind: "state" | "parameter" | "input" | "algebraic";
  /** Default, or initial value; 0 for an algebraic variable. */
  value: number;
  unit: string;
  /**
   * The entry of `paramMap` that lets a grid key drive it. Undefined for what is computed: an algebraic variable, and an input that
   * edges or other operators feed, which takes a signal of `inputs` alone.
   */
  mapping?: NodeMapping | EdgeMapping;
}

/** An equation as a tree; names in it are those of its operator's variables. */
export interface DescribedEquation extends Equation {
  /** On which line of its file it was written, from 1. */
  line: number;
}

/** An operator, and the nodes that have it. */
export interface DescribedOperator {
  name: string;
  description: string;
  nodes: readonly string[];
  equations: readonly DescribedEquation[];
}

/** An edge: full paths of variables. */
export interface DescribedEdge {
  source: string;
  target: string;
  weight: number;
  delay: number;
  spread: number;
}

/** What a model is made of. */
export interface ModelDescription {
  name: string;
  description: string;
  /** Unit of time; "" if it has none. */
  timeUnit: string;
  /** All variables: states, then inputs, parameters, algebraic ones, each in the order of the model. */
  variables: readonly DescribedVariable[];
  operators: readonly DescribedOperator[];
  edges: readonly DescribedEdge[];
}

/**
 * Describes a model: its variables with units, defaults and the way a sweep reaches them, its equations as trees, and its edges.
 * `template` is what `circuitTemplate` takes, but for a Model. Throws a MassgridError, with file, line and column, for a template
 * that could not be run.
 */
export function describeModel(template: string | CircuitTemplate): ModelDescription {
  const circuit = typeof template === "string" ? readCircuitOfPath(template, openFiles()) : template;
  if (!isCircuit(circuit)) {
    throw refusal("E_TYPE", `describeModel takes a CircuitTemplate or its path, but ${kindOf(template)} was found`, { path: ["template"] });
  }
  const { states, inputs, params, outputs } = sourceOf(circuit).layout;
  const network = new Network(circuit);
  const computed = new Set(outputs.map(({ path }) => path));
  const named = new Set(inputs.map(({ path }) => path));
  const variables = [
    ...states.map((each) => described("state", each)),
    ...inputs.map((each) => described("input", each, computed.has(each.path))),
    ...params.map((each) => described("parameter", each)),
    // An input that is fed is computed as well; it is named once.
    ...outputs.filter(({ path }) => !named.has(path)).map((each) => described("algebraic", each, true)),
  ];
  const { name, description, timeUnit } = circuit;
  return { name, description, timeUnit, variables, operators: operatorsOf(network), edges: network.edges.map(edgeFacts) };
}

function described(kind: DescribedVariable["kind"], { path, value, unit, edge }: Variable, isComputed = false): DescribedVariable {
  // States and inputs of an edge's operators have a node's path; its parameters are reached by the edge.
  if (edge !== undefined && kind === "parameter") {
    const { source, target, index, attribute } = edge;
    const mapping = { vars: [attribute], edges: [index === 0 ? [source, target] : [source, target, index]] };
    return { path, name: attribute.split("/").slice(-1).join(""), kind, value, unit, mapping };
  }
  const parts = path.split("/");
  const mapping = { vars: [parts.slice(-2).join("/")], nodes: [parts.slice(0, -2).join("/")] };
  const name = parts[parts.length - 1];
  return { path, name, kind, value, unit, ...(isComputed ? {} : { mapping }) };
}

function operatorsOf({ operators }: Network): DescribedOperator[] {
  const uses = groupBy(operators, ({ operator }) => operator);
  return [...uses].map(([{ name, description, equations }, used]) => ({
    name,
    description,
    nodes: used.map(({ path }) => path.split("/").slice(0, -1).join("/")),
    equations: equations.map(({ place, ...equation }) => ({ ...equation, line: sourcePlace(place).line })),
  }));
}
