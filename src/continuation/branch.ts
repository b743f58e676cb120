import { MassgridError } from "../errors.ts";
import type { Arc, Metric, Station } from "./arc.ts";
import { newton } from "./newton.ts";
import { mayTouchAxis, type SpecialPoint, SpecialPoints, type Step } from "./special-points.ts";
import { delayFault, type VectorField } from "./vector-field.ts";

/** What a point of a branch is. */
export type PointLabel = "EP" | "UZ" | "LP" | "HB" | "BP";

/** A row of a branch. */
export interface BranchRow {
  station: Station;
  label?: PointLabel;
  special?: SpecialPoint;
  /** Why the branch ends here, or what is not sure. */
  note?: string;
}

/** A branch from its one end to the other. */
export interface Branch {
  rows: BranchRow[];
  isClosed: boolean;
  /** Number of the branch and of the row from which it was switched to. */
  from?: { branch: number; row: number };
}

/** How far a branch is followed, and by which steps: lengths are in units of the parameter's range. */
export interface BranchSettings {
  range: readonly [number, number];
  userValues: readonly number[];
  stepSize: number;
  minStepSize: number;
  maxStepSize: number;
  maxPoints: number;
  cornered?: Cornered | undefined;
  /** Told of the rows of one direction after each step. */
  told?: ((rows: readonly BranchRow[]) => void) | undefined;
}

/** Least cosine of the angle between the tangents at both ends of a step. */
const LEAST_COSINE = 0.85;
/** Corrections in fewer turns make steps longer. */
const FEW_TURNS = 4;

/** How often a step is halved where a pair of eigenvalues may have crossed the axis and come back. */
const MOST_LOOKS = 8;

/** A field that may have corners, and tells where. */
export interface Cornered {
  readonly corners: readonly { operation: string; path: string }[];
  marginsAt(z: Float64Array, out: Float64Array): void;
}

/** Follows a branch of equilibria in one direction. */
export class Tracer {
  readonly #arc: Arc;
  readonly #settings: BranchSettings;
  readonly #special: SpecialPoints;
  readonly #first: Station;
  #distance = 0;
  /** Why the last attempt led to no point that can be. */
  #fault: string | undefined;
  /** Whether a shorter step would not lead to one either. */
  #isHopeless = false;

  constructor(arc: Arc, settings: BranchSettings, first: Station) {
    this.#arc = arc;
    this.#settings = settings;
    this.#special = new SpecialPoints(arc);
    this.#first = first;
  }

