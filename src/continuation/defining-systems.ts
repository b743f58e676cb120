import { dot, Lu, norm } from "./dense.ts";
import { newton, type Solution } from "./newton.ts";
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

/** Derivatives by z of J(z) v, where v is a vector of states: row-major n × size. */
export function turned(field: VectorField, z: Float64Array, v: Float64Array): Float64Array {
  const n = field.states.length;
  const size = z.length;
  const out = new Float64Array(n * size);
  const [direction, along, column] = [new Float64Array(size), new Float64Array(size), new Float64Array(n)];
  along.set(v.subarray(0, n));
  for (let j = 0; j < size; j++) {
    direction.fill(0);
    direction[j] = 1;
    field.second(z, along, direction, column);
    for (let i = 0; i < n; i++) out[i * size + j] = column[i];
  }
  return out;
}

/** A v, of the first n columns. */
function product(jacobian: Float64Array, n: number, size: number, v: Float64Array): Float64Array {
  const out = new Float64Array(n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) out[i] += jacobian[i * size + j] * v[j];
  return out;
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

/** A fold: f = 0, A φ = 0, and φ of a given length. Of one free parameter. */
export function solveFold(field: VectorField, start: Float64Array, search: Search): SpecialSolution | undefined {
  const n = field.states.length;
  const size = n + 1;
  const all = size + n;
  const first = factoredAt(field, start).nullVector();
  const jacobian = new Float64Array(n * size);
  const system = {
    size: all,
    residual: (x: Float64Array, out: Float64Array) => {
      field.evaluate(x, out);
      field.jacobian(x, jacobian);
      const phi = x.subarray(size);
      out.set(product(jacobian, n, size, phi), n);
      out[all - 1] = dot(phi, first) - 1;
    },
    jacobian: (x: Float64Array, out: Float64Array) => {
      field.jacobian(x, jacobian);
      const phi = x.slice(size);
      const bent = turned(field, x.slice(0, size), phi);
      out.fill(0);
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < size; j++) {
          out[i * all + j] = jacobian[i * size + j];
          out[(n + i) * all + j] = bent[i * size + j];
        }
        for (let j = 0; j < n; j++) out[(n + i) * all + size + j] = jacobian[i * size + j];
        out[(all - 1) * all + size + i] = first[i];
      }
    },
  };
  const from = new Float64Array(all);
  from.set(start);
  from.set(first, size);
  const found = newton(system, from, { scales: scalesOf(search, all), reach: search.reach });
  return found && { ...found, z: found.x.slice(0, size), right: found.x.slice(size), other: new Float64Array(n), omega: 0 };
}

/** A Hopf point: f = 0, A (q + i r) = i ω (q + i r). `omega` is the start of ω. */
export function solveHopf(field: VectorField, start: Float64Array, omega: number, search: Search): SpecialSolution | undefined {
  const n = field.states.length;
  const size = n + 1;
  const all = size + 2 * n + 1;
  const pair = eigenvectorAt(field, start, omega);
  const [q0, r0] = [pair.subarray(0, n), pair.subarray(n)];
  const jacobian = new Float64Array(n * size);
  const at = { q: size, r: size + n, omega: all - 1 };
  const system = {
    size: all,
    residual: (x: Float64Array, out: Float64Array) => {
      field.evaluate(x, out);
      field.jacobian(x, jacobian);
      const [q, r, w] = [x.subarray(at.q, at.r), x.subarray(at.r, at.omega), x[at.omega]];
      const [aq, ar] = [product(jacobian, n, size, q), product(jacobian, n, size, r)];
      for (let i = 0; i < n; i++) {
        out[n + i] = aq[i] + w * r[i];
        out[2 * n + i] = ar[i] - w * q[i];
      }
      out[3 * n] = dot(q0, q) + dot(r0, r) - 1;
      out[3 * n + 1] = dot(q0, r) - dot(r0, q);
    },
    jacobian: (x: Float64Array, out: Float64Array) => {
      field.jacobian(x, jacobian);
      const z = x.slice(0, size);
      const [q, r, w] = [x.slice(at.q, at.r), x.slice(at.r, at.omega), x[at.omega]];
      const [bentQ, bentR] = [turned(field, z, q), turned(field, z, r)];
      out.fill(0);
      for (let i = 0; i < n; i++) {
        const [f, a, b] = [i * all, (n + i) * all, (2 * n + i) * all];
        for (let j = 0; j < size; j++) {
          out[f + j] = jacobian[i * size + j];
          out[a + j] = bentQ[i * size + j];
          out[b + j] = bentR[i * size + j];
        }
        for (let j = 0; j < n; j++) out[a + at.q + j] = out[b + at.r + j] = jacobian[i * size + j];
        out[a + at.r + i] = w;
        out[b + at.q + i] = -w;
        out[a + at.omega] = r[i];
        out[b + at.omega] = -q[i];
        out[3 * n * all + at.q + i] = q0[i];
        out[3 * n * all + at.r + i] = r0[i];
        out[(3 * n + 1) * all + at.r + i] = q0[i];
        out[(3 * n + 1) * all + at.q + i] = -r0[i];
      }
    },
  };
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

/** [[A, ω], [-ω, A]], whose null vectors are the real and imaginary parts of an eigenvector to iω. */
export function rotated(a: Float64Array, n: number, omega: number): Lu {
  const lu = new Lu(2 * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      lu.values[i * 2 * n + j] = a[i * n + j];
      lu.values[(n + i) * 2 * n + n + j] = a[i * n + j];
    }
    lu.values[i * 2 * n + n + i] = omega;
    lu.values[(n + i) * 2 * n + i] = -omega;
  }
  lu.factor();
  return lu;
}

function eigenvectorAt(field: VectorField, z: Float64Array, omega: number): Float64Array {
  const n = field.states.length;
  const jacobian = new Float64Array(n * z.length);
  field.jacobian(z, jacobian);
  return rotated(statesOnly(jacobian, n, z.length), n, omega).nullVector();
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
