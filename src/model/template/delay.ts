import { roundHalfEven } from "../../whole.ts";
import type { EdgeAttribute } from "../equation/equations.ts";

/** How the delay of an edge is computed: not at all, from the last steps, or by a chain of linear stages. */
export type DelayForm = { kind: "none" } | { kind: "steps" } | { kind: "chain"; stages: number };

/** Longest chain. */
export const MOST_STAGES = 1000;

/**
 * The form of a delay of mean `delay` and standard deviation `spread`: with a spread it is gamma-distributed, a chain of
 * round((delay/spread)²) stages; where those are none, there is no delay.
 */
export function delayForm(delay: number, spread: number): DelayForm {
  if (!(delay > 0)) return { kind: "none" };
  if (!(spread > 0)) return { kind: "steps" };
  const stages = roundHalfEven((delay / spread) * (delay / spread));
  return stages === 0 ? { kind: "none" } : { kind: "chain", stages };
}

/** Tells an edge from all others of a circuit. */
export function edgeId({ source, target, index }: Pick<EdgeAttribute, "source" | "target" | "index">): string {
  return `${index} of ${source} to ${target}`;
}
