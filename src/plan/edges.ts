import { kindOf, type Problems } from "../check.ts";
import { sanitize } from "../errors.ts";
import type { Model, Variable } from "../model/model.ts";
import { edgeId } from "../model/template/delay.ts";
import type { Assignment } from "../sweep/job.ts";

/** A parameter of an edge, and its row. */
export interface EdgeParameter {
  edge: NonNullable<Variable["edge"]>;
  row: number;
  path: string;
}

/** Source → target → parameters: a network has thousands of edges, and a key may drive each. */
type ByEnds = ReadonlyMap<string, ReadonlyMap<string, readonly EdgeParameter[]>>;

/** The parameters of a model's edges, looked at when a key drives one. */
export class Edges {
  readonly #params: readonly Variable[];
  #all: readonly EdgeParameter[] | undefined;
  #byEnds: ByEnds | undefined;

  constructor({ params }: Pick<Model, "params">) {
    this.#params = params;
  }

  get all(): readonly EdgeParameter[] {
    this.#all ??= this.#params.flatMap(({ edge, path }, row) => (edge ? [{ edge, row, path }] : []));
    return this.#all;
  }

  between(source: string, target: string): readonly EdgeParameter[] {
    this.#byEnds ??= byEnds(this.all);
    return this.#byEnds.get(source)?.get(target) ?? [];
  }
}

function byEnds(all: readonly EdgeParameter[]): ByEnds {
  const found = new Map<string, Map<string, EdgeParameter[]>>();
  for (const parameter of all) {
    const { source, target } = parameter.edge;
    const targets = found.get(source) ?? new Map<string, EdgeParameter[]>();
    found.set(source, targets.set(target, [...(targets.get(target) ?? []), parameter]));
  }
  return found;
}

/** A grid key that drives the delay or the spread of an edge. */
export interface DelayUse {
  /** The edge's name, and what of it. */
  edge: string;
  what: "delay" | "spread";
  /** Index of the grid key, and its place in the call. */
  key: number;
  at: (string | number)[];
}

/** What a grid key drives on edges. */
export interface EdgeUses {
  assignments: Assignment[];
  delays: DelayUse[];
}

/** A grid key: its name, its number, and the place of its entry in the call. */
export interface GridKey {
  key: string;
  index: number;
  path: (string | number)[];
}

/** Tells the first of an entry's lists that is empty. */
export function checkFilled(problems: Problems, { key, path }: GridKey, lists: Readonly<Record<string, readonly unknown[]>>): void {
  const empty = Object.keys(lists).find((name) => lists[name].length === 0);
  if (empty === undefined) return;
  problems.add("E_MAP_EMPTY", [...path, empty], `${empty} of ${sanitize(key)} is empty, so the key would drive nothing; name at least one`);
}

/** What a grid key drives on edges, each [source, target] or [source, target, index among those between the two]. */
export function resolveEdges(problems: Problems, key: GridKey, entry: Readonly<Record<string, unknown>>, known: Edges): EdgeUses {
  const vars = Array.isArray(entry.vars) ? entry.vars.map(String) : [];
  const edges: unknown[] = Array.isArray(entry.edges) ? entry.edges : [];
  checkFilled(problems, key, { vars, edges });
  const driven: EdgeUses = { assignments: [], delays: [] };
  edges.forEach((edge, i) => {
    const found = findEdge(problems, [...key.path, "edges", i], edge, known);
    if (found.length === 0) return;
    vars.forEach((name, j) => {
      attribute(problems, driven, key, { name, found, path: [...key.path, "vars", j] });
    });
  });
  return driven;
}

function findEdge(problems: Problems, path: (string | number)[], edge: unknown, known: Edges): EdgeParameter[] {
  const [source, target, index = 0]: unknown[] = Array.isArray(edge) ? edge : [];
  if (typeof source !== "string" || typeof target !== "string" || typeof index !== "number") {
    problems.add("E_TYPE", path, `an edge is [source, target] or [source, target, index], but ${kindOf(edge)} was found`);
    return [];
  }
  const between = known.between(source, target);
  const found = between.filter((each) => each.edge.index === index);
  if (found.length > 0) return found;
  const name = ({ edge: each }: EdgeParameter) => `${each.source} to ${each.target}`;
  if (between.length > 0) {
    const count = new Set(between.map((each) => each.edge.index)).size;
    const message = `there are ${count} edges from ${sanitize(source)} to ${sanitize(target)}, so the index must be below that, but ${index} was found`;
    problems.add("E_UNKNOWN_EDGE", path, message);
  } else if (known.all.length === 0) {
    const message = `${sanitize(source)} to ${sanitize(target)} is no edge: this circuit has no edges; use { vars, nodes }`;
    problems.add("E_UNKNOWN_EDGE", path, message);
  } else {
    problems.unknown("E_UNKNOWN_EDGE", path, {
      what: `edge ${sanitize(source)} to ${sanitize(target)}`,
      found: `${source} to ${target}`,
      known: [...new Set(known.all.map(name))],
    });
  }
  return [];
}

interface AttributeUse {
  name: string;
  /** What the edge has. */
  found: readonly EdgeParameter[];
  path: (string | number)[];
}

function attribute(problems: Problems, driven: EdgeUses, { key, index }: GridKey, { name, found, path }: AttributeUse): void {
  const parameter = found.find(({ edge }) => edge.attribute === name);
  if (parameter) driven.assignments.push({ kind: "param", row: parameter.row, key: index, path: parameter.path });
  else if (name === "delay" || name === "spread") driven.delays.push({ edge: edgeId(found[0].edge), what: name, key: index, at: path });
  else {
    const known = [...found.map(({ edge }) => edge.attribute), "delay", "spread"];
    const what = `attribute ${sanitize(name)} of an edge for grid key ${sanitize(key)}`;
    problems.unknown("E_EDGE_ATTRIBUTE", path, { what, found: name, known });
  }
}
