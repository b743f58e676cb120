import { Problems } from "../check.ts";
import { sanitize } from "../errors.ts";
import { type ModelSource, resolveTemplate } from "../model/build.ts";
import type { OpenFile } from "../model/template/read.ts";
import { checkEngine } from "../model/wasm.ts";
import { checkOptions, checkRunOptions } from "../options/check.ts";
import { hasSamples, type NormalAdaptive, type NormalOptions, type NormalRunOptions, type SweepCall } from "../options/defaults.ts";
import type { SimulateOptions } from "../options/options.ts";
import { checkStreamed } from "../options/streamed.ts";
import type { BlockRun } from "../sweep/blocks.ts";
import { adaptiveClock, type Clock, fixedClock } from "../sweep/clock.ts";
import { mapColumns, type StateFacts, sweepNames, TIME } from "../sweep/columns.ts";
import type { Job, Timing } from "../sweep/job.ts";
import { expand, givenNames, gridKeys, type Names, namesOf, type Points, readGrid, sweptKeys } from "../sweep/points.ts";
import { type AdaptiveSettings, type Solver, solvers } from "../sweep/solver.ts";
import type { TraceType } from "../sweep/trace-type.ts";
import { resolveArithmetic } from "./arithmetic.ts";
import { equationFeatures, type FeaturePlan, featuredColumns, resolveFeatures } from "./features.ts";
import { checkedGrowing, type Growing, resolveGrowing } from "./growing.ts";
import { resolveHistory } from "./history.ts";
import { resolveInitialState } from "./initial-state.ts";
import { type InputLookup, resolveInputs } from "./inputs.ts";
import { type JobParts, makeJobs } from "./jobs.ts";
import { checkMany } from "./many-points.ts";
import { keyUnits, resolveMapping, resolveParams, type TermUse } from "./mapping.ts";
import { checkAcross, checkCase } from "./names.ts";
import { type OutputColumn, resolveOutputs } from "./outputs.ts";
import { type Target, targetsOf } from "./paths.ts";
import { checkSingleRange } from "./single-range.ts";
import { type MemoryBudget, sizeOf } from "./size.ts";
import { resolveBounds, resolvePulses, type StateChanges } from "./states.ts";
import { twice } from "./twice.ts";
import { resolveWiener } from "./wiener.ts";

/** What a sweep keeps of its samples. */
export interface Recording {
  /** What each sample takes: every output, or where no traces are kept, those that features need. */
  columns: readonly OutputColumn[];
  /** Whether traces are kept, and what their numbers are kept as. */
  traces: boolean;
  traceType: TraceType;
  features: FeaturePlan;
  /** Size of the results. */
  bytes: number;
}

/** A sweep, resolved and checked: plain data beside the modules of its models. After it nothing can be invalid. */
export interface Plan extends Recording, Growing {
  points: Points;
  clock: Clock;
  layout: "wide" | "long";
  timeUnit: string;
  /** States of which the map has what they were at the end. */
  finalStates: readonly StateFacts[];
  /** One; several where the delay structure of points differs. */
  jobs: readonly Job[];
  blocks: readonly BlockRun[];
}

/** What a plan must know of where it will run. */
export interface Environment extends MemoryBudget {
  /** Most points that a block has; as many as suit the caches if not given. */
  lanes?: number;
  /** Opens files of templates that are not bundled. */
  openFile: OpenFile;
  /** Whether results are read as they come, and not kept: by sweepBatches. */
  streams?: boolean;
}

/**
 * Resolves and checks a call. Throws one MassgridError with everything that is wrong with it, or with what the engine lacks, without
 * which nothing can run; nothing has run by then.
 * `machine` is where it will run.
 */
