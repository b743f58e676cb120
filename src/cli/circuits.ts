import { escaped, MassgridError, sanitize } from "../errors.ts";
import { groupBy, largest } from "../lists.ts";
import { openBundled } from "../model/bundled/index.ts";
import { readCircuitOfPath, templateReader } from "../model/bundled/read.ts";
import type { Quantity } from "../model/equation/equations.ts";
import { headlineOf } from "../model/template/facts.ts";
import { flatten } from "../model/template/flatten.ts";
import { Network } from "../model/template/network.ts";
import type { CircuitTemplate } from "../model/template/template.ts";
import { openFiles } from "../platform/files.ts";
import { width } from "./columns.ts";

/** A circuit and its path, as one writes it for `circuitTemplate`. */
export interface FoundCircuit {
  path: string;
  circuit: CircuitTemplate;
}

/** The circuit of a template's path, or all circuits of a file: `model.yaml`, `package.module`. Throws what gridSearch would say of it. */
export function circuitsAt(path: string): FoundCircuit[] {
  const slashed = path.replaceAll(".", "/");
  const file = openBundled(slashed) ? slashed : path;
  if (/\.ya?ml$/.test(path) || openBundled(file)) return circuitsOfFile(path, path.endsWith("ml") ? path : file);
  return [{ path, circuit: readCircuitOfPath(path, openFiles()) }];
}

function circuitsOfFile(path: string, file: string): FoundCircuit[] {
  const open = openFiles();
  const opened = openBundled(file) ?? open(file, undefined);
  if (!opened) throw new MassgridError([{ code: "E_UNKNOWN_TEMPLATE", path: [], message: `there is no file ${sanitize(path)}` }]);
  const circuits = templateReader(open).circuits(opened.key, opened.name, opened.text);
  if (circuits.size === 0) {
    const message = `${sanitize(path)} has no CircuitTemplate; give it one that has its nodes`;
    throw new MassgridError([{ code: "E_TEMPLATE_KIND", path: [], message }]);
  }
  const separator = /[/\\]|\.ya?ml$/.test(path) ? "/" : ".";
  return [...circuits].map(([name, circuit]) => ({ path: `${path}${separator}${name}`, circuit }));
}

/** Circuits as text, a line each: path, numbers of states, parameters and edges, and the first line of the description. */
export function listText(circuits: readonly FoundCircuit[], room: number): string {
  const rows = circuits.map(({ path, circuit }) => {
    const counts = countsOf(circuit);
    // What is wrong with a circuit stands in the place of what it is.
    if (typeof counts === "string") return [path, "", "", "", counts.replaceAll(/\s+/g, " ")];
    return [path, ...counts.map((count, i) => String(count).padStart(TITLES[i].length)), headlineOf(circuit.description)];
  });
  const table = [["", ...TITLES, ""], ...rows];
  const widths = table[0].map((_, column) => largest(table.map((row) => width(row[column]))));
  const lines = table.map((row) => row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i]))).join("  "));
  return lines.map((line) => cut(escaped(line.trimEnd()), room)).join("\n");
}

/** Circuits as listText has them, those of a family below its name; families stay in the order of their first circuit. */
export function familiesText(circuits: readonly FoundCircuit[], room: number): string {
  const [titles, ...lines] = listText(circuits, room).split("\n");
  const families = groupBy(lines.keys(), (i) => circuits[i].circuit.facts?.family ?? "");
  return [
    titles,
    ...[...families].flatMap(([family, rows]) => ["", ...(family === "" ? [] : [escaped(family)]), ...rows.map((i) => lines[i])]),
  ].join("\n");
}

/** A line in so much room, with an ellipsis where it was longer. */
function cut(line: string, room: number): string {
  const letters = Array.from(line);
  return letters.length <= room ? line : `${letters.slice(0, room - 1).join("")}…`;
}

const TITLES = ["states", "parameters", "edges"];

/** `1 edge`, `2 edges`, `no edges`. */
export function counted(count: number, what: string): string {
  return count === 1 ? `1 ${what}` : `${count === 0 ? "no" : count} ${what}s`;
}

/** How many variables these are, with those of further nodes. */
export function countOf(quantities: readonly { copies?: readonly unknown[] }[]): number {
  return quantities.reduce((sum, { copies = [] }) => sum + 1 + copies.length, 0);
}

/** Whether a parameter is one of an operator, and not the weight or delay of an edge. */
export function isOfOperator({ edge }: Quantity): boolean {
  return edge === undefined || edge.attribute.includes("/");
}

/** Numbers of states, parameters of operators, and edges; or what is wrong with the circuit. */
function countsOf(circuit: CircuitTemplate): readonly [number, number, number] | string {
  try {
    const { states, params } = flatten(circuit);
    return [countOf(states), countOf(params.filter(isOfOperator)), new Network(circuit).edgeCount];
  } catch (error) {
    if (error instanceof MassgridError) return error.message;
    throw error;
  }
}
