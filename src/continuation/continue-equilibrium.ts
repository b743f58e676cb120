import { refusal, sanitize } from "../errors.ts";
import { largest } from "../lists.ts";
import { Arc, Metric, type Station } from "./arc.ts";
import { type Branch, type BranchRow, type BranchSettings, equilibriumAt, Tracer, valueRow } from "./branch.ts";
import { type SpecialSolution, solveBranchPoint, solveFold, solveHopf } from "./defining-systems.ts";
import { Lu } from "./dense.ts";
import { unitsOf } from "./equilibria.ts";
import { EquilibriumFinder } from "./find-equilibria.ts";
import { branchTangents } from "./normal-forms.ts";
import { RestrictedField } from "./restricted-field.ts";
import { settle } from "./settle.ts";
import { criticalIndex, type SpecialPoint } from "./special-points.ts";
import type { VectorField } from "./vector-field.ts";

/** States from which an equilibrium is looked for where the initial state leads to none. */
const STARTS = 64;

/** Where a branch begins, and how it is followed. */
export interface EquilibriumTask extends BranchSettings {
  /** z: states, and the value of the parameter. */
  start: Float64Array;
  /** Whether the states are the caller's: then the equilibrium next to them is taken, or none. */
  isGiven: boolean;
  /** Whether to follow the branches that cross at branch points. */
  switching: boolean;
  maxBranches: number;
  /** States from which further equilibria are looked for at the start's parameter: the branches through them are followed too. */
  starts: number;
  /** Told after each step of all branches so far. */
  grown?: ((branches: () => Branch[]) => void) | undefined;
}

/** Follows the branch of equilibria through a start in both directions, those that cross it, and those through other equilibria there. */
export function continueEquilibria(field: VectorField, task: EquilibriumTask): { branches: Branch[]; metric: Metric } {
  const n = field.states.length;
  const [low, high] = task.range;
  const metric = new Metric(n, [high - low]);
  metric.see(task.start);
  const arc = new Arc(field, metric);
  const z = startOf(field, task, metric);
  const others = task.starts > 0 ? equilibriaBeside(field, z, task.starts) : [];
  metric.see(z);
  const begin = firstStation(arc, z);
  if (!begin) throw singularStart();
  const branches: Branch[] = [];
  const follow = (station: Station, row?: BranchRow, from?: Branch["from"]) => {
    const origin = from ? { from } : {};
    const grown = task.grown && ((branch: () => Branch) => task.grown?.(() => [...branches, { ...branch(), ...origin }]));
    branches.push({ ...bothWays(arc, { ...task, grown }, station, row), ...origin });
  };
  followAll(begin, branches, follow);
  const crossed: Float64Array[] = begin.special ? [z] : [];
  const followCrossing = (b: number) => {
    const own = branches[b];
    if (!task.switching || own.from) return;
    own.rows.forEach(({ special, station }, row) => {
      if (special?.label !== "BP" || !special.solution || branches.length >= task.maxBranches) return;
      if (crossed.some((each) => near(metric, each, station.z))) return;
      crossed.push(station.z);
      const other = crossing(arc, special, station.tangent);
      if (!other) return;
      const there: Station = { ...station, tangent: other };
      follow(there, { station: there, label: "BP", special }, { branch: b, row });
    });
  };
  for (let b = 0; b < branches.length && branches.length < task.maxBranches; b++) followCrossing(b);
  for (const other of others) {
    if (branches.length >= task.maxBranches || branches.some((branch) => passes(arc, branch, other))) continue;
    const there = firstStation(arc, other);
    const first = branches.length;
    if (there) followAll(there, branches, follow);
    for (let b = first; b < branches.length && branches.length < task.maxBranches; b++) followCrossing(b);
  }
  return { branches, metric };
}

type Follow = (station: Station, row?: BranchRow, from?: Branch["from"]) => void;

/** Follows the branch through a place, or all those that cross there. */
function followAll({ station, tangents, special }: Begun, branches: readonly Branch[], follow: Follow): void {
  const first = branches.length;
  for (const [i, tangent] of tangents.entries()) {
    const there = { ...station, tangent };
    const origin = i === 0 ? undefined : { branch: first, row: branches[first].rows.findIndex(({ label }) => label === "BP") };
    follow(there, special && { station: there, label: "BP" as const, special }, origin);
  }
}

/** Further equilibria at the parameter's value of one that is known. */
function equilibriaBeside(field: VectorField, z: Float64Array, starts: number): Float64Array[] {
  const n = field.states.length;
  const finder = new EquilibriumFinder(new RestrictedField(field, z[n]), z.slice(0, n), unitsOf(n, starts));
  const found = finder.search([z.slice(0, n)]).slice(1);
  return found.map((states) => Float64Array.from([...states, z[n]]));
}

