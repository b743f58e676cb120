import type { Problems } from "../check.ts";
import { listed, sanitize } from "../errors.ts";
import { distinctValues } from "../kernel/key-values.ts";
import { worthwhileLoopOf } from "../kernel/loops.ts";
import { attempt, type ModelSource } from "../model/build.ts";
import type { Model, ModelLayout } from "../model/model.ts";
import type { VariedDelays } from "../model/template/edges.ts";
import { DEFAULTS } from "../options/defaults.ts";
import { keepsOrder } from "../platform/environment.ts";
import { type Arithmetic, isExact } from "../sweep/arithmetic.ts";
import type { BlockRun } from "../sweep/blocks.ts";
import { inputGrid } from "../sweep/clock.ts";
import {
  type Assignment,
  type InputSource,
  type Job,
  type PointField,
  type RecordedVariable,
  type Timing,
  UNKNOWN,
  type WienerTerm,
} from "../sweep/job.ts";
import type { KeyValues } from "../sweep/key-values.ts";
import { type Solver, solverNames } from "../sweep/solver.ts";
import { checkArithmetic } from "./arithmetic.ts";
import { groupByDelay, longestDelays, withLongestDelay } from "./delays.ts";
import type { DelayUse } from "./edges.ts";
import type { FeatureUse } from "./features.ts";
import { checkReach, checkRead, checkStages, type HistoryUse, pastOf } from "./history.ts";
import { finishColumns, type OutputColumn } from "./outputs.ts";
import { resolvePointField } from "./point-field.ts";
import { lanesOf } from "./size.ts";
import type { StateChanges } from "./states.ts";
import type { WienerUse } from "./wiener.ts";

/** What jobs are made of: rows are those of the source's own model. */
export interface JobParts extends StateChanges {
  source: ModelSource;
  solver: Solver;
  arithmetic: Arithmetic;
  timing: Timing;
  assignments: readonly Assignment[];
  delays: readonly DelayUse[];
  inputSources: readonly InputSource[];
  wiener: readonly WienerUse[];
  history: readonly HistoryUse[];
  columns: readonly OutputColumn[];
  /** Rows of the states whose values at the end are kept. */
  finalStates: readonly number[];
  /** Values of each grid key, one a point. */
  values: readonly KeyValues[];
  points: number;
  replicates: number;
  /** The output for which it is asked how deviations grow, where it is. */
  growth?: string | undefined;
  /** The feature that is asked of equilibria, where one is. */
  equilibria?: FeatureUse | undefined;
  /** Whether results go to a store: more points may come to it, by the same model. */
  stored: boolean;
}

/** The jobs of a sweep: one, or several where the delay structure of points differs, which are compiled separately. */
export interface Jobs {
  jobs: Job[];
  blocks: BlockRun[];
  columns: OutputColumn[];
}

/** `lanes` is the most points that a block may have. */
export function makeJobs(problems: Problems, parts: JobParts, lanes: number = Number.POSITIVE_INFINITY): Jobs {
  const { source, timing, columns } = parts;
  const made: Jobs = { jobs: [], blocks: [], columns: [] };
  const read = new Set<number>();
  const expressions = columns.flatMap(({ expression }) => (expression ? [expression] : []));
  const intensities = parts.wiener.flatMap(({ sd }) => (sd.kind === "expression" ? [sd.expression] : []));
  for (const { varied, points } of groupByDelay(problems, parts.delays, source.edgeDelays, {
    ...parts,
    stepSize: inputGrid(timing.clock).step,
  })) {
    if (problems.any) break;
    const jacobian = parts.solver.jacobian ? { jacobian: true } : {};
    const jumps = timing.adaptive ? { jumps: { rows: varyingInputs(parts), held: timing.adaptive.interpolation === "hold" } } : {};
    const count = points?.length ?? parts.points;
    // What one point alone is compiled to has no fused loop.
    const isAlone = count === 1 && !parts.stored && isExact(parts.arithmetic);
    const single = isAlone && source.isLooped && !timing.adaptive ? { isSingle: true } : {};
    const tangent = parts.growth === undefined ? {} : { tangent: true };
    const model = attempt(problems, () =>
      source.variant({ varied, expressions, intensities, ...jacobian, ...tangent, ...single, ...jumps }),
    );
    if (!model || !fits(problems, parts, model) || !checkGrowth(problems, parts, model)) break;
    made.columns = finishColumns(columns, model);
    const plain = { ...jobOf(parts, model, made.columns), ...(points ? { points } : {}) };
    const field = parts.equilibria && pointFieldOf(problems, parts, { use: parts.equilibria, varied, job: plain });
    const job: Job = { ...plain, ...(field ? { field } : {}) };
    checkStart(problems, job);
    const withDelays = withHistory(problems, job, parts, { count, read });
    const ofBlock = Math.min(lanes, lanesOf(withDelays, count));
    made.blocks.push({ job: made.jobs.length, first: 0, points: count, most: ofBlock });
    const fused = withLoop(withDelays, Math.min(count, ofBlock), count);
    if (!problems.any) checkArithmetic(problems, fused);
    made.jobs.push(fused);
  }
  if (!problems.any) checkRead(problems, parts.history, read, made.jobs);
  return made;
}

