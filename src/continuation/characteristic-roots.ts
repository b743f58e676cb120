import { refusal } from "../errors.ts";
import { Characteristic, factored } from "./characteristic.ts";
import { circle, lengthOf } from "./cycles/exact-functions.ts";
import { dot, Lu } from "./dense.ts";
import { type Complex, type Eigenvalues, eigenvalueList } from "./eigenvalues.ts";
import type { VectorField } from "./vector-field.ts";

/** Roots that are told of models with delays: so many, or as many as there are states. */
const SHOWN = 10;
/** The fewest points on a delay, and the most rows of the matrix that is made of all of them. */
const FEWEST_POINTS = 10;
const MOST_ROWS = 240;
/** By how much, as a part of its size, Newton's method may move a root that the discretisation has resolved. */
const RESOLVED = 1e-3;
const MOST_TURNS = 12;
/** What rounding may leave of an equation, as a part of its terms. */
const ROUNDING = 1e-12;

/** How many roots, or eigenvalues, are told of an equilibrium. */
export function rootsTold({ states, past }: Pick<VectorField, "states" | "past">): number {
  return past ? Math.max(SHOWN, states.length) : states.length;
}

/**
 * The rightmost roots of det Δ(λ), which are endlessly many where a model has delays: eigenvalues of the infinitesimal generator of its linearisation,
 * discretised by Chebyshev's points on each delay (Breda, Maset & Vermiglio 2005, SIAM J. Sci. Comput. 27:482), each corrected by Newton's method in the
 * characteristic matrix. There are all that lie right of the axis, and no more than are sure. Throws E_DELAY of delays that are negative, or too long.
 */
export function characteristicRoots(field: VectorField, z: Float64Array): Eigenvalues {
  const about = new Characteristic(field, z);
  const wanted = rootsTold(field);
  const bound = rateBound(about);
  for (let share = 0.7; ; share *= 1.6) {
    const lines = linesOf(about, bound, share);
    const rows = about.states + lines.reduce((sum, { points }) => sum + points, 0);
    if (rows > MOST_ROWS) throw tooLong(about, bound);
    const roots = sureRoots(about, eigenvalueList(generator(about, lines, rows), rows), { wanted, rate: bound });
    if (roots) return roots;
  }
}

function tooLong({ delayOf }: Characteristic, bound: number) {
  const longest = delayOf.reduce((most, each) => Math.max(most, each), 0);
  const message = `a delay of ${longest} is too long for rates of up to ${Number(bound.toPrecision(3))}: its characteristic roots would be those of a matrix of more than ${MOST_ROWS} rows; take shorter delays, or fewer variables that are read late`;
  return refusal("E_DELAY", message);
}

/** The delays that a state is read with: its history is kept as far as the longest, at so many points beside the present. */
interface Line {
  state: number;
  longest: number;
  points: number;
  slots: number[];
}

function linesOf({ stateOf, delayOf }: Characteristic, bound: number, share: number): Line[] {
  const lines = new Map<number, Line>();
  stateOf.forEach((state, slot) => {
    if (delayOf[slot] === 0) return;
    const line = lines.get(state) ?? { state, longest: 0, points: 0, slots: [] };
    lines.set(state, line);
    line.longest = Math.max(line.longest, delayOf[slot]);
    line.slots.push(slot);
  });
  for (const line of lines.values()) line.points = FEWEST_POINTS + Math.ceil(share * bound * line.longest);
  return [...lines.values()];
}

/** No root right of the imaginary axis is larger: the spectral radius of |A₀| + Σ |A_j|, whatever the units of states are. */
function rateBound({ states: n, width, jacobian, stateOf }: Characteristic): number {
  const sizes = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) sizes[i * n + j] = Math.abs(jacobian[i * width + j]);
    stateOf.forEach((state, slot) => {
      sizes[i * n + state] += Math.abs(jacobian[i * width + n + slot]);
    });
  }
  return eigenvalueList(sizes, n).reduce((most, { re }) => Math.max(most, re), 0);
}

