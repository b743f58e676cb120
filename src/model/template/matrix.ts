import { sanitize } from "../../errors.ts";
import { nearest } from "../../nearest.ts";
import { checkFields, isNull, listOf, numberOf, textOf } from "./definition.ts";
import { type Fault, faultAt, type Place } from "./source.ts";

import {
  type CircuitTemplate,
  type EdgeUse,
  edgeItemsOf,
  isPlainMatrix,
  type NodeTemplate,
  type PlainMatrix,
  withEdgeItems,
} from "./template.ts";
import type { MapValue, Value } from "./yaml.ts";

/** A matrix of edges: row i, column j is the edge from source j to target i; no edge where the weight is 0. */
export interface EdgeMatrix {
  /** Paths of variables, one a column and one a row. */
  sources: readonly string[];
  targets: readonly string[];
  weights: readonly ArrayLike<number>[];
  /** Mean and standard deviation of each edge's delay, in the model's time unit. */
  delays?: readonly ArrayLike<number>[] | undefined;
  spreads?: readonly ArrayLike<number>[] | undefined;
  /** Operators that each edge passes its source through. */
  template?: NodeTemplate | undefined;
  /** Values of its operators' variables, the same for all edges. */
  values?: EdgeUse["values"];
  /** What feeds its operators, `template/operator/variable`: "source", a path, or `operator/variable` of the target's node. */
  inputs?: EdgeUse["sources"];
}

