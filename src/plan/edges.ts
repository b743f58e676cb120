import { kindOf, type Problems } from "../check.ts";
import { listed, quoted } from "../errors.ts";
import type { Assignment } from "../kernel/job.ts";
import type { Model, Variable } from "../model.ts";

/** A parameter of an edge, and its row. */
export interface EdgeParameter {
  edge: NonNullable<Variable["edge"]>;
  row: number;
  path: string;
}

/** All parameters of a model's edges. */
export function edgesOf({ params }: Pick<Model, "params">): EdgeParameter[] {
  return params.flatMap(({ edge, path }, row) => (edge ? [{ edge, row, path }] : []));
}

interface EdgeKey {
  key: string;
  index: number;
  path: (string | number)[];
}

/** What a grid key drives on edges, each [source, target] or [source, target, index among those between the two]. */
export function resolveEdges(
  problems: Problems,
  key: EdgeKey,
  entry: Readonly<Record<string, unknown>>,
  known: readonly EdgeParameter[],
): Assignment[] {
  const vars = Array.isArray(entry.vars) ? entry.vars.map(String) : [];
  const edges: unknown[] = Array.isArray(entry.edges) ? entry.edges : [];
  if (vars.length === 0 || edges.length === 0) {
    const empty = vars.length === 0 ? "vars" : "edges";
    problems.add(
      "E_MAP_EMPTY",
      [...key.path, empty],
      `${empty} of ${quoted(key.key)} is empty, so the key would drive nothing; name at least one`,
    );
  }
  return edges.flatMap((edge, i) => {
    const found = findEdge(problems, [...key.path, "edges", i], edge, known);
    return found.length === 0 ? [] : vars.flatMap((name, j) => attribute(problems, key, [...key.path, "vars", j], { name, found }));
  });
}

function findEdge(problems: Problems, path: (string | number)[], edge: unknown, known: readonly EdgeParameter[]): EdgeParameter[] {
  const [source, target, index = 0]: unknown[] = Array.isArray(edge) ? edge : [];
  if (typeof source !== "string" || typeof target !== "string" || typeof index !== "number") {
    problems.add("E_TYPE", path, `an edge is [source, target] or [source, target, index], but ${kindOf(edge)} was found`);
    return [];
  }
  const between = known.filter((each) => each.edge.source === source && each.edge.target === target);
  const found = between.filter((each) => each.edge.index === index);
  if (found.length > 0) return found;
  const name = ({ edge: each }: EdgeParameter) => `${each.source} to ${each.target}`;
  if (between.length > 0) {
    const count = new Set(between.map((each) => each.edge.index)).size;
    problems.add(
      "E_UNKNOWN_EDGE",
      path,
      `there are ${count} edges from ${quoted(source)} to ${quoted(target)}, so the index must be below that, but ${index} was found`,
    );
  } else if (known.length === 0) {
    problems.add(
      "E_UNKNOWN_EDGE",
      path,
      `${quoted(source)} to ${quoted(target)} is no edge: this circuit has no edges; use { vars, nodes }`,
    );
  } else {
    problems.unknown("E_UNKNOWN_EDGE", path, {
      what: `edge ${quoted(source)} to ${quoted(target)}`,
      found: `${source} to ${target}`,
      known: [...new Set(known.map(name))],
    });
  }
  return [];
}

/** Attributes that edges have, but whose change would need another model. */
const structural = ["delay", "spread"];

function attribute(
  problems: Problems,
  { key, index }: EdgeKey,
  path: (string | number)[],
  { name, found }: { name: string; found: readonly EdgeParameter[] },
): Assignment[] {
  const parameter = found.find(({ edge }) => edge.attribute === name);
  if (parameter) return [{ kind: "param", row: parameter.row, key: index, path: parameter.path }];
  const known = found.map(({ edge }) => edge.attribute);
  if (structural.includes(name)) {
    problems.add(
      "E_NOT_SWEEPABLE",
      path,
      `the ${name} of an edge cannot be swept yet, for grid key ${quoted(key)}; there are: ${listed(known)}`,
    );
  } else {
    problems.unknown("E_EDGE_ATTRIBUTE", path, {
      what: `attribute ${quoted(name)} of an edge for grid key ${quoted(key)}`,
      found: name,
      known,
    });
  }
  return [];
}
