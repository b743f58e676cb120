import * as v from "valibot";
import { checkEntries, type Entry, isPlain, isRecord, kindOf, oneOf, type Problems } from "../check.ts";
import { listed, MassgridError, sanitize } from "../errors.ts";
import { checkLookalikes } from "../lookalike.ts";
import { zstd } from "../platform/environment.ts";
import { precisions } from "../sweep/arithmetic.ts";
import { isInitialState } from "../sweep/initial-state.ts";
import { seedEntry } from "../sweep/input.ts";
import { isTable } from "../sweep/points.ts";
import { type AdaptiveOptions, adaptiveSolvers, interpolations, isSolverName, type Solver, solvers } from "../sweep/solver.ts";
import { traceTypes } from "../sweep/trace-type.ts";
import {
  DEFAULTS,
  fillDefaults,
  fillRunDefaults,
  type NormalOptions,
  type NormalRunOptions,
  type NormalStore,
  namedParts,
  type SweepCall,
} from "./defaults.ts";
import { followDirections } from "./edges.ts";
import { compressionsOf, layouts, type SimulateOptions, storeFormats } from "./options.ts";
import { checkRename } from "./rename.ts";

const record = v.custom<Record<string, unknown>>(isPlain);
/** A template or a model, which may be of a class of the caller's; what it has is checked where it is read. */
const object = v.custom<object>(isRecord);
const grid = v.custom<object>((value) => isPlain(value) || (isRecord(value) && isTable(value)));
/** Any number, NaN too: what a time must be is said by the clock. */
const number = v.custom<number>((value) => typeof value === "number");
const func = v.custom<() => void>((value) => typeof value === "function");
const abortSignal = v.custom<AbortSignal>(isSignal);

/** Whether a value is an AbortSignal, of any realm: what is used of one is there. */
function isSignal(value: unknown): boolean {
  if (!isRecord(value) || !("aborted" in value) || isPlain(value)) return false;
  return ["throwIfAborted", "addEventListener", "removeEventListener"].every((name) => typeof Reflect.get(value, name) === "function");
}

/** What every call takes. */
const common: Record<string, Entry> = {
  circuitTemplate: { schema: v.union([v.string(), object]), says: "the path of a template, or a model", required: true },
  simulationTime: { schema: number, says: "a number", required: true },
  stepSize: { schema: number, says: "a number", required: true },
  samplingStepSize: { schema: number, says: "a number" },
  cutoff: { schema: number, says: "a number" },
  inputs: { schema: record, says: "an object of path: signal" },
  history: { schema: record, says: "an object of path: a number or samples" },
  noise: { schema: record, says: "an object of path: { sd, seed, shared }" },
  bounds: { schema: record, says: "an object of path: [low, high]" },
  pulses: { schema: record, says: "an object of path: { at, by }" },
  initialState: {
    schema: v.custom<object>(isInitialState),
    says: "an object of path: value, a list of such for each point, or an Arrow Table with the states of another run",
  },
  finalState: { schema: v.boolean(), says: "true or false" },
  outputs: {
    schema: v.union([record, v.array(v.string())]),
    says: 'an object of name: "node/operator/variable", or a list of these',
    required: true,
  },
  solver: { schema: v.union([v.string(), record]), says: "the name of a solver, or { name }" },
  traceType: { schema: v.picklist(traceTypes), says: oneOf(traceTypes.map((type) => `"${type}"`)) },
  fastMath: { schema: v.boolean(), says: "true or false" },
  precision: { schema: v.picklist(precisions), says: oneOf(precisions.map((type) => `"${type}"`)) },
  signal: { schema: abortSignal, says: "an AbortSignal" },
};

/** Options whose keys are names of the caller's, or paths; those of the grid and of outputs are checked with the columns of tables. */
const ofNames = ["paramMap", "inputs", "history", "noise", "bounds", "pulses", "initialState", "features", "params"];