export function makePlan(options: SweepCall, machine: Environment): Plan {
  checkEngine();
  const problems = new Problems();
  const { streams = false } = machine;
  const normal = checkOptions(problems, options);
  if (streams) checkStreamed(problems, options, normal);
  const { circuitTemplate, paramGrid, paramMap, permuteGrid, replicates, store } = normal;
  const layout = streams ? "long" : normal.layout;
  const source = resolveTemplate(problems, circuitTemplate, machine.openFile);
  const { timing, ...stepping } = resolveStepping(problems, normal);
  const { solver } = stepping;
  const clock = timing?.clock;
  const read = readGrid(problems, paramGrid, permuteGrid);
  const grid = read && normal.follow !== false && normal.follow.direction === "both" ? twice(read) : read;
  const targets = source ? targetsOf(source) : [];
  const keys = gridKeys(paramGrid);
  const driven =
    source &&
    resolveMapping(problems, paramMap, keys, {
      ...{ params: source.layout.params, targets },
      ...{ noise: Object.keys(normal.noise), pulses: Object.keys(normal.pulses) },
    });
  const swept = sweptKeys(keys, replicates);
  // A stored sweep is in the long layout.
  const taken = [...sweepNames, ...(store || layout === "long" ? keys : [])];
  const finalStates = finalStatesOf(normal, source);
  const asked = { ...normal, layout, stored: store !== undefined, streams, finalStates };
  const context = { source, targets, clock, points: grid && grid.count * replicates, made: grid?.permute, keys, taken, machine };
  const recording = resolveRecording(problems, asked, context);
  const named = { keys: swept, columns: recording.columns, features: recording.features.parts, states: finalStates, replicates };
  checkAcross(problems, named);
  if (store !== undefined) checkCase(problems, named);
  const extent = grid && clock ? { points: grid.count, clock } : undefined;
  const { assignments = [], intensities = [], sizes = [] } = driven ?? {};
  const resolved = resolveInputsAndNoise(problems, { ...normal, solver }, { source, targets, assignments, intensities, extent });
  const names = grid && source && namesOf(grid, source.layout.name, replicates);
  if (names) checkMany(problems, names.length, { sources: resolved.inputSources, inputs: source.layout.inputs });
  const changes = resolveStateChanges(problems, normal, { targets, assignments, sizes, clock, names });
  const growing = resolveGrowing(problems, normal, {
    grid,
    assignments,
    named,
    adaptive: timing?.adaptive !== undefined,
    ...resolved,
    ...changes,
  });
  problems.throwIfAny();
  if (!source || !timing || !grid || !driven) throw new Error("a part of the plan is missing and no problem was told");
  const points = { ...expand(grid, source.layout.name, replicates), units: keyUnits(grid.keys, driven, source.layout) };
  const shape = { points, clock: timing.clock, layout, finalStates, ...recording };
  const parts = {
    ...stepping,
    timing,
    source,
    ...driven,
    ...resolved,
    ...changes,
    values: points.columns,
    replicates,
    stored: asked.stored,
    ...equationFeatures(recording.features),
  };
  const made = finish(problems, shape, parts, machine.lanes);
  return { ...made, ...checkedGrowing(growing, made.jobs) };
}

/** One run as a plan of one point. Throws as makePlan. */
export function makeRunPlan(options: SimulateOptions, machine: Environment): Plan {
  checkEngine();
  const problems = new Problems();
  const normal = checkRunOptions(problems, options);
  const { circuitTemplate, params, outputs, traceType } = normal;
  const source = resolveTemplate(problems, circuitTemplate, machine.openFile);
  const { timing, ...stepping } = resolveStepping(problems, normal);
  const { solver } = stepping;
  const clock = timing?.clock;
  const targets = source ? targetsOf(source) : [];
  const { assignments, values } = resolveParams(problems, params, targets);
  const context = { source, targets, clock, points: 1, made: false, keys: [], taken: [TIME], machine };
  const asked = { outputs, features: {}, results: true, traceType, layout: "long", finalStates: [] } as const;
  const recording = resolveRecording(problems, asked, context);
  const extent = clock && { points: 1, clock };
  const resolved = resolveInputsAndNoise(problems, { ...normal, solver }, { source, targets, assignments, intensities: [], extent });
  const names = givenNames([source?.layout.name ?? ""]);
  const changes = resolveStateChanges(problems, normal, { targets, assignments, sizes: [], clock, names });
  problems.throwIfAny();
  if (!source || !timing) throw new Error("a part of the plan is missing and no problem was told");
  const points = { names, keys: [], columns: values };
  const shape: Shape = { points, clock: timing.clock, layout: "wide", finalStates: finalStatesOf(normal, source), ...recording };
  return finish(problems, shape, {
    ...stepping,
    timing,
    source,
    assignments,
    delays: [],
    ...resolved,
    ...changes,
    values,
    replicates: 1,
    stored: false,
  });
}

/** The solver of a call, its arithmetic, and when it steps and samples; no timing where the times are at fault. */
function resolveStepping(
  problems: Problems,
  normal: NormalOptions | NormalRunOptions,
): Pick<JobParts, "solver" | "arithmetic"> & { timing: Timing | undefined } {
  const solver: Solver = solvers[normal.solver.name];
  const arithmetic = resolveArithmetic(problems, normal, solver);
  if (!("rtol" in normal.solver)) {
    const clock = fixedClock(problems, normal);
    return { solver, arithmetic, timing: clock && { clock } };
  }
  const clock = adaptiveClock(problems, normal, hasSamples(normal.inputs));
  return { solver, arithmetic, timing: clock && { clock, adaptive: settingsOf(problems, normal.solver, normal.simulationTime) } };
}

/** What an adaptive solver is told. */
function settingsOf(problems: Problems, solver: NormalAdaptive, simulationTime: number): AdaptiveSettings {
  const { name: _, firstStep, ...rest } = solver;
  if (firstStep !== null && firstStep > simulationTime) {
    const message = `solver.firstStep ${firstStep} is longer than simulationTime ${simulationTime}; use a shorter one`;
    problems.add("E_STEP", ["solver", "firstStep"], message);
  }
  return { ...rest, firstStep: firstStep ?? CHOSEN, simulationTime };
}

/** Stands for a first step that the solver chooses. */
const CHOSEN = 0;

