import { asCalled } from "./as-called.ts";
import type { ContinueCycleOptions, CycleBranches } from "./cycle-branches.ts";

/**
 * Follows periodic orbits of a model while a parameter varies, stable or not, by orthogonal collocation on an adapted mesh, as AUTO does
 * (Doedel, Keller & Kernevez 1991): from a Hopf point, from each one of a table of continueEquilibrium, or from the cycle that the model
 * comes to. Folds of cycles, period doublings, torus bifurcations and branch points are bracketed and then solved for; a branch that shrinks
 * to a Hopf point ends there, and bounds, values of the user's and a longest period are met exactly.
 *
 * Noise is left out, which `ignored` says. Throws E_CYCLE_START where there is nothing to begin from, E_AUTONOMOUS and E_FIELD_DELAY for
 * equations that depend on the time or have delays, E_JACOBIAN for more than 64 states, E_RANGE and E_STEP for numbers that do not go
 * together. A branch that cannot be followed further ends with the reason "failed", and its rows so far are kept.
 */
export async function continueCycle(options: ContinueCycleOptions): Promise<CycleBranches> {
  const given = asCalled(options);
  return (await import("./cycles.ts")).runCycles(given);
}
