import { Characteristic } from "./characteristic.ts";
import type { Multipliers } from "./cycles/multipliers.ts";
import type { Orbit } from "./cycles/orbit.ts";
import { dot, Lu } from "./dense.ts";
import { firstLyapunov } from "./normal-forms.ts";
import { foldEquations, hopfEquations, hopfUnknowns, jacobianAt } from "./point-equations.ts";
import { type Stability, stabilityAt, statesOnly } from "./stability.ts";
import type { VectorField } from "./vector-field.ts";

/** One equation less than unknowns: z with two free parameters first, then what the kind of point adds. */
export interface CurveSystem {
  size: number;
  residual: (x: Float64Array, out: Float64Array) => void;
  /** Row by row, (size - 1) × size. */
  jacobian: (x: Float64Array, out: Float64Array) => void;
  /** What is 0 at points of codimension two, by label, and the stability of the rest. */
  tests: (x: Float64Array) => {
    values: Readonly<Partial<Record<TestedLabel, number>>>;
    stability: Stability;
    coefficient: number;
    frequency: number;
  };
  /** Keeps the vectors' lengths by their present ones, so that these never become normal to those. */
  renew: (x: Float64Array) => void;
}

/** Points of codimension two that test functions tell, on curves of folds and of Hopf points. */
export const testedLabels = ["CP", "BT", "GH", "ZH", "HH"] as const;
export type TestedLabel = (typeof testedLabels)[number];

/** A point of a curve in two parameters. */
export interface CurveRow {
  z: Float64Array;
  stability: Stability;
  label?: TestedLabel | "CPC" | "R1" | "R2" | "EP";
  /** What it is in words, where it is no regular point. */
  point?: string;
  note?: string;
  residual: number;
  /** Digits of both parameters that are sure, of a point that was located. */
  digits?: number;
  coefficient: number;
  frequency: number;
  /** Of a cycle. */
  cycle?: { orbit: Orbit; multipliers: Multipliers };
}

/** Kinds of points that curves in two parameters are of. */
export const curveKinds = ["LP", "HB", "LPC", "PD"] as const;
export type CurveKind = (typeof curveKinds)[number];

/** A curve of folds or Hopf points, or of folds or period doublings of cycles. */
export interface Curve {
  kind: CurveKind;
  rows: CurveRow[];
  isClosed: boolean;
}

/** How far a curve is followed. */
export interface CurveSettings {
  ranges: readonly [readonly [number, number], readonly [number, number]];
  stepSize: number;
  minStepSize: number;
  maxStepSize: number;
  maxPoints: number;
  /** Told of the rows of one direction after each step. */
  told?: ((rows: readonly CurveRow[]) => void) | undefined;
}

/** A parameter that changes by less than this part of its range along a curve stands still. */
export const STANDING = 1e-12;

/** A curve that ends on its last row, which says why. */
export function stopped(rows: CurveRow[], note: string): { rows: CurveRow[]; isClosed: boolean } {
  const last = rows[rows.length - 1];
  rows[rows.length - 1] = { ...last, label: last.label ?? "EP", note };
  return { rows, isClosed: false };
}

/** f = 0, A φ = 0, c φ = 1. */
export function foldCurve(field: VectorField, phi: Float64Array): CurveSystem {
  const n = field.states.length;
  const size = n + 2;
  const length = Math.sqrt(dot(phi, phi));
  const c = phi.map((each) => each / (length * length));
  const equations = foldEquations(field, size, c);
  return {
    ...equations,
    size: equations.all,
    tests: (x) => {
      const z = x.slice(0, size);
      const q = x.slice(size);
      const lu = new Lu(n);
      lu.values.set(statesOnly(jacobianAt(field, z), n, size));
      lu.factor();
      const p = lu.nullVector(true);
      const along = new Float64Array(size);
      along.set(q);
      const bent = new Float64Array(n);
      field.second(z, along, along, bent);
      const stability = stabilityAt(field, z, 1);
      // The left vector has no side of its own: each number is told by the sign of the other, which jumps only where that one is 0.
      const [bend, product] = [dot(p, bent), dot(p, new Characteristic(field, z).slopeAtRest(q))];
      return {
        values: { CP: bend * sideOf(product), BT: product * sideOf(bend), ZH: side(pairsOf(stability)) },
        stability,
        coefficient: bend / (2 * product),
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

function sideOf(value: number): number {
  return value < 0 ? -1 : 1;
}

/**
 * The number next to 0, times the sides of 0 that all are on: it changes its sign with each that passes 0, and with no other. NaN of none.
 */
function side(rates: readonly number[]): number {
  let [least, sign] = [Number.NaN, 1];
  for (const rate of rates) {
    if (!(Math.abs(rate) >= Math.abs(least))) least = Math.abs(rate);
    if (rate > 0) sign = -sign;
  }
  return sign * least;
}

/** Real parts of complex pairs, without that of a frequency. */
function pairsOf({ eigenvalues: { re, im } }: Stability, omega?: number): number[] {
  const pairs = Array.from(re.keys()).filter((i) => im[i] > 0);
  if (omega === undefined) return pairs.map((i) => re[i]);
  const off = (i: number) => re[i] * re[i] + (im[i] - omega) * (im[i] - omega);
  const own = pairs.reduce((best, i) => (off(i) < off(best) ? i : best), pairs[0]);
  return pairs.filter((i) => i !== own).map((i) => re[i]);
}

/** f = 0, A (q + i r) = i ω (q + i r). */
export function hopfCurve(field: VectorField, { right, other }: { right: Float64Array; other: Float64Array }): CurveSystem {
  const n = field.states.length;
  const size = n + 2;
  const at = hopfUnknowns(n, size);
  const [q0, r0] = [right.slice(), other.slice()];
  const system: CurveSystem = {
    ...hopfEquations(field, size, [q0, r0]),
    size: at.all,
    tests: (x) => {
      const z = x.slice(0, size);
      const stability = stabilityAt(field, z, 2);
      const omega = x[at.omega];
      const l1 = firstLyapunov(field, { z, right: x.slice(at.q, at.r), other: x.slice(at.r, at.omega), omega });
      const real = side(realOf(stability));
      // The coefficient is infinite at ω = 0, where the pair becomes real, and where a real eigenvalue is 0.
      const bounded = l1 * omega * (Number.isNaN(real) ? 1 : Math.max(-1, Math.min(1, real / Math.abs(omega))));
      const values = { BT: omega, GH: bounded, ZH: real, HH: side(pairsOf(stability, Math.abs(omega))) };
      return { values, stability, coefficient: l1, frequency: omega };
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

function realOf({ eigenvalues: { re, im } }: Stability): number[] {
  return Array.from(re).filter((_, i) => im[i] === 0);
}
