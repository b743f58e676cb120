import { settle } from "../settle.ts";
import { stabilityAt } from "../stability.ts";
import type { VectorField } from "../vector-field.ts";
import { borderedOf } from "./bordered.ts";
import { BranchRun } from "./branch.ts";
import type { Branch, BranchRow, EndReason, FollowOptions, RowKind } from "./branch-rows.ts";
import { cycleProblem, PARAMETER } from "./cycle-problem.ts";
import { type CyclePoint, Follower } from "./follower.ts";
import { type HopfPoint, hopfNear } from "./hopf-end.ts";
import { Ruler, rangesOf } from "./measure.ts";
import type { Orbit } from "./orbit.ts";
import { type Recurrence, recurrenceOf, type Turn } from "./recurrence.ts";
import { fromHopf, fromTurn, hopfPlane } from "./starts.ts";
import { crossingBranch, doubledBranch, type NewBranch, reversed } from "./switching.ts";

/** Where cycles are followed from: a Hopf point, or the cycle that a trajectory from a state comes to. */
export type CycleStart = HopfStart | { kind: "simulation"; state: Float64Array; parameter: number; directions: readonly number[] };

/** A Hopf point, and the row of a table of equilibria that it is. */
export interface HopfStart {
  kind: "hopf";
  hopf: Omit<HopfPoint, "residual">;
  row?: EquilibriumRow;
}

/** Where a row stands in a table of branches of equilibria. */
export interface EquilibriumRow {
  branch: number;
  index: number;
}

/** How cycles are followed. */
export interface CycleOptions extends FollowOptions {
  intervals: number;
  degree: number;
  /** How often branches are left for others that begin on them: 0 is never. */
  switches: number;
  /** Told after each cycle of all branches so far. */
  grown?: ((branches: () => GrowingCycles[]) => void) | undefined;
}

/** A branch of cycles as far as it has come: of one that goes on there is no end. */
export interface GrowingCycles extends Omit<CycleBranch, "end"> {
  end?: EndReason | undefined;
}

/** A branch of cycles, and where it began: on a row of another, or at what was given. */
export interface CycleBranch extends Branch {
  from: { branch: number; row: number } | undefined;
  /** The row of a Hopf point at which it begins, where that is one of a table. */
  hopf?: EquilibriumRow | undefined;
}

/** What came of following cycles: branches, or why there is none. */
export type CycleResult =
  | { kind: "branches"; branches: CycleBranch[]; missed: EquilibriumRow[] }
  | { kind: "noHopf" }
  | { kind: "noStart" }
  | { kind: "noCycle"; found: Exclude<Recurrence, { kind: "cycle" }> };

/** A cycle that is smaller than this part of the trajectory it was found by is none. */
const SHRUNK = 1e-3;

/** A branch to be followed. */
interface Task {
  start: NewBranch;
  ruler: Ruler;
  from: CycleBranch["from"];
  switches: number;
  /** What its first row is. */
  kind: RowKind;
}

/** Follows cycles from where they begin, and those that branch off. */
export function followCycles(field: VectorField, start: CycleStart, options: CycleOptions): CycleResult {
  const begun = start.kind === "hopf" ? hopfTask(field, start.hopf, options) : simulatedTasks(field, start, options);
  if (!Array.isArray(begun)) return begun;
  const { grown } = options;
  const branches: CycleBranch[] = [];
  const tasks = begun;
  for (let task = tasks.shift(); task !== undefined; task = tasks.shift()) {
    const { start: origin, ruler, from, switches, kind } = task;
    const told = grown && ((rows: readonly BranchRow[]) => grown(() => [...branches, { rows: [...rows], from }]));
    const branch = { ...new BranchRun(field, origin.follower, ruler, { ...options, told }).follow(origin.point, kind), from };
    branches.push(branch);
    // a closed branch, or one that came to where it began, was followed both ways at once
    if (branch.end === "closed" && start.kind === "simulation" && from === undefined) tasks.splice(0);
    if (switches > 0) for (const next of offshoots(branch, branches.length - 1, task)) tasks.push(next);
  }
  return { kind: "branches", branches, missed: [] };
}

/** Follows cycles from several Hopf points, less those at which a branch of another ends. */
export function followFromEach(field: VectorField, starts: readonly HopfStart[], options: CycleOptions): CycleResult {
  const branches: CycleBranch[] = [];
  const missed: EquilibriumRow[] = [];
  const span = options.range[1] - options.range[0];
  for (const { row, ...start } of starts) {
    if (branches.some((branch) => endsAt(branch, start.hopf, span))) continue;
    const before = branches.length;
    const placed = <Own extends GrowingCycles>(branch: Own, i: number): Own => {
      const from = branch.from && { ...branch.from, branch: branch.from.branch + before };
      return { ...branch, from, ...(i === 0 ? { hopf: row } : {}) };
    };
    const { grown } = options;
    const wider = grown && ((own: () => GrowingCycles[]) => grown(() => [...branches, ...own().map(placed)]));
    const found = followCycles(field, start, { ...options, grown: wider });
    if (found.kind !== "branches") {
      if (row) missed.push(row);
      continue;
    }
    for (const [i, branch] of found.branches.entries()) branches.push(placed(branch, i));
  }
  return branches.length === 0 ? { kind: "noHopf" } : { kind: "branches", branches, missed };
}

/** A Hopf point is another's where parameter and states differ by less than this part of the range and of their size. */
const SAME = 1e-5;

