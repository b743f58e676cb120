import type { Branch as EquilibriumBranch } from "../branch.ts";
import type { Curve, CurveRow, CurveSettings } from "../curve-systems.ts";
import type { RestrictedField } from "../restricted-field.ts";
import type { VectorField } from "../vector-field.ts";
import { Turnover } from "./bordered.ts";
import type { BranchRow } from "./branch-rows.ts";
import { CurveFollower, type CurvePoint } from "./curve-follower.ts";
import { type CycleCurveKind, FIRST, SECOND } from "./curve-problem.ts";
import { CurveRun } from "./curve-run.ts";
import { cycleProblem, PARAMETER, PERIOD } from "./cycle-problem.ts";
import { measuresOf, rangesOf } from "./measure.ts";
import type { Orbit } from "./orbit.ts";
import { type CycleOptions, followCycles, followFromEach, type HopfStart } from "./run.ts";

/** What curves of cycles begin from: cycles of the first parameter are followed as continueCycle does. */
export interface CycleCurveTask {
  kinds: readonly CycleCurveKind[];
  second: number;
  settings: CurveSettings;
  cycles: CycleOptions;
  /** States that the model begins in, and the first parameter: where there is no Hopf point, the cycle that they come to. */
  initial: { states: Float64Array; value: number };
  /** Told after each step of all curves so far. */
  grown?: ((curves: () => Curve[]) => void) | undefined;
}

/** Curves of folds and period doublings of cycles through those of the cycles that begin at Hopf points of branches of equilibria, or are come to. */
export function cycleCurves(
  field: VectorField,
  within: RestrictedField,
  branches: readonly EquilibriumBranch[],
  task: CycleCurveTask,
): Curve[] {
  const starts = branches.flatMap(({ rows }) =>
    rows.flatMap(({ special }): HopfStart[] => {
      if (special?.label !== "HB" || !special.solution) return [];
      const n = field.states.length;
      const { z, omega } = special.solution;
      return [{ kind: "hopf", hopf: { state: z.slice(0, n), parameter: z[n], frequency: omega } }];
    }),
  );
  const { states, value } = task.initial;
  const [low, high] = task.cycles.range;
  const directions = [1, -1].filter((sign) => (sign > 0 ? value < high : value > low));
  const result =
    starts.length > 0
      ? followFromEach(within, starts, task.cycles)
      : followCycles(within, { kind: "simulation", state: states, parameter: value, directions }, task.cycles);
  if (result.kind !== "branches") return [];
  const curves: Curve[] = [];
  for (const row of result.branches.flatMap(({ rows }) => rows)) {
    const kind = row.kind === "foldOfCycles" ? "LPC" : row.kind === "periodDoubling" ? "PD" : undefined;
    if (!kind || !task.kinds.includes(kind)) continue;
    const curve = curveThrough(field, within, kind, { row, curves, task });
    if (curve) curves.push(curve);
  }
  return curves;
}

function curveThrough(
  field: VectorField,
  within: RestrictedField,
  kind: CycleCurveKind,
  { row, curves, task }: { row: BranchRow; curves: readonly Curve[]; task: CycleCurveTask },
): Curve | undefined {
  const { degree } = task.cycles;
  const { orbit } = row.point;
  const intervals = orbit.mesh.length - 1;
  const [first, second] = task.settings.ranges;
  const spans: [number, number] = [first[1] - first[0], second[1] - second[0]];
  const own = { degree, intervals, spans };
  const follower = new CurveFollower(field, kind, own);
  const guess = withDeviation(within, kind, row, { degree, second: task.second });
  const start = follower.solveFor(SECOND, task.second, follower.rebased(guess).orbit);
  if (!start || curves.some((curve) => curve.kind === kind && passes(curve.rows, start, follower, spans))) return undefined;
  if (start.tangent.scalars[SECOND] < 0) {
    for (const part of [start.tangent.nodes, start.tangent.scalars]) for (let i = 0; i < part.length; i++) part[i] = -part[i];
  }
  const { grown } = task;
  const joined = (down: readonly CurveRow[], up: readonly CurveRow[]) => [
    ...down.slice(1).reverse(),
    ...(up.length === 0 ? down.slice(0, 1) : up),
  ];
  const way = (sign: 1 | -1, before: readonly CurveRow[]) => {
    const fresh = new CurveFollower(field, kind, own);
    fresh.rebased(start.orbit);
    const told = grown && ((rows: readonly CurveRow[]) => grown(() => [...curves, { kind, rows: joined(rows, before), isClosed: false }]));
    return new CurveRun(field, fresh, { ...task.settings, told }).trace(start, sign);
  };
  const up = way(1, []);
  const down = up.isClosed ? { rows: [] } : way(-1, up.rows);
  return { kind, rows: joined(down.rows, up.rows), isClosed: up.isClosed };
}

/** A cycle at a bifurcation with its deviation: of a fold the branch's own direction, of a period doubling one that turns over. */
function withDeviation(
  within: RestrictedField,
  kind: CycleCurveKind,
  { point }: BranchRow,
  { degree, second }: { degree: number; second: number },
): Orbit {
  const { orbit, tangent } = point;
  const n = within.states.length;
  const { ranges, sizes } = rangesOf(orbit, n);
  const scales = measuresOf(ranges, sizes);
  const deviation =
    kind === "LPC" ? tangent.nodes : new Turnover(cycleProblem(within), degree, orbit.mesh.length - 1).at(orbit, scales).x.nodes;
  let square = 0;
  for (let i = 0; i < deviation.length; i++) square += (deviation[i] / scales[i % n]) * (deviation[i] / scales[i % n]);
  const size = Math.sqrt(square / (deviation.length / n)) || 1;
  const nodes = new Float64Array(2 * orbit.nodes.length);
  for (let node = 0; node < orbit.nodes.length / n; node++) {
    for (let i = 0; i < n; i++) {
      nodes[node * 2 * n + i] = orbit.nodes[node * n + i];
      nodes[node * 2 * n + n + i] = deviation[node * n + i] / size;
    }
  }
  const scalars = [orbit.scalars[PERIOD], orbit.scalars[PARAMETER], second];
  return { mesh: orbit.mesh, nodes, scalars: Float64Array.from(kind === "LPC" ? [...scalars, tangent.scalars[PERIOD] / size] : scalars) };
}

/** Whether a curve goes through a point: by both parameters and the period. */
function passes(rows: readonly CurveRow[], { orbit }: CurvePoint, { states: n }: CurveFollower, spans: readonly [number, number]): boolean {
  const period = orbit.scalars[PERIOD];
  const at = ({ z, frequency }: CurveRow) => [z[n] / spans[0], z[n + 1] / spans[1], Math.min((2 * Math.PI) / frequency / period, 100)];
  const point = [orbit.scalars[FIRST] / spans[0], orbit.scalars[SECOND] / spans[1], 1];
  return rows.some((row, i) => {
    const next = rows[i + 1];
    if (!next) return false;
    const [a, b] = [at(row), at(next)];
    const along = b.map((each, k) => each - a[k]);
    const to = point.map((each, k) => each - a[k]);
    const square = along.reduce((sum, each) => sum + each * each, 0);
    const share = along.reduce((sum, each, k) => sum + each * to[k], 0) / square;
    const off = to.reduce((sum, each, k) => sum + (each - share * along[k]) * (each - share * along[k]), 0);
    return share >= 0 && share <= 1 && off <= 0.01 * square;
  });
}
