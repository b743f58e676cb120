import * as v from "valibot";
import { checkEntries, type Entry, isPlain, kindOf, type Problems } from "../check.ts";
import { sanitize } from "../errors.ts";
import { groupBy } from "../lists.ts";
import type { ModelSource } from "../model/build.ts";
import { historyOf, type Model } from "../model/model.ts";
import type { PastSignal } from "../sweep/input.ts";
import { samplesOf } from "../sweep/input.ts";
import { type Assignment, COMPUTED, type Job, type Past, type PastValues, UNKNOWN } from "../sweep/job.ts";
import { preferring, resolvePath, type Target } from "./paths.ts";

/** What one variable was before time 0. */
export interface HistoryUse {
  /** Key of the call's `history`. */
  entry: string;
  /** Full path of the variable. */
  path: string;
  values: PastValues;
}

const entries: Record<string, Entry> = {
  data: { schema: v.custom((value) => samplesOf(value) !== undefined), says: "a Float64Array or an array of numbers", required: true },
  step: { schema: v.pipe(v.number(), v.finite(), v.gtValue(0)), says: "a finite time above 0" },
};

/** Finds what variables were before time 0. A number or samples of a complex variable are its real part. */
export function resolveHistory(
  problems: Problems,
  history: Readonly<Record<string, PastSignal>>,
  targets: readonly Target[],
): HistoryUse[] {
  const owners = new Map<string, string>();
  return Object.entries(history).flatMap(([entry, given]) => {
    const at = ["history", entry];
    const use = { code: "E_UNKNOWN_VARIABLE", path: at, says: `history ${sanitize(entry)}`, parts: true };
    const values = readValues(problems, entry, given);
    const found = preferring("output", resolvePath(problems, targets, entry, use));
    return found.flatMap(({ variable: { path }, name }): HistoryUse[] => {
      const other = owners.get(path);
      if (other !== undefined)
        problems.add("E_HISTORY", at, `${sanitize(other)} and ${sanitize(entry)} both give the history of ${path}; keep one`);
      owners.set(path, entry);
      const isOtherPart = name.endsWith(".im") && !entry.endsWith(".im");
      return values === undefined ? [] : [{ entry, path, values: isOtherPart ? 0 : values }];
    });
  });
}

function readValues(problems: Problems, entry: string, given: unknown): PastValues | undefined {
  const at = ["history", entry];
  const before = problems.list.length;
  if (isPlain(given)) checkEntries(problems, given, entries, at);
  else if (typeof given !== "number") {
    const message = `history ${sanitize(entry)} must be a number, samples of which the last is at time 0, or { data, step }, but ${kindOf(given)} was found`;
    problems.add("E_TYPE", at, message);
  }
  if (problems.list.length > before) return undefined;
  const data = isPlain(given) ? (samplesOf(given.data)?.slice() ?? new Float64Array(0)) : Float64Array.of(Number(given));
  const bad = data.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0 || data.length === 0) {
    const found = bad < 0 ? "it has no samples" : isPlain(given) ? `sample ${bad} is ${data[bad]}` : `${data[bad]} was found`;
    problems.add("E_HISTORY", at, `history ${sanitize(entry)} must be finite, but ${found}`);
    return undefined;
  }
  // Samples that are all the same say the same as a number, but for what the variable begins with.
  return isPlain(given) ? { data, step: Number(given.step) } : data[0];
}

/** The past of a model's variables, and which of its delayed values look at the values of each use. */
export interface ModelPast {
  past: Past;
  /** Initial values of states whose samples end at time 0, and of stages of delays with a spread. */
  initialValues: { row: number; value: number }[];
  /** For each use, rows of the stages of its variable. */
  stages: number[][];
  /** For each use, numbers of the delayed values that it decides. */
  readers: number[][];
}

/**
 * Places what is known of the past in a model: states by their rows, and each delayed value that is one of them, is given itself, or is
 * computed of states that are given.
 */
