import type { ContinueCurveOptions } from "../options/continuation.ts";
import { asCalled } from "./as-called.ts";
import type { CurveTable } from "./cycle-branches.ts";

/**
 * Follows curves of folds and Hopf points in two parameters: those of the branch of equilibria in the first parameter, which begins where
 * `from` says, at the second parameter's value; with `curves: ["LPC", "PD"]` folds and period doublings of the cycles around it. Returns an Arrow
 * table with a row for each point, curve by curve: `curve` is "LP", "HB", "LPC" or "PD", and `label` CP (cusp), BT (Bogdanov-Takens), GH (generalised
 * Hopf), ZH (zero-Hopf), HH (double Hopf), CPC (cusp of folds of cycles), R1 and R2 (resonances) or EP (an end), `point` says it in words, with turns of the curve in a parameter; then both
 * parameters, states, outputs and eigenvalues; of cycles the means over the period and Floquet multipliers, and the cycles themselves by the
 * table's `orbits()`. A curve of Hopf points ends at Bogdanov-Takens points, one of folds of cycles at generalised Hopf points.
 *
 * Throws as continueEquilibrium does, and E_NO_CURVE where that branch has no such point (docs/continuation.md).
 */
export async function continueCurve(options: ContinueCurveOptions): Promise<CurveTable> {
  const given = asCalled(options);
  return (await import("./continuation.ts")).curvesOf(given);
}
