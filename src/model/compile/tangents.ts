import { isNumber, product, sum } from "./gradient.ts";
import { type Graph, type Operation, operands, reached } from "./graph.ts";
import { partialsOf } from "./partials.ts";

/** The derivative of a variable along a direction, as a value of the graph; undefined for what is given. */
export type Seed = (operation: Operation) => number | undefined;

/**
 * Derivatives of values of one row along a direction, by the chain rule from the variables up; undefined where one is 0. They are
 * values of the same graph, so that the transform can be applied to its own results: twice for D²f [a, b], three times for D³f [a, b, c].
 */
export function tangentsOf(graph: Graph, roots: readonly (number | undefined)[], seed: Seed): (number | undefined)[] {
  const tangents = new Map<number, number>();
  const needed = roots.flatMap((root) => (root === undefined ? [] : [root]));
  const all = [...reached(graph, needed)].sort((a, b) => a - b);
  graph.within(1, () => {
    for (const value of all) {
      const tangent = tangentOf(graph, value, { tangents, seed });
      if (tangent !== undefined && !isNumber(graph, tangent, 0)) tangents.set(value, tangent);
    }
  });
  return roots.map((root) => (root === undefined ? undefined : tangents.get(root)));
}

function tangentOf(graph: Graph, value: number, { tangents, seed }: { tangents: ReadonlyMap<number, number>; seed: Seed }) {
  const operation = graph.operations[value];
  const own = seed(operation);
  if (own !== undefined) return own;
  const args = operands(operation);
  if (!args.some((arg) => tangents.has(arg))) return undefined;
  const partials = partialsOf(graph, operation, value);
  return args.reduce((total: number | undefined, arg, i) => {
    const [partial, inner] = [partials[i], tangents.get(arg)];
    if (partial === undefined || inner === undefined) return total;
    const term = product(graph, partial, inner);
    return total === undefined ? term : sum(graph, total, term);
  }, undefined);
}
