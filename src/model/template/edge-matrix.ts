import { sanitize } from "../../errors.ts";
import { checkFields, listOf, numberOf, textOf } from "./definition.ts";
import { type EdgeMatrix, edgesOfMatrix, matrixFault, pathsOf, unknownVariable } from "./matrix.ts";
import { faultAt, type Place } from "./source.ts";
import type { CircuitTemplate, EdgeUse, NodeTemplate } from "./template.ts";
import type { MapValue, Value } from "./yaml.ts";

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
  const matrix: EdgeMatrix = {
    ...{ template, values, inputs },
    sources: endsOf(whole, entries.get("source")?.value, place),
    targets: endsOf(whole, entries.get("target")?.value, place),
    weights: rowsOf(entries.get("weights")?.value),
    ...(entries.has("delays") ? { delays: rowsOf(entries.get("delays")?.value) } : {}),
    ...(entries.has("spreads") ? { spreads: rowsOf(entries.get("spreads")?.value) } : {}),
  };
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

function rowsOf(value: Value | undefined): Float64Array[] {
  return listOf(value, "a list of rows").map((row) => Float64Array.from(listOf(row, "a list of numbers"), number));
}

function number(value: Value): number {
  const found = numberOf(value);
  if (found && found.im === undefined) return found.re;
  const shown = value.kind === "scalar" ? sanitize(value.text) : `a ${value.kind}`;
  return faultAt(value.place, "E_EDGE_MATRIX", `a matrix holds numbers, but ${shown} was found`);
}