function isNames(value: unknown): boolean {
  return isPlain(value) && Object.values(value).every((name) => typeof name === "string");
}

/** Threads that one sweep may ask for. */
export const MOST_WORKERS = 256;
const workersSay = `a whole number of threads from 0 (the caller's alone) to ${MOST_WORKERS}`;

const entries: Record<string, Entry> = {
  ...common,
  paramGrid: {
    schema: v.union([grid, v.array(record)]),
    says: "an object of arrays, a list of points { key: value }, or an Arrow Table",
    required: true,
  },
  paramMap: { schema: record, says: "an object with an entry { vars, nodes } for each grid key", required: true },
  permuteGrid: { schema: v.boolean(), says: "true or false" },
  replicates: { schema: v.pipe(v.number(), v.safeInteger(), v.minValue(1)), says: "a whole number above 0" },
  features: { schema: record, says: 'an object of output: ["mean", { crossings: { level: 0 } }, ...]' },
  rename: { schema: v.custom<Record<string, string>>(isNames), says: "an object of name: what the column is called" },
  results: { schema: v.boolean(), says: "true or false" },
  layout: { schema: v.picklist(layouts), says: '"wide" or "long"' },
  workers: { schema: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MOST_WORKERS)), says: workersSay },
  onProgress: { schema: func, says: "a function" },
  store: { schema: record, says: "an object { directory, format }" },
  certify: { schema: v.union([v.boolean(), record]), says: "true, false, or an object { tolerance, points, seed, absolute }" },
  refine: { schema: v.union([v.literal(false), record]), says: "an object { feature, depth, maxPoints, change }" },
  follow: { schema: v.union([v.literal(false), v.string(), record]), says: '"up", "down" or "both", or an object { key, direction }' },
};

/** Names of the options that a file can hold. */
export const optionNames: readonly string[] = Object.keys(entries).filter((name) => name !== "signal" && name !== "onProgress");

const resumeEntries: Record<string, Entry> = { ...entries, extend: { schema: v.boolean(), says: "true or false" } };

/** A double has no more bits between two neighbours. */
const MOST_DEPTH = 52;

const certifyEntries: Record<string, Entry> = {
  tolerance: { schema: v.pipe(v.number(), v.finite(), v.gtValue(0)), says: "a finite number above 0" },
  points: { schema: v.pipe(v.number(), v.safeInteger(), v.minValue(1)), says: "a whole number above 0" },
  seed: seedEntry,
  absolute: { schema: v.pipe(v.number(), v.finite(), v.minValue(0)), says: "a finite number, not negative" },
};

const refineEntries: Record<string, Entry> = {
  feature: { schema: v.string(), says: 'the name of a column of the map, such as "V_regime"', required: true },
  depth: { schema: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MOST_DEPTH)), says: `a whole number from 1 to ${MOST_DEPTH}` },
  maxPoints: { schema: v.pipe(v.number(), v.safeInteger(), v.minValue(1)), says: "a whole number above 0" },
  change: { schema: v.pipe(v.number(), v.minValue(0), v.maxValue(1)), says: "a fraction from 0 to 1" },
};

const followEntries: Record<string, Entry> = {
  key: { schema: v.nullable(v.string()), says: "a grid key" },
  direction: { schema: v.picklist(followDirections), says: oneOf(followDirections.map((each) => `"${each}"`)), required: true },
};

const storeEntries: Record<string, Entry> = {
  directory: { schema: v.pipe(v.string(), v.minLength(1)), says: "the path of a directory, or s3://bucket/prefix", required: true },
  format: { schema: v.picklist(storeFormats), says: '"arrow" or "parquet"' },
  compression: { schema: v.picklist(compressionsOf.parquet), says: '"none", "snappy" or "zstd"' },
  shardPoints: { schema: v.pipe(v.number(), v.integer(), v.minValue(1)), says: "a whole number above 0" },
};

