import type { Table } from "apache-arrow";
import * as v from "valibot";
import { checkEntries, type Entry, isPlain, isRecord, kindOf, type Problems } from "../check.ts";
import { MassgridError, sanitize } from "../errors.ts";
import { checkLookalikes } from "../lookalike.ts";
import { gridColumns } from "./names.ts";
import type { GridSearchOptions } from "./options.ts";
import { DEFAULTS } from "./table.ts";

/** What is said of a model whose equilibria, cycles or branches are looked for. */
export interface SystemOptions extends Pick<GridSearchOptions, "circuitTemplate" | "inputs" | "noise"> {
  /** What each name of a parameter drives, as in gridSearch; parameters that have no entry are named by their paths. */
  paramMap?: GridSearchOptions["paramMap"];
  /** Values of parameters and initial states, by name in paramMap or by path; those of the template where not given. */
  params?: Readonly<Record<string, number>>;
  /** Variables that each row of the result has beside the states: a name of your own → path or expression, or a list of paths. */
  outputs?: GridSearchOptions["outputs"];
}

/** How far branches or curves have come. */
export interface BranchProgress {
  /** Branches, or curves, the one that is followed among them; and their rows. */
  branches: number;
  points: number;
  /** What is there so far, as the result has it but for notes of ends. Making it takes longer than a step does: ask for it from time to time. */
  table(): Table;
}

/** What is told while branches or curves are followed. */
export interface FollowedOptions {
  /**
   * Called after each step. Steps hold the thread until the last, and an error that is thrown here ends the call: in a page, call from a
   * worker, which can be ended from outside.
   */
  onProgress?: (progress: BranchProgress) => void;
}

/** What a branch is followed along, of equilibria or of cycles. */
export interface BranchPath extends FollowedOptions {
  /** The parameter that is varied: a name in paramMap, or the path of a parameter or an input. */
  parameter: string;
  /** Lowest and highest value of the parameter, at which a branch ends, exactly. */
  range: readonly [low: number, high: number];
  /** Values of the parameter at which there is to be a row, hit exactly (UZR). */
  userValues?: readonly number[];
  /**
   * First, shortest and longest step (DS, DSMIN, DSMAX), without unit. Of equilibria, in units of the range: 0.01, 1e-8 and 0.04 if not
   * given. Of cycles, a step of 0.1 changes states by a tenth of how far they move on the cycle, or the parameter by a tenth of its range:
   * 0.01, 1e-6 and 0.1.
   */
  stepSize?: number;
  minStepSize?: number;
  maxStepSize?: number;
  /** Most rows of a branch in each direction, after which it is left (NMX): 2000 of equilibria, 200 of cycles if not given. */
  maxPoints?: number;
}

/** What continueEquilibrium takes. */
export interface ContinueEquilibriumOptions extends SystemOptions, BranchPath {
  /**
   * Where the branch begins: the parameter's value, by its name, and states by path. Without states, the equilibrium that the model's
   * initial state leads to; without a value, the one that the parameter has in the template or in params.
   */
  from?: Readonly<Record<string, number>>;
  /** true (default): branches that cross at branch points are followed too. */
  switching?: boolean;
  /** How many branches there may be; 20 if not given. */
  maxBranches?: number;
  /**
   * Further equilibria at the start's value of the parameter are looked for from so many states, as by equilibria(), and the branches
   * through them are followed too; 0 (default): only the one that `from` leads to.
   */
  starts?: number;
}

/** The same with every default filled in. */
export interface NormalContinuation
  extends SystemOptions,
    Required<Omit<ContinueEquilibriumOptions, keyof SystemOptions | "onProgress">>,
    FollowedOptions {}

/** What continueCurve takes. */
export interface ContinueCurveOptions
  extends SystemOptions,
    FollowedOptions,
    Pick<ContinueEquilibriumOptions, "from" | "starts">,
    Pick<BranchPath, "stepSize" | "minStepSize" | "maxStepSize" | "maxPoints"> {
  /** Both parameters: names in paramMap, or paths. Folds and Hopf points are looked for on a branch of equilibria in the first. */
  parameters: readonly [first: string, second: string];
  /** Lowest and highest value of each, at which curves end. */
  ranges: readonly [readonly [low: number, high: number], readonly [low: number, high: number]];
  /**
   * Of what: folds ("LP") and Hopf points ("HB") if not given; folds ("LPC") and period doublings ("PD") of the cycles that begin at Hopf points of that branch,
   * or, where it has none, of those that the model's initial state comes to.
   */
  curves?: readonly ("LP" | "HB" | "LPC" | "PD")[];
}

