import { Characteristic, type ComplexMatrix, factored } from "./characteristic.ts";
import type { SpecialSolution } from "./defining-systems.ts";
import { dot, Lu } from "./dense.ts";
import { statesOnly } from "./stability.ts";
import type { VectorField } from "./vector-field.ts";

/** A vector of complex numbers. */
interface Complex {
  re: Float64Array;
  im: Float64Array;
}

/**
 * The first Lyapunov coefficient of a Hopf point, (1/2ω) Re[<p, C(q, q, q̄)> - 2 <p, B(q, A⁻¹ B(q, q̄))> + <p, B(q̄, (2iω - A)⁻¹ B(q, q))>]
 * with q of length 1 and <p, q> = 1 (Kuznetsov 2004, eq. 5.39): negative where it is supercritical. NaN where A is singular. Of a model with delays
 * iω - A is the characteristic matrix Δ(iω), q stands for q exp(iωt), and <p, Δ'(iω) q> = 1 (Janssens 2010, On a normalization technique for
 * codimension two bifurcations of equilibria of delay differential equations).
 */
export function firstLyapunov(field: VectorField, point: HopfPoint): number {
  return lyapunovOf(field, point).value;
}

/** A Hopf point with its eigenvector. */
type HopfPoint = Pick<SpecialSolution, "z" | "right" | "other" | "omega">;

/** A pivot below this part of its row is rounding. */
const ROUNDING = 3e-14;
/** Below this part of the terms that it is the sum of, a coefficient is their rounding. */
const CANCELLED = 1e-10;

/** The first Lyapunov coefficient of a located Hopf point: 0 where its terms cancel, whatever the units of states, NaN where A is singular. */
export function hopfCoefficient(field: VectorField, point: HopfPoint): number {
  const { value, size, isSingular } = lyapunovOf(field, point);
  if (isSingular) return Number.NaN;
  return Math.abs(value) <= CANCELLED * size ? 0 : value;
}

/** The coefficient, the sum of its terms' sizes, and whether A is singular but for rounding. */
function lyapunovOf(field: VectorField, { z, right, other, omega }: HopfPoint): { value: number; size: number; isSingular: boolean } {
  const n = field.states.length;
  const about = new Characteristic(field, z);
  const q = unit({ re: right, im: other });
  const p = adjoint(about, omega, q);
  const forms = new Forms(field, z);
  const wave = about.waves(q.re, q.im, omega);
  const conjugate = { re: wave.re, im: wave.im.map((each) => -each) };
  const lu = new Lu(n);
  lu.values.set(about.matrix(0, 0).re);
  lu.factor();
  // B(q, q̄) and C(q, q, q̄): the first is real.
  const mixed = forms.second(wave, conjugate);
  lu.solve(mixed.re);
  const straight = forms.second(wave, about.waves(mixed.re, new Float64Array(n), 0));
  const twice = forms.second(wave, wave);
  const resolved = resolvent(about.matrix(0, 2 * omega), n, 2 * omega, twice);
  const turned = forms.second(conjugate, about.waves(resolved.re, resolved.im, 2 * omega));
  const cubic = forms.cubic(wave);
  const sum = (part: "re" | "im") => cubic[part].map((each, i) => each - 2 * straight[part][i] + turned[part][i]);
  const [re, im] = [sum("re"), sum("im")];
  const size = (lengthOf(p) * (lengthOf(cubic) + 2 * lengthOf(straight) + lengthOf(turned))) / (2 * omega);
  return { value: (dot(p.re, re) + dot(p.im, im)) / (2 * omega), size, isSingular: !(lu.smallest > ROUNDING) };
}

function lengthOf({ re, im }: Complex): number {
  return Math.sqrt(dot(re, re) + dot(im, im));
}

function unit({ re, im }: Complex): Complex {
  const length = lengthOf({ re, im });
  return { re: re.map((each) => each / length), im: im.map((each) => each / length) };
}

/** The left eigenvector: p̄ᵀ Δ(iω) = 0, with p̄ᵀ Δ'(iω) q = 1. */
function adjoint(about: Characteristic, omega: number, q: Complex): Complex {
  const n = about.states;
  const pair = factored(about.matrix(0, omega), n, [0, omega], true).nullVector();
  const [re, im] = [pair.slice(0, n), pair.slice(n).map((each) => -each)];
  const moved = slopeTimes(about.matrix(0, omega, 1), n, q);
  // s = p̄ᵀ Δ' q; p / s̄ has the product 1.
  const [sr, si] = [dot(re, moved.re) + dot(im, moved.im), dot(re, moved.im) - dot(im, moved.re)];
  const size = sr * sr + si * si;
  return {
    re: re.map((each, i) => (each * sr - im[i] * si) / size),
    im: im.map((each, i) => (re[i] * si + each * sr) / size),
  };
}

