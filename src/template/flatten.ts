import type { Algebraic, Equations, Quantity, State } from "../equation/equations.ts";
import { type EdgeParts, type VariedDelays, wireEdges } from "./edges.ts";
import { Network, type NetworkVariable } from "./network.ts";
import type { CircuitTemplate, PlacedEquation } from "./template.ts";

/**
 * The flat model of a circuit: every variable of every node under its full path. Delays in `varied` are parameters, of the
 * form that is given for them there.
 */
export function flatten(circuit: CircuitTemplate, varied: VariedDelays = new Map()): Equations {
  const network = new Network(circuit);
  const edges = wireEdges(network, varied);
  const equations = new Map<string, { equation: PlacedEquation; operator: string }>();
  for (const { path, operator } of network.operators) {
    for (const equation of operator.equations) equations.set(`${path}/${equation.target}`, { equation, operator: path });
  }
  return { name: circuit.name, timeUnit: circuit.timeUnit, edgeDelays: edges.given, ...collect(network, edges, equations) };
}

interface Flat {
  states: State[];
  params: Quantity[];
  inputs: Quantity[];
  algebraic: Algebraic[];
}

function collect(network: Network, edges: EdgeParts, equations: ReadonlyMap<string, { equation: PlacedEquation; operator: string }>): Flat {
  const flat: Flat = { states: [], params: [], inputs: [], algebraic: [] };
  for (const variable of network.variables.values()) {
    const { path, unit } = variable;
    const found = equations.get(path);
    const expression = found && network.placed(found.equation.expression, found.operator);
    if (expression && found.equation.derivative) flat.states.push({ ...quantity(variable, edges), derivative: expression });
    else if (expression) flat.algebraic.push({ path, unit, expression });
    else if (variable.kind !== "input") addConstant(flat, variable, edges);
    else addInput(flat, variable, edges, network);
  }
  flat.states.push(...edges.stages);
  flat.params.push(...edges.weights, ...edges.delays);
  return flat;
}

function quantity({ path, unit, re, im }: NetworkVariable, { owners }: EdgeParts): Quantity {
  const edge = owners.get(path);
  return { path, unit, re, ...(im === undefined ? {} : { im }), ...(edge ? { edge } : {}) };
}

/** A parameter; a `t` that no equation makes is the time. */
function addConstant(flat: Flat, variable: NetworkVariable, edges: EdgeParts): void {
  if (variable.name === "t")
    flat.algebraic.push({ path: variable.path, unit: variable.unit, expression: { kind: "name", name: "t", span: { start: 0, end: 0 } } });
  else flat.params.push(quantity(variable, edges));
}

/** An input: its default holds only where nothing feeds it. */
function addInput(flat: Flat, variable: NetworkVariable, edges: EdgeParts, network: Network): void {
  const expression = network.sumOf(variable.path);
  const own = quantity(variable, edges);
  if (!expression) {
    flat.inputs.push(own);
    return;
  }
  flat.inputs.push({ ...own, re: 0, ...(own.im === undefined ? {} : { im: 0 }) });
  flat.algebraic.push({ path: variable.path, unit: variable.unit, expression });
}
