import * as v from "valibot";
import { checkEntries, type Entry, isPlain, kindOf, type Problems } from "../check.ts";
import { sanitize } from "../errors.ts";
import type { Model, ModelLayout } from "../model/model.ts";
import { nearest } from "../nearest.ts";
import type { Assignment } from "../sweep/job.ts";
import { checkFilled, Edges, type EdgeUses, type GridKey, resolveEdges } from "./edges.ts";
import { isImaginaryOf, resolvePath, resolveTarget, type Target } from "./paths.ts";

/** A grid key that drives a number of an entry of another option: the intensity of noise, or the size of pulses. */
export interface TermUse {
  /** Key of the entry in its option. */
  term: string;
  /** Index of the grid key. */
  key: number;
}

/** What the grid keys drive. */
export interface Mapping extends EdgeUses {
  intensities: TermUse[];
  sizes: TermUse[];
}

/** Options whose entries have a number that a grid key may drive: its name, and what unknown entries are told by. */
const termOptions = {
  noise: { number: "sd", code: "E_UNKNOWN_NOISE" },
  pulses: { number: "by", code: "E_UNKNOWN_PULSES" },
} as const;

const strings = v.array(v.string());
const entries: Record<string, Entry> = {
  vars: { schema: strings, says: 'an array of "operator/variable"', required: true },
  nodes: { schema: strings, says: "an array of names of nodes" },
  noise: { schema: strings, says: "an array of paths that the option noise has" },
  pulses: { schema: strings, says: "an array of paths that the option pulses has" },
  edges: { schema: v.array(v.array(v.union([v.string(), v.number()]))), says: "an array of [source, target]" },
};

/** Finds what each grid key drives. Entries of keys that the grid does not have are ignored, as in PyRates. */
export function resolveMapping(
  problems: Problems,
  paramMap: Readonly<Record<string, unknown>>,
  keys: readonly string[],
  model: Pick<Model, "params"> & { targets: readonly Target[]; noise: readonly string[]; pulses: readonly string[] },
): Mapping {
  const edges = new Edges(model);
  const ofKeys = keys.map((key, index) => {
    return resolveKey(problems, paramMap, { key, index, path: ["paramMap", key] }, { ...model, edges });
  });
  const driven = {
    assignments: ofKeys.flatMap(({ assignments = [] }) => assignments),
    delays: ofKeys.flatMap(({ delays = [] }) => delays),
    intensities: ofKeys.flatMap(({ intensities = [] }) => intensities),
    sizes: ofKeys.flatMap(({ sizes = [] }) => sizes),
  };
  const terms = [
    ...driven.delays.map(({ edge, what, key }) => ({ path: `the ${what} of edge ${edge}`, key })),
    ...driven.intensities.map(({ term, key }) => ({ path: `the intensity of noise ${term}`, key })),
    ...driven.sizes.map(({ term, key }) => ({ path: `the size of pulses ${term}`, key })),
  ];
  driven.assignments = withoutDouble(driven.assignments);
  checkConflicts(problems, [...driven.assignments, ...terms], keys);
  return driven;
}

function resolveKey(
  problems: Problems,
  paramMap: Readonly<Record<string, unknown>>,
  gridKey: GridKey,
  { targets, noise, pulses, edges }: { targets: readonly Target[]; noise: readonly string[]; pulses: readonly string[]; edges: Edges },
): Partial<Mapping> {
  const { key, path } = gridKey;
  if (!Object.hasOwn(paramMap, key)) {
    const suggestion = nearest(key, Object.keys(paramMap));
    const hint = suggestion === undefined ? "" : `; did you mean ${sanitize(suggestion)}?`;
    const message = `paramMap has no entry for the grid key ${sanitize(key)}; every grid key needs one, { vars: ["operator/variable"], nodes: [...] }${hint}`;
    problems.add("E_MAP_MISSING", path, message, suggestion);
    return {};
  }
  const entry = paramMap[key];
  if (!isPlain(entry)) {
    problems.add("E_TYPE", path, `the entry of ${sanitize(key)} must be { vars, nodes }, but ${kindOf(entry)} was found`);
    return {};
  }
  const before = problems.list.length;
  checkEntries(problems, entry, entries, path);
  if (problems.list.length > before) return {};
  const vars = list(entry.vars);
  if (entry.nodes === undefined && entry.edges !== undefined) return resolveEdges(problems, gridKey, entry, edges);
  if (entry.noise !== undefined) {
    return { intensities: resolveTerms(problems, gridKey, { option: "noise", vars, terms: list(entry.noise) }, noise) };
  }
  if (entry.pulses !== undefined) {
    return { sizes: resolveTerms(problems, gridKey, { option: "pulses", vars, terms: list(entry.pulses) }, pulses) };
  }
  const nodes = entry.nodes === undefined ? undefined : list(entry.nodes);
  if (nodes === undefined) {
    problems.add("E_MISSING_OPTION", [...path, "nodes"], `the entry of ${sanitize(key)} needs nodes (or edges) beside vars`);
    return {};
  }
  checkFilled(problems, gridKey, { vars, nodes });
  return {
    assignments: vars.flatMap((name, i) => nodes.flatMap((node) => assign(problems, gridKey, [...path, "vars", i], name, node, targets))),
  };
}

