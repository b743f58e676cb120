import { refusal, sanitize } from "../errors.ts";
import { append } from "../lists.ts";
import { continueEquilibria, type EquilibriumTask } from "./continue-equilibrium.ts";
import { CurveTracer } from "./curve.ts";
import { type Curve, type CurveKind, type CurveRow, type CurveSettings, foldCurve, hopfCurve } from "./curve-systems.ts";
import { cycleCurves } from "./cycles/curves.ts";
import type { CycleOptions } from "./cycles/run.ts";
import type { SpecialSolution } from "./defining-systems.ts";
import { RestrictedField } from "./restricted-field.ts";
import type { VectorField } from "./vector-field.ts";

/** What curves are of, and how they are followed. */
interface CurveTask extends CurveSettings {
  kinds: readonly CurveKind[];
  /** The second parameter's value at which they begin. */
  second: number;
  /** How cycles are followed that curves of cycles begin on. */
  cycles: CycleOptions;
  /** Told after each step of all curves so far. */
  grown?: ((curves: () => Curve[]) => void) | undefined;
}

/**
 * Curves in two parameters through the folds and Hopf points of a branch in the first of them. Throws what continueEquilibria does, and
 * E_NO_CURVE where the branch has none of these points.
 */
export function continueCurves(
  field: VectorField,
  task: EquilibriumTask,
  { kinds, second, cycles, grown, ...settings }: CurveTask,
): Curve[] {
  const n = field.states.length;
  const restricted = new RestrictedField(field, second);
  const { branches, metric } = continueEquilibria(restricted, task);
  const points = branches.flatMap(({ rows }) =>
    rows.flatMap(({ special }) =>
      special?.solution && kinds.some((kind) => kind === special.label) ? [{ label: special.label, solution: special.solution }] : [],
    ),
  );
  const scales = Float64Array.from([...metric.scales, settings.ranges[1][1] - settings.ranges[1][0]]);
  const curves = curvesThrough(field, points, { kinds, second, cycles, grown, ...settings, scales });
  const ofCycles = kinds.filter((kind) => kind === "LPC" || kind === "PD");
  if (ofCycles.length > 0) {
    const told = grown && ((around: () => Curve[]) => grown(() => [...curves, ...around()]));
    const initial = { states: task.start.slice(0, n), value: task.start[n] };
    append(curves, cycleCurves(field, restricted, branches, { kinds: ofCycles, second, settings, cycles, initial, grown: told }));
  }
  if (curves.length > 0) return curves;
  const wanted = kinds.map((kind) => names[kind]).join(" or ");
  const [low, high] = task.range;
  throw refusal(
    "E_NO_CURVE",
    `the branch in ${sanitize(field.parameters[0])} from ${low} to ${high} ${ofCycles.length > 0 ? "and the cycles around it have" : "has"} no ${wanted}, through which a curve would go; widen its range, or change ${sanitize(field.parameters[1])}`,
  );
}

/** A fold or Hopf point of a branch. */
interface BranchPoint {
  label: "LP" | "HB" | "BP";
  solution: SpecialSolution;
}

/** Curves through folds and Hopf points, each once. */
function curvesThrough(
  field: VectorField,
  points: readonly BranchPoint[],
  { second, grown, scales, ...settings }: CurveTask & { scales: Float64Array },
): Curve[] {
  const n = field.states.length;
  const curves: Curve[] = [];
  for (const { label, solution } of points) {
    const kind = label === "HB" ? "HB" : "LP";
    const z = Float64Array.from([...solution.z, second]);
    if (curves.some((curve) => curve.kind === kind && passes(curve.rows, z, scales))) continue;
    const vectors =
      kind === "HB"
        ? [...unit(solution.right, solution.other), solution.omega]
        : [...unit(solution.right, new Float64Array(n)).slice(0, n)];
    const x = Float64Array.from([...z, ...vectors]);
    const own = new Float64Array(x.length).fill(1);
    own.set(scales);
    if (kind === "HB") own[own.length - 1] = solution.omega;
    const way = (sign: 1 | -1, before: readonly CurveRow[]) => {
      const system =
        kind === "HB"
          ? hopfCurve(field, { right: x.slice(n + 2, 2 * n + 2), other: x.slice(2 * n + 2, 3 * n + 2) })
          : foldCurve(field, x.slice(n + 2));
      system.renew(x);
      const told =
        grown && ((rows: readonly CurveRow[]) => grown(() => [...curves, { kind, rows: joined(rows, before), isClosed: false }]));
      return new CurveTracer(field, system, { settings: { ...settings, told }, scales: own }).trace(x, sign);
    };
    const up = way(1, []);
    const down = up.isClosed ? { rows: [] } : way(-1, up.rows);
    curves.push({ kind, rows: joined(down.rows, up.rows), isClosed: up.isClosed });
  }
  return curves;
}

const names: Readonly<Record<CurveKind, string>> = { LP: "folds", HB: "Hopf points", LPC: "folds of cycles", PD: "period doublings" };

/** Rows of one direction and then of the other; both begin with the same. */
function joined(down: readonly CurveRow[], up: readonly CurveRow[]): CurveRow[] {
  return up.length === 0 ? [...down] : [...down.slice(1).reverse(), ...up];
}

function unit(a: Float64Array, b: Float64Array): number[] {
  let square = 0;
  for (let i = 0; i < a.length; i++) square += a[i] * a[i] + b[i] * b[i];
  return [...a, ...b].map((each) => each / Math.sqrt(square));
}

/** Whether a curve goes through a point: between two of its rows. */
function passes(rows: readonly CurveRow[], z: Float64Array, scales: Float64Array): boolean {
  return rows.some(({ z: a }, i) => {
    const b = rows[i + 1]?.z;
    if (!b) return false;
    const [along, to] = [b.map((each, j) => (each - a[j]) / scales[j]), z.map((each, j) => (each - a[j]) / scales[j])];
    const square = along.reduce((sum, each) => sum + each * each, 0);
    if (square === 0) return false;
    const share = Math.min(1, Math.max(0, along.reduce((sum, each, j) => sum + each * to[j], 0) / square));
    const off = to.reduce((sum, each, j) => sum + (each - share * along[j]) * (each - share * along[j]), 0);
    // A chord is off its arc by less than its length squared.
    return off <= 0.04 * square && share > 0 && share < 1;
  });
}
