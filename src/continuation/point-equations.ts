import { dot } from "./dense.ts";
import type { VectorField } from "./vector-field.ts";

// What holds at a fold and at a Hopf point, with exact derivatives. With one free parameter a point solves these equations; with two they
// leave a curve.

/** Equations of z = (states, free parameters), of which there are `size`, and of what the kind of point adds. */
export interface PointEquations {
  /** Number of unknowns. */
  all: number;
  /** Number of equations. */
  rows: number;
  residual: (x: Float64Array, out: Float64Array) => void;
  /** Row by row, rows × all. */
  jacobian: (x: Float64Array, out: Float64Array) => void;
}

/** Where the parts of a Hopf point's unknowns begin: z, q, r, ω. */
export interface HopfUnknowns {
  q: number;
  r: number;
  omega: number;
  all: number;
}

export function hopfUnknowns(states: number, size: number): HopfUnknowns {
  const omega = size + 2 * states;
  return { q: size, r: size + states, omega, all: omega + 1 };
}

/** The Jacobian at z, row by row: states × size of z. */
export function jacobianAt(field: VectorField, z: Float64Array): Float64Array {
  const out = new Float64Array(field.states.length * z.length);
  field.jacobian(z, out);
  return out;
}

/** Derivatives by z of J(z) v, where v is a vector of states: row-major n × size. */
export function derivativeAlong(field: VectorField, z: Float64Array, v: Float64Array): Float64Array {
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

/** A v, of the first n columns of a row-major n × size Jacobian. */
function product(jacobian: Float64Array, n: number, size: number, v: Float64Array): Float64Array {
  const out = new Float64Array(n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) out[i] += jacobian[i * size + j] * v[j];
  return out;
}

/** A fold: f = 0, A φ = 0, c φ = 1. The caller may change c. */
export function foldEquations(field: VectorField, size: number, c: Float64Array): PointEquations {
  const n = field.states.length;
  const all = size + n;
  return {
    all,
    rows: 2 * n + 1,
    residual: (x, out) => {
      const phi = x.subarray(size);
      field.evaluate(x, out);
      out.set(product(jacobianAt(field, x.slice(0, size)), n, size, phi), n);
      out[2 * n] = dot(c, phi) - 1;
    },
    jacobian: (x, out) => {
      const z = x.slice(0, size);
      const jacobian = jacobianAt(field, z);
      const bent = derivativeAlong(field, z, x.slice(size));
      out.fill(0);
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < size; j++) {
          out[i * all + j] = jacobian[i * size + j];
          out[(n + i) * all + j] = bent[i * size + j];
        }
        for (let j = 0; j < n; j++) out[(n + i) * all + size + j] = jacobian[i * size + j];
        out[2 * n * all + size + i] = c[i];
      }
    },
  };
}

/** A Hopf point: f = 0, A (q + i r) = i ω (q + i r), and q + i r of length 1 and no turn by q0 + i r0, which the caller may change. */
export function hopfEquations(field: VectorField, size: number, [q0, r0]: readonly [Float64Array, Float64Array]): PointEquations {
  const n = field.states.length;
  const at = hopfUnknowns(n, size);
  const { all } = at;
  return {
    all,
    rows: 3 * n + 2,
    residual: (x, out) => {
      const jacobian = jacobianAt(field, x.slice(0, size));
      const [q, r, w] = [x.subarray(at.q, at.r), x.subarray(at.r, at.omega), x[at.omega]];
      field.evaluate(x, out);
      const [aq, ar] = [product(jacobian, n, size, q), product(jacobian, n, size, r)];
      for (let i = 0; i < n; i++) {
        out[n + i] = aq[i] + w * r[i];
        out[2 * n + i] = ar[i] - w * q[i];
      }
      out[3 * n] = dot(q0, q) + dot(r0, r) - 1;
      out[3 * n + 1] = dot(q0, r) - dot(r0, q);
    },
    jacobian: (x, out) => {
      const z = x.slice(0, size);
      const jacobian = jacobianAt(field, z);
      const [q, r, w] = [x.slice(at.q, at.r), x.slice(at.r, at.omega), x[at.omega]];
      const [bentQ, bentR] = [derivativeAlong(field, z, q), derivativeAlong(field, z, r)];
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
}
