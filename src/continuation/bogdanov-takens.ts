import { Characteristic } from "./characteristic.ts";
import { dot, Lu } from "./dense.ts";
import { newton } from "./newton.ts";
import { derivativeAlong, jacobianAt } from "./point-equations.ts";
import { statesOnly } from "./stability.ts";
import type { VectorField } from "./vector-field.ts";

/** A Bogdanov-Takens point: f = 0, A φ = 0, A χ = Δ'(0) φ, which is φ without delays, and lengths of φ and χ. */
function bogdanovTakens(field: VectorField, phi: Float64Array) {
  const n = field.states.length;
  const size = n + 2;
  const all = size + 2 * n;
  const c = phi.map((each) => each / dot(phi, phi));
  return {
    size: all,
    residual: (x: Float64Array, out: Float64Array) => {
      const jacobian = jacobianAt(field, x.slice(0, size));
      const [a, b] = [x.subarray(size, size + n), x.subarray(size + n)];
      field.evaluate(x, out);
      const moved = new Characteristic(field, x.slice(0, size)).slopeAtRest(a);
      for (let i = 0; i < n; i++) {
        out[n + i] = 0;
        out[2 * n + i] = -moved[i];
        for (let j = 0; j < n; j++) {
          out[n + i] += jacobian[i * size + j] * a[j];
          out[2 * n + i] += jacobian[i * size + j] * b[j];
        }
      }
      out[3 * n] = dot(c, a) - 1;
      out[3 * n + 1] = dot(c, b);
    },
    jacobian: (x: Float64Array, out: Float64Array) => {
      const z = x.slice(0, size);
      const jacobian = jacobianAt(field, z);
      const phi = x.slice(size, size + n);
      const [bentA, bentB] = [derivativeAlong(field, z, phi), derivativeAlong(field, z, x.slice(size + n))];
      const { bent, matrix } = slopeDerivatives(field, z, phi);
      out.fill(0);
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < size; j++) {
          out[i * all + j] = jacobian[i * size + j];
          out[(n + i) * all + j] = bentA[i * size + j];
          out[(2 * n + i) * all + j] = bentB[i * size + j] - bent[i * size + j];
        }
        for (let j = 0; j < n; j++) {
          out[(n + i) * all + size + j] = out[(2 * n + i) * all + size + n + j] = jacobian[i * size + j];
          out[(2 * n + i) * all + size + j] = -matrix[i * n + j];
        }
        out[3 * n * all + size + i] = out[(3 * n + 1) * all + size + n + i] = c[i];
      }
    },
  };
}

/** Δ'(0) = 1 + Σ T_j A_j, and the derivatives of Δ'(0) φ by z. */
function slopeDerivatives(field: VectorField, z: Float64Array, phi: Float64Array): { bent: Float64Array; matrix: Float64Array } {
  const n = field.states.length;
  const size = z.length;
  const bent = new Float64Array(n * size);
  const about = new Characteristic(field, z);
  // K'(0) is -Σ T_j A_j.
  const matrix = about.matrix(0, 0, 1).re.map((each) => -each);
  for (let i = 0; i < n; i++) matrix[i * n + i] += 1;
  if (!field.past) return { bent, matrix };
  const { width, stateOf, delayOf, delaySlopes, parameters } = about;
  const slots = stateOf.length;
  const late = new Float64Array(width);
  stateOf.forEach((state, slot) => {
    late[n + slot] = delayOf[slot] * phi[state];
  });
  const column = new Float64Array(n);
  for (let j = 0; j < size; j++) {
    const direction = new Float64Array(width);
    direction[j < n ? j : j + slots] = 1;
    const moved = new Float64Array(width);
    stateOf.forEach((state, slot) => {
      if (state === j) direction[n + slot] = 1;
      if (j >= n) moved[n + slot] = delaySlopes[slot * parameters + j - n] * phi[state];
    });
    field.past.second(z, late, direction, column);
    const own = about.times(moved);
    for (let i = 0; i < n; i++) bent[i * size + j] = column[i] + own[i];
  }
  return { bent, matrix };
}

/**
 * The Bogdanov-Takens point that a curve of Hopf points comes to, and how far away it is: next to it the square of the frequency is a linear function
 * of the length along the curve. The curve's own equations do not tell, since at frequency 0 every fold solves them.
 */
export function bogdanovTakensAhead(
  field: VectorField,
  { x, tangent }: { x: Float64Array; tangent: Float64Array },
  { scales, omega }: { scales: Float64Array; omega: number },
): { z: Float64Array; s: number } | undefined {
  const s = -x[omega] / (2 * tangent[omega]);
  if (!(s > 0)) return undefined;
  const guess = x.map((each, j) => each + s * tangent[j]);
  const z = bogdanovTakensNear(field, guess, scales, 0.05);
  return z && { z, s };
}

/** The Bogdanov-Takens point next to a point of a curve: its states and both parameters. */
export function bogdanovTakensNear(field: VectorField, x: Float64Array, scales: Float64Array, reach = 1e-3): Float64Array | undefined {
  const n = field.states.length;
  const size = n + 2;
  const z = x.slice(0, size);
  const lu = new Lu(n);
  lu.values.set(statesOnly(jacobianAt(field, z), n, size));
  lu.factor();
  const phi = lu.nullVector();
  const chi = new Characteristic(field, z).slopeAtRest(phi);
  lu.solve(chi);
  // What of χ is along φ is as large as the matrix is near to singular.
  const along = dot(phi, chi);
  const start = new Float64Array(size + 2 * n);
  start.set(z);
  start.set(phi, size);
  start.set(
    chi.map((each, i) => each - along * phi[i]),
    size + n,
  );
  const lengths = new Float64Array(size + 2 * n).fill(1);
  lengths.set(scales.subarray(0, size));
  const found = newton(bogdanovTakens(field, phi), start, { scales: lengths, reach: 1e6 });
  if (!found) return undefined;
  const isNear = z.every((each, j) => Math.abs(found.x[j] - each) <= reach * scales[j]);
  return isNear ? found.x.slice(0, size) : undefined;
}