export function pastOf(
  model: Model,
  uses: readonly HistoryUse[],
  { dependsOn, assignments }: Pick<ModelSource, "dependsOn"> & Assigned,
): ModelPast {
  const rows = new Map(model.states.map(({ path }, row) => [path, row]));
  const assigned = new Set(assignments.flatMap(({ kind, path }) => (kind === "state" ? [path] : [])));
  const ofPath = new Map(uses.map((use, i) => [use.path, i]));
  const states = uses.flatMap(({ path, values }) => {
    const row = rows.get(path);
    return row === undefined ? [] : [{ row, path, values }];
  });
  const others = uses.flatMap(({ path }, i) => (rows.has(path) ? [] : [i]));
  const givenRow = new Map(others.map((use, row) => [use, row]));
  const ofBase = groupBy([...states.map(({ path }) => path)], baseOf);
  const dependencies = new Map<string, number[]>();
  const readers = uses.map((): number[] => []);
  const delayed = historyOf(model).delayed.map(({ path }, i) => {
    const own = ofPath.get(path);
    if (own !== undefined) readers[own].push(i);
    const given = own === undefined ? undefined : givenRow.get(own);
    if (given !== undefined) return given;
    const name = baseOf(path);
    const found = dependencies.get(name) ?? usesOf(dependsOn({ kind: "name", name, span: { start: 0, end: 0 } }), ofBase, ofPath);
    dependencies.set(name, found);
    for (const use of found) if (use !== own) readers[use].push(i);
    return own === undefined && found.length === 0 ? UNKNOWN : COMPUTED;
  });
  const initialValues = states.flatMap(({ row, path, values }) =>
    typeof values === "number" || assigned.has(path) ? [] : [{ row, value: values.data[values.data.length - 1] }],
  );
  const chains = groupBy(
    [...model.states.entries()].filter(([, { path }]) => STAGE.test(path)),
    ([, { path }]) => path.replace(STAGE, "$1"),
  );
  const stages = uses.map(({ path }) => (chains.get(path) ?? []).map(([row]) => row));
  // A chain that has had one value for ever has it in each of its stages.
  stages.forEach((own, use) => {
    const { values } = uses[use];
    for (const row of own)
      if (typeof values === "number" && !assigned.has(model.states[row].path)) initialValues.push({ row, value: values });
  });
  const past = { states, given: others.map((use) => uses[use].values), delayed: Int32Array.from(delayed) };
  return { past, initialValues, stages, readers };
}

/** A stage of a delay with a spread, and the part of a complex variable behind it. */
const STAGE = /_d\d+_\d+(\.re|\.im)?$/;

/** Tells where samples are given of what goes through stages, which take one value. */
export function checkStages(problems: Problems, uses: readonly HistoryUse[], stages: readonly number[][]): void {
  uses.forEach(({ entry, path, values }, use) => {
    if (typeof values === "number" || stages[use].length === 0) return;
    const message = `${path} goes through a delay with a spread, whose stages begin with one value, but history ${sanitize(entry)} has samples; give a number`;
    problems.add("E_HISTORY", ["history", entry], message);
  });
}

interface Assigned {
  assignments: readonly Assignment[];
}

/** A complex variable's path without its part. */
function baseOf(path: string): string {
  return path.replace(/\.(?:re|im)$/, "");
}

/** The uses that are of states among those of these paths. */
function usesOf(paths: ReadonlySet<string>, states: ReadonlyMap<string, readonly string[]>, ofPath: ReadonlyMap<string, number>): number[] {
  return [...paths].flatMap((path) => (states.get(path) ?? []).flatMap((state) => ofPath.get(state) ?? []));
}

/** Tells where samples do not reach as far back as a job looks. `longest` has the longest delay of each delayed value. */
export function checkReach(
  problems: Problems,
  { model }: Job,
  uses: readonly HistoryUse[],
  { readers, longest }: { readers: readonly number[][]; longest: Float64Array },
): void {
  uses.forEach(({ entry, path, values }, use) => {
    if (typeof values === "number") return;
    const { data, step } = values;
    const last = readers[use].reduce((most, i) => (longest[i] > longest[most] ? i : most), readers[use][0]);
    const reach = (data.length - 1) * step;
    if (last === undefined || reach >= longest[last] * (1 - 1e-9)) return;
    const needed = Math.ceil((longest[last] / step) * (1 - 1e-9)) + 1;
    const message =
      `history ${sanitize(entry)} has ${data.length} samples ${step} apart, which reach back to ${-reach}, but ${historyOf(model).delayed[last].path} ` +
      `is looked at ${longest[last]} before time 0 for ${path}; give ${needed} samples`;
    problems.add("E_HISTORY", ["history", entry], message);
  });
}

/** Tells which entries no job looks at. `read` has the uses that some job reads. */
export function checkRead(
  problems: Problems,
  uses: readonly HistoryUse[],
  read: ReadonlySet<number>,
  jobs: readonly Pick<Job, "model">[],
): void {
  for (const [entry, own] of groupBy([...uses.keys()], (use) => uses[use].entry)) {
    if (own.some((use) => read.has(use))) continue;
    const delayed = jobs.flatMap(({ model }) => historyOf(model).delayed);
    const known = [...new Set(delayed.map(({ path }) => path))];
    const hint = known.length === 0 ? "the model has no delays" : `delays are those of ${known.slice(0, 4).join(", ")}`;
    problems.add("E_HISTORY", ["history", entry], `nothing looks at the past of history ${sanitize(entry)}: ${hint}`);
  }
}
