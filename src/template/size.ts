import { nodesOf } from "../equation/tree.ts";
import { quoted } from "../errors.ts";
import { delayForm, MOST_STAGES } from "./delay.ts";
import { faultAt } from "./source.ts";
import type { CircuitTemplate, NodeTemplate, OperatorTemplate } from "./template.ts";

/** Names, numbers and operators of the equation of a stage of a delay. */
const STAGE_TERMS = 5;

/** How large the flat model of a circuit is. */
interface Size {
  nodes: number;
  /** Variables, those of edges' operators among them, and edges. */
  parts: number;
  /** Names, numbers and operators of all equations. */
  terms: number;
  /** Characters of all paths. */
  letters: number;
}

const limits: Size = { nodes: 100_000, parts: 20_000, terms: 200_000, letters: 8_000_000 };
const words: Record<keyof Size, string> = {
  nodes: "nodes, its circuits' own among them",
  parts: "variables, edges and stages of delays",
  terms: "names, numbers and operators in its equations",
  letters: "characters in the paths of its variables",
};

/** Refuses a circuit whose flat model would be too large, before it is made: nested circuits double with each level. */
export function checkCircuitSize(circuit: CircuitTemplate): void {
  const size = new Sizes().ofCircuit(circuit);
  for (const what of ["nodes", "parts", "terms", "letters"] as const) {
    if (size[what] <= limits[what]) continue;
    const message = `the circuit ${quoted(circuit.name)} has ${size[what]} ${words[what]}; at most ${limits[what]} are possible`;
    faultAt(circuit.place, { code: "E_EXPANSION_LIMIT", message });
  }
}

/** Sizes of templates, each counted once however often it is used. */
class Sizes {
  readonly #operators = new Map<OperatorTemplate, Size>();
  readonly #nodes = new Map<NodeTemplate, Size>();
  readonly #circuits = new Map<CircuitTemplate, Size>();

  ofCircuit(circuit: CircuitTemplate): Size {
    return remembered(this.#circuits, circuit, () => {
      const size = { nodes: circuit.nodes.size, parts: circuit.edges.length, terms: 3 * circuit.edges.length, letters: 0 };
      for (const [name, node] of circuit.nodes) add(size, this.#ofNode(node), name);
      for (const [name, inner] of circuit.circuits) add(size, this.ofCircuit(inner), name);
      for (const { template } of circuit.edges) if (template) add(size, this.#ofNode(template), template.name);
      const stages = stagesOf(circuit.edges);
      size.parts += stages;
      size.terms += STAGE_TERMS * stages;
      return size;
    });
  }

  #ofNode(node: NodeTemplate): Size {
    return remembered(this.#nodes, node, () => {
      const size = { nodes: 0, parts: 0, terms: 0, letters: 0 };
      for (const { operator } of node.operators) add(size, this.#ofOperator(operator), operator.name);
      return size;
    });
  }

  #ofOperator(operator: OperatorTemplate): Size {
    return remembered(this.#operators, operator, () => {
      const names = [...operator.variables.keys()];
      let terms = 0;
      for (const { expression } of operator.equations) for (const _ of nodesOf(expression)) terms++;
      return { nodes: 0, parts: names.length, terms, letters: names.reduce((sum, name) => sum + name.length, 0) };
    });
  }
}

/** Stages of all delays with a spread: edges that send the same share them. */
function stagesOf(edges: CircuitTemplate["edges"]): number {
  const chains = new Map<string, number>();
  for (const [index, { source, template, values }] of edges.entries()) {
    const [delay, spread] = [values.get("delay")?.re ?? 0, values.get("spread")?.re ?? 0];
    const form = delayForm(delay, spread);
    const sent = template ? `edge ${index}` : source;
    // A chain that is too long is told where it is made, with its place.
    if (form.kind === "chain") chains.set(`${sent} ${delay} ${form.stages}`, Math.min(form.stages, MOST_STAGES));
  }
  return [...chains.values()].reduce((sum, stages) => sum + stages, 0);
}

/** Adds what stands below a name. */
function add(size: Size, inner: Size, name: string): void {
  size.nodes += inner.nodes;
  size.parts += inner.parts;
  size.terms += inner.terms;
  size.letters += inner.letters + inner.parts * (name.length + 1);
}

function remembered<Key>(known: Map<Key, Size>, key: Key, make: () => Size): Size {
  const found = known.get(key) ?? make();
  known.set(key, found);
  return found;
}
