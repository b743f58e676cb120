import { turned } from "./defining-systems.ts";
import { dot, Lu } from "./dense.ts";
import { firstLyapunov } from "./normal-forms.ts";
import { type Stability, stabilityAt, statesOnly } from "./stability.ts";
import type { VectorField } from "./vector-field.ts";

/** One equation less than unknowns: z with two free parameters first, then what the kind of point adds. */
export interface CurveSystem {
  size: number;
  residual: (x: Float64Array, out: Float64Array) => void;
  /** Row by row, (size - 1) × size. */
  jacobian: (x: Float64Array, out: Float64Array) => void;
  /** What is 0 at points of codimension two, by label, and the stability of the rest. */
  tests: (x: Float64Array) => { values: Readonly<Record<string, number>>; stability: Stability; coefficient: number; frequency: number };
  /** Keeps the vectors' lengths by their present ones, so that these never become normal to those. */
  renew: (x: Float64Array) => void;
}

export function statesJacobian(field: VectorField, z: Float64Array): Float64Array {
  const out = new Float64Array(field.states.length * z.length);
  field.jacobian(z, out);
  return out;
}

/** f = 0, A φ = 0, c φ = 1. */
export function foldCurve(field: VectorField, phi: Float64Array): CurveSystem {
  const n = field.states.length;
  const size = n + 2;
  const all = size + n;
  const length = Math.sqrt(dot(phi, phi));
  const c = phi.map((each) => each / (length * length));
  return {
    size: all,
    residual: (x, out) => {
      const jacobian = statesJacobian(field, x.slice(0, size));
      field.evaluate(x, out);
      for (let i = 0; i < n; i++) {
        out[n + i] = 0;
        for (let j = 0; j < n; j++) out[n + i] += jacobian[i * size + j] * x[size + j];
      }
      out[2 * n] = dot(c, x.subarray(size)) - 1;
    },
    jacobian: (x, out) => {
      const z = x.slice(0, size);
      const jacobian = statesJacobian(field, z);
      const bent = turned(field, z, x.slice(size));
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
    tests: (x) => {
      const z = x.slice(0, size);
      const q = x.slice(size);
      const lu = new Lu(n);
      lu.values.set(statesOnly(statesJacobian(field, z), n, size));
      lu.factor();
      const p = lu.nullVector(true);
      // The left vector keeps its side: its product with what the first parameters do never vanishes on a curve of folds.
      const push = new Float64Array(n);
      const jacobian = statesJacobian(field, z);
      for (let i = 0; i < n; i++) push[i] = jacobian[i * size + n];
      const other = new Float64Array(n);
      for (let i = 0; i < n; i++) other[i] = jacobian[i * size + n + 1];
      const [u, v] = [dot(p, push), dot(p, other)];
      const side = (Math.abs(u) >= Math.abs(v) ? u : v) < 0 ? -1 : 1;
      const along = new Float64Array(size);
      along.set(q);
      const bent = new Float64Array(n);
      field.second(z, along, along, bent);
      const stability = stabilityAt(field, z, 1);
      const product = side * dot(p, q);
      return {
        values: { CP: side * dot(p, bent), BT: product, ZH: pairs(stability) },
        stability,
        coefficient: dot(p, bent) / (2 * dot(p, q)),
        frequency: Number.NaN,
      };
    },
    renew: (x) => {
      const own = x.slice(size);
      const square = dot(own, own);
      for (let i = 0; i < n; i++) c[i] = own[i] / square;
    },
  };
}

/** The real part of the complex pair next to the axis. */
function pairs({ eigenvalues: { re, im } }: Stability): number {
  let least = Number.NaN;
  for (let i = 0; i < re.length; i++) if (im[i] > 0 && !(Math.abs(re[i]) >= Math.abs(least))) least = re[i];
  return least;
}

/** f = 0, A (q + i r) = i ω (q + i r). */
export function hopfCurve(field: VectorField, { right, other }: { right: Float64Array; other: Float64Array }): CurveSystem {
  const n = field.states.length;
  const size = n + 2;
  const all = size + 2 * n + 1;
  const at = { q: size, r: size + n, omega: all - 1 };
  const [q0, r0] = [right.slice(), other.slice()];
  const system: CurveSystem = {
    size: all,
    residual: (x, out) => {
      const jacobian = statesJacobian(field, x.slice(0, size));
      const [q, r, w] = [x.subarray(at.q, at.r), x.subarray(at.r, at.omega), x[at.omega]];
      field.evaluate(x, out);
      for (let i = 0; i < n; i++) {
        out[n + i] = w * r[i];
        out[2 * n + i] = -w * q[i];
        for (let j = 0; j < n; j++) {
          out[n + i] += jacobian[i * size + j] * q[j];
          out[2 * n + i] += jacobian[i * size + j] * r[j];
        }
      }
      out[3 * n] = dot(q0, q) + dot(r0, r) - 1;
      out[3 * n + 1] = dot(q0, r) - dot(r0, q);
    },
    jacobian: (x, out) => {
      const z = x.slice(0, size);
      const jacobian = statesJacobian(field, z);
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
    tests: (x) => {
      const z = x.slice(0, size);
      const stability = stabilityAt(field, z, 2);
      const omega = x[at.omega];
      const l1 = firstLyapunov(field, { z, right: x.slice(at.q, at.r), other: x.slice(at.r, at.omega), omega });
      // At ω = 0, where the pair becomes real, the coefficient is infinite.
      return { values: { BT: omega, GH: l1 * omega, ZH: smallestReal(stability) }, stability, coefficient: l1, frequency: omega };
    },
    renew: (x) => {
      const [q, r] = [x.slice(at.q, at.r), x.slice(at.r, at.omega)];
      const square = dot(q, q) + dot(r, r);
      for (let i = 0; i < n; i++) {
        q0[i] = q[i] / square;
        r0[i] = r[i] / square;
      }
    },
  };
  return system;
}

/** The real eigenvalue next to 0. */
function smallestReal({ eigenvalues: { re, im } }: Stability): number {
  let least = Number.NaN;
  for (let i = 0; i < re.length; i++) if (im[i] === 0 && !(Math.abs(re[i]) >= Math.abs(least))) least = re[i];
  return least;
}
