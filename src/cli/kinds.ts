import type { PlacedNode } from "../model/template/network.ts";
import type { OperatorTemplate } from "../model/template/template.ts";

/** Nodes that have the same operators; the values of their variables may differ. */
export interface NodeKind {
  /** Paths of the nodes, in the order of the circuit. */
  nodes: string[];
  operators: readonly OperatorTemplate[];
}

/** The kinds of some nodes, in the order of the first node of each. */
export function kindsOf(nodes: readonly PlacedNode[]): NodeKind[] {
  const numbers = new Map<OperatorTemplate, number>();
  const kinds = new Map<string, NodeKind>();
  for (const { path, node } of nodes) {
    const operators = node.operators.map(({ operator }) => operator);
    const key = operators.map((operator) => numberOf(numbers, operator)).join(" ");
    const kind = kinds.get(key);
    if (kind) kind.nodes.push(path);
    else kinds.set(key, { nodes: [path], operators });
  }
  return [...kinds.values()];
}

function numberOf(numbers: Map<OperatorTemplate, number>, operator: OperatorTemplate): number {
  const known = numbers.get(operator) ?? numbers.size;
  numbers.set(operator, known);
  return known;
}
