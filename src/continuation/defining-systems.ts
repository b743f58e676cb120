import { Characteristic, factored } from "./characteristic.ts";
import { dot, Lu, norm } from "./dense.ts";
import { newton, type Solution } from "./newton.ts";
import { foldEquations, hopfEquations, hopfUnknowns } from "./point-equations.ts";
import { statesOnly } from "./stability.ts";
import type { VectorField } from "./vector-field.ts";

// Special points solve systems of their own, by Newton's method with exact derivatives: nothing of how they were bracketed is left in them.

/** A special point: z, and vectors that belong to it. */
export interface SpecialSolution extends Solution {
  z: Float64Array;
  /** Null vector of the Jacobian (LP, BP), or real part of the critical one (HB). */
  right: Float64Array;
  /** Left null vector (BP), or imaginary part (HB). */
  other: Float64Array;
  /** Imaginary part of the critical eigenvalues; 0 where they are real. */
  omega: number;
}

/** Where a search may go, in units of the scales of z. */
export interface Search {
  scales: Float64Array;
  reach: number;
}

function scalesOf({ scales }: Search, count: number): Float64Array {
  const all = new Float64Array(count).fill(1);
  all.set(scales);
  return all;
}

/** The Jacobian of the states at z, factored. */
function factoredAt(field: VectorField, z: Float64Array): Lu {
  const n = field.states.length;
  const jacobian = new Float64Array(n * z.length);
  field.jacobian(z, jacobian);
  const lu = new Lu(n);
  lu.values.set(statesOnly(jacobian, n, z.length));
  lu.factor();
  return lu;
}

/** A fold, of one free parameter. */
export function solveFold(field: VectorField, start: Float64Array, search: Search): SpecialSolution | undefined {
  const n = field.states.length;
  const size = n + 1;
  const first = factoredAt(field, start).nullVector();
  const equations = foldEquations(field, size, first);
  const from = new Float64Array(equations.all);
  from.set(start);
  from.set(first, size);
  const found = newton({ ...equations, size: equations.all }, from, { scales: scalesOf(search, equations.all), reach: search.reach });
  return found && { ...found, z: found.x.slice(0, size), right: found.x.slice(size), other: new Float64Array(n), omega: 0 };
}

/** A Hopf point, of one free parameter. `omega` is the start of ω. */
export function solveHopf(field: VectorField, start: Float64Array, omega: number, search: Search): SpecialSolution | undefined {
  const n = field.states.length;
  const size = n + 1;
  const pair = eigenvectorAt(field, start, omega);
  const at = hopfUnknowns(n, size);
  const { all } = at;
  const system = { ...hopfEquations(field, size, [pair.subarray(0, n), pair.subarray(n)]), size: all };
  const from = new Float64Array(all);
  from.set(start);
  from.set(pair, size);
  from[at.omega] = omega;
  const scales = scalesOf(search, all);
  scales[at.omega] = Math.max(Math.abs(omega), 1e-6);
  const found = newton(system, from, { scales, reach: search.reach });
  if (!found) return undefined;
  const w = found.x[at.omega];
  // An eigenvalue that is not complex is no Hopf point's.
  if (!(Math.abs(w) > 1e-6 * Math.abs(omega))) return undefined;
  const sign = w < 0 ? -1 : 1;
  const right = found.x.slice(at.q, at.r);
  const other = found.x.slice(at.r, at.omega).map((each) => sign * each);
  return { ...found, z: found.x.slice(0, size), right, other, omega: Math.abs(w) };
}

/** Real and imaginary parts of the vector that Δ(iω) makes smallest. */
function eigenvectorAt(field: VectorField, z: Float64Array, omega: number): Float64Array {
  const about = new Characteristic(field, z);
  return factored(about.matrix(0, omega), about.states, [0, omega]).nullVector();
}

/**
 * A branch point: f + β ψ = 0, ψ of length 1 with ψᵀ ∂f/∂z = 0; β is 0 there (Moore 1980, SIAM J. Numer. Anal. 17:567). `tangent` is that of
 * the branch, which is left out of the right null vector.
 */
export function solveBranchPoint(field: VectorField, start: Float64Array, search: Search): SpecialSolution | undefined {
  const n = field.states.length;
  const size = n + 1;
  const all = size + 1 + n;
  const jacobian = new Float64Array(n * size);
  const left = factoredAt(field, start).nullVector(true);
  const unit = (j: number) => Float64Array.from({ length: size }, (_, k) => (k === j ? 1 : 0));
  const units = Array.from({ length: size }, (_, j) => unit(j));
  const system = {
    size: all,
    residual: (x: Float64Array, out: Float64Array) => {
      field.evaluate(x, out);
      field.jacobian(x, jacobian);
      const psi = x.subarray(size + 1);
      for (let i = 0; i < n; i++) out[i] += x[size] * psi[i];
      for (let j = 0; j < size; j++) {
        let sum = 0;
        for (let i = 0; i < n; i++) sum += psi[i] * jacobian[i * size + j];
        out[n + j] = sum;
      }
      out[all - 1] = dot(psi, psi) - 1;
    },
    jacobian: (x: Float64Array, out: Float64Array) => {
      const z = x.slice(0, size);
      const psi = x.slice(size + 1);
      field.jacobian(z, jacobian);
      out.fill(0);
      const column = new Float64Array(n);
      for (let j = 0; j < size; j++) {
        for (let k = 0; k <= j; k++) {
          field.second(z, units[j], units[k], column);
          const value = dot(psi, column);
          out[(n + j) * all + k] = value;
          out[(n + k) * all + j] = value;
        }
        for (let i = 0; i < n; i++) {
          out[i * all + j] = jacobian[i * size + j];
          out[(n + j) * all + size + 1 + i] = jacobian[i * size + j];
        }
      }
      for (let i = 0; i < n; i++) {
        out[i * all + size] = psi[i];
        out[i * all + size + 1 + i] = x[size];
        out[(all - 1) * all + size + 1 + i] = 2 * psi[i];
      }
    },
  };
  const from = new Float64Array(all);
  from.set(start);
  from.set(left, size + 1);
  const found = newton(system, from, { scales: scalesOf(search, all), reach: search.reach });
  if (!found) return undefined;
  const z = found.x.slice(0, size);
  field.jacobian(z, jacobian);
  // Where β is more than rounding, the branch was only near to another one.
  const row = norm(jacobian) * norm(z.map((each, i) => Math.max(Math.abs(each), search.scales[i])));
  if (!(Math.abs(found.x[size]) <= 1e-9 * Math.max(row, 1e-300))) return undefined;
  return { ...found, z, right: factoredAt(field, z).nullVector(), other: found.x.slice(size + 1), omega: 0 };
}
