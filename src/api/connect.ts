import * as v from "valibot";
import { checkEntries, type Entry, isDetached, kindOf, Problems } from "../check.ts";
import { refusal } from "../errors.ts";
import { readCircuitOfPath } from "../model/bundled/read.ts";
import { matrixFault, matrixRows, pathsOf, unknownVariable, withMatrix } from "../model/template/matrix.ts";
import { type CircuitTemplate, isCircuit } from "../model/template/template.ts";
import type { Checked, Unchecked } from "../options/checked.ts";
import { openFiles } from "../platform/files.ts";

/** A matrix, row after row, or one number for every pair. */
export type Matrix = number | readonly ArrayLike<number>[];

export interface ConnectOptions {
  /** The variable that edges come from, `operator/variable`: of every node that has it, in the circuit's order. */
  source: string;
  /** The input that edges lead to, `operator/variable`. */
  target: string;
  /** Row i, column j is the weight from the j-th source to the i-th target; there is no edge where it is 0. */
  weights: Matrix;
  /** Delay of each edge, in the model's time unit; 0 for none. */
  delays?: Matrix;
  /** Standard deviation of each edge's delay, which makes it gamma-distributed. */
  spreads?: Matrix;
}

function isRow(value: unknown): boolean {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && "length" in value && !isDetached(value));
}

const matrix = v.union([v.number(), v.array(v.custom<ArrayLike<number>>(isRow))]);
const entries: Record<string, Entry> = {
  source: { schema: v.string(), says: 'a variable, "operator/variable"', required: true },
  target: { schema: v.string(), says: 'an input, "operator/variable"', required: true },
  weights: { schema: matrix, says: "an array of rows of numbers, or a number for every pair", required: true },
  delays: { schema: matrix, says: "an array of rows of numbers, or a number for every pair" },
  spreads: { schema: matrix, says: "an array of rows of numbers, or a number for every pair" },
};

/**
 * A circuit with further edges: a matrix of weights (and of delays) between a variable of all nodes and an input of all nodes.
 * A circuit of a single node is repeated first, once for each row of the weights, as `name_0`, `name_1`, ...
 * The template that is given is not changed. Throws a MassgridError for a name or a shape that does not fit.
 */
export function connect<const Options extends Unchecked<ConnectOptions>>(
  template: CircuitTemplate | string,
  options: Checked<Options, ConnectOptions>,
): CircuitTemplate;
export function connect(template: CircuitTemplate | string, options: ConnectOptions): CircuitTemplate {
  const problems = new Problems();
  checkEntries(problems, options, entries, ["connect"]);
  problems.throwIfAny();
  const given = typeof template === "string" ? readCircuitOfPath(template, openFiles()) : template;
  if (!isCircuit(given)) {
    const message = `connect takes a CircuitTemplate or its path, but ${kindOf(template)} was found`;
    throw refusal("E_TYPE", message, { path: ["template"] });
  }
  const circuit = typeof options.weights === "number" ? given : repeated(given, options.weights.length);
  const sources = pathsOf(circuit, options.source);
  const targets = pathsOf(circuit, options.target);
  for (const [name, paths] of [["source", sources] as const, ["target", targets] as const]) {
    if (paths.length > 0) continue;
    const { code, message } = unknownVariable(circuit, options[name]);
    throw refusal(code, `${name}: ${message}`, { path: ["connect", name] });
  }
  const ends = { sources, targets };
  const rows = (matrix: Matrix | undefined) => (matrix === undefined ? undefined : matrixRows(matrix, ends));
  const edges = { ...ends, weights: matrixRows(options.weights, ends), delays: rows(options.delays), spreads: rows(options.spreads) };
  const fault = matrixFault(edges);
  if (fault) throw refusal(fault.code, fault.message, { path: ["connect"] });
  return withMatrix(circuit, edges);
}

/** A circuit of one node, with its edges, as many times as there are rows. */
function repeated(circuit: CircuitTemplate, count: number): CircuitTemplate {
  const nodes = [...circuit.nodes];
  if (nodes.length + circuit.circuits.size !== 1 || count < 2) return circuit;
  const copies = <Each>(map: ReadonlyMap<string, Each>) =>
    new Map([...map].flatMap(([name, each]) => Array.from({ length: count }, (_, i) => [`${name}_${i}`, each] as const)));
  const moved = (path: string, i: number) => path.replace(/^[^/]+/, (name) => `${name}_${i}`);
  const edges = Array.from({ length: count }, (_, i) =>
    circuit.edges.map((edge) => ({
      ...edge,
      source: moved(edge.source, i),
      target: moved(edge.target, i),
      sources: new Map(
        [...edge.sources].map(([name, { path, place }]) => [name, { path: path === "source" ? path : moved(path, i), place }]),
      ),
    })),
  );
  return { ...circuit, nodes: copies(circuit.nodes), circuits: copies(circuit.circuits), edges: edges.flat() };
}
