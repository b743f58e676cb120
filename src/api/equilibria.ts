import type { Table } from "apache-arrow";
import type { EquilibriaOptions } from "../options/continuation.ts";
import { asCalled } from "./as-called.ts";

/**
 * Finds the equilibria of every point of a grid. Returns an Arrow table with a row for each: `key` and the grid's keys, `index` among those of
 * its point, `type` ("stable node", "stable focus", "saddle", ...), `stability`, `unstable` (dimension of the unstable part), states and outputs
 * in their units, `residual` (the largest slope that is left), and all eigenvalues. A point without a row has no equilibrium that was found.
 *
 * They are looked for by Newton's method with exact derivatives: from where the states settle, from `starts` points of Sobol's sequence in a
 * box around all states that were seen, with those found so far deflated, at up to 64 points of the grid; at all others from those of their
 * neighbours. Of models with delays, eigenvalues are the rightmost characteristic roots. Inputs must be constant; noise is left out, which the table's metadata say (`noiseIgnored`). Throws one MassgridError with
 * everything that is wrong before anything is computed (docs/continuation.md).
 */
export async function equilibria(options: EquilibriaOptions): Promise<Table> {
  const given = asCalled(options);
  return (await import("./continuation.ts")).equilibriaOf(given);
}