function endsAt({ end, rows }: CycleBranch, { state, parameter }: HopfStart["hopf"], span: number): boolean {
  const last = rows.at(-1);
  if (end !== "hopf" || last === undefined || Math.abs(parameterOf(last) - parameter) > SAME * span) return false;
  const { nodes } = last.point.orbit;
  const size = state.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
  return state.every((each, i) => Math.abs(nodes[i] - each) <= SAME * size);
}

function hopfTask(field: VectorField, guess: Omit<HopfPoint, "residual">, options: CycleOptions): Task[] | CycleResult {
  const span = options.range[1] - options.range[0];
  const hopf = hopfNear(field, guess, 1e-6 * span);
  if (hopf === undefined) return { kind: "noHopf" };
  const plane = hopfPlane(field, hopf);
  const problem = cycleProblem(field);
  const scales = { states: plane.scales, scalars: Float64Array.of((2 * Math.PI) / hopf.frequency, span) };
  const follower = new Follower(problem, { degree: options.degree, intervals: options.intervals, scales });
  const point = fromHopf(follower, plane);
  return [{ start: { follower, point }, ruler: new Ruler(plane.scales, span), from: undefined, switches: options.switches, kind: "hopf" }];
}

function simulatedTasks(
  field: VectorField,
  { state, parameter, directions }: Extract<CycleStart, { kind: "simulation" }>,
  options: CycleOptions,
): Task[] | CycleResult {
  const size = field.states.length;
  const z = new Float64Array(size + 1);
  z.set(state);
  z[size] = parameter;
  const found = recurrenceOf(field, z);
  if (found.kind !== "cycle") return { kind: "noCycle", found };
  const tasks = tasksFrom(field, found.turn, { parameter, directions, options });
  if (tasks) return tasks;
  const { turn } = found;
  return comesToRest(field, turn, z) ? { kind: "noCycle", found: { kind: "rest", time: turn.start + turn.period } } : { kind: "noStart" };
}

/** Whether a turn goes around a stable equilibrium that is no farther than the turn is wide: it will end there, if slowly. */
function comesToRest(field: VectorField, { trajectory: { times, states }, start }: Turn, z: Float64Array): boolean {
  const size = field.states.length;
  const first = times.findIndex((time) => time >= start);
  const turn = { nodes: Float64Array.from(states.slice(first).flatMap((state) => Array.from(state))) };
  const { ranges } = rangesOf({ mesh: new Float64Array(0), scalars: new Float64Array(0), ...turn }, size);
  const there = z.slice();
  there.set(states[states.length - 1]);
  const rest = settle(field, there);
  if (!rest || stabilityAt(field, rest).unstable > 0) return false;
  return ranges.every((range, i) => Math.abs(rest[i] - there[i]) <= range + 1e-9 * Math.abs(rest[i]));
}

/** Branches from the cycle next to a turn; undefined where there is none. */
function tasksFrom(
  field: VectorField,
  turn: Turn,
  { parameter, directions, options }: { parameter: number; directions: readonly number[]; options: CycleOptions },
): Task[] | undefined {
  const size = field.states.length;
  const span = options.range[1] - options.range[0];
  const tasks: Task[] = [];
  for (const direction of directions) {
    const ruler = new Ruler(new Float64Array(size), span);
    const nodes = new Float64Array(turn.trajectory.states.length * size);
    turn.trajectory.states.forEach((row, i) => {
      nodes.set(row, i * size);
    });
    const scales = ruler.scalesAt({ mesh: new Float64Array(0), nodes, scalars: Float64Array.of(turn.period, parameter) });
    const follower = new Follower(cycleProblem(field), { degree: options.degree, intervals: options.intervals, scales });
    const point = fromTurn(follower, turn, parameter, direction);
    if (point === undefined || isShrunk(point.orbit, scales.states)) return undefined;
    tasks.push({ start: { follower, point }, ruler, from: undefined, switches: options.switches, kind: "start" });
  }
  return tasks;
}

/** Whether what a trajectory seemed to repeat is, once it is solved for, a state of rest. */
function isShrunk(orbit: Orbit, before: Float64Array): boolean {
  return rangesOf(orbit, before.length).ranges.every((range, i) => range < SHRUNK * before[i]);
}

/** Branches that begin at the period doublings and branch points of another. */
function offshoots(branch: CycleBranch, index: number, { start: { follower }, ruler, switches }: Task): Task[] {
  return branch.rows.flatMap((row, i) => {
    const starts =
      row.kind === "periodDoubling" ? [doubled(follower, ruler, row)] : row.kind === "branchPoint" ? crossing(follower, ruler, row) : [];
    return starts.map((start) => ({ start, ruler, from: { branch: index, row: i }, switches: switches - 1, kind: "start" as const }));
  });
}

function doubled(follower: Follower, ruler: Ruler, { point }: BranchRow): NewBranch {
  follower.scales = ruler.scalesAt(point.orbit);
  return doubledBranch(follower, point);
}

/** Both ways along the branch that crosses. */
function crossing(follower: Follower, ruler: Ruler, { point }: BranchRow): NewBranch[] {
  const based = follower.rebased(point, ruler.scalesAt(point.orbit));
  const solved: CyclePoint | undefined = follower.advance(based, 0);
  if (solved === undefined) return [];
  const other = crossingBranch(follower, solved, borderedOf(follower.collocation, follower.scales));
  return [other, { follower: other.follower, point: reversed(other.point) }];
}

/** The parameter of a row: that of its orbit, or the one that it is extrapolated to. */
export function parameterOf({ point, guess }: BranchRow): number {
  return guess?.parameter ?? point.orbit.scalars[PARAMETER];
}