/** (1 - K') q. */
function slopeTimes({ re, im }: ComplexMatrix, n: number, q: Complex): Complex {
  const moved = { re: q.re.slice(), im: q.im.slice() };
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      moved.re[i] -= re[i * n + j] * q.re[j] - im[i * n + j] * q.im[j];
      moved.im[i] -= re[i * n + j] * q.im[j] + im[i * n + j] * q.re[j];
    }
  }
  return moved;
}

/** (iω - K)⁻¹ b. */
function resolvent(k: ComplexMatrix, n: number, omega: number, b: Complex): Complex {
  const x = new Float64Array(2 * n);
  x.set(b.re);
  x.set(b.im, n);
  factored(k, n, [0, omega]).solve(x);
  return { re: x.slice(0, n).map((each) => -each), im: x.slice(n).map((each) => -each) };
}

/** Derivatives of the field by states, present and late, in complex directions. */
class Forms {
  readonly #field: Pick<VectorField, "second" | "third">;
  readonly #z: Float64Array;
  readonly #n: number;

  constructor(field: VectorField, z: Float64Array) {
    this.#field = field.past ?? field;
    this.#z = z;
    this.#n = field.states.length;
  }

  #second(a: Float64Array, b: Float64Array): Float64Array {
    const out = new Float64Array(this.#n);
    this.#field.second(this.#z, a, b, out);
    return out;
  }

  #third(a: Float64Array, b: Float64Array, c: Float64Array): Float64Array {
    const out = new Float64Array(this.#n);
    this.#field.third(this.#z, a, b, c, out);
    return out;
  }

  /** B(a, b). */
  second(a: Complex, b: Complex): Complex {
    const [rr, ii] = [this.#second(a.re, b.re), this.#second(a.im, b.im)];
    const [ri, ir] = [this.#second(a.re, b.im), this.#second(a.im, b.re)];
    return { re: rr.map((each, i) => each - ii[i]), im: ri.map((each, i) => each + ir[i]) };
  }

  /** C(q, q, q̄) = C(r, r, r) + C(r, s, s) + i (C(r, r, s) + C(s, s, s)) of q = r + i s. */
  cubic({ re, im }: Complex): Complex {
    const [rrr, rss] = [this.#third(re, re, re), this.#third(re, im, im)];
    const [rrs, sss] = [this.#third(re, re, im), this.#third(im, im, im)];
    return { re: rrr.map((each, i) => each + rss[i]), im: rrs.map((each, i) => each + sss[i]) };
  }
}

/** The coefficient of a fold, <p, B(q, q)>/2 with q of length 1 and <p, Δ'(0) q> = 1, which is <p, q> without delays; 0 at a cusp. */
export function foldCoefficient(field: VectorField, z: Float64Array): number {
  const n = field.states.length;
  const jacobian = new Float64Array(n * z.length);
  field.jacobian(z, jacobian);
  const lu = new Lu(n);
  lu.values.set(statesOnly(jacobian, n, z.length));
  lu.factor();
  const [q, p] = [lu.nullVector(), lu.nullVector(true)];
  const along = new Float64Array(z.length);
  along.set(q);
  const bent = new Float64Array(n);
  field.second(z, along, along, bent);
  return dot(p, bent) / (2 * dot(p, new Characteristic(field, z).slopeAtRest(q)));
}

/** The tangents of both branches through a branch point; one where they are not two. `right` and `other` are its null vectors. */
export function branchTangents(field: VectorField, { z, right, other: psi }: SpecialSolution, tangent: Float64Array): Float64Array[] {
  const n = field.states.length;
  const size = z.length;
  const first = new Float64Array(size);
  first.set(right);
  // The null space of ∂f/∂z is spanned by the null vector of the states, and what of the tangent is not along it.
  const along = tangent.slice();
  const share = dot(first, along) / dot(first, first);
  for (let j = 0; j < size; j++) along[j] -= share * first[j];
  if (along.every((each) => Math.abs(each) < 1e-12)) along[size - 1] = 1;
  const form = (a: Float64Array, b: Float64Array) => {
    const out = new Float64Array(n);
    field.second(z, a, b, out);
    return dot(psi, out);
  };
  const [a, b, c] = [form(first, first), form(first, along), form(along, along)];
  const mix = (x: number, y: number) => first.map((each, j) => x * each + y * along[j]);
  const root = b * b - a * c;
  const most = Math.max(Math.abs(a), Math.abs(b), Math.abs(c));
  if (!(root > 0) || most === 0) return [];
  // a x² + 2 b x y + c y² = 0, without loss of digits.
  const s = -(b + (b < 0 ? -1 : 1) * Math.sqrt(root));
  return [mix(s, a), mix(c, s)].filter((each) => each.some((value) => Math.abs(value) > 1e-14 * most));
}