function list(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function assign(
  problems: Problems,
  { key, index }: GridKey,
  path: (string | number)[],
  name: string,
  node: string,
  targets: readonly Target[],
): Assignment[] {
  const parts = name.split("/");
  if (parts.length !== 2 || parts.includes("")) {
    problems.add("E_PATH", path, `vars of ${sanitize(key)} are "operator/variable", but "${sanitize(name)}" was found`);
    return [];
  }
  const wanted = { node, operator: parts[0], name: parts[1] };
  const use = { code: "E_UNKNOWN_VARIABLE", path, says: `grid key ${sanitize(key)}`, parts: true };
  return resolveTarget(problems, targets, wanted, use).flatMap((target) => {
    const { kind, row, variable } = target;
    if (kind !== "output")
      return [{ kind, row, key: index, path: variable.path, ...(isImaginaryOf(target, wanted.name) ? { isImaginary: true } : {}) }];
    const message = `${target.variable.path} is computed by an equation, so grid key ${sanitize(key)} cannot set it; use a parameter, an input or an initial value`;
    problems.add("E_NOT_SWEEPABLE", path, message);
    return [];
  });
}

/** Assignments without those to imaginary parts that others set by their own names. */
function withoutDouble(assignments: readonly Assignment[]): Assignment[] {
  const named = new Set(assignments.filter(({ isImaginary }) => !isImaginary).map(({ path }) => path));
  return assignments.filter(({ isImaginary, path }) => !isImaginary || !named.has(path));
}

function checkConflicts(problems: Problems, assignments: readonly { path: string; key: number }[], keys: readonly string[]): void {
  const owner = new Map<string, number>();
  for (const { path, key } of assignments) {
    const other = owner.get(path);
    if (other !== undefined && other !== key) {
      const message = `the grid keys ${sanitize(keys[other])} and ${sanitize(keys[key])} both set ${path}; let one of them do it`;
      problems.add("E_PARAM_CONFLICT", ["paramMap", keys[key]], message);
    }
    owner.set(path, key);
  }
}

/** What a grid key drives of `{ vars: ["sd"], noise: [path, ...] }`, or of pulses: numbers of entries of that option, `known`. */
function resolveTerms(
  problems: Problems,
  gridKey: GridKey,
  { option, vars, terms }: { option: keyof typeof termOptions; vars: readonly string[]; terms: readonly string[] },
  known: readonly string[],
): TermUse[] {
  const { key, index, path } = gridKey;
  const { number, code } = termOptions[option];
  const strange = vars.find((name) => name !== number);
  if (strange !== undefined) {
    const what = `variable ${sanitize(strange)} of ${option} for grid key ${sanitize(key)}`;
    problems.unknown("E_UNKNOWN_VARIABLE", [...path, "vars", vars.indexOf(strange)], { what, found: strange, known: [number] });
  }
  checkFilled(problems, gridKey, { vars, [option]: terms });
  return terms.flatMap((name, i) => {
    if (known.includes(name)) return [{ term: name, key: index }];
    const what = `${option} ${sanitize(name)} for grid key ${sanitize(key)}: it must be a key of the option ${option}`;
    problems.unknown(code, [...path, option, i], { what, found: name, known });
    return [];
  });
}

/** Unit of what each grid key drives; "" where that has no unit, or several. */
export function keyUnits(keys: readonly string[], { assignments, delays }: Mapping, model: ModelLayout): string[] {
  const rows = { param: model.params, state: model.states, input: model.inputs };
  const units = keys.map(() => new Set<string>());
  for (const { key, kind, row, isImaginary } of assignments) if (!isImaginary) units[key].add(rows[kind][row].unit);
  for (const { key } of delays) units[key].add(model.timeUnit);
  return units.map((found) => (found.size === 1 ? [...found].join() : ""));
}

/** Values that one run gives to variables, each with what it is assigned to. */
export interface Params {
  assignments: Assignment[];
  /** One value for each path. */
  values: Float64Array[];
}

/**
 * Finds what `params` sets: parameters, initial values and inputs' defaults, by path; `all` stands for every node of a level. `place` is
 * where a path stands in the options that is no key of params.
 */
export function resolveParams(
  problems: Problems,
  params: Readonly<Record<string, unknown>>,
  targets: readonly Target[],
  place?: (string | number)[],
): Params {
  const found: Params = { assignments: [], values: [] };
  const owner = new Map<string, string>();
  for (const [path, value] of Object.entries(params)) {
    const at = place ?? ["params", path];
    if (typeof value !== "number" || !Number.isFinite(value)) {
      problems.add("E_PARAM_NOT_FINITE", at, `${sanitize(path)} must be a finite number, but ${kindOf(value)} was found`);
      continue;
    }
    const key = found.values.push(Float64Array.of(value)) - 1;
    const use = { code: "E_UNKNOWN_VARIABLE", path: at, says: `${place ? place.join(".") : "params"} ${sanitize(path)}`, parts: true };
    for (const target of resolvePath(problems, targets, path, use)) {
      const { kind, row, variable } = target;
      const isImaginary = isImaginaryOf(target, path.split("/").at(-1) ?? "");
      const other = isImaginary ? undefined : owner.get(variable.path);
      if (!isImaginary) owner.set(variable.path, path);
      if (kind === "output")
        problems.add(
          "E_NOT_SWEEPABLE",
          at,
          `${variable.path} is computed by an equation, so ${place ? place.join(".") : "params"} cannot set it`,
        );
      else if (other !== undefined)
        problems.add("E_PARAM_CONFLICT", at, `${sanitize(other)} and ${sanitize(path)} both set ${variable.path}; keep one`);
      else found.assignments.push({ kind, row, key, path: variable.path, ...(isImaginary ? { isImaginary } : {}) });
    }
  }
  return { ...found, assignments: withoutDouble(found.assignments) };
}
