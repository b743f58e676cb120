import { refusal, sanitize } from "../../errors.ts";
import type { ModelLayout, Variable } from "../model.ts";
import { MOST_STATES, stateGradients, TIME } from "./gradient.ts";
import type { Graph } from "./graph.ts";
import { finite } from "./partials.ts";
import type { Store } from "./stages.ts";

/** Unlike components, so that no symmetry of a model keeps the first deviation from growing. */
const first = (row: number) => (((7 * row + 3) % 11) + 1) / 11;

/** The states that follow a model's own: a deviation u of each, and how much its logarithm has grown. */
export function tangentStates({ states }: Pick<ModelLayout, "states">): Variable[] {
  const deviations = states.map(({ path }, row): Variable => ({ path: `deviation of ${path}`, value: first(row), unit: "" }));
  return [...deviations, { path: "growth of deviations", value: 0, unit: "" }];
}

/**
 * How these states change: u' = J u - g u and L' = g, with the Jacobian J of the right-hand side by symbols and g = u J u / u u, the rate at
 * which the length of a deviation that obeys the variational equations grows. Its length is divided out at every instant, to which
 * renormalising it from time to time comes in the limit (Benettin et al. 1980, Meccanica 15:9), so that u keeps its own and L / t goes to the
 * largest Lyapunov exponent. Throws E_LYAPUNOV.
 */
export function tangentOf(graph: Graph, derivatives: readonly Store[], name: string): Store[] {
  const states = derivatives.reduce((sum, { width }) => sum + width, 0);
  if (states > MOST_STATES) {
    const message = `${sanitize(name)} has ${states} states, and deviations are followed of at most ${MOST_STATES}; leave out lyapunov`;
    throw refusal("E_LYAPUNOV", message);
  }
  const parts = stateGradients(graph, derivatives);
  return graph.within(1, () => {
    const times = (a: number, b: number) => graph.plain("mul", a, b);
    const sum = (terms: readonly number[]) => terms.reduce((all, term) => graph.plain("add", all, term));
    const u = Array.from({ length: states }, (_, i) => graph.add({ kind: "state", row: states + i, width: 1 }));
    const slopes = u.map(() => graph.constant(0));
    for (const { row, gradient } of parts) {
      const terms = [...gradient].flatMap(([state, value]) => (state === TIME ? [] : [times(finite(graph, value), u[state])]));
      if (terms.length > 0) slopes[row] = sum(terms);
    }
    const growth = graph.plain("div", sum(u.map((each, i) => times(each, slopes[i]))), sum(u.map((each) => times(each, each))));
    const changes = u.map((each, i) => graph.plain("sub", slopes[i], times(growth, each)));
    return [...changes, growth].map((value, i) => ({ value, row: states + i, width: 1 }));
  });
}
