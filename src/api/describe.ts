import { kindOf, Problems } from "../check.ts";
import { refusal, sanitize } from "../errors.ts";
import { groupBy } from "../lists.ts";
import { type ModelSource, sourceOf } from "../model/build.ts";
import { readCircuitOfPath } from "../model/bundled/read.ts";
import type { Equation } from "../model/equation/tree.ts";
import type { Variable } from "../model/model.ts";
import { edgeFacts, Network } from "../model/template/network.ts";
import { fault, sourcePlace } from "../model/template/source.ts";
import {
  type CircuitTemplate,
  type Coupling,
  edgeTemplatesOf,
  isCircuit,
  type OperatorTemplate,
  type Range,
} from "../model/template/template.ts";
import type { EdgeMapping, NodeMapping } from "../options/options.ts";
import { resolveOutputs } from "../plan/outputs.ts";
import { targetsOf } from "../plan/paths.ts";
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
  /** Lowest and highest usual value of a parameter or an input, in its unit; undefined where its operator declares none (`Ranges:`). */
  range?: readonly [low: number, high: number];
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
  /** Name of the variable that it declares as its output; undefined where it declares none. */
  output?: string;
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

/** The output that stands for what is measured. */
export interface DescribedMeasure {
  name: string;
  /** What `outputs` takes: a path, or an expression of paths. */
  expression: string;
}

/** How a circuit is a node of a network: what `connect()` takes where it is told neither a source nor a target. */
export interface DescribedCoupling {
  /** Full path of the variable that edges come from. */
  source: string;
  /** Full path of the input that they lead to. */
  target: string;
  /** Whether a node gets, for each edge, the source less its own variable, instead of the source. */
  differences: boolean;
  /** The template whose operators each edge passes its source through, where it does. */
  edge?: string;
}

/** What a model's variables are called in another tool. */
export interface DescribedCounterpart {
  /** "TVB", "vbi", "neurolib", ... */
  tool: string;
  /** What the tool calls the model. */
  model: string;
  /**
   * Their name → ours: a name, the end of a path, or an expression of such. Where it is "source -> target", the weight of that edge,
   * and less it where "-" stands before. Units may differ.
   */
  names: Readonly<Record<string, string>>;
}

/** What a model is made of. */
export interface ModelDescription {
  name: string;
  description: string;
  /** What it is a model of a kind of: `Family:` of its description. */
  family?: string;
  /** Where its equations and values are from, with their DOIs: `Paper:` of its description. */
  paper?: string;
  /** `Measured:` of its description. */
  measured?: DescribedMeasure;
  /** `Coupling:` of its description; undefined also for a network, which is no node. */
  coupling?: DescribedCoupling;
  /** `Elsewhere:` of its description; empty where it names no other tool. */
  elsewhere: readonly DescribedCounterpart[];
  /** Unit of time; "" if it has none. */
  timeUnit: string;
  /** All variables: states, then inputs, parameters, algebraic ones, each in the order of the model. */
  variables: readonly DescribedVariable[];
  operators: readonly DescribedOperator[];
  edges: readonly DescribedEdge[];
}

/**
 * Describes a model: its variables with units, usual ranges, defaults and the way a sweep reaches them, its equations as trees, its edges,
 * and what the lines of its description declare. `template` is what `circuitTemplate` takes, but for a Model. Throws a MassgridError, with
 * file, line and column, for a template that could not be run, and E_DESCRIPTION where what is said to be measured is no output of it.
 */
export function describeModel(template: string | CircuitTemplate): ModelDescription {
  const circuit = typeof template === "string" ? readCircuitOfPath(template, openFiles()) : template;
  if (!isCircuit(circuit)) {
    throw refusal("E_TYPE", `describeModel takes a CircuitTemplate or its path, but ${kindOf(template)} was found`, { path: ["template"] });
  }
  const source = sourceOf(circuit);
  const { states, inputs, params, outputs } = source.layout;
  const network = new Network(circuit);
  const computed = new Set(outputs.map(({ path }) => path));
  const named = new Set(inputs.map(({ path }) => path));
  const rangeOf = rangesOf(circuit, network);
  const ranged = (kind: DescribedVariable["kind"], each: Variable, isComputed = false) => {
    const range = rangeOf(each);
    return { ...described(kind, each, isComputed), ...(range ? { range } : {}) };
  };
  const variables = [
    ...states.map((each) => described("state", each)),
    ...inputs.map((each) => ranged("input", each, computed.has(each.path))),
    ...params.map((each) => ranged("parameter", each)),
    // An input that is fed is computed as well; it is named once.
    ...outputs.filter(({ path }) => !named.has(path)).map((each) => described("algebraic", each, true)),
  ];
  const { name, description, timeUnit } = circuit;
  const facts = describedFacts(circuit, source);
  return { name, description, ...facts, timeUnit, variables, operators: operatorsOf(network), edges: network.edges.map(edgeFacts) };
}

/** What the description's lines declare, but for what is not declared. */
function describedFacts({ name, place, facts }: CircuitTemplate, source: ModelSource) {
  const { family, paper, measured, couplings = [], elsewhere = [] } = facts ?? {};
  if (measured) {
    const problems = new Problems();
    resolveOutputs(problems, { [measured.name]: measured.expression }, { targets: targetsOf(source), taken: [], source });
    const [first] = problems.list;
    if (first) throw fault(place, "E_DESCRIPTION", `what is measured of ${sanitize(name)} is no output of it: ${first.message}`, first);
  }
  return {
    ...(family === undefined ? {} : { family }),
    ...(paper === undefined ? {} : { paper }),
    ...(measured ? { measured } : {}),
    ...(couplings.length === 1 ? { coupling: describedCoupling(couplings[0]) } : {}),
    elsewhere: elsewhere.map(({ tool, model, names }) => ({ tool, model, names: Object.fromEntries(names) })),
  };
}

function describedCoupling({ source, target, differences, edge }: Coupling): DescribedCoupling {
  return { source, target, differences, ...(edge ? { edge: edge.template.name } : {}) };
}

/** The usual range of each parameter and input, by what its operator declares. */
function rangesOf(circuit: CircuitTemplate, { operators }: Network): (variable: Variable) => Range | undefined {
  const onNodes = new Map(operators.map(({ path, operator }) => [path, operator]));
  const onEdges = new Map(
    edgeTemplatesOf(circuit).flatMap((template) => template.operators.map(({ operator }) => [operator.name, operator])),
  );
  return ({ path, edge }) => {
    const parts = (edge?.attribute.includes("/") ? edge.attribute : path).split("/");
    const operator = onNodes.get(parts.slice(0, -1).join("/")) ?? onEdges.get(parts.at(-2) ?? "");
    // Elements of a list are called after it, "W.0.1".
    return operator?.ranges?.get(parts[parts.length - 1].split(".")[0]);
  };
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
  const outputOf = (variables: OperatorTemplate["variables"]) => {
    const [output] = [...variables].flatMap(([name, { kind }]) => (kind === "output" ? [name] : []));
    return output === undefined ? {} : { output };
  };
  return [...uses].map(([{ name, description, variables, equations }, used]) => ({
    name,
    description,
    nodes: used.map(({ path }) => path.split("/").slice(0, -1).join("/")),
    ...outputOf(variables),
    equations: equations.map(({ place, ...equation }) => ({ ...equation, line: sourcePlace(place).line })),
  }));
}