/** The matrix of the generator: slopes of the states, and of each line the slopes of the polynomial through its points. */
function generator({ states: n, width, jacobian, stateOf, delayOf }: Characteristic, lines: readonly Line[], rows: number): Float64Array {
  const matrix = new Float64Array(rows * rows);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) matrix[i * rows + j] = jacobian[i * width + j];
    for (let slot = 0; slot < stateOf.length; slot++) {
      if (delayOf[slot] === 0) matrix[i * rows + stateOf[slot]] += jacobian[i * width + n + slot];
    }
  }
  let first = n;
  for (const { state, longest, points, slots } of lines) {
    // The point of the present is the state itself.
    const column = (k: number) => (k === 0 ? state : first + k - 1);
    const nodes = chebyshev(points);
    for (let k = 1; k <= points; k++) {
      const slopes = slopesAt(nodes, k);
      for (let l = 0; l <= points; l++) matrix[(first + k - 1) * rows + column(l)] = (2 * slopes[l]) / longest;
    }
    for (const slot of slots) {
      const shares = valuesAt(nodes, 1 - (2 * delayOf[slot]) / longest);
      for (let i = 0; i < n; i++) {
        const factor = jacobian[i * width + n + slot];
        if (factor !== 0) for (let l = 0; l <= points; l++) matrix[i * rows + column(l)] += factor * shares[l];
      }
    }
    first += points;
  }
  return matrix;
}

/** Chebyshev's points cos(kπ/N), from 1 to -1. */
function chebyshev(count: number): Float64Array {
  return Float64Array.from({ length: count + 1 }, (_, k) => circle(k / (2 * count))[0]);
}

/** Barycentric weights of Chebyshev's points. */
function weightOf(k: number, count: number): number {
  return (k % 2 === 0 ? 1 : -1) * (k === 0 || k === count ? 0.5 : 1);
}

/** Shares of values at the points in the value of their polynomial at x. */
function valuesAt(nodes: Float64Array, x: number): Float64Array {
  const count = nodes.length - 1;
  const at = nodes.indexOf(x);
  if (at >= 0) return nodes.map((_, k) => (k === at ? 1 : 0));
  const shares = nodes.map((node, k) => weightOf(k, count) / (x - node));
  const sum = shares.reduce((total, each) => total + each, 0);
  return shares.map((each) => each / sum);
}

/** Shares of values at the points in the slope of their polynomial at one of them. */
function slopesAt(nodes: Float64Array, k: number): Float64Array {
  const count = nodes.length - 1;
  const slopes = nodes.map((node, l) => (l === k ? 0 : weightOf(l, count) / weightOf(k, count) / (nodes[k] - node)));
  slopes[k] = -slopes.reduce((sum, each) => sum + each, 0);
  return slopes;
}

/** Roots by descending real part, as many as are asked for and all that decide of bifurcations; undefined where one of these is not resolved. */
function sureRoots(
  about: Characteristic,
  guesses: readonly Complex[],
  { wanted, rate }: { wanted: number; rate: number },
): Eigenvalues | undefined {
  const found: Complex[] = [];
  let lowest = 0;
  for (const guess of guesses) {
    if (guess.im < 0) continue;
    // Sums of pairs of real roots tell of Hopf points.
    const isNeeded = guess.re > Math.min(lowest, 0);
    if (!isNeeded && found.length >= wanted) break;
    const size = Math.max(lengthOf(guess.re, guess.im), 1e-3 * rate);
    const root = resolved(about, guess, { size, rate });
    if (root === undefined) {
      if (guess.re > -0.05 * rate || found.length === 0) return undefined;
      break;
    }
    const isKnown = found.some(({ re, im }) => lengthOf(re - root.re, im - root.im) <= 1e-9 * size);
    const own = isKnown ? guess : root;
    if (own.im === 0 && -own.re < lowest) lowest = -own.re;
    found.push(own);
    if (own.im > 0) found.push({ re: own.re, im: -own.im });
  }
  found.sort((a, b) => (a.re === b.re ? b.im - a.im : b.re - a.re));
  return { re: Float64Array.from(found, ({ re }) => re), im: Float64Array.from(found, ({ im }) => im) };
}

/**
 * The root that a guess stands for. Where roots fall together Newton's method has nothing to go by, and the guess stays as it is, if it fulfils
 * the equations to rounding.
 */
function resolved(about: Characteristic, guess: Complex, { size, rate }: { size: number; rate: number }): Complex | undefined {
  const { re, im } = guess;
  const v = factored(about.matrix(re, im), about.states, [re, im]).nullVector();
  const root = corrected(about, guess, { v, scale: size });
  if (root && lengthOf(root.re - re, root.im - im) <= RESOLVED * size) return root;
  return isRootItself(about, guess, { v, rate }) ? guess : undefined;
}