/** What the caller asks for. */
interface RecordingOptions {
  outputs: Readonly<Record<string, unknown>>;
  features: Readonly<Record<string, unknown>>;
  results: boolean;
  traceType: TraceType;
  layout: "wide" | "long";
  /** Whether traces go to disk; undefined where they cannot. And whether nothing of the results is kept. */
  stored?: boolean;
  streams?: boolean;
  finalStates: readonly StateFacts[];
}

/** What is known of the sweep; parts that are at fault are undefined. */
interface RecordingContext {
  source: ModelSource | undefined;
  targets: readonly Target[];
  clock: Clock | undefined;
  points: number | undefined;
  /** Whether the points are made of the grid's axes, and are no list that is held. */
  made: boolean | undefined;
  keys: readonly string[];
  /** Names of columns that the results have beside the outputs. */
  taken: readonly string[];
  machine: MemoryBudget;
}

/** Finds what is to be recorded, and how much memory that takes. */
function resolveRecording(problems: Problems, asked: RecordingOptions, sweep: RecordingContext): Recording {
  const { outputs, features, results: traces, traceType, finalStates } = asked;
  const { source, targets, clock, points, made: isMade = false, keys, taken, machine } = sweep;
  const names = Object.keys(outputs);
  const timeUnit = source?.layout.timeUnit ?? "";
  const found = source && (traces || names.length > 0) ? resolveOutputs(problems, outputs, { targets, taken, source }) : [];
  const columns = traces ? found : featuredColumns(found, features);
  const ofMap = mapColumns({ points: { keys }, timeUnit, adaptive: true, features: [], states: finalStates }).map(({ name }) => name);
  const twin = finalStates.find(({ path }) => keys.includes(path));
  if (twin) {
    const message = `the grid key ${sanitize(twin.path)} is also the column of a state at the end; choose another name, or leave out finalState`;
    problems.add("E_RESERVED_NAME", ["paramGrid", twin.path], message);
  }
  const made = resolveFeatures(problems, features, { outputs: names, columns, timeUnit, clock, taken: ofMap });
  if (clock === undefined || points === undefined) return { columns, traces, traceType, features: made, bytes: 0 };
  const { stored, streams } = asked;
  const long = asked.layout === "long";
  const kept = { columns: traces ? columns.length : 0, rows: clock.sampleCount, traceType, long, stored, streams };
  const ofPoint = [...made.parts, ...finalStates.map(() => ({ values: "number" as const }))];
  const bytes = sizeOf(problems, { points, isMade, keys: keys.length, features: ofPoint, ...kept }, machine);
  return { columns, traces, traceType, features: made, bytes };
}

/** What moves the states beside the model: signals on inputs, noise, and what was before the start. */
function resolveInputsAndNoise(
  problems: Problems,
  { inputs, history, noise, solver }: Pick<NormalOptions, "inputs" | "history" | "noise"> & Pick<JobParts, "solver">,
  { source, intensities, ...sweep }: InputLookup & { source: ModelSource | undefined; intensities: readonly TermUse[] },
): Pick<JobParts, "inputSources" | "wiener" | "history"> {
  if (!source) return { inputSources: [], wiener: [], history: [] };
  const inputSources = resolveInputs(problems, inputs, sweep);
  const wiener = resolveWiener(problems, noise, { targets: sweep.targets, source, solver, intensities });
  return { inputSources, wiener, history: resolveHistory(problems, history, sweep.targets) };
}

/** States of which the map is to have what they were at the end. */
function finalStatesOf({ finalState }: Pick<NormalOptions, "finalState">, source: ModelSource | undefined): StateFacts[] {
  return finalState && source ? source.layout.states.map(({ path, unit }) => ({ path, unit })) : [];
}

/** What states start from, what is added to them, and where they may be. */
function resolveStateChanges(
  problems: Problems,
  { bounds, pulses, initialState, simulationTime }: NormalOptions | NormalRunOptions,
  sweep: Pick<InputLookup, "targets" | "assignments"> & { sizes: readonly TermUse[]; clock: Clock | undefined; names: Names | undefined },
): StateChanges {
  if (sweep.targets.length === 0) return { bounds: [], pulses: [], initialStates: [] };
  return {
    bounds: resolveBounds(problems, bounds, sweep.targets),
    pulses: resolvePulses(problems, pulses, { ...sweep, simulationTime }),
    initialStates: resolveInitialState(problems, initialState, sweep),
  };
}

type Shape = Pick<Plan, "points" | "clock" | "layout" | "finalStates" | keyof Recording>;

/** Makes the jobs of a sweep, which tells what is wrong with its delays and expressions. */
function finish(problems: Problems, shape: Shape, parts: Omit<JobParts, "columns" | "points" | "finalStates">, lanes?: number): Plan {
  const { columns, points, finalStates } = shape;
  // States of the layout, in its order.
  const rows = [...finalStates.keys()];
  const jobs = makeJobs(problems, { ...parts, columns, points: points.names.length, finalStates: rows }, lanes);
  // Jobs differ in their delays alone.
  if (!problems.any) checkSingleRange(problems, jobs.jobs[0], points.keys);
  problems.throwIfAny();
  return { ...shape, timeUnit: parts.source.layout.timeUnit, ...jobs };
}