/** Whether a branch goes through an equilibrium. */
function passes(arc: Arc, { rows }: Branch, z: Float64Array): boolean {
  const last = z.length - 1;
  const value = z[last];
  return rows.some(({ station: to }, i) => {
    if (to.z[last] === value) return near(arc.metric, to.z, z);
    const from = rows[i - 1]?.station;
    if (!from || from.z[last] === value || from.z[last] > value === to.z[last] > value) return false;
    const there = valueRow(arc, { from, to, step: from }, value);
    return there !== undefined && near(arc.metric, there.z, z);
  });
}

function near(metric: Metric, a: Float64Array, b: Float64Array): boolean {
  return a.every((each, j) => Math.abs(each - b[j]) <= 1e-6 * metric.scales[j]);
}

/** The tangent of the branch that crosses at a branch point. */
function crossing(arc: Arc, special: SpecialPoint, own: Float64Array): Float64Array | undefined {
  if (!special.solution) return undefined;
  const tangents = branchTangents(arc.field, special.solution, own).map((t) => arc.metric.normalise(t));
  const [other] = tangents.sort((a, b) => Math.abs(arc.metric.product(a, own)) - Math.abs(arc.metric.product(b, own)));
  return other;
}

/** The start on the branch. Throws E_NO_EQUILIBRIUM. */
function startOf(field: VectorField, { start, isGiven, range }: EquilibriumTask, metric: Metric): Float64Array {
  const n = field.states.length;
  const value = start[n];
  const direct = equilibriumAt(field, { start, value, metric, reach: isGiven ? 0.5 : 1e6 });
  if (isGiven && direct) return direct;
  const settled = isGiven ? undefined : settle(field, start);
  const near = settled && equilibriumAt(field, { start: settled, value, metric });
  if (near ?? direct) return near ?? direct ?? start;
  // At a fold the parameter has to give way.
  const onto = ontoBranch(field, settled ?? start, metric);
  if (onto && Math.abs(onto[n] - value) <= 1e-7 * (range[1] - range[0])) return onto;
  const searched = isGiven ? undefined : nearestFound(field, start, metric);
  if (searched) return searched;
  const where = `${sanitize(field.parameters[0])} = ${value}`;
  const what = isGiven
    ? "Newton's method does not find an equilibrium near the start that is given"
    : `no equilibrium was found from the model's initial state and ${STARTS} others`;
  throw refusal("E_NO_EQUILIBRIUM", `${what} at ${where}; give a state nearer to one in from, or another value of the parameter`);
}

/** Of all equilibria that a search finds at the start's parameter, the one next to its states: cycles need not lead to one. */
function nearestFound(field: VectorField, start: Float64Array, metric: Metric): Float64Array | undefined {
  const n = field.states.length;
  const finder = new EquilibriumFinder(new RestrictedField(field, start[n]), start.slice(0, n), unitsOf(n, STARTS));
  let [nearest, least]: [Float64Array | undefined, number] = [undefined, Number.POSITIVE_INFINITY];
  for (const states of finder.search([])) {
    const z = Float64Array.from([...states, start[n]]);
    const apart = z.map((each, j) => each - start[j]);
    const distance = metric.product(apart, apart);
    if (distance < least) [nearest, least] = [z, distance];
  }
  return nearest;
}

/** The nearest point of the branch, by Newton's method with the shortest steps. */
function ontoBranch(field: VectorField, start: Float64Array, metric: Metric): Float64Array | undefined {
  const arc = new Arc(field, metric);
  let z = start;
  let normal = new Float64Array(start.length);
  normal[start.length - 1] = 1;
  for (let turn = 0; turn < 12; turn++) {
    const { tangent } = arc.tangent(z, normal);
    if (!tangent.every(Number.isFinite)) return undefined;
    normal = Float64Array.from(tangent);
    const next = arc.correct(z, normal);
    if (!next) return undefined;
    const moved = metric.product(
      next.map((each, j) => each - z[j]),
      next.map((each, j) => each - z[j]),
    );
    z = next;
    if (moved < 1e-26) break;
  }
  return z;
}

/** A place to begin at, and the directions of the branches through it, to larger values of the parameter. */
interface Begun {
  station: Station;
  tangents: Float64Array[];
  special?: SpecialPoint;
}

/** What is known of the start; undefined where no branch goes through it alone. */
function firstStation(arc: Arc, z: Float64Array): Begun | undefined {
  const n = z.length - 1;
  const toward = new Float64Array(z.length);
  toward[n] = 1;
  // Twice: the parameter's own direction may be none that borders the Jacobian well.
  const first = arc.tangent(z, toward).tangent;
  const station = arc.station(z, first.every(Number.isFinite) ? first : toward);
  if (!arc.isSingular(z, station.tangent.every(Number.isFinite) ? station.tangent : toward)) {
    if (station.tangent[n] < 0) station.tangent = station.tangent.map((each) => -each);
    return { station, tangents: [station.tangent] };
  }
  // Singular beside the start too: that is no point of a branch.
  const beside = z.map((each, j) => each + arc.metric.scales[j] * 0.01 * (1 + ((j * 0.618) % 1)));
  const isEverywhere = arc.isSingular(beside, arc.tangent(beside, toward).tangent);
  const solution = isEverywhere ? undefined : solveBranchPoint(arc.field, z, { scales: arc.metric.scales, reach: 1e-3 });
  const along = solution && near(arc.metric, solution.z, z) ? nullDirection(arc.field, solution) : undefined;
  const tangents = solution && along ? branchTangents(arc.field, solution, along) : [];
  if (!solution || tangents.length === 0) return undefined;
  const special: SpecialPoint = { label: "BP", at: 0, station, digits: 16, coefficient: Number.NaN, omega: 0, solution };
  return { station, special, tangents: tangents.map((t) => arc.metric.normalise(t)).sort((a, b) => Math.abs(b[n]) - Math.abs(a[n])) };
}