/** The equations of a job's points, with the delays of edges that the grid varies as parameters: its model has the same rows. */
function pointFieldOf(
  problems: Problems,
  parts: JobParts,
  { use, varied, job }: { use: FeatureUse; varied: VariedDelays; job: Job },
): PointField | undefined {
  const { withDelays } = parts.source;
  const source = varied.size > 0 && withDelays ? withDelays(varied) : parts.source;
  const { assignments, inputSources } = source === parts.source ? parts : job;
  return resolvePointField(problems, use, { ...parts, source, assignments, inputSources, move: mover(source.layout, job.model) });
}

/** A job with its fused loop, where that is worth it. */
function withLoop(job: Job, lanes: number, points: number): Job {
  const loop = job.adaptive ? undefined : worthwhileLoopOf(job, { points, lanes }, { keepsOrder: keepsOrder() });
  return loop ? { ...job, loop } : job;
}

/** A job with its longest delay, and what was before time 0; adds the uses that it reads to `read`. */
function withHistory(
  problems: Problems,
  job: Job,
  { history, source, assignments }: JobParts,
  { count, read }: { count: number; read: Set<number> },
): Job {
  const longest = longestDelays(problems, job, count);
  if (history.length === 0) return withLongestDelay(problems, job, longest);
  const { past, initialValues, stages, readers } = pastOf(job.model, history, { dependsOn: source.dependsOn, assignments });
  checkStages(problems, history, stages);
  checkReach(problems, job, history, { readers, longest });
  readers.forEach((values, use) => {
    if (values.length + stages[use].length > 0) read.add(use);
  });
  const isRead = past.delayed.some((of) => of !== UNKNOWN);
  return withLongestDelay(problems, { ...job, ...(isRead ? { past } : {}), initialValues }, longest);
}

/** Rows of the inputs that change during a run. */
function varyingInputs({ inputSources }: JobParts): number[] {
  return inputSources.flatMap(({ kind, row }) => (kind === "constant" ? [] : [row])).sort((a, b) => a - b);
}

/** Refuses an absolute tolerance of 0 where a state begins at 0, whose error would have no bound. */
function checkStart(problems: Problems, job: Job): void {
  if (job.adaptive?.atol !== 0) return;
  const { states } = job.model;
  const haveZero = states.map(({ value }) => value === 0);
  for (const { kind, row, key } of job.assignments) if (kind === "state") haveZero[row] = hasZero(job.values[key]);
  // A complex state is 0 where both of its parts are.
  const rows = new Map(states.map(({ path }, i) => [path, i]));
  const partOf = (path: string) => rows.get(path.replace(/\.re$/, ".im")) ?? rows.get(path.replace(/\.im$/, ".re"));
  const isZero = (i: number | undefined) => i === undefined || haveZero[i];
  const row = states.findIndex(({ path }, i) => isZero(i) && isZero(partOf(path)));
  if (row < 0) return;
  const message = `solver.atol 0 bounds the error of a state by its size alone, and ${sanitize(states[row].path)} begins at 0; use an atol above 0, such as ${DEFAULTS.solver.atol}`;
  problems.add("E_TOLERANCE", ["solver", "atol"], message);
}

function hasZero(column: KeyValues): boolean {
  for (const values of distinctValues(column)) if (values.includes(0)) return true;
  return false;
}

/** Whether a solver can step a model; tells why not. */
function fits(problems: Problems, { solver, timing: { adaptive } }: JobParts, model: Model): boolean {
  if (solver.kind !== "adaptive") return true;
  if (model.history) {
    const message = `${model.name} looks back in time (${model.history.delayed[0].path}), and ${solver.name} adapts its step size; use one with a fixed step size: ${listed(solverNames("fixed"))}`;
    problems.add("E_SOLVER_DELAY", ["solver"], message);
  }
  if (solver.jacobian && !model.jacobian) {
    const message = `${solver.name} needs derivatives of the right-hand side, and the module of ${model.name} has none; use rk23, rk45 or dop853, or a template`;
    problems.add("E_SOLVER_JACOBIAN", ["solver"], message);
  }
  if (solver.jacobian && adaptive && adaptive.interpolation !== "hold") {
    const message = `${solver.name} needs the slopes of its inputs, which interpolation "${adaptive.interpolation}" does not tell it; use "hold", or rk23, rk45 or dop853`;
    problems.add("E_SOLVER_OPTION", ["solver", "interpolation"], message);
  }
  return !problems.any;
}

