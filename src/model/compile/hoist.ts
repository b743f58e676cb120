import { type Graph, operands, reached } from "./graph.ts";

/**
 * The values that depend on parameters alone and are not themselves numbers or parameters: those of them that a root is, or
 * that something which changes with time uses. A block computes them once. In their order in the graph.
 */
export function hoistable(graph: Graph, roots: readonly number[]): number[] {
  const still = graph.operations.map(() => false);
  graph.operations.forEach((operation, value) => {
    const args = operands(operation);
    if (operation.kind === "sum" || operation.kind === "stages" || operation.kind === "slice") return;
    still[value] = args.length > 0 ? args.every((arg) => still[arg]) : operation.kind === "constant" || operation.kind === "param";
  });
  const worth = (value: number) => still[value] && operands(graph.operations[value]).length > 0;
  const found = new Set(roots.filter(worth));
  for (const value of reached(graph, roots)) {
    if (still[value]) continue;
    for (const operand of operands(graph.operations[value])) if (worth(operand)) found.add(operand);
  }
  return [...found].sort((a, b) => a - b);
}
