import { isPlain, Problems } from "../check.ts";
import type { FeatureReducer } from "../reduce/custom-reducer.ts";
import { featureNames, optionsOfFeature } from "../reduce/reducers.ts";
import { type Precision, precisions } from "../sweep/arithmetic.ts";
import { adaptiveClock, type ClockOptions, fixedClock, inputGrid } from "../sweep/clock.ts";
import { initialStateOf, type NormalInitialState } from "../sweep/initial-state.ts";
import { type Input, isNoise, type PastSignal, samplesOf } from "../sweep/input.ts";
import {
  type AdaptiveOptions,
  type AdaptiveSolverName,
  adaptiveSolvers,
  type Interpolation,
  interpolations,
  isSolverName,
  type SolverName,
} from "../sweep/solver.ts";
import { type TraceType, traceTypes } from "../sweep/trace-type.ts";
import { fillFollow, fillRefine, type NormalFollow, type NormalRefine } from "./edges.ts";
import { gridColumns, namedOutputs } from "./names.ts";
import {
  type BoundsOption,
  type CertifyOptions,
  compressionsOf,
  type Feature,
  type GridSearchOptions,
  type Layout,
  layouts,
  type NoiseTerm,
  type ParquetCompression,
  type PulseOption,
  type SearchOptions,
  type SimulateOptions,
  type SolverOption,
  type StoredSearchOptions,
  type StoreFormat,
  type StoreOptions,
  storeFormats,
} from "./options.ts";
import { type NamedParts, renamedParts } from "./rename.ts";
import { DEFAULTS, derived } from "./table.ts";

export { DEFAULTS, derived };

/** An adaptive solver with all of its options; `firstStep` null is one that the solver chooses. */
export interface NormalAdaptive extends Required<Omit<AdaptiveOptions, "firstStep">> {
  name: AdaptiveSolverName;
  interpolation: Interpolation;
  firstStep: number | null;
}

/** A solver with all of its options: one of fixed steps has none but its name. */
export type NormalSolver = { name: Exclude<SolverName, AdaptiveSolverName> } | NormalAdaptive;

/** What a sweep or a run takes, with no default left out. */
interface NormalCommon extends ClockOptions {
  inputs: Readonly<Record<string, Input>>;
  history: Readonly<Record<string, PastSignal>>;
  noise: Readonly<Record<string, Required<NoiseTerm>>>;
  bounds: Readonly<Record<string, BoundsOption>>;
  pulses: Readonly<Record<string, PulseOption>>;
  initialState: NormalInitialState;
  finalState: boolean;
  traceType: TraceType;
  fastMath: boolean;
  precision: Precision;
  solver: NormalSolver;
  signal: AbortSignal | undefined;
}

/** The normal form of a call of gridSearch: every option is there. Two calls mean the same sweep if their normal forms are equal. */
export interface NormalOptions extends NormalCommon, Pick<GridSearchOptions, "circuitTemplate" | "paramGrid" | "paramMap"> {
  outputs: Readonly<Record<string, string>>;
  permuteGrid: boolean;
  replicates: number;
  features: Readonly<Record<string, readonly Feature[]>>;
  /** Empty: names are those of columns. */
  rename: Readonly<Record<string, string>>;
  results: boolean;
  certify: false | Required<CertifyOptions>;
  refine: NormalRefine;
  follow: NormalFollow;
  layout: Layout;
  workers: number | null;
  onProgress: GridSearchOptions["onProgress"] | undefined;
  store: NormalStore | undefined;
}

/** Where and how a sweep is stored, with no default left out. */
export interface NormalStore extends Required<Omit<StoreOptions, "shardPoints">> {
  format: StoreFormat;
  compression: ParquetCompression;
  shardPoints: number | null;
}

/** The normal form of a call of simulate. */
export interface NormalRunOptions extends NormalCommon, Pick<SimulateOptions, "circuitTemplate"> {
  outputs: Readonly<Record<string, string>>;
  params: Readonly<Record<string, number>>;
}

/** A call of gridSearch, as it is written or in its normal form. */
export type SweepCall = SearchOptions | StoredSearchOptions | (Omit<NormalOptions, "solver"> & { solver: SolverOption | NormalSolver });