/** What equilibria takes. */
export interface EquilibriaOptions extends SystemOptions, Pick<GridSearchOptions, "paramGrid" | "permuteGrid"> {
  paramMap: GridSearchOptions["paramMap"];
  /** Points of a box around all states that were seen, from which equilibria are looked for at up to 64 points of the grid; 32 if not given. */
  starts?: number;
}

/** The same with every default filled in. */
export interface NormalEquilibria extends SystemOptions, Required<Omit<EquilibriaOptions, keyof SystemOptions>> {}

const record = v.custom<Record<string, unknown>>(isPlain);
const finite = v.pipe(v.number(), v.finite());
const share = v.pipe(finite, v.gtValue(0), v.maxValue(1));
const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(1));

/** Told while branches are followed: no part of a spec. */
export const onProgress: Entry = { schema: v.function(), says: "a function" };

/** Options that say which model it is of. */
export const systemEntries: Record<string, Entry> = {
  circuitTemplate: {
    schema: v.union([v.string(), v.custom<object>(isRecord)]),
    says: "the path of a template, or a model",
    required: true,
  },
  params: { schema: record, says: "an object of name or path: value" },
  paramMap: { schema: record, says: "an object with an entry { vars, nodes } for each name" },
  inputs: { schema: record, says: "an object of path: number" },
  noise: { schema: record, says: "an object of path: { sd }, which is left out" },
  outputs: { schema: v.union([record, v.array(v.string())]), says: 'an object of name: "node/operator/variable", or a list of these' },
};

const entries: Record<string, Entry> = {
  ...systemEntries,
  parameter: { schema: v.string(), says: "the name of a parameter in paramMap, or its path", required: true },
  range: { schema: v.tuple([finite, finite]), says: "[low, high], two finite numbers", required: true },
  from: { schema: record, says: "an object of the parameter's name, or paths of states: number" },
  userValues: { schema: v.array(finite), says: "a list of finite numbers" },
  stepSize: { schema: share, says: "a number above 0 and at most 1, in units of the range" },
  minStepSize: { schema: share, says: "a number above 0 and at most 1, in units of the range" },
  maxStepSize: { schema: share, says: "a number above 0 and at most 1, in units of the range" },
  maxPoints: { schema: whole, says: "a whole number above 0" },
  switching: { schema: v.boolean(), says: "true or false" },
  maxBranches: { schema: whole, says: "a whole number above 0" },
  starts: { schema: v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(65536)), says: "a whole number from 0 to 65536" },
  onProgress,
};

const equilibriaEntries: Record<string, Entry> = {
  ...systemEntries,
  paramMap: { schema: record, says: "an object with an entry { vars, nodes } for each grid key", required: true },
  paramGrid: {
    schema: v.union([v.custom<object>(isRecord), v.array(record)]),
    says: "an object of arrays, a list of points { key: value }, or an Arrow Table",
    required: true,
  },
  permuteGrid: { schema: v.boolean(), says: "true or false" },
  starts: { schema: v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(65536)), says: "a whole number from 1 to 65536" },
};

/** Checks names and kinds of the options of equilibria, and fills in defaults. */
export function checkEquilibria(problems: Problems, options: EquilibriaOptions): NormalEquilibria {
  checkCall(problems, "equilibria", options, equilibriaEntries);
  return {
    ...options,
    paramGrid: gridColumns(options.paramGrid),
    permuteGrid: Array.isArray(options.paramGrid) ? false : (options.permuteGrid ?? DEFAULTS.sweep.permuteGrid),
    starts: options.starts ?? DEFAULTS.equilibria.starts,
  };
}

const range = v.tuple([finite, finite]);
const curveEntries: Record<string, Entry> = {
  ...systemEntries,
  parameters: { schema: v.tuple([v.string(), v.string()]), says: "a list of two names in paramMap, or paths", required: true },
  ranges: { schema: v.tuple([range, range]), says: "[[low, high], [low, high]], a range for each parameter", required: true },
  curves: {
    schema: v.array(v.picklist(["LP", "HB", "LPC", "PD"])),
    says: 'a list of "LP" (folds), "HB" (Hopf points), "LPC" and "PD" (folds and period doublings of cycles)',
  },
  ...Object.fromEntries(
    ["from", "starts", "stepSize", "minStepSize", "maxStepSize", "maxPoints", "onProgress"].map((name) => [name, entries[name]]),
  ),
};

/** Names of what a branch of equilibria takes, and of what curves take. */
export const branchOptionNames: readonly string[] = specNames(entries);
export const curveOptionNames: readonly string[] = specNames(curveEntries);

/** Names of options that a spec may have: those that a text can say. */
export function specNames(own: Readonly<Record<string, Entry>>): string[] {
  return Object.keys(own).filter((name) => name !== "onProgress");
}

