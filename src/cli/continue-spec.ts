import { dirname, resolve } from "node:path";
import { isPlain, isRecord, kindOf, Problems } from "../check.ts";
import { type Problem, sanitize } from "../errors.ts";
import type { ContinueCurveOptions, ContinueCycleOptions, ContinueEquilibriumOptions } from "../index.ts";
import { branchOptionNames, curveOptionNames, systemEntries } from "../options/continuation.ts";
import { cycleOptionNames } from "../options/cycles.ts";
import type { Vocabulary } from "./overrides.ts";
import { asOptions, besideSpec, readContent, readSignal, type Source } from "./spec.ts";

/** What a spec of "massgrid continue" asks for, each as the function of the API takes it. */
export interface ContinueSpec {
  equilibria: ContinueEquilibriumOptions | undefined;
  cycles: ContinueCycleOptions | undefined;
  curves: ContinueCurveOptions | undefined;
  /** Names of options that stand under `cycles`. */
  underCycles: readonly string[];
}

/** The key of a spec that asks for cycles. */
const CYCLES = "cycles";
/** What may stand under it: the parameter is that of the equilibria. */
const ownCycleNames = cycleOptionNames.filter((name) => name !== "parameter");
/** What cycles have of the branch of equilibria: what says which model it is, the parameter, and these unless they have their own. */
const SHARED = [...Object.keys(systemEntries), "parameter", "range", "userValues"];
/** The keys of a spec that only curves in two parameters have. */
const ofCurves = curveOptionNames.filter((name) => !branchOptionNames.includes(name));

const options = [...new Set([...branchOptionNames, ...ofCurves, CYCLES])];
const words: Vocabulary = { options, values: "params" };

/** The options that a file holds, with what --set changes of them; what is wrong with their names is added to `problems`. */
export function readContinueSpec(problems: Problems, source: Source, sets: readonly string[] = []): ContinueSpec {
  const content = readContent(problems, source, { sets, words });
  for (const found of Object.keys(content)) {
    if (!options.includes(found))
      problems.unknown("E_UNKNOWN_OPTION", [found], { what: `option ${sanitize(found)}`, found, known: options });
  }
  const folder = dirname(source.file);
  const given = { ...content, ...filesBeside(problems, content, folder) };
  const has = (names: readonly string[]) => names.some((name) => Object.hasOwn(given, name));
  const cycles = cyclesUnder(problems, given);
  const isOfBranch = has(["parameter", "range", CYCLES]) || !has(ofCurves);
  return {
    equilibria: isOfBranch ? asOptions(picked(given, branchOptionNames)) : undefined,
    cycles: cycles && asOptions({ ...picked(given, SHARED), ...cycles }),
    curves: has(ofCurves) ? asOptions(picked(given, curveOptionNames)) : undefined,
    underCycles: Object.keys(cycles ?? {}),
  };
}

/** What names files, which are looked for beside the spec first. */
function filesBeside(problems: Problems, { circuitTemplate, inputs }: Record<string, unknown>, folder: string): Record<string, unknown> {
  const readInput = (path: string, value: unknown) => readSignal(problems, ["inputs", path], value, (name) => resolve(folder, name));
  const signals = isRecord(inputs)
    ? Object.fromEntries(Object.entries(inputs).map(([path, value]) => [path, readInput(path, value)]))
    : undefined;
  const template = besideSpec(circuitTemplate, folder);
  return { ...(template === undefined ? {} : { circuitTemplate: template }), ...(signals ? { inputs: signals } : {}) };
}

function picked(content: Record<string, unknown>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(content).filter(([name]) => names.includes(name)));
}

/** The options under `cycles`, of which `true` has none; undefined where there are to be no cycles. */
function cyclesUnder(problems: Problems, { [CYCLES]: cycles }: Record<string, unknown>): Record<string, unknown> | undefined {
  if (cycles === undefined || cycles === null || cycles === false) return undefined;
  if (cycles === true) return {};
  if (!isPlain(cycles)) {
    problems.add("E_TYPE", [CYCLES], `cycles must be true or an object of options of continueCycle, but ${kindOf(cycles)} was found`);
    return undefined;
  }
  for (const found of Object.keys(cycles)) {
    if (ownCycleNames.includes(found)) continue;
    problems.unknown("E_UNKNOWN_OPTION", [CYCLES, found], { what: `option cycles.${sanitize(found)}`, found, known: ownCycleNames });
  }
  return picked(cycles, ownCycleNames);
}

/**
 * Makes a part of what a spec asks for ready. What is wrong is added to `problems` at its place in the spec, unless that has been told of another part;
 * `within` has the names of options that stand under `cycles`.
 */
export function prepare<Run>(problems: Problems, work: () => Run, within: readonly string[] = []): Run | undefined {
  const own = new Problems();
  const made = own.attempt(work, ({ path }) => (within.includes(String(path[0])) ? [CYCLES, ...path] : path));
  const told = new Set(problems.list.map(placeOf));
  for (const problem of own.list) if (!told.has(placeOf(problem))) problems.list.push(problem);
  return made;
}

function placeOf({ code, path }: Problem): string {
  return `${code} ${path.join("/")}`;
}