/** Whether deviations of a model's points grow at a rate that the feature can tell; tells why not. */
function checkGrowth(problems: Problems, { growth, inputSources, wiener, bounds, source }: JobParts, model: Model): boolean {
  if (growth === undefined) return true;
  const random = wiener[0]?.path ?? (inputSources.some(({ kind }) => kind === "noise") ? "an input" : undefined);
  const add = (why: string) => problems.add("E_LYAPUNOV", ["features", growth], `lyapunov ${why}; leave it out`);
  if (!source.hasEquations) add(`needs derivatives of the right-hand side, and ${sanitize(model.name)} is a module without equations`);
  if (random !== undefined) add(`is of equations alone, and ${sanitize(random)} has noise`);
  if (model.history) add("is of a state, and the model has delays, by which deviations of its past go on");
  if (bounds.length > 0) add("is of equations alone, and bounds move states beside these");
  return !problems.any;
}

function jobOf(parts: JobParts, model: Model, columns: readonly OutputColumn[]): Job {
  const { source, solver, timing, values } = parts;
  const move = mover(source.layout, model);
  const state = (row: number) => move({ kind: "state", row });
  const isDelayed = parts.delays.length > 0;
  const delayRows = new Map(
    isDelayed ? model.params.flatMap(({ path, edge }, row) => (edge?.attribute === "delay" ? [[path, row]] : [])) : [],
  );
  const delays = parts.delays.flatMap(({ edge, what, key }): Assignment[] => {
    const path = `delay ${edge}`;
    const row = delayRows.get(path);
    return what === "delay" && row !== undefined ? [{ kind: "param", row, key, path }] : [];
  });
  return {
    ...{ model, solver, ...timing, values },
    arithmetic: parts.arithmetic,
    assignments: [...parts.assignments.map((each) => ({ ...each, row: move(each) })), ...delays],
    inputSources: parts.inputSources.map((source) => ({ ...source, row: move({ kind: "input", row: source.row }) })),
    wiener: wienerTerms(parts.wiener, move),
    bounds: parts.bounds.map((each) => ({ ...each, row: state(each.row) })),
    pulses: parts.pulses.map((each) => ({ ...each, row: state(each.row) })),
    initialStates: parts.initialStates.map((each) => ({ ...each, row: state(each.row) })),
    finalStates: parts.finalStates.map(state),
    recorded: [
      ...columns.map(({ kind, row, expression }) => ({ kind, row: expression ? row : move({ kind, row }) })),
      ...(parts.growth === undefined ? [] : [{ kind: "state" as const, row: model.states.length - 1 }]),
    ],
    ...(parts.growth === undefined ? {} : { hidden: 1 }),
    longestDelay: 0,
    replicates: { each: parts.replicates, points: parts.points / parts.replicates },
  };
}

/** Noise on the rows of a model, which computes intensities in their order. */
function wienerTerms(wiener: readonly WienerUse[], move: (variable: RecordedVariable) => number): WienerTerm[] {
  let computed = 0;
  return wiener.map(({ path: _, ...term }) => {
    const { sd } = term;
    const row = move(term);
    if (sd.kind === "number" || sd.kind === "key") return { ...term, row, sd };
    if (sd.kind === "param") return { ...term, row, sd: { kind: "param", row: move(sd) } };
    return { ...term, row, sd: { kind: "computed", row: computed++ } };
  });
}

/** Finds the row that a variable of one model has in another, which has all variables of the first. */
function mover(from: ModelLayout, to: ModelLayout): (variable: RecordedVariable) => number {
  if (from === to) return ({ row }) => row;
  const lists = { state: "states", param: "params", input: "inputs", output: "outputs" } as const;
  const rows = new Map<keyof typeof lists, ReadonlyMap<string, number>>();
  return ({ kind, row }) => {
    const list = lists[kind];
    if (from[list][row] === to[list][row]) return row;
    const known = rows.get(kind) ?? new Map(to[list].map(({ path }, other) => [path, other]));
    rows.set(kind, known);
    const found = known.get(from[list][row].path);
    if (found === undefined) throw new Error(`a variant of the model has no ${from[list][row].path}`);
    return found;
  };
}
