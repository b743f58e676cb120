import * as v from "valibot";
import { checkEntries, type Entry, isDetached, kindOf, Problems } from "../check.ts";
import { refusal, sanitize } from "../errors.ts";
import { readCircuitOfPath } from "../model/bundled/read.ts";
import { factsOfCopies } from "../model/template/facts.ts";
import { type EdgeMatrix, edgesOfMatrix, matrixFault, matrixRows, pathsOf, unknownVariable, withMatrix } from "../model/template/matrix.ts";
import { type CircuitTemplate, type Coupling, isCircuit } from "../model/template/template.ts";
import type { Checked, Unchecked } from "../options/checked.ts";
import { openFiles } from "../platform/files.ts";

/** A matrix, row after row, or one number for every pair. */
export type Matrix = number | readonly ArrayLike<number>[];

export interface ConnectOptions {
  /**
   * The variable that edges come from, `operator/variable`: of every node that has it, in the circuit's order. Where neither it nor
   * `target` is given, both are those that the circuit's description declares (`Coupling:`, in `describeModel()` too).
   */
  source?: string;
  /** The input that edges lead to, `operator/variable`. */
  target?: string;
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
  source: { schema: v.string(), says: 'a variable, "operator/variable"' },
  target: { schema: v.string(), says: 'an input, "operator/variable"' },
  weights: { schema: matrix, says: "an array of rows of numbers, or a number for every pair", required: true },
  delays: { schema: matrix, says: "an array of rows of numbers, or a number for every pair" },
  spreads: { schema: matrix, says: "an array of rows of numbers, or a number for every pair" },
};

/**
 * A circuit with further edges: a matrix of weights (and of delays) between a variable of all nodes and an input of all nodes.
 * A circuit of a single node is repeated first, once for each row of the weights, as `name_0`, `name_1`, ...; a circuit of several nodes
 * with a declared coupling as circuits within one, `Circuit_0`, `Circuit_1`, ... Where the coupling is one of differences, each node gets
 * the sum of weight times (source less its own variable): its own entry of the matrix becomes less the sum of its row's others, undelayed.
 * Where it is one by a template of edges, each edge has that template's operators, such as the sine of the difference of two phases.
 * The template that is given is not changed. Throws a MassgridError for a name or a shape that does not fit, and E_MISSING_OPTION where
 * neither the call nor the circuit says what to couple.
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
  const { circuit, sources, targets, couplings } = endsOf(given, options);
  const ends = { sources, targets };
  const rows = (matrix: Matrix | undefined) => (matrix === undefined ? undefined : matrixRows(matrix, ends));
  const edges = { ...ends, weights: matrixRows(options.weights, ends), delays: rows(options.delays), spreads: rows(options.spreads) };
  const fault = matrixFault(edges);
  if (fault) throw refusal(fault.code, fault.message, { path: ["connect"] });
  const passed = withPassedEdges(circuit, edges, couplings);
  const plain = couplings.some(({ edge }) => edge) ? ofRows(edges, (i) => couplings[i].edge === undefined) : edges;
  if (couplings.length > 0 && couplings.every(({ edge }) => edge)) return passed;
  return withMatrix(passed, couplings.some(({ differences }) => differences) ? ofDifferences(plain, couplings) : plain);
}

/** A matrix without the edges to the targets of some rows. */
function ofRows(edges: EdgeMatrix, isKept: (row: number) => boolean): EdgeMatrix {
  const weights = edges.weights.map((row, i) => (isKept(i) ? row : Array.from(row, () => 0)));
  return { ...edges, weights };
}

/** A circuit with the edges to those targets whose coupling passes its sources through operators. */
function withPassedEdges(circuit: CircuitTemplate, edges: EdgeMatrix, couplings: readonly Coupling[]): CircuitTemplate {
  const added = couplings.flatMap(({ source, edge }, i) => {
    if (!edge) return [];
    const { place } = circuit;
    const inputs = new Map([[edge.source, { path: "source", place }]]);
    if (edge.own !== undefined) inputs.set(edge.own, { path: source.split("/").slice(-2).join("/"), place });
    return edgesOfMatrix({ ...ofRows(edges, (row) => row === i), template: edge.template, inputs }, place);
  });
  return added.length === 0 ? circuit : { ...circuit, edges: [...circuit.edges, ...added] };
}

/** A circuit with all nodes of the network, and full paths of what is coupled. */
interface Ends {
  circuit: CircuitTemplate;
  sources: readonly string[];
  targets: readonly string[];
  /** Of each target, where the circuit has declared it. */
  couplings: readonly Coupling[];
}

