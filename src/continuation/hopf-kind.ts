import { solveHopf } from "./defining-systems.ts";
import { hopfCoefficient } from "./normal-forms.ts";
import { stabilityAt } from "./stability.ts";
import type { VectorField } from "./vector-field.ts";

/** How far a Hopf point may be from where it is known to be, in units of the states and of the parameter. */
const REACH = 1e-3;

/** What a Hopf point is, by its first Lyapunov coefficient. */
export function hopfKind(coefficient: number): "supercritical" | "subcritical" | "degenerate" {
  if (Number.isNaN(coefficient) || coefficient === 0) return "degenerate";
  return coefficient < 0 ? "supercritical" : "subcritical";
}

/**
 * Whether a Hopf point attracts what is near it: linear terms alone do not tell. It does where it is supercritical and no other direction is
 * unstable, as do the cycles that begin there then; those of a subcritical one do not, nor does it.
 */
export function hopfStability(coefficient: number, unstable: number): "stable" | "unstable" | "unknown" {
  if (unstable > 0) return "unstable";
  return ({ supercritical: "stable", subcritical: "unstable", degenerate: "unknown" } as const)[hopfKind(coefficient)];
}

/** The first Lyapunov coefficient of a Hopf point that is known already, and how many other directions are unstable; NaN where it cannot be told. */
export function hopfFacts(field: VectorField, z: Float64Array, omega: number): { coefficient: number; unstable: number } {
  const scales = z.map((each) => Math.max(Math.abs(each), 1e-6));
  const solution = solveHopf(field, z, omega, { scales, reach: REACH });
  const { unstable } = stabilityAt(field, z, 2);
  return { coefficient: solution ? hopfCoefficient(field, solution) : Number.NaN, unstable };
}
