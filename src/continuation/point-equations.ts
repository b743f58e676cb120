import { Characteristic, type ComplexMatrix } from "./characteristic.ts";
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

/**
 * A Hopf point: f = 0, K(iω) (q + i r) = i ω (q + i r), and q + i r of length 1 and no turn by q0 + i r0, which the caller may change. Without delays K
 * is the Jacobian A.
 */
export function hopfEquations(field: VectorField, size: number, [q0, r0]: readonly [Float64Array, Float64Array]): PointEquations {
  const n = field.states.length;
  const at = hopfUnknowns(n, size);
  const { all } = at;
  return {
    all,
    rows: 3 * n + 2,
    residual: (x, out) => {
      const about = new Characteristic(field, x.slice(0, size));
      const [q, r, w] = [x.subarray(at.q, at.r), x.subarray(at.r, at.omega), x[at.omega]];
      field.evaluate(x, out);
      const wave = about.waves(q, r, w);
      const [kq, kr] = [about.times(wave.re), about.times(wave.im)];
      for (let i = 0; i < n; i++) {
        out[n + i] = kq[i] + w * r[i];
        out[2 * n + i] = kr[i] - w * q[i];
      }
      out[3 * n] = dot(q0, q) + dot(r0, r) - 1;
      out[3 * n + 1] = dot(q0, r) - dot(r0, q);
    },
    jacobian: (x, out) => {
      const z = x.slice(0, size);
      const jacobian = jacobianAt(field, z);
      const about = new Characteristic(field, z);
      const [q, r, w] = [x.slice(at.q, at.r), x.slice(at.r, at.omega), x[at.omega]];
      const wave = about.waves(q, r, w);
      const { bent, turned } = waveDerivatives(field, about, { z, wave, omega: w });
      const k = about.matrix(0, w);
      out.fill(0);
      for (let i = 0; i < n; i++) {
        const [f, a, b] = [i * all, (n + i) * all, (2 * n + i) * all];
        for (let j = 0; j < size; j++) {
          out[f + j] = jacobian[i * size + j];
          out[a + j] = bent.re[i * size + j];
          out[b + j] = bent.im[i * size + j];
        }
        for (let j = 0; j < n; j++) {
          out[a + at.q + j] = out[b + at.r + j] = k.re[i * n + j];
          out[a + at.r + j] = -k.im[i * n + j];
          out[b + at.q + j] = k.im[i * n + j];
        }
        out[a + at.r + i] += w;
        out[b + at.q + i] -= w;
        out[a + at.omega] = r[i] + turned.re[i];
        out[b + at.omega] = -q[i] + turned.im[i];
        out[3 * n * all + at.q + i] = q0[i];
        out[3 * n * all + at.r + i] = r0[i];
        out[(3 * n + 1) * all + at.r + i] = q0[i];
        out[(3 * n + 1) * all + at.q + i] = -r0[i];
      }
    },
  };
}

/** Derivatives of K(iω) (q + i r) by z (`bent`, row-major n × size) and by ω (`turned`): exp(-iωT) v depends on both where T does on parameters. */
function waveDerivatives(
  field: VectorField,
  about: Characteristic,
  { z, wave, omega }: { z: Float64Array; wave: ComplexMatrix; omega: number },
): { bent: ComplexMatrix; turned: ComplexMatrix } {
  const { states: n, width, stateOf, delayOf, delaySlopes, parameters } = about;
  const size = z.length;
  const slots = stateOf.length;
  const { second } = field.past ? { second: field.past.second } : { second: field.second.bind(field) };
  const bent = { re: new Float64Array(n * size), im: new Float64Array(n * size) };
  const column = new Float64Array(n);
  for (let j = 0; j < size; j++) {
    const direction = new Float64Array(width);
    direction[j < n ? j : j + slots] = 1;
    stateOf.forEach((state, slot) => {
      if (state === j) direction[n + slot] = 1;
    });
    for (const part of ["re", "im"] as const) {
      second(z, wave[part], direction, column);
      for (let i = 0; i < n; i++) bent[part][i * size + j] = column[i];
    }
  }
  // d/dT of exp(-iωT) v is -iω exp(-iωT) v, and d/dω is -iT exp(-iωT) v.
  const moved = (shares: Float64Array): ComplexMatrix => {
    const [re, im] = [new Float64Array(width), new Float64Array(width)];
    for (let slot = 0; slot < slots; slot++) {
      re[n + slot] = shares[slot] * wave.im[n + slot];
      im[n + slot] = -shares[slot] * wave.re[n + slot];
    }
    return { re: about.times(re), im: about.times(im) };
  };
  if (slots > 0) {
    for (let j = 0; j < parameters; j++) {
      const by = moved(Float64Array.from({ length: slots }, (_, slot) => omega * delaySlopes[slot * parameters + j]));
      for (let i = 0; i < n; i++) {
        bent.re[i * size + n + j] += by.re[i];
        bent.im[i * size + n + j] += by.im[i];
      }
    }
  }
  return { bent, turned: moved(delayOf) };
}