/** Whether the equations (K(λ) - λ) v = 0 hold to rounding, each as a part of its terms and of the fastest rate. */
function isRootItself(about: Characteristic, { re: x, im: y }: Complex, { v, rate }: { v: Float64Array; rate: number }): boolean {
  const n = about.states;
  const { re, im } = about.matrix(x, y);
  for (let i = 0; i < n; i++) {
    let [real, imaginary, terms] = [0, 0, rate * lengthOf(v[i], v[n + i])];
    for (let j = 0; j < n; j++) {
      const [a, b] = i === j ? [re[i * n + j] - x, im[i * n + j] - y] : [re[i * n + j], im[i * n + j]];
      real += a * v[j] - b * v[n + j];
      imaginary += a * v[n + j] + b * v[j];
      terms += (Math.abs(re[i * n + j]) + Math.abs(im[i * n + j])) * lengthOf(v[j], v[n + j]);
    }
    if (!(lengthOf(real, imaginary) <= ROUNDING * terms)) return false;
  }
  return true;
}

/** The root of det Δ next to a guess of a size, by Newton's method on Δ(λ) v = 0 with v of length 1. */
function corrected(about: Characteristic, guess: Complex, { v: start, scale }: { v: Float64Array; scale: number }): Complex | undefined {
  const n = about.states;
  const size = 2 * n + 2;
  const lu = new Lu(size);
  let { re: x, im: y } = guess;
  const isReal = y === 0;
  const v = start.slice();
  const c = start;
  let before = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < MOST_TURNS; turn++) {
    const step = new Float64Array(size);
    fill(about, lu, { x, y, v, c, step });
    lu.factor();
    if (!lu.isFinite) return undefined;
    lu.solve(step);
    const moved = lengthOf(step[2 * n], step[2 * n + 1]);
    if (!(moved < Number.POSITIVE_INFINITY)) return undefined;
    if (moved >= before && before <= 1e-8 * scale) break;
    for (let i = 0; i < 2 * n; i++) v[i] -= step[i];
    x -= step[2 * n];
    if (!isReal) y -= step[2 * n + 1];
    before = moved;
    if (moved <= 1e-16 * scale) break;
  }
  return before <= 1e-6 * scale ? { re: x, im: Math.abs(y) } : undefined;
}

/** Puts in the equations (K(λ) - λ) v = 0, c̄ᵀ v = 1 and their derivatives. */
function fill(
  about: Characteristic,
  { values, size }: Lu,
  { x, y, v, c, step }: { x: number; y: number; v: Float64Array; c: Float64Array; step: Float64Array },
): void {
  const n = about.states;
  const [k, slope] = [about.matrix(x, y), about.matrix(x, y, 1)];
  const [vr, vi, cr, ci] = [v.subarray(0, n), v.subarray(n), c.subarray(0, n), c.subarray(n)];
  values.fill(0);
  for (let i = 0; i < n; i++) {
    let [re, im, sr, si] = [0, 0, -vr[i], -vi[i]];
    for (let j = 0; j < n; j++) {
      const at = i * n + j;
      const [a, b] = i === j ? [k.re[at] - x, k.im[at] - y] : [k.re[at], k.im[at]];
      values[i * size + j] = values[(n + i) * size + n + j] = a;
      values[i * size + n + j] = -b;
      values[(n + i) * size + j] = b;
      re += a * vr[j] - b * vi[j];
      im += a * vi[j] + b * vr[j];
      sr += slope.re[at] * vr[j] - slope.im[at] * vi[j];
      si += slope.re[at] * vi[j] + slope.im[at] * vr[j];
    }
    [step[i], step[n + i]] = [re, im];
    values[i * size + 2 * n] = values[(n + i) * size + 2 * n + 1] = sr;
    values[i * size + 2 * n + 1] = -si;
    values[(n + i) * size + 2 * n] = si;
    values[2 * n * size + i] = values[(2 * n + 1) * size + n + i] = cr[i];
    values[2 * n * size + n + i] = ci[i];
    values[(2 * n + 1) * size + i] = -ci[i];
  }
  step[2 * n] = dot(cr, vr) + dot(ci, vi) - 1;
  step[2 * n + 1] = dot(cr, vi) - dot(ci, vr);
}
