import type { Rounding } from "./step-graph.ts";

/** Lanes of a vector. */
export function lanesOfVector({ precision }: Rounding): 2 | 4 {
  return precision === "float32" ? 4 : 2;
}