/** The normal form of a call: every option present, null and undefined filled. A part that is at fault stays as it is. */
export function fillDefaults(options: SweepCall): NormalOptions {
  const { sweep } = DEFAULTS;
  const { circuitTemplate } = options;
  const { samples, ...common } = fillCommon(options);
  const store = "store" in options ? options.store : undefined;
  const { paramGrid, paramMap, outputs, features } = renamedParts(namedParts(options), options.rename ?? sweep.rename);
  return {
    circuitTemplate,
    paramGrid,
    paramMap,
    outputs,
    ...common,
    rename: sweep.rename,
    // A list has its points already, as a table has.
    permuteGrid: Array.isArray(options.paramGrid) ? false : (options.permuteGrid ?? sweep.permuteGrid),
    replicates: options.replicates ?? sweep.replicates,
    // Lists of features, each with all of its options; a name alone where it has none.
    features: mapped(features, (list: readonly Feature[]) =>
      Array.isArray(list) ? list.map((entry: Feature) => fillFeature(entry, samples)) : list,
    ),
    results: options.results ?? sweep.results,
    certify: fillCertify(options.certify ?? sweep.certify),
    refine: fillRefine(options.refine ?? sweep.refine),
    follow: fillFollow(options.follow ?? sweep.follow, options.rename ?? sweep.rename),
    layout: oneOf(layouts, options.layout) ?? sweep.layout,
    workers: options.workers ?? sweep.workers,
    onProgress: options.onProgress ?? undefined,
    store: store ? fillStore(store) : undefined,
  };
}

/** Grid, outputs and features of a call with the names that it gives them. */
export function namedParts({ paramGrid, paramMap, outputs, features }: SweepCall): NamedParts {
  return { paramGrid: gridColumns(paramGrid), paramMap, outputs: namedOutputs(outputs), features: features ?? DEFAULTS.sweep.features };
}

/** Some options of a call as if they had been given with the names that `rename` says. */
export function renamedOptions<Options extends Partial<Omit<SearchOptions, "store">>>({
  rename,
  ...options
}: Options): Omit<Options, "rename"> {
  if (!rename) return options;
  const { paramGrid, paramMap, outputs, features } = options;
  const parts = {
    ...(paramGrid ? { paramGrid: gridColumns(paramGrid), ...(Array.isArray(paramGrid) ? { permuteGrid: false } : {}) } : {}),
    ...(paramMap ? { paramMap } : {}),
    ...(outputs ? { outputs: namedOutputs(outputs) } : {}),
    ...(features ? { features } : {}),
  };
  return { ...options, ...renamedParts(parts, rename) };
}

/** The normal form of a call of simulate. */
export function fillRunDefaults(options: SimulateOptions): NormalRunOptions {
  const { samples: _, ...common } = fillCommon(options);
  return { circuitTemplate: options.circuitTemplate, outputs: namedOutputs(options.outputs), params: options.params ?? {}, ...common };
}

/** Whether an input changes in time: anything but a number. */
export function hasSamples(inputs: Readonly<Record<string, unknown>>): boolean {
  return Object.values(inputs).some((input) => typeof input !== "number");
}

/** What all calls have, and how many samples a trace has; Infinity where the times are at fault. */
function fillCommon(options: SweepCall | SimulateOptions): NormalCommon & { samples: number } {
  const { simulationTime, stepSize } = options;
  const samplingStepSize = options.samplingStepSize ?? derived.samplingStepSize(options);
  const cutoff = options.cutoff ?? DEFAULTS.sweep.cutoff;
  const times = { simulationTime, stepSize, samplingStepSize, cutoff };
  const inputs = mapped(options.inputs ?? DEFAULTS.sweep.inputs, (input) => fillInput(input, stepSize));
  const history = mapped(options.history ?? DEFAULTS.sweep.history, (past) => fillPast(past, stepSize));
  const noise = fillNoise(options.noise ?? DEFAULTS.sweep.noise);
  const { samples, solver } = fillSolver(options.solver ?? DEFAULTS.sweep.solver, times, hasSamples(inputs));
  const { sweep } = DEFAULTS;
  const states = {
    bounds: mapped(options.bounds ?? sweep.bounds, fillBounds),
    pulses: mapped(options.pulses ?? sweep.pulses, fillPulses),
    initialState: initialStateOf(options.initialState ?? sweep.initialState),
    finalState: options.finalState ?? sweep.finalState,
    traceType: oneOf(traceTypes, options.traceType) ?? sweep.traceType,
    fastMath: options.fastMath ?? sweep.fastMath,
    precision: oneOf(precisions, options.precision) ?? sweep.precision,
  };
  return { ...times, inputs, history, noise, ...states, solver, signal: options.signal ?? undefined, samples };
}

/** A bound that is infinite is none. */
function fillBounds(bounds: BoundsOption): BoundsOption {
  if (!Array.isArray(bounds) || bounds.length !== 2) return bounds;
  const end = (value: number | null | undefined, none: number) => (value === none || value === undefined ? null : value);
  return [end(bounds[0], Number.NEGATIVE_INFINITY), end(bounds[1], Number.POSITIVE_INFINITY)];
}

/** One time is a list of one. */
function fillPulses(pulses: PulseOption): PulseOption {
  return isPlain(pulses) && typeof pulses.at === "number" ? { ...pulses, at: [pulses.at] } : pulses;
}