/** Tells a compression that files of the format do not have, or this machine does not. */
function checkCompression(problems: Problems, { format, compression }: NormalStore): void {
  const path = ["store", "compression"];
  const known: readonly string[] = compressionsOf[format];
  if (!known.includes(compression)) {
    const message = `store.compression "${compression}" is of Parquet, and files of Arrow have ${oneOf(known.map((name) => `"${name}"`))}; choose one of these, or format: "parquet"`;
    problems.add("E_COMPRESSION", path, message);
  }
  if (compression === "zstd")
    problems.attempt(
      () => zstd(),
      () => path,
    );
}

const shardEntries: Record<string, Entry> = {
  shards: {
    schema: v.union([v.string(), v.array(v.number()), record]),
    says: '"i/n", such as "0/8", { index, count }, or a list of numbers of shards',
  },
  signal: { schema: abortSignal, says: "an AbortSignal" },
  grace: { schema: v.pipe(v.number(), v.finite(), v.minValue(0)), says: "seconds, not negative" },
  onProgress: { schema: func, says: "a function" },
};

const runEntries: Record<string, Entry> = {
  ...common,
  params: { schema: record, says: 'an object of "node/operator/variable": value' },
};

/** Checks names and kinds of all options, and fills in defaults. Throws at once only where nothing can be read any further. */
export function checkOptions(problems: Problems, options: SweepCall): NormalOptions {
  checkCall(problems, "gridSearch", options, entries);
  const rename = options.rename ?? DEFAULTS.sweep.rename;
  checkRename(problems, namedParts(options), rename);
  // Two columns of one name: one of the two would be lost.
  if (problems.list.some(({ code }) => code === "E_RENAME")) problems.throwIfAny();
  problems.names = new Map(Object.entries(rename).map(([name, column]) => [column, name]));
  const normal = fillDefaults(options);
  if (normal.store !== undefined) {
    checkEntries(problems, options.store, storeEntries, ["store"]);
    checkCompression(problems, normal.store);
  }
  if (normal.certify !== false) checkEntries(problems, normal.certify, certifyEntries, ["certify"]);
  if (normal.refine !== false) checkEntries(problems, normal.refine, refineEntries, ["refine"]);
  if (normal.follow !== false) checkEntries(problems, normal.follow, followEntries, ["follow"]);
  return normal;
}

/**
 * Checks the kinds of the options with which a sweep is resumed; which of them there must be, and whether there are others, tells the plan
 * of the whole sweep.
 */
export function checkResumeOptions(problems: Problems, options: unknown): void {
  const given = optionsOf("resumeSweep", options);
  for (const [key, entry] of Object.entries(resumeEntries)) {
    const value = given[key];
    if (value === null || value === undefined || v.is(entry.schema, value)) continue;
    problems.add("E_TYPE", [key], `${key} must be ${entry.says}, but ${kindOf(value)} was found`);
  }
}

/** Checks which shards are run, and how: of the sweep itself, whose options the plan checks, that it is stored. */
export function checkShardOptions(problems: Problems, options: unknown, how: unknown): void {
  const { store } = optionsOf("runShards", options);
  checkEntries(problems, optionsOf("runShards", how), shardEntries);
  if (store === undefined || store === null) {
    problems.add(
      "E_MISSING_OPTION",
      ["store"],
      "option store is missing: shards are of a stored sweep; it is an object { directory, format }",
    );
  }
}

/** Checks the options of one run, and fills in defaults. */
export function checkRunOptions(problems: Problems, options: SimulateOptions): NormalRunOptions {
  checkCall(problems, "simulate", options, runEntries);
  return fillRunDefaults(options);
}

function checkCall(problems: Problems, name: string, options: unknown, known: Readonly<Record<string, Entry>>): void {
  const given = optionsOf(name, options);
  checkEntries(problems, given, known);
  checkSolver(problems, given.solver);
  for (const name of ofNames) if (isPlain(given[name])) checkLookalikes(problems, [name], Object.keys(given[name]));
  if (problems.list.some((p) => p.code === "E_TYPE" || p.code === "E_MISSING_OPTION")) problems.throwIfAny();
}