/** What is coupled, as the call says or as the circuit declares, with as many copies of a single node as the weights have rows. */
function endsOf(given: CircuitTemplate, { source, target, weights }: ConnectOptions): Ends {
  if (source === undefined && target === undefined) return declaredEnds(given, weights);
  if (source === undefined || target === undefined) {
    const [has, lacks] = source === undefined ? ["target", "source"] : ["source", "target"];
    const message = `connect was given a ${has} and no ${lacks}; give both, or neither for the coupling that the circuit declares`;
    throw refusal("E_MISSING_OPTION", message, { path: ["connect", lacks] });
  }
  const circuit = typeof weights === "number" ? given : repeated(given, weights.length);
  const [sources, targets] = [pathsOf(circuit, source), pathsOf(circuit, target)];
  for (const [name, variable, paths] of [["source", source, sources] as const, ["target", target, targets] as const]) {
    if (paths.length > 0) continue;
    const { code, message } = unknownVariable(circuit, variable);
    throw refusal(code, `${name}: ${message}`, { path: ["connect", name] });
  }
  return { circuit, sources, targets, couplings: [] };
}

function declaredEnds(given: CircuitTemplate, weights: Matrix): Ends {
  const count = typeof weights === "number" ? 1 : weights.length;
  const isColumn = given.facts?.couplings.length === 1;
  const circuit = isColumn && count > 1 ? columnsOf(given, count) : given;
  const couplings = couplingsOf(circuit);
  if (couplings.length === 0) {
    const message = `${sanitize(given.name)} declares no coupling, so connect needs a source and a target, "operator/variable" each; or its description a line such as "Coupling: node/operator/variable -> node/operator/input"`;
    throw refusal("E_MISSING_OPTION", message, { path: ["connect", "source"] });
  }
  return {
    circuit,
    sources: couplings.map((coupling) => coupling.source),
    targets: couplings.map((coupling) => coupling.target),
    couplings,
  };
}

/** What a circuit couples by its own description, or by those of the circuits within it. */
function couplingsOf({ facts, circuits }: CircuitTemplate): readonly Coupling[] {
  if (facts && facts.couplings.length > 0) return facts.couplings;
  return [...circuits].flatMap(([name, inner]) =>
    couplingsOf(inner).map((coupling) => ({
      ...coupling,
      source: `${name}/${coupling.source}`,
      target: `${name}/${coupling.target}`,
    })),
  );
}

/** A matrix with which the rows of couplings by differences get what a target's own variable is less than the sources, each times its weight. */
function ofDifferences(edges: EdgeMatrix, couplings: readonly Coupling[]): EdgeMatrix {
  const changed = (rows: readonly ArrayLike<number>[], own: (row: readonly number[], i: number) => number) =>
    rows.map((row, i) => {
      const others = Array.from(row, (value, j) => (j === i ? 0 : value));
      return couplings[i].differences ? others.map((value, j) => (j === i ? own(others, i) : value)) : row;
    });
  const undelayed = (rows: readonly ArrayLike<number>[] | undefined) => rows && changed(rows, () => 0);
  const weights = changed(edges.weights, (others) => -others.reduce((sum, weight) => sum + weight, 0));
  return { ...edges, weights, delays: undelayed(edges.delays), spreads: undelayed(edges.spreads) };
}

/** So many copies of a circuit that is a node of a network. */
function columnsOf(circuit: CircuitTemplate, count: number): CircuitTemplate {
  if (circuit.nodes.size + circuit.circuits.size === 1) return repeated(circuit, count);
  const names = Array.from({ length: count }, (_, i) => `${circuit.name}_${i}`);
  const facts = factsOfCopies(
    circuit.facts,
    names.map((name) => (path) => `${name}/${path}`),
    (path) => `all/${path}`,
  );
  const { kind, name, description, place, timeUnit } = circuit;
  const circuits = new Map(names.map((each) => [each, circuit]));
  return { kind, name, description, place, nodes: new Map(), circuits, edges: [], timeUnit, facts };
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
  const places = Array.from({ length: count }, (_, i) => (path: string) => moved(path, i));
  const facts = factsOfCopies(circuit.facts, places, (path) => path.replace(/^[^/]+/, "all"));
  return { ...circuit, nodes: copies(circuit.nodes), circuits: copies(circuit.circuits), edges: edges.flat(), facts };
}