/** Paths of a variable, `operator/variable`, on all nodes of a circuit that have it, in the circuit's order. */
export function pathsOf(circuit: CircuitTemplate, variable: string): string[] {
  const [operator, name] = variable.replace(/^all\//, "").split("/");
  const within = (inner: CircuitTemplate, prefix: string): string[] => [
    ...[...inner.nodes].flatMap(([node, { operators }]) => {
      const has = operators.some((use) => use.operator.name === operator && use.operator.variables.has(name));
      return has ? [`${prefix}${node}/${operator}/${name}`] : [];
    }),
    ...[...inner.circuits].flatMap(([path, circuits]) => within(circuits, `${prefix}${path}/`)),
  ];
  return within(circuit, "");
}

/** All `operator/variable` of a circuit's nodes. */
export function variablesOf(circuit: CircuitTemplate): string[] {
  const found = new Set<string>();
  const visit = (inner: CircuitTemplate): void => {
    for (const { operators } of inner.nodes.values())
      for (const { operator } of operators) for (const name of operator.variables.keys()) found.add(`${operator.name}/${name}`);
    for (const circuits of inner.circuits.values()) visit(circuits);
  };
  visit(circuit);
  return [...found];
}

/** What to say of a variable that no node has. */
export function unknownVariable(circuit: CircuitTemplate, variable: string): Fault {
  const known = variablesOf(circuit);
  const suggestion = nearest(variable.replace(/^all\//, ""), known);
  const hint = suggestion === undefined ? "variables are written as operator/variable" : `did you mean ${suggestion}?`;
  return { code: "E_EDGE_MATRIX", message: `no node has the variable ${sanitize(variable)}; ${hint}`, suggestion, known };
}

/** What is wrong with the shape or the values of a matrix, if anything is. */
export function matrixFault(matrix: EdgeMatrix): Fault | undefined {
  const { sources, targets } = matrix;
  const wanted = `${targets.length} × ${sources.length} (a row for each target, a column for each source)`;
  for (const name of ["weights", "delays", "spreads"] as const) {
    const rows = matrix[name];
    if (!rows) continue;
    const columns = rows.find((row) => row.length !== sources.length)?.length ?? sources.length;
    if (rows.length !== targets.length || columns !== sources.length) {
      return { code: "E_EDGE_MATRIX", message: `${name} must be ${wanted}, but ${rows.length} × ${columns} was found` };
    }
    for (const [i, row] of rows.entries()) {
      const bad = faultIn(row, name === "weights");
      if (bad < row.length) {
        const must = name === "weights" ? "a finite number" : "a finite number, 0 or more";
        return { code: "E_EDGE_MATRIX", message: `${name}[${i}][${bad}] must be ${must}, but ${String(row[bad])} was found` };
      }
    }
  }
  return undefined;
}

/** The first entry of a row that is not finite, or negative where that must not be; the row's length where all are right. */
function faultIn(row: ArrayLike<number>, signed: boolean): number {
  let at = 0;
  while (at < row.length && Number.isFinite(row[at]) && (signed || row[at] >= 0)) at++;
  return at;
}

/** Rows as they are given, or a number for each pair. */
export function matrixRows(
  rows: number | readonly ArrayLike<number>[],
  { sources, targets }: Pick<EdgeMatrix, "sources" | "targets">,
): readonly ArrayLike<number>[] {
  if (typeof rows !== "number") return rows;
  const row = new Float64Array(sources.length).fill(rows);
  return targets.map(() => row);
}

/** The edges of a matrix, target after target. */
export function edgesOfMatrix(matrix: EdgeMatrix, place: Place): EdgeUse[] {
  const { sources, targets, weights, template } = matrix;
  const edges: EdgeUse[] = [];
  targets.forEach((target, i) => {
    const inputs = inputsAt(matrix.inputs, target);
    sources.forEach((source, j) => {
      if (weights[i][j] === 0) return;
      const values = new Map(matrix.values);
      for (const [name, rows] of Object.entries(attributes)) {
        const re = matrix[rows]?.[i][j];
        if (re !== undefined) values.set(name, { re, place });
      }
      edges.push({ source, target, template, values, sources: inputs, place });
    });
  });
  return edges;
}

/** A circuit with the edges of a matrix behind its own: they stay together until they are asked for one by one. */
export function withMatrix(circuit: CircuitTemplate, matrix: EdgeMatrix): CircuitTemplate {
  const { sources, targets, weights, delays, spreads } = matrix;
  const { place } = circuit;
  const flat = (rows: readonly ArrayLike<number>[] | undefined) => {
    const all = new Float64Array(targets.length * sources.length);
    rows?.forEach((row, i) => {
      all.set(row, i * sources.length);
    });
    return all;
  };
  const plain: PlainMatrix = {
    sources,
    targets,
    weights: flat(weights),
    delays: delays && flat(delays),
    spreads: spreads && flat(spreads),
    place,
  };
  const items = [...edgeItemsOf(circuit), plain];
  return withEdgeItems(circuit, items, () => items.flatMap((item) => (isPlainMatrix(item) ? edgesOfPlain(item) : [item])));
}

/** The edges of a matrix without operators, one by one. */
export function edgesOfPlain({ sources, targets, weights, delays, spreads, place }: PlainMatrix): EdgeUse[] {
  const rows = (all: Float64Array) => targets.map((_, i) => all.subarray(i * sources.length, (i + 1) * sources.length));
  const matrix = { sources, targets, weights: rows(weights), delays: delays && rows(delays), spreads: spreads && rows(spreads) };
  return edgesOfMatrix(matrix, place);
}

/** Attributes of an edge, and the matrix that has them. */
const attributes = { weight: "weights", delay: "delays", spread: "spreads" } as const;

const nothing: EdgeUse["sources"] = new Map();

/** What feeds the operators of an edge to a target. */
function inputsAt(inputs: EdgeMatrix["inputs"], target: string): EdgeUse["sources"] {
  if (!inputs || inputs.size === 0) return nothing;
  const node = target.split("/").slice(0, -2).join("/");
  const at = (path: string) => (path.split("/").length === 2 ? `${node}/${path}` : path);
  return new Map([...inputs].map(([name, { path, place }]) => [name, { path: at(path), place }]));
}

const fields = ["source", "target", "template", "variables", "weights", "delays", "spreads"];

/** Whether an entry of a list of edges is a matrix of them: `{ source, target, weights, delays }`. */
export function isMatrix(edge: Value): edge is MapValue {
  return edge.kind === "map" && edge.entries.has("weights");
}

/** How the parts are read that a matrix has in common with a single edge. */
export interface MatrixReader {
  templateOf: (value: Value | undefined) => NodeTemplate | undefined;
  attributesOf: (value: Value | undefined, template: NodeTemplate | undefined) => Pick<EdgeUse, "values" | "sources">;
}

/** Reads a matrix of edges between `operator/variable` of all nodes, or of the nodes of a list of paths. */
export function readMatrix(
  edge: MapValue,
  circuit: Pick<CircuitTemplate, "name" | "place" | "description" | "nodes" | "circuits">,
  { templateOf, attributesOf }: MatrixReader,
): EdgeUse[] {
  const { entries, place } = edge;
  checkFields(entries, fields, "a matrix of edges");
  const whole: CircuitTemplate = { ...circuit, kind: "CircuitTemplate", edges: [], timeUnit: "" };
  const template = templateOf(entries.get("template")?.value);
  const { values, sources: inputs } = attributesOf(entries.get("variables")?.value, template);
  const sources = endsOf(whole, entries.get("source")?.value, place);
  const targets = endsOf(whole, entries.get("target")?.value, place);
  const rows = (name: string) => {
    const value = entries.get(name)?.value;
    return value && !isNull(value) ? matrixRows(rowsOf(value), { sources, targets }) : undefined;
  };
  const weights = rows("weights") ?? [];
  const matrix: EdgeMatrix = { template, values, inputs, sources, targets, weights, delays: rows("delays"), spreads: rows("spreads") };
  const fault = matrixFault(matrix);
  if (fault) faultAt(place, fault.code, fault.message);
  return edgesOfMatrix(matrix, place);
}

function endsOf(circuit: CircuitTemplate, value: Value | undefined, place: Place): string[] {
  if (!value) return faultAt(place, "E_EDGE_MATRIX", "a matrix of edges has a source and a target, operator/variable");
  if (value.kind === "list") return value.items.map((item) => textOf(item, "the path of a variable"));
  const paths = pathsOf(circuit, textOf(value, "operator/variable"));
  if (paths.length > 0) return paths;
  const { code, message, ...hints } = unknownVariable(circuit, textOf(value, "operator/variable"));
  return faultAt(value.place, code, message, hints);
}

/** A number, or rows of numbers. */
function rowsOf(value: Value): number | Float64Array[] {
  if (value.kind === "scalar") return number(value);
  return listOf(value, "a list of rows").map((row) => Float64Array.from(listOf(row, "a list of numbers"), number));
}

function number(value: Value): number {
  const found = numberOf(value);
  if (found && found.im === undefined) return found.re;
  const shown = value.kind === "scalar" ? sanitize(value.text) : `a ${value.kind}`;
  return faultAt(value.place, "E_EDGE_MATRIX", `a matrix holds numbers, but ${shown} was found`);
}