function fillSolver(choice: SolverOption | NormalSolver, times: ClockOptions, sampled: boolean): { solver: NormalSolver; samples: number } {
  const options: SolverChoice = typeof choice === "string" ? { name: choice } : choice;
  const name = isSolverName(options.name) ? options.name : DEFAULTS.sweep.solver;
  const clock = isAdaptive(name) ? adaptiveClock(new Problems(), times, sampled) : fixedClock(new Problems(), times);
  const samples = clock?.sampleCount ?? Number.POSITIVE_INFINITY;
  if (!isAdaptive(name)) return { solver: { name }, samples };
  const { solver } = DEFAULTS;
  const inputSamples = sampled && clock ? inputGrid(clock).steps : 0;
  return {
    solver: {
      name,
      rtol: options.rtol ?? solver.rtol,
      atol: options.atol ?? solver.atol,
      firstStep: options.firstStep ?? solver.firstStep,
      maxStep: options.maxStep ?? solver.maxStep,
      maxSteps: options.maxSteps ?? derived.maxSteps({ inputSamples }),
      interpolation: oneOf(interpolations, options.interpolation) ?? solver.interpolation,
    },
    samples,
  };
}

/** A name if it is one of those that there are; checkOptions() tells what is none. */
function oneOf<Name extends string>(names: readonly Name[], given: string | null | undefined): Name | undefined {
  return names.find((name) => name === given);
}

/** A solver as a call may give it. */
interface SolverChoice extends Omit<AdaptiveOptions, "firstStep"> {
  name: string;
  firstStep?: number | null;
}

function isAdaptive(name: SolverName): name is AdaptiveSolverName {
  return Object.hasOwn(adaptiveSolvers, name);
}

function fillInput(input: Input, stepSize: number): Input {
  if (!isNoise(input)) return input;
  const source = filled(DEFAULTS.noise, input);
  return source.noise === "ornsteinUhlenbeck" ? source : { ...source, hold: source.hold ?? derived.hold({ stepSize }) };
}

/** What a variable was: samples with their step. What is neither that nor a number stays as it is, and the plan refuses it. */
function fillPast(past: PastSignal, stepSize: number): PastSignal {
  if (isPlain(past) && "data" in past) return { ...past, step: past.step ?? derived.pastStep({ stepSize }) };
  return typeof past === "number" || samplesOf(past) === undefined ? past : { data: past, step: derived.pastStep({ stepSize }) };
}

/** Noise on variables. What is no term stays as it is, and the plan refuses it. */
function fillNoise(noise: Readonly<Record<string, NoiseTerm>>): NormalOptions["noise"] {
  const terms = Object.entries(noise).map(([path, term]): unknown[] => [path, isPlain(term) ? filled(DEFAULTS.noise, term) : term]);
  return Object.fromEntries(terms);
}

function fillFeature(entry: Feature, samples: number): Feature {
  if (!isOfTable(entry)) return entry;
  const [name] = typeof entry === "string" ? [entry] : Object.keys(entry);
  const given: unknown = typeof entry === "string" ? {} : (Object.values(entry)[0] ?? {});
  if (!isPlain(given)) return entry;
  const defaults = Object.entries(optionsOfFeature(name)).map(([option, { default: valueFor }]) => [option, valueFor(samples)]);
  const settings = filled(Object.fromEntries(defaults), given);
  const made: unknown = Object.keys(settings).length === 0 ? name : { [name]: settings };
  return isOfTable(made) ? made : entry;
}

/** Whether an entry is a feature of the table, by its name or with options. */
function isOfTable(entry: unknown): entry is Exclude<Feature, FeatureReducer> {
  const [name, ...others] = typeof entry === "string" ? [entry] : isPlain(entry) ? Object.keys(entry) : [];
  return name !== undefined && others.length === 0 && featureNames().includes(name);
}

function fillCertify(certify: boolean | CertifyOptions): NormalOptions["certify"] {
  if (certify === false) return false;
  return isPlain(certify) ? filled(DEFAULTS.certify, certify) : { ...DEFAULTS.certify };
}

/** Where and how a sweep is stored, with no default left out. */
export function fillStore(store: StoreOptions | NormalStore): NormalStore {
  return {
    ...store,
    format: oneOf(storeFormats, store.format) ?? DEFAULTS.store.format,
    compression: oneOf(compressionsOf.parquet, store.compression) ?? DEFAULTS.store.compression,
    shardPoints: store.shardPoints ?? DEFAULTS.store.shardPoints,
  };
}

/** Options with defaults where they are not given; null is "not given", as None is in Python. */
function filled<Defaults extends object, Given extends object>(defaults: Defaults, given: Given): Given & Defaults {
  const present = Object.entries(given).filter(
    ([key, value]) => !(Object.hasOwn(defaults, key) && (value === null || value === undefined)),
  );
  return Object.assign({}, given, defaults, Object.fromEntries(present));
}

function mapped<From, To>(record: Readonly<Record<string, From>>, change: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
