import { refusal, sanitize } from "../../errors.ts";
import { gradientsOf, TIME } from "./gradient.ts";
import type { Graph } from "./graph.ts";
import { finite } from "./partials.ts";
import { split } from "./split.ts";
import type { Store } from "./stages.ts";

/** States up to which derivatives are made: a block holds a row for each pair of them. */
const MOST_STATES = 64;

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
  const zeros = { value: graph.constant(0), row: 0, width: states * (states + 1) };
  const others = parts.flatMap(({ row }, i) =>
    [...gradients[i]].map(([variable, value]) => ({
      value: graph.within(1, () => finite(graph, value)),
      row: variable === TIME ? states * states + row : row * states + variable,
      width: 1,
    })),
  );
  return [zeros, ...others];
}
