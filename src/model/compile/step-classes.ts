import { reachable } from "../../lists.ts";
import type { StepGraph, StepNode } from "./step-graph.ts";

/**
 * How often a value changes: never; from one pair of lanes to another; from one step to another, the same in all lanes; or with both.
 */
export type Variation = "fixed" | "still" | "uniform" | "varying";

/** What is the same in all lanes of a sweep. */
export interface SharedInputs {
  sample: (source: number) => boolean;
  increment: (term: number) => boolean;
}

/** How often each value of a step changes. */
export function variations({ nodes }: StepGraph, shared: SharedInputs): Variation[] {
  const found: Variation[] = [];
  for (const node of nodes) found.push(node.kind === "op" ? ofAll(node.args.map((arg) => found[arg])) : ofLeaf(node, shared));
  return found;
}

function ofAll(operands: readonly Variation[]): Variation {
  const some = (variation: Variation) => operands.includes(variation);
  if (some("varying") || (some("still") && some("uniform"))) return "varying";
  return some("still") ? "still" : some("uniform") ? "uniform" : "fixed";
}

function ofLeaf(node: Exclude<StepNode, { kind: "op" }>, shared: SharedInputs): Variation {
  if (node.kind !== "leaf") return "fixed";
  const { leaf } = node;
  switch (leaf.kind) {
    case "scalar":
      return "fixed";
    case "param":
    case "input":
    case "intensity":
    case "base":
      return "still";
    case "time":
      return "uniform";
    case "sample":
      return shared.sample(leaf.source) ? "uniform" : "varying";
    case "increment":
      return shared.increment(leaf.term) ? "uniform" : "varying";
    default:
      return "varying";
  }
}

/** All values that the roots need, themselves among them, in their order; operands of those at which it stops are not looked at. */
export function needed({ nodes }: StepGraph, roots: Iterable<number>, stop: (value: number) => boolean = () => false): number[] {
  const operandsOf = (value: number) => {
    const node = nodes[value];
    return node.kind === "op" && !stop(value) ? node.args : [];
  };
  return [...reachable(roots, operandsOf)].sort((a, b) => a - b);
}
