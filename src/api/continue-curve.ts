import type { Table } from "apache-arrow";
import type { ContinueCurveOptions } from "../options/continuation.ts";
import { asCalled } from "./as-called.ts";

/**
 * Follows curves of folds and Hopf points in two parameters: those of the branch of equilibria in the first parameter, which begins where
 * `from` says, at the second parameter's value. Returns an Arrow table with a row for each point, curve by curve: `curve` is "LP" or "HB", and
 * `label` CP (cusp), BT (Bogdanov-Takens), GH (generalised Hopf), ZH (zero-Hopf) or EP (an end), `point` says it in words, with turns of the
 * curve in a parameter; then both parameters, states, outputs and eigenvalues. A curve of Hopf points ends at Bogdanov-Takens points.
 *
 * Throws as continueEquilibrium does, and E_NO_CURVE where that branch has no such point (docs/continuation.md).
 */
export async function continueCurve(options: ContinueCurveOptions): Promise<Table> {
  const given = asCalled(options);
  return (await import("./continuation.ts")).curvesOf(given);
}
