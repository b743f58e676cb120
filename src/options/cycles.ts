import * as v from "valibot";
import { type Entry, isRecord, type Problems } from "../check.ts";
import { checkCall, systemEntries } from "./continuation.ts";
import { DEFAULTS } from "./table.ts";

const record = v.custom<Record<string, unknown>>(isRecord);
const positive = v.pipe(v.number(), v.finite(), v.gtValue(0));
const finite = v.pipe(v.number(), v.finite());

/** What `continueCycle` takes beside what says which model it is of. */
export interface CycleCall {
  /** The parameter that is varied: a name in paramMap, or a path. */
  parameter: string;
  /** Lowest and highest value of the parameter: a branch ends exactly there. */
  range: readonly [low: number, high: number];
  /**
   * Where cycles begin. "simulation" (default): the cycle that the model comes to from its initial state, at its own value of the
   * parameter, followed both ways. An object with the parameter's value and the value of every state, such as a row of a Hopf point of
   * continueEquilibrium's table: the Hopf point nearest to it.
   */
  from?: "simulation" | object | undefined;
  /** Intervals of the mesh (NTST); 60. */
  meshIntervals?: number;
  /** Gauss points in each (NCOL), from 2 to 7; 4. */
  collocationPoints?: number;
  /**
   * Lengths of steps along the branch (DS, DSMIN, DSMAX): 0.01, 1e-6 and 0.1. They have no unit: a step of 0.1 changes states by a tenth
   * of how far they move on the cycle, or the parameter by a tenth of its range.
   */
  firstStep?: number;
  minStep?: number;
  maxStep?: number;
  /** Most points of a branch (NMX); 200. */
  maxPoints?: number;
  /** Values of the parameter at which there is to be a row, exactly (UZR). */
  userValues?: readonly number[];
  /** A branch ends where its period reaches this: near a homoclinic orbit it grows without bound. */
  stopAtPeriod?: number | undefined;
  /** How many times branches are left for those that begin at their period doublings and branch points; 0. */
  switches?: number;
}

export type NormalCycleCall = Required<Omit<CycleCall, "stopAtPeriod" | "from">> & Pick<CycleCall, "stopAtPeriod" | "from">;

const entries: Record<string, Entry> = {
  ...systemEntries,
  parameter: { schema: v.string(), says: "the name of an entry of paramMap, or a path", required: true },
  range: { schema: v.tuple([finite, finite]), says: "[low, high], two finite numbers", required: true },
  from: { schema: v.union([v.literal("simulation"), record]), says: '"simulation", or a row with the values of a Hopf point' },
  meshIntervals: { schema: v.pipe(v.number(), v.integer(), v.minValue(5), v.maxValue(5000)), says: "a whole number from 5 to 5000" },
  collocationPoints: { schema: v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(7)), says: "a whole number from 2 to 7" },
  firstStep: { schema: positive, says: "a finite number above 0" },
  minStep: { schema: positive, says: "a finite number above 0" },
  maxStep: { schema: positive, says: "a finite number above 0" },
  maxPoints: { schema: v.pipe(v.number(), v.safeInteger(), v.minValue(1)), says: "a whole number above 0" },
  userValues: { schema: v.array(finite), says: "a list of finite numbers" },
  stopAtPeriod: { schema: positive, says: "a finite number above 0, in the model's time unit" },
  switches: { schema: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(10)), says: "a whole number from 0 to 10" },
};

/** Checks the kinds of options, and fills in defaults. */
export function checkCycleCall(problems: Problems, options: CycleCall): NormalCycleCall {
  checkCall(problems, "continueCycle", options, entries);
  problems.throwIfAny();
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== null && value !== undefined));
  const call: NormalCycleCall = { ...DEFAULTS.cycle, ...options, ...given };
  const [low, high] = call.range;
  if (low >= high) {
    const message = `range is [low, high] with low below high, but [${low}, ${high}] was found; exchange them`;
    problems.add("E_BRANCH_RANGE", ["range"], message);
  }
  if (call.minStep > call.maxStep || call.firstStep < call.minStep || call.firstStep > call.maxStep) {
    const message = `firstStep lies between minStep and maxStep, but ${call.firstStep} is not between ${call.minStep} and ${call.maxStep}; set all three`;
    problems.add("E_BRANCH_STEP", ["firstStep"], message);
  }
  for (const [i, value] of call.userValues.entries()) {
    if (value >= low && value <= high) continue;
    const message = `userValues[${i}], ${value}, lies outside the range, [${low}, ${high}]; widen the range or leave it out`;
    problems.add("E_BRANCH_RANGE", ["userValues", i], message);
  }
  return call;
}
