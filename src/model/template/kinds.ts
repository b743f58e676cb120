import { isReduction } from "../equation/functions.ts";
import { type Expression, nodesOf, substitute } from "../equation/tree.ts";
import { binary, numeral, type PlacedNode } from "./network.ts";
import type { OperatorTemplate } from "./template.ts";
import { scalarEquations } from "./vectors.ts";

/** What operators of equal equations and variables have in common; "" for one that sums over no nodes. */
const signatures = new WeakMap<OperatorTemplate, { sums: boolean; text: string }>();

function signatureOf(operator: OperatorTemplate): { sums: boolean; text: string } {
  const known = signatures.get(operator);
  if (known) return known;
  const equations = scalarEquations(operator);
  const sums = equations.some(({ expression }) => hasReduction(expression));
  const variables = [...operator.variables].map(([name, { kind, im, array }]) => [name, kind, im !== undefined, array?.shape]);
  const made = { sums, text: JSON.stringify([equations.map(({ text }) => text), variables]) };
  signatures.set(operator, made);
  return made;
}

function hasReduction(expression: Expression): boolean {
  for (const node of nodesOf(expression)) if (node.kind === "call" && isReduction(node.name)) return true;
  return false;
}

/**
 * The kind of a node with equations that sum over the nodes of their kind: nodes of one kind have the same equations and variables,
 * however their operators are called, as in PyRates. undefined for a node without such equations.
 */
export function summedKind({ node }: PlacedNode): string | undefined {
  const all = node.operators.map(({ operator }) => signatureOf(operator));
  return all.some(({ sums }) => sums) ? all.map(({ text }) => text).join() : undefined;
}

/** Writes out the sums and means over nodes, where each node has equations of its own. */
export class NodeSums {
  /** Path of a node → all nodes of its kind. */
  readonly #kinds = new Map<string, readonly PlacedNode[]>();

  constructor(nodes: readonly PlacedNode[]) {
    const byKind = new Map<string, PlacedNode[]>();
    for (const placed of nodes) {
      const kind = summedKind(placed);
      if (kind === undefined) continue;
      const all = byKind.get(kind) ?? [];
      all.push(placed);
      byKind.set(kind, all);
      this.#kinds.set(placed.path, all);
    }
  }

  /** An expression of full paths of the node `path`, with its sums and means over nodes as sums of terms. */
  written(expression: Expression, path: string): Expression {
    const kind = this.#kinds.get(path);
    return kind && hasReduction(expression) ? this.#within(expression, path, kind) : expression;
  }

  #within(node: Expression, path: string, kind: readonly PlacedNode[]): Expression {
    const inner = (each: Expression) => this.#within(each, path, kind);
    switch (node.kind) {
      case "negate":
        return { ...node, operand: inner(node.operand) };
      case "binary":
        return { ...node, left: inner(node.left), right: inner(node.right) };
      case "past":
        return { ...node, delay: inner(node.delay) };
      case "call":
        return isReduction(node.name) ? this.#overNodes(node.name, node.args[0], path, kind) : { ...node, args: node.args.map(inner) };
      default:
        return node;
    }
  }

  #overNodes(name: "mean" | "vsum", term: Expression, path: string, kind: readonly PlacedNode[]): Expression {
    const own = kind.find((placed) => placed.path === path)?.variables ?? [];
    const rows = new Map(own.map((variable, row) => [variable.path, row]));
    const terms = kind.map((placed) => {
      const moved = substitute(term, (name, span) => {
        const row = rows.get(name);
        return { kind: "name", name: row === undefined ? name : placed.variables[row].path, span };
      });
      return this.#within(moved, placed.path, kind);
    });
    const sum = terms.reduce((left, right) => binary("+", left, right));
    return name === "mean" && kind.length > 1 ? binary("/", sum, numeral(kind.length)) : sum;
  }
}
