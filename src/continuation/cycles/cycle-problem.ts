import type { PeriodicProblem } from "./collocation.ts";

/** u' = f(u, λ), autonomous. z = [u, λ]. */
interface Field {
  readonly states: readonly string[];
  readonly parameters: readonly string[];
  evaluate(z: Float64Array, out: Float64Array): void;
  jacobian(z: Float64Array, out: Float64Array): void;
}

/** Places of a cycle's free numbers. */
export const PERIOD = 0;
export const PARAMETER = 1;

/** Cycles of a vector field, with time divided by their period: u' = T f(u, λ), u(0) = u(1). Free numbers: the period, then the parameters. */
export function cycleProblem(field: Field): PeriodicProblem {
  const [size, count] = [field.states.length, field.parameters.length];
  const z = new Float64Array(size + count);
  const derivatives = new Float64Array(size * (size + count));
  const pitch = size + 1 + count;
  return {
    size,
    scalars: 1 + count,
    signs: new Float64Array(size).fill(1),
    linearize: (at, slope, jacobian) => {
      const period = at[size];
      for (let c = 0; c < size; c++) z[c] = at[c];
      for (let p = 0; p < count; p++) z[size + p] = at[size + 1 + p];
      field.evaluate(z, slope);
      field.jacobian(z, derivatives);
      for (let r = 0; r < size; r++) {
        const [to, from] = [r * pitch, r * (size + count)];
        for (let c = 0; c < size; c++) jacobian[to + c] = period * derivatives[from + c];
        jacobian[to + size] = slope[r];
        for (let p = 0; p < count; p++) jacobian[to + size + 1 + p] = period * derivatives[from + size + p];
        slope[r] *= period;
      }
    },
  };
}
