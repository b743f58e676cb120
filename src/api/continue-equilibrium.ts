import type { Table } from "apache-arrow";
import type { ContinueEquilibriumOptions } from "../options/continuation.ts";
import { asCalled } from "./as-called.ts";

/**
 * Follows a branch of equilibria in one parameter, from its equilibrium at a start in both directions, and the branches that cross it, by
 * pseudo-arclength continuation. Returns an Arrow table with a row for each point, branch by branch, in the order of the branch: `label` is
 * LP (fold), HB (Hopf point), BP (branch point), UZ (a value of `userValues`) or EP (an end), `point` says it in words, `type` and
 * `stability` what the equilibrium is, `unstable` the dimension of its unstable part; then the parameter, states and outputs in their units,
 * and all eigenvalues. Folds, Hopf points and branch points solve their defining systems by Newton's method with exact derivatives: `digits`
 * of the parameter are sure. `coefficient` is the first Lyapunov coefficient of a Hopf point, or the quadratic one of a fold.
 *
 * Of models with delays, eigenvalues are the rightmost characteristic roots, and a delay may be the parameter. Inputs must be constant; noise is left out, which the table's metadata say (`noiseIgnored`). Throws one MassgridError with everything that
 * is wrong before anything is computed; then E_NO_EQUILIBRIUM where there is no equilibrium to begin with, and E_SINGULAR where it is not
 * isolated. A branch that cannot be followed further ends there, with the reason as its last row's `note` (docs/continuation.md).
 */
export async function continueEquilibrium(options: ContinueEquilibriumOptions): Promise<Table> {
  const given = asCalled(options);
  return (await import("./continuation.ts")).branchesOf(given);
}