  /** The rows behind the first one. */
  trace(): { rows: BranchRow[]; isClosed: boolean } {
    const { stepSize, minStepSize, maxStepSize, maxPoints } = this.#settings;
    const rows: BranchRow[] = [];
    let [here, length] = [this.#first, stepSize];
    let past: { station: Station; length: number } | undefined;
    let halvings = 0;
    while (rows.length < maxPoints) {
      const step = this.#attempt(here, length);
      if (!step) {
        length /= 2;
        if (length >= minStepSize && !this.#isHopeless) continue;
        ending(rows, this.#reason(here, 4 * length));
        return { rows, isClosed: false };
      }
      const { found, isExplained } = this.#special.within(step);
      const isHiding = !isExplained && length > Math.max(minStepSize, 1e-6);
      if (isHiding || (found.length === 0 && halvings < MOST_LOOKS && mayTouchAxis(past?.station, past?.length ?? 1, step))) {
        length /= 2;
        halvings++;
        continue;
      }
      halvings = 0;
      const isClosed = this.#closes(step);
      const isOver = this.#emit(rows, { ...step, found, note: isExplained ? this.#bend(step) : hiding(step) });
      if (isOver) return { rows, isClosed: false };
      this.#settings.told?.(rows);
      if (isClosed) {
        rows[rows.length - 1] = { station: this.#first, note: "the branch is a closed loop" };
        return { rows, isClosed };
      }
      past = { station: here, length: step.length };
      here = step.to;
      this.#distance += step.length;
      this.#arc.metric.see(here.z);
      here.tangent = this.#arc.metric.normalise(here.tangent);
      length = Math.min(this.#arc.turns <= FEW_TURNS ? 1.4 * length : 0.8 * length, maxStepSize);
    }
    ending(rows, `stopped after maxPoints ${maxPoints}`);
    return { rows, isClosed: false };
  }

  /** A step of some length; undefined where there is none, of which `fault` may say why. */
  #attempt(from: Station, wanted: number): Step | undefined {
    this.#fault = undefined;
    this.#isHopeless = false;
    try {
      return this.#step(from, wanted);
    } catch (error) {
      if (!(error instanceof MassgridError)) throw error;
      this.#fault = error.message;
      this.#isHopeless = true;
      return undefined;
    }
  }

  /** A step, a little shorter where it would end on a bifurcation. */
  #step(from: Station, wanted: number): Step | undefined {
    const [low, high] = this.#settings.range;
    for (const length of [wanted, 0.83 * wanted, 0.71 * wanted]) {
      const guess = from.z.map((each, j) => each + length * from.tangent[j]);
      const z = this.#arc.correct(guess, from.tangent);
      if (!z) return undefined;
      const turns = this.#arc.turns;
      const value = z[z.length - 1];
      this.#fault = value >= low && value <= high ? delayFault(this.#arc.field, z) : undefined;
      if (this.#fault !== undefined) return undefined;
      const to = this.#arc.station(z, from.tangent);
      if (!(this.#arc.metric.product(from.tangent, to.tangent) > LEAST_COSINE)) return undefined;
      this.#arc.turns = turns;
      const isOnPoint = to.stability.neutral > from.stability.neutral || to.sign === 0;
      if (!isOnPoint || length < wanted * 0.72) return { from, to, length };
    }
    return undefined;
  }

  /** Whether a step comes back to where the branch began. */
  #closes({ from, to, length }: Step): boolean {
    if (this.#distance < 4 * length) return false;
    const { metric } = this.#arc;
    const first = this.#first;
    const ahead = (z: Float64Array) =>
      metric.product(
        first.tangent,
        z.map((each, j) => each - first.z[j]),
      );
    const gap = first.z.map((each, j) => each - from.z[j]);
    const away = Math.sqrt(metric.product(gap, gap));
    if (!(ahead(from.z) < 0 && ahead(to.z) >= 0 && away < 1.5 * length)) return false;
    const here = metric.product(from.tangent, first.tangent);
    // Beside the first point there may be another part of the branch.
    const along = metric.product(from.tangent, gap);
    const off = Math.sqrt(Math.max(away * away - along * along, 0));
    return here > 0.5 && off < 0.25 * length;
  }

  /** Corners that lie between two points. */
  #cornersBetween(a: Float64Array, b: Float64Array): string | undefined {
    const cornered = this.#settings.cornered;
    if (!cornered || cornered.corners.length === 0) return undefined;
    const [u, v] = [new Float64Array(cornered.corners.length), new Float64Array(cornered.corners.length)];
    cornered.marginsAt(a, u);
    cornered.marginsAt(b, v);
    const passed = cornered.corners.filter((_, i) => (u[i] < 0 ? v[i] >= 0 : v[i] < 0));
    const texts = passed.map(({ operation, path }) => `${operation} in the equation of ${path}`);
    return texts.length === 0 ? undefined : [...new Set(texts)].join(", ");
  }

  #bend({ from, to }: Step): string | undefined {
    const corners = this.#cornersBetween(from.z, to.z);
    return corners && `between the row before and this one is a corner: ${corners}`;
  }

  /** Why the branch cannot be followed. */
  #reason(here: Station, length: number): string {
    if (this.#fault !== undefined) return this.#fault;
    const ahead = here.z.map((each, j) => each + Math.max(length, 1e-5) * here.tangent[j]);
    const corners = this.#cornersBetween(here.z, ahead);
    if (corners) return `the equations have a corner here, where derivatives do not exist: ${corners}`;
    return "the corrector does not converge beyond this point";
  }

  /** Puts the rows of a step in; true where the branch ends in it. */
  #emit(rows: BranchRow[], { from, to, found, note }: Step & { found: SpecialPoint[]; note: string | undefined }): boolean {
    const [low, high] = this.#settings.range;
    const parts = [
      ...found.map((special): BranchRow => ({ station: special.station, label: special.label, special })),
      { station: to, ...(note ? { note } : {}) },
    ];
    let before = from;
    for (const row of parts) {
      const values = this.#valuesBetween(before, row.station);
      for (const value of values) {
        const isBound = value === low || value === high;
        const there = valueRow(this.#arc, { from: before, to: row.station, step: from }, value);
        if (there) rows.push({ station: there, label: isBound ? "EP" : "UZ", ...(isBound ? { note: "the end of the range" } : {}) });
        if (isBound) return true;
      }
      rows.push(row);
      before = row.station;
    }
    return false;
  }

  /** The user's values and the bounds between two stations, in order; not those of the first. */
  #valuesBetween(a: Station, b: Station): number[] {
    const last = a.z.length - 1;
    const [u, v] = [a.z[last], b.z[last]];
    const [low, high] = this.#settings.range;
    const between = [...new Set([...this.#settings.userValues, low, high])].filter((value) =>
      u < v ? value > u && value <= v : value < u && value >= v,
    );
    return between.sort((x, y) => (u < v ? x - y : y - x)).filter((value, i, all) => i === all.indexOf(value));
  }
}

/** The point at which the parameter has a value, between two others. */
export function valueRow(arc: Arc, { from, to, step }: { from: Station; to: Station; step: Station }, value: number): Station | undefined {
  const last = from.z.length - 1;
  let [a, b] = [from.z, to.z];
  let guess = a;
  // Halved where the branch bends: next to folds the state is no linear function of the parameter.
  for (let turn = 0; turn < 12; turn++) {
    const share = b[last] === a[last] ? 1 : (value - a[last]) / (b[last] - a[last]);
    const middle = a.map((each, j) => each + share * (b[j] - each));
    const there = arc.correct(middle, step.tangent);
    guess = there ?? middle;
    if (!there || Math.abs(there[last] - value) < 1e-6 * arc.metric.scales[last]) break;
    if ((there[last] - value) * (a[last] - value) > 0) a = there;
    else b = there;
  }
  const z = equilibriumAt(arc.field, { start: guess, value, metric: arc.metric });
  return z && arc.station(z, step.tangent);
}

/** The equilibrium next to a start at a value of the parameter. */
export function equilibriumAt(
  field: VectorField,
  {
    start,
    value,
    metric,
    reach = Number.POSITIVE_INFINITY,
  }: { start: Float64Array; value: number; metric: Pick<Metric, "scales">; reach?: number },
): Float64Array | undefined {
  const n = field.states.length;
  const z = start.slice();
  z[n] = value;
  const jacobian = new Float64Array(n * (n + 1));
  const system = {
    size: n,
    residual: (u: Float64Array, out: Float64Array) => {
      z.set(u);
      field.evaluate(z, out);
    },
    jacobian: (u: Float64Array, out: Float64Array) => {
      z.set(u);
      field.jacobian(z, jacobian);
      for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) out[i * n + j] = jacobian[i * (n + 1) + j];
    },
  };
  const found = newton(system, start.slice(0, n), { scales: metric.scales.slice(0, n), reach, most: 40 });
  if (!found) return undefined;
  z.set(found.x);
  return z;
}

function ending(rows: BranchRow[], note: string): void {
  const row = rows.at(-1);
  if (row) rows[rows.length - 1] = { ...row, label: row.label ?? "EP", note: row.note ?? note };
}

function hiding({ from, to }: Step): string {
  return `the unstable part changes from ${from.stability.unstable} to ${to.stability.unstable} dimensions between the row before and this one, which the labels do not explain`;
}