function singularStart() {
  const message = `several branches meet at the start, or equilibria are not isolated there: the Jacobian is singular (a conserved quantity, or a state that no equation holds); fix the quantity by an equation, or begin elsewhere`;
  return refusal("E_SINGULAR", message);
}

/** A null vector of ∂f/∂z beside that of the states: A w + ψ β = -∂f/∂λ, with w normal to φ. */
function nullDirection(field: VectorField, { z, right, other: psi }: SpecialSolution): Float64Array {
  const n = z.length - 1;
  const jacobian = new Float64Array(n * (n + 1));
  field.jacobian(z, jacobian);
  const lu = new Lu(n + 1);
  const x = new Float64Array(n + 1);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) lu.values[i * (n + 1) + j] = jacobian[i * (n + 1) + j];
    lu.values[i * (n + 1) + n] = psi[i];
    lu.values[n * (n + 1) + i] = right[i];
    x[i] = -jacobian[i * (n + 1) + n];
  }
  lu.factor();
  lu.solve(x);
  x[n] = 1;
  return x;
}

/** How a branch is followed in both directions, and who is told of it as far as it has come. */
interface BothWays extends BranchSettings {
  grown?: ((branch: () => Branch) => void) | undefined;
}

/** A branch through a station: backwards, the station, forwards. */
function bothWays(arc: Arc, task: BothWays, first: Station, row: BranchRow = startRow(arc, first)): Branch {
  const [low, high] = task.range;
  const last = first.z.length - 1;
  const scales = arc.metric;
  const { grown } = task;
  const way = (sign: 1 | -1, whole: (rows: readonly BranchRow[]) => BranchRow[]) => {
    const tangent = first.tangent.map((each) => sign * each);
    const ahead = first.z[last] + 1e-3 * task.stepSize * tangent[last];
    const isAtEnd = (first.z[last] <= low && ahead < low) || (first.z[last] >= high && ahead > high);
    if (isAtEnd) return { rows: [], isClosed: false };
    scales.normalise(tangent);
    const told = grown && ((rows: readonly BranchRow[]) => grown(() => ({ rows: whole(rows), isClosed: false })));
    return new Tracer(arc, { ...task, told }, { ...first, tangent, sign: sign * first.sign }).trace();
  };
  const forward = way(1, (rows) => [row, ...rows]);
  const backward = forward.isClosed ? { rows: [] } : way(-1, (rows) => [...[...rows].reverse(), row, ...forward.rows]);
  const ends = (rows: BranchRow[]) => rows.length === 0;
  const unlabelled = task.userValues.includes(first.z[last]) ? "UZ" : ends(forward.rows) || ends(backward.rows) ? "EP" : undefined;
  const own: BranchRow = row.label === undefined && unlabelled ? { ...row, label: unlabelled } : row;
  return { rows: [...backward.rows.reverse(), own, ...forward.rows], isClosed: forward.isClosed };
}

/** The first row: a special point where the start is one. */
function startRow(arc: Arc, start: Station): BranchRow {
  const { field, metric } = arc;
  const search = { scales: metric.scales, reach: 1e-3 };
  const last = start.z.length - 1;
  const isHere = (z: Float64Array) => near(metric, z, start.z);
  const { neutral, eigenvalues } = start.stability;
  const rates = Math.max(largest(Array.from(eigenvalues.re, Math.abs)), 1e-300);
  const index = criticalIndex(start.stability);
  const made = (label: "LP" | "HB" | "BP", solution: ReturnType<typeof solveFold>): BranchRow | undefined =>
    solution && isHere(solution.z)
      ? {
          station: start,
          label,
          special: { label, at: 0, station: start, digits: 16, coefficient: Number.NaN, omega: solution.omega, solution },
        }
      : undefined;
  if (Math.abs(start.tangent[last]) < 1e-6) {
    const fold = made("LP", solveFold(field, start.z, search));
    if (fold) return fold;
  }
  if (eigenvalues.im[index] !== 0 && Math.abs(eigenvalues.re[index]) < 1e-6 * rates) {
    const hopf = made("HB", solveHopf(field, start.z, Math.abs(eigenvalues.im[index]), search));
    if (hopf) return hopf;
  }
  return (neutral > 0 ? made("BP", solveBranchPoint(field, start.z, search)) : undefined) ?? { station: start };
}
