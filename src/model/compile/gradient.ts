import { refusal, sanitize } from "../../errors.ts";
import { type Graph, type Operation, operands, reached } from "./graph.ts";
import { finite, partialsOf } from "./partials.ts";
import { split } from "./split.ts";
import type { Store } from "./stages.ts";

/** The derivatives of a value that are not 0: row of a state, or TIME → a value of the graph. */
export type Gradient = ReadonlyMap<number, number>;

/** The variable of a derivative with respect to time. */
export const TIME = -1;

const comparisons: readonly string[] = ["eq", "ne", "lt", "gt", "le", "ge"];
const none: Gradient = new Map();

/**
 * Derivatives of values of one row with respect to all states and to the time, by the chain rule, from the variables up: what
 * values share, their derivatives share. Parameters, inputs and values of the past are given.
 */
export function gradientsOf(graph: Graph, roots: readonly number[], variableOf: VariableOf = stateOrTime): Gradient[] {
  const gradients = new Map<number, Gradient>();
  const all = [...reached(graph, roots)].sort((a, b) => a - b);
  graph.within(1, () => {
    for (const value of all)
      gradients.set(value, gradientOf(graph, value, { of: (operand) => gradients.get(operand) ?? none, variableOf }));
  });
  return roots.map((root) => gradients.get(root) ?? none);
}

/** The number of the variable that a value is, if it is one with respect to which derivatives are taken. */
export type VariableOf = (operation: Operation) => number | undefined;

function stateOrTime(operation: Operation): number | undefined {
  if (operation.kind === "state") return operation.row;
  return operation.kind === "time" ? TIME : undefined;
}

interface Chain {
  /** Derivatives of an operand. */
  of: (operand: number) => Gradient;
  variableOf: VariableOf;
}

function gradientOf(graph: Graph, value: number, { of, variableOf }: Chain): Gradient {
  const operation = graph.operations[value];
  const own = variableOf(operation);
  if (own !== undefined) return new Map([[own, graph.constant(1)]]);
  const args = operands(operation);
  if (args.every((arg) => of(arg).size === 0)) return none;
  const partials = partialsOf(graph, operation, value);
  const total = new Map<number, number>();
  args.forEach((arg, i) => {
    const partial = partials[i];
    if (partial === undefined) return;
    for (const [variable, inner] of of(arg)) {
      const before = total.get(variable);
      const term = product(graph, partial, inner);
      total.set(variable, before === undefined ? term : sum(graph, before, term));
    }
  });
  for (const [variable, derivative] of total) if (isNumber(graph, derivative, 0)) total.delete(variable);
  return total;
}

export function isNumber({ operations }: Graph, value: number, number: number): boolean {
  const operation = operations[value];
  return operation.kind === "constant" && operation.value === number;
}

/** What a value is the negative of. */
function negated({ operations }: Graph, value: number): number | undefined {
  const operation = operations[value];
  return operation.kind === "plain" && operation.op === "neg" ? operation.args[0] : undefined;
}

function negative(graph: Graph, value: number): number {
  return negated(graph, value) ?? graph.plain("neg", value);
}

/** A product without factors of one, its sign before it; of a condition, which is 1 or 0, what is to be kept under it. */
export function product(graph: Graph, a: number, b: number): number {
  for (const [one, other] of [
    [a, b],
    [b, a],
  ]) {
    if (isNumber(graph, one, 1)) return other;
    if (isNumber(graph, one, -1)) return negative(graph, other);
    const inner = negated(graph, one);
    if (inner !== undefined) return negative(graph, product(graph, inner, other));
    const operation = graph.operations[one];
    if (operation.kind === "plain" && comparisons.includes(operation.op)) return graph.plain("where", other, one);
  }
  return graph.plain("mul", a, b);
}

export function sum(graph: Graph, a: number, b: number): number {
  const [left, right] = [negated(graph, a), negated(graph, b)];
  if (right !== undefined) return graph.plain("sub", a, right);
  return left === undefined ? graph.plain("add", a, b) : graph.plain("sub", b, left);
}

/** States up to which derivatives are made: a block holds a row for each pair of them. */
export const MOST_STATES = 64;

/** The derivatives of each row of right-hand sides, row by row. */
export function stateGradients(graph: Graph, derivatives: readonly Store[]): { row: number; gradient: Gradient }[] {
  const rows = split(
    graph,
    derivatives.map(({ value }) => value),
  );
  const parts = derivatives.flatMap(({ value, row, width }) => {
    const all = rows.get(value) ?? [];
    return Array.from({ length: width }, (_, i) => ({ value: all[Math.min(i, all.length - 1)], row: row + i }));
  });
  const gradients = gradientsOf(
    graph,
    parts.map(({ value }) => value),
  );
  return parts.map(({ row }, i) => ({ row, gradient: gradients[i] }));
}

/**
 * What `jacobian` stores for right-hand sides: row i states + j of d f_i / d y_j, then `states` rows of d f_i / d t. Zeros are
 * stored first, all in one loop, as solvers work in place. Every element is finite: where something in between is not, it is 0.
 * Throws E_JACOBIAN.
 */
export function jacobianOf(graph: Graph, derivatives: readonly Store[], name: string): Store[] {
  const states = derivatives.reduce((sum, { width }) => sum + width, 0);
  if (states > MOST_STATES) {
    const message = `${sanitize(name)} has ${states} states, and derivatives of its right-hand side are made of at most ${MOST_STATES}; use an explicit solver, such as rk45 or rk4`;
    throw refusal("E_JACOBIAN", message);
  }
  const zeros = { value: graph.constant(0), row: 0, width: states * (states + 1) };
  const others = stateGradients(graph, derivatives).flatMap(({ row, gradient }) =>
    [...gradient].map(([variable, value]) => ({
      value: graph.within(1, () => finite(graph, value)),
      row: variable === TIME ? states * states + row : row * states + variable,
      width: 1,
    })),
  );
  return [zeros, ...others];
}