/** The one object of options that a function takes. */
function optionsOf(name: string, options: unknown): Record<string, unknown> {
  if (isPlain(options)) return options;
  const message = `${name} takes one object of options, but ${kindOf(options)} was found`;
  throw new MassgridError([{ code: "E_TYPE", path: [], message }]);
}

const positive = v.pipe(v.number(), v.finite(), v.gtValue(0));

const fixedEntries: Record<string, Entry> = {
  name: { schema: v.string(), says: "the name of a solver", required: true },
};

const adaptiveEntries: Record<string, Entry> = {
  ...fixedEntries,
  rtol: { schema: v.pipe(v.number(), v.minValue(0), v.maxValue(1)), says: "a number from 0 to 1" },
  atol: { schema: v.pipe(v.number(), v.finite(), v.minValue(0)), says: "a finite number, not negative" },
  firstStep: { schema: positive, says: "a finite time above 0" },
  maxStep: { schema: v.pipe(v.number(), v.gtValue(0)), says: "a time above 0" },
  maxSteps: { schema: v.pipe(v.number(), v.safeInteger(), v.minValue(1)), says: "a whole number above 0" },
  interpolation: { schema: v.picklist(interpolations), says: '"hold", "linear" or "pyrates"' },
};

/** Below it, a relative tolerance asks for more than f64 can tell; SciPy's limit. */
const LEAST_RTOL = 100 * Number.EPSILON;

/** Checks the solver of a call. */
function checkSolver(problems: Problems, choice: unknown): void {
  const name = isPlain(choice) ? choice.name : choice;
  const known = typeof name === "string" && isSolverName(name) ? name : undefined;
  if (typeof name === "string" && known === undefined) {
    problems.unknown("E_UNKNOWN_SOLVER", ["solver"], { what: `solver ${sanitize(name)}`, found: name, known: Object.keys(solvers) });
  }
  if (!isPlain(choice)) return;
  const before = problems.list.length;
  const solver: Solver = solvers[known ?? DEFAULTS.sweep.solver];
  if (known !== undefined && solver.kind !== "adaptive") {
    checkFixed(problems, choice, solver);
    return;
  }
  checkEntries(problems, choice, adaptiveEntries, ["solver"]);
  if (problems.list.length === before) checkTolerances(problems, choice);
}

/** Checks the options of a solver whose steps are fixed; of those that adaptive ones have, it says so. */
function checkFixed(problems: Problems, given: Record<string, unknown>, { name }: Solver): void {
  const known = Object.keys(adaptiveSolvers);
  const own: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(given)) {
    if (value === null) continue;
    if (Object.hasOwn(fixedEntries, key) || !Object.hasOwn(adaptiveEntries, key)) own[key] = value;
    else {
      const message = `unknown option solver.${key} of ${name}, whose step size is fixed; solvers with an adaptive step size have it: ${listed(known)}`;
      problems.add("E_UNKNOWN_OPTION", ["solver", key], message);
    }
  }
  checkEntries(problems, own, fixedEntries, ["solver"]);
}

function checkTolerances(problems: Problems, { rtol, atol }: AdaptiveOptions): void {
  if (typeof rtol === "number" && rtol < LEAST_RTOL && rtol !== 0) {
    const message = `solver.rtol ${rtol} asks for more than numbers of 64 bits can tell; use ${LEAST_RTOL.toPrecision(2)} or more`;
    problems.add("E_TOLERANCE", ["solver", "rtol"], message);
  }
  if (rtol === 0 && !(typeof atol === "number" && atol > 0)) {
    problems.add("E_TOLERANCE", ["solver", "rtol"], "solver.rtol 0 needs an atol above 0");
  }
}
