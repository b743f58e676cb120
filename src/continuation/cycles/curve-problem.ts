import type { VectorField } from "../vector-field.ts";
import type { PeriodicProblem } from "./collocation.ts";

/** Bifurcations of cycles that are followed in two parameters. */
export type CycleCurveKind = "LPC" | "PD";

/** Places of the free numbers: the period, both parameters, and of a fold how fast the period changes in its direction. */
export const FIRST = 1;
export const SECOND = 2;
export const SLIP = 3;

/**
 * Cycles with a deviation v that says what happens to them, both as one problem of twice as many states (Doedel, Keller & Kernevez 1991; Kuznetsov 2004, 10.3):
 * u' = T f(u), u(0) = u(1), and of a period doubling v' = T f_u v, v(0) = -v(1); of a fold v' = T f_u v + β f, v(0) = v(1). Its matrices are as sparse as those of
 * cycles, and are condensed in the same way.
 */
export function curveProblem(field: VectorField, kind: CycleCurveKind): PeriodicProblem {
  const n = field.states.length;
  const isFold = kind === "LPC";
  const scalars = isFold ? 4 : 3;
  const size = n + 2;
  const pitch = 2 * n + scalars;
  const [z, along, unit] = [new Float64Array(size), new Float64Array(size), new Float64Array(size)];
  const [slopes, column, derivatives] = [new Float64Array(n), new Float64Array(n), new Float64Array(n * size)];
  return {
    size: 2 * n,
    scalars,
    signs: Float64Array.from({ length: 2 * n }, (_, i) => (i < n || isFold ? 1 : -1)),
    linearize: (at, slope, jacobian) => {
      const period = at[2 * n];
      const slip = isFold ? at[2 * n + SLIP] : 0;
      for (let i = 0; i < n; i++) {
        z[i] = at[i];
        along[i] = at[n + i];
      }
      z[n] = at[2 * n + FIRST];
      z[n + 1] = at[2 * n + SECOND];
      field.evaluate(z, slopes);
      field.jacobian(z, derivatives);
      jacobian.fill(0);
      for (let r = 0; r < n; r++) {
        let moved = 0;
        for (let c = 0; c < n; c++) moved += derivatives[r * size + c] * along[c];
        slope[r] = period * slopes[r];
        slope[n + r] = period * moved + slip * slopes[r];
        const [upper, lower] = [r * pitch, (n + r) * pitch];
        for (let c = 0; c < n; c++) {
          const own = derivatives[r * size + c];
          jacobian[upper + c] = jacobian[lower + n + c] = period * own;
          jacobian[lower + c] = slip * own;
        }
        jacobian[upper + 2 * n] = slopes[r];
        jacobian[lower + 2 * n] = moved;
        for (let p = 0; p < 2; p++) {
          jacobian[upper + 2 * n + FIRST + p] = period * derivatives[r * size + n + p];
          jacobian[lower + 2 * n + FIRST + p] = slip * derivatives[r * size + n + p];
        }
        if (isFold) jacobian[lower + 2 * n + SLIP] = slopes[r];
      }
      for (let j = 0; j < size; j++) {
        unit[j] = 1;
        field.second(z, along, unit, column);
        unit[j] = 0;
        const place = j < n ? j : n + FIRST + j;
        for (let r = 0; r < n; r++) jacobian[(n + r) * pitch + place] += period * column[r];
      }
    },
  };
}
