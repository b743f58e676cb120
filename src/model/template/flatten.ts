import { MassgridError, sanitize } from "../../errors.ts";
import { append } from "../../lists.ts";
import type { Equations } from "../equation/equations.ts";
import { nodesOf } from "../equation/tree.ts";
import { type EdgeParts, type VariedDelays, wireEdges } from "./edges.ts";
import { NodeSums } from "./kinds.ts";
import { collectLooped, type FindEquation, type Flat, finder, groupsOf, quantityOf, statesOf, withoutDefault } from "./looped.ts";
import { Network, type NetworkVariable, named } from "./network.ts";
import { faultAt } from "./source.ts";
import type { CircuitTemplate, OperatorTemplate, PlacedEquation } from "./template.ts";
import { scalarEquations } from "./vectors.ts";

export interface FlattenOptions {
  /** Forms of the delays that are parameters. */
  varied?: VariedDelays;
  /** Whether the nodes of one kind share their equations; if not given, those of larger networks do. */
  looped?: boolean;
}

/** Networks of so many nodes, operators of edges among them, are looped. */
const LOOPED_FROM = 16;

/** The flat model of a circuit: every variable of every node under its full path. */
export function flatten(circuit: CircuitTemplate, { varied = new Map(), looped }: FlattenOptions = {}): Equations {
  const network = new Network(circuit);
  const edges = wireEdges(network, varied);
  const flat = collect(circuit, network, { edges, equationOf: equationFinder(network), looped });
  const nodes = network.nodes.map(({ path }) => path);
  return { name: circuit.name, timeUnit: circuit.timeUnit, nodes, edgeDelays: edges.given, ...flat };
}

/** Finds the equation of each variable that has one. */
function equationFinder({ operators }: Network): FindEquation {
  const byPath = new Map(operators.map(({ path, operator }) => [path, operator]));
  const equations = new Map<OperatorTemplate, Map<string, PlacedEquation>>();
  return ({ operator: path, name }) => {
    const operator = byPath.get(path);
    if (!operator) return undefined;
    const known = equations.get(operator) ?? new Map(scalarEquations(operator).map((equation) => [equation.target, equation]));
    equations.set(operator, known);
    return known.get(name);
  };
}

interface Wired {
  edges: EdgeParts;
  equationOf: FindEquation;
  looped: boolean | undefined;
}

function collect(circuit: CircuitTemplate, network: Network, wired: Wired): Flat {
  const { edges, equationOf, looped } = wired;
  if (looped ?? network.nodes.length >= LOOPED_FROM) {
    try {
      return collectLooped(network, edges, equationOf);
    } catch (error) {
      // Nodes of one kind may need each other in turn: then each has equations of its own, and only a ring is at fault.
      if (!(error instanceof MassgridError) || error.code !== "E_ALGEBRAIC_LOOP") throw error;
    }
  }
  checkUnrolled(circuit, network);
  return collectUnrolled(network, wired);
}

function collectUnrolled(network: Network, { edges, equationOf, looped }: Wired): Flat {
  const flat: Flat = { states: [], params: [], inputs: [], algebraic: [] };
  const sums = new NodeSums(network.nodes);
  for (const variable of network.variables.values()) {
    const { path, unit } = variable;
    const found = equationOf(variable);
    const placed = found && network.placed(found.expression, variable.operator);
    const expression = placed && sums.written(placed, nodeOf(variable.operator));
    if (expression && found.derivative) flat.states.push({ ...quantityOf(variable, edges), derivative: expression });
    else if (expression) flat.algebraic.push({ path, unit, expression });
    else if (variable.kind !== "input") addConstant(flat, variable, edges);
    else addInput(flat, variable, edges, network);
  }
  const stages = looped === false ? edges.stages.map((stage) => [stage]) : groupsOf(edges.stages);
  append(flat.states, statesOf(stages, finder(stages)));
  append(flat.params, [...edges.weights, ...edges.delays]);
  return flat;
}

/** The node that an operator is of, by their paths. */
function nodeOf(operator: string): string {
  return operator.slice(0, operator.lastIndexOf("/"));
}

/** A parameter; a `t` that no equation makes is the time. */
function addConstant(flat: Flat, variable: NetworkVariable, edges: EdgeParts): void {
  if (variable.name === "t") flat.algebraic.push({ path: variable.path, unit: variable.unit, expression: named("t") });
  else flat.params.push(quantityOf(variable, edges));
}

/** An input: its default holds only where nothing feeds it. */
function addInput(flat: Flat, variable: NetworkVariable, edges: EdgeParts, network: Network): void {
  const expression = network.sumOf(variable.path);
  const own = quantityOf(variable, edges);
  if (!expression) {
    flat.inputs.push(own);
    return;
  }
  flat.inputs.push(withoutDefault(own));
  flat.algebraic.push({ path: variable.path, unit: variable.unit, expression });
}

/** Variables and edges, and names, numbers and operators, of a model in which each node has code of its own: engines bound a function. */
const unrolledLimits = { parts: 20_000, terms: 200_000 };

/** Refuses a network that is too large where its nodes cannot share their equations. */
function checkUnrolled({ name, place }: CircuitTemplate, { variables, edgeCount, operators }: Network): void {
  const fail = (what: string, most: number): never => {
    const message = `the circuit ${sanitize(name)} has ${what}, and its nodes do not share their equations; at most ${most} are possible`;
    return faultAt(place, "E_EXPANSION_LIMIT", message);
  };
  const parts = variables.size + edgeCount;
  if (parts > unrolledLimits.parts) fail(`${parts} variables and edges`, unrolledLimits.parts);
  const known = new Map<OperatorTemplate, number>();
  let terms = 0;
  for (const { operator } of operators) {
    const own = known.get(operator) ?? termsOf(operator);
    known.set(operator, own);
    terms += own;
  }
  if (terms > unrolledLimits.terms) fail(`${terms} names, numbers and operators in its equations`, unrolledLimits.terms);
}

function termsOf({ equations }: OperatorTemplate): number {
  let terms = 0;
  for (const { expression } of equations) for (const _ of nodesOf(expression)) terms++;
  return terms;
}
