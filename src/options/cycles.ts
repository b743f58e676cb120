import * as v from "valibot";
import { type Entry, isRecord, type Problems } from "../check.ts";
import { type BranchPath, checkCall, checkPath, onProgress, specNames, stepsOf, systemEntries } from "./continuation.ts";
import { DEFAULTS } from "./table.ts";

const record = v.custom<Record<string, unknown>>(isRecord);
const positive = v.pipe(v.number(), v.finite(), v.gtValue(0));
const finite = v.pipe(v.number(), v.finite());

/** What `continueCycle` takes beside what says which model it is of. */
export interface CycleCall extends BranchPath {
  /**
   * Where cycles begin. "simulation" (default): the cycle that the model comes to from its initial state, at its own value of the
   * parameter, followed both ways. An object with the parameter's value and the value of every state, such as a row of a Hopf point of
   * continueEquilibrium's table: the Hopf point nearest to it. That whole table: each of its Hopf points that no branch has come to before.
   */
  from?: "simulation" | object | undefined;
  /** Intervals of the mesh (NTST); 60. */
  meshIntervals?: number;
  /** Gauss points in each (NCOL), from 2 to 7; 4. */
  collocationPoints?: number;
  /** A branch ends where its period reaches this: near a homoclinic orbit it grows without bound. 1000 times the period at its start. */
  stopAtPeriod?: number | undefined;
  /** How many times branches are left for those that begin at their period doublings and branch points; 0. */
  switches?: number;
}

export type NormalCycleCall = Required<Omit<CycleCall, OptionalCycle>> & Pick<CycleCall, OptionalCycle>;

/** Options that may be left out, for which no default stands. */
type OptionalCycle = "stopAtPeriod" | "from" | "onProgress";

const entries: Record<string, Entry> = {
  ...systemEntries,
  parameter: { schema: v.string(), says: "the name of an entry of paramMap, or a path", required: true },
  range: { schema: v.tuple([finite, finite]), says: "[low, high], two finite numbers", required: true },
  from: { schema: v.union([v.literal("simulation"), record]), says: '"simulation", or a row with the values of a Hopf point' },
  meshIntervals: { schema: v.pipe(v.number(), v.integer(), v.minValue(5), v.maxValue(5000)), says: "a whole number from 5 to 5000" },
  collocationPoints: { schema: v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(7)), says: "a whole number from 2 to 7" },
  stepSize: { schema: positive, says: "a finite number above 0" },
  minStepSize: { schema: positive, says: "a finite number above 0" },
  maxStepSize: { schema: positive, says: "a finite number above 0" },
  maxPoints: { schema: v.pipe(v.number(), v.safeInteger(), v.minValue(1)), says: "a whole number above 0" },
  userValues: { schema: v.array(finite), says: "a list of finite numbers" },
  stopAtPeriod: { schema: positive, says: "a finite number above 0, in the model's time unit" },
  switches: { schema: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(10)), says: "a whole number from 0 to 10" },
  onProgress,
};

/** Names of what cycles take beside what says which model it is of. */
export const cycleOptionNames: readonly string[] = specNames(entries).filter((name) => !Object.hasOwn(systemEntries, name));

/** Checks the kinds of options, and fills in defaults. */
export function checkCycleCall(problems: Problems, options: CycleCall): NormalCycleCall {
  checkCall(problems, "continueCycle", options, entries);
  problems.throwIfAny();
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== null && value !== undefined));
  const call: NormalCycleCall = { ...DEFAULTS.cycle, ...options, ...given, ...stepsOf(options, DEFAULTS.cycle) };
  checkPath(problems, call, "range");
  return call;
}
