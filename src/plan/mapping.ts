import * as v from "valibot";
import { checkEntries, type Entry, isRecord, kindOf, type Problems } from "../check.ts";
import { sanitize } from "../errors.ts";
import type { Model } from "../model/model.ts";
import { nearest } from "../nearest.ts";
import type { Assignment } from "../sweep/job.ts";
import { type DelayUse, type Driven, Edges, resolveEdges } from "./edges.ts";
import { resolveIntensities } from "./intensities.ts";
import { resolveTarget, type Target } from "./paths.ts";

const strings = v.array(v.string());
const entries: Record<string, Entry> = {
  vars: { schema: strings, says: 'an array of "operator/variable"', required: true },
  nodes: { schema: strings, says: "an array of names of nodes" },
  noise: { schema: strings, says: "an array of paths that the option noise has" },
  edges: { schema: v.array(v.array(v.union([v.string(), v.number()]))), says: "an array of [source, target]" },
};

/** Finds what each grid key drives. Entries of keys that the grid does not have are ignored, as in PyRates. */
export function resolveMapping(
  problems: Problems,
  paramMap: Readonly<Record<string, unknown>>,
  keys: readonly string[],
  model: Pick<Model, "params"> & { targets: readonly Target[]; noise: readonly string[] },
): Driven {
  const edges = new Edges(model);
  const each = keys.map((key, index) => resolveKey(problems, paramMap, { key, index }, { ...model, edges }));
  const driven = {
    assignments: each.flatMap(({ assignments }) => assignments),
    delays: each.flatMap(({ delays }) => delays),
    intensities: each.flatMap(({ intensities = [] }) => intensities),
  };
  const intensities = driven.intensities.map(({ noise, key }) => ({ path: `the intensity of noise ${noise}`, key }));
  checkConflicts(problems, [...driven.assignments, ...driven.delays.map(asPath), ...intensities], keys);
  return driven;
}

function asPath({ edge, what, key }: DelayUse): { path: string; key: number } {
  return { path: `the ${what} of edge ${edge}`, key };
}

const nothing: Driven = { assignments: [], delays: [] };

interface GridKey {
  key: string;
  index: number;
}

function resolveKey(
  problems: Problems,
  paramMap: Readonly<Record<string, unknown>>,
  { key, index }: GridKey,
  { targets, noise, edges }: { targets: readonly Target[]; noise: readonly string[]; edges: Edges },
): Driven {
  const path = ["paramMap", key];
  if (!Object.hasOwn(paramMap, key)) {
    const suggestion = nearest(key, Object.keys(paramMap));
    const hint = suggestion === undefined ? "" : `; did you mean ${sanitize(suggestion)}?`;
    const message = `paramMap has no entry for the grid key ${sanitize(key)}; every grid key needs one, { vars: ["operator/variable"], nodes: [...] }${hint}`;
    problems.add("E_MAP_MISSING", path, message, suggestion);
    return nothing;
  }
  const entry = paramMap[key];
  if (!isRecord(entry)) {
    problems.add("E_TYPE", path, `the entry of ${sanitize(key)} must be { vars, nodes }, but ${kindOf(entry)} was found`);
    return nothing;
  }
  const before = problems.list.length;
  checkEntries(problems, entry, entries, path);
  if (problems.list.length > before) return nothing;
  const vars = list(entry.vars);
  if (entry.nodes === undefined && entry.edges !== undefined) return resolveEdges(problems, { key, index, path }, entry, edges);
  if (entry.noise !== undefined) {
    return { ...nothing, intensities: resolveIntensities(problems, { key, index, path }, { vars, noise: list(entry.noise) }, noise) };
  }
  const nodes = entry.nodes === undefined ? undefined : list(entry.nodes);
  if (nodes === undefined) {
    problems.add("E_MISSING_OPTION", [...path, "nodes"], `the entry of ${sanitize(key)} needs nodes (or edges) beside vars`);
    return nothing;
  }
  if (vars.length === 0 || nodes.length === 0) {
    const empty = vars.length === 0 ? "vars" : "nodes";
    problems.add(
      "E_MAP_EMPTY",
      [...path, empty],
      `${empty} of ${sanitize(key)} is empty, so the key would drive nothing; name at least one`,
    );
  }
  const assignments = vars.flatMap((name, i) =>
    nodes.flatMap((node) => assign(problems, { key, index }, [...path, "vars", i], name, node, targets)),
  );
  return { assignments, delays: [] };
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
  const found = resolveTarget(problems, targets, wanted, { code: "E_UNKNOWN_VARIABLE", path, says: `grid key ${sanitize(key)}` });
  return found.flatMap((target) => {
    if (target.kind !== "output") return [{ kind: target.kind, row: target.row, key: index, path: target.variable.path }];
    const message = `${target.variable.path} is computed by an equation, so grid key ${sanitize(key)} cannot set it; use a parameter, an input or an initial value`;
    problems.add("E_NOT_SWEEPABLE", path, message);
    return [];
  });
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