/** Checks the options of continueCurve: as those of the branch in its first parameter, and of which points curves are. */
export function checkCurve(problems: Problems, options: ContinueCurveOptions) {
  checkCall(problems, "continueCurve", options, curveEntries);
  const { parameters, ranges, curves = ["LP", "HB"], ...rest } = options;
  const branch = fillContinuation(problems, { ...rest, parameter: parameters[0], range: ranges[0], switching: false }, "ranges");
  if (!(ranges[1][0] < ranges[1][1])) {
    const message = `ranges[1] must go from a lower to a higher value, but ${ranges[1][0]} and ${ranges[1][1]} were found`;
    problems.add("E_RANGE", ["ranges", 1], message);
  }
  if (parameters[0] === parameters[1]) problems.add("E_PARAM_CONFLICT", ["parameters", 1], "parameters must be two different ones");
  return { branch, parameters, ranges, curves };
}

/** Checks names and kinds of all options, and fills in defaults. Throws at once where nothing can be read any further. */
export function checkContinuation(problems: Problems, options: ContinueEquilibriumOptions): NormalContinuation {
  checkCall(problems, "continueEquilibrium", options, entries);
  return fillContinuation(problems, options, "range");
}

function fillContinuation(problems: Problems, options: ContinueEquilibriumOptions, place: string): NormalContinuation {
  const { continuation } = DEFAULTS;
  const normal: NormalContinuation = {
    ...options,
    from: options.from ?? {},
    userValues: options.userValues ?? continuation.userValues,
    ...stepsOf(options, continuation),
    maxPoints: options.maxPoints ?? continuation.maxPoints,
    switching: options.switching ?? continuation.switching,
    maxBranches: options.maxBranches ?? continuation.maxBranches,
    starts: options.starts ?? continuation.starts,
  };
  checkPath(problems, normal, place);
  return normal;
}

type Steps = Required<Pick<BranchPath, "stepSize" | "minStepSize" | "maxStepSize">>;

/** Lengths of steps; where only some are given, the others make room for them. */
export function stepsOf(given: Partial<Steps>, defaults: Steps): Steps {
  const stepSize = given.stepSize ?? Math.min(Math.max(defaults.stepSize, given.minStepSize ?? 0), given.maxStepSize ?? 1);
  const minStepSize = given.minStepSize ?? Math.min(defaults.minStepSize, stepSize);
  return { stepSize, minStepSize, maxStepSize: given.maxStepSize ?? Math.max(defaults.maxStepSize, stepSize) };
}

/** Checks that a range is one, that it has the user's values, and that steps go together. `place` is the option that has the range. */
export function checkPath(problems: Problems, path: Steps & Pick<BranchPath, "range" | "userValues">, place: string): void {
  const { range, userValues = [], minStepSize, stepSize, maxStepSize } = path;
  const [low, high] = range;
  if (!(low < high) || !Number.isFinite(high - low)) {
    problems.add("E_RANGE", [place], `${place} must go from a lower to a higher value, but ${low} and ${high} were found`);
  }
  if (!(minStepSize <= stepSize && stepSize <= maxStepSize)) {
    const found = `${minStepSize}, ${stepSize} and ${maxStepSize}`;
    problems.add("E_STEP", ["stepSize"], `minStepSize, stepSize and maxStepSize must not descend, but ${found} were found`);
  }
  for (const [i, value] of userValues.entries()) {
    if (!(low < high) || (value >= low && value <= high)) continue;
    const message = `userValues[${i}], ${value}, lies outside the range, ${low} to ${high}; widen the range or leave it out`;
    problems.add("E_RANGE", ["userValues", i], message);
  }
}

/** Checks a call with one object of options. */
export function checkCall(problems: Problems, name: string, options: unknown, known: Readonly<Record<string, Entry>>): void {
  if (!isPlain(options)) {
    const message = `${name} takes one object of options, but ${kindOf(options)} was found`;
    throw new MassgridError([{ code: "E_TYPE", path: [], message }]);
  }
  checkEntries(problems, options, known);
  for (const option of ["params", "paramMap", "inputs", "from"]) {
    const value = options[option];
    if (isPlain(value)) checkLookalikes(problems, [option], Object.keys(value));
  }
  if (problems.list.some(({ code }) => code === "E_TYPE" || code === "E_MISSING_OPTION")) problems.throwIfAny();
}

/** Checks that what stands at a path is a finite number. */
export function checkFinite(problems: Problems, path: (string | number)[], value: unknown): value is number {
  if (typeof value === "number" && Number.isFinite(value)) return true;
  problems.add("E_PARAM_NOT_FINITE", path, `${sanitize(path.join("."))} must be a finite number, but ${kindOf(value)} was found`);
  return false;
}
