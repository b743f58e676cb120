import { escaped, MassgridError, sanitize } from "../errors.ts";
import { bundledCircuits, openBundled } from "../model/bundled/index.ts";
import { readCircuitOfPath, templateReader } from "../model/bundled/read.ts";
import type { Quantity } from "../model/equation/equations.ts";
import { flatten } from "../model/template/flatten.ts";
import { Network } from "../model/template/network.ts";
import type { CircuitTemplate } from "../model/template/template.ts";
import { openFiles } from "../platform/files.ts";
import { columns, width, wrapped } from "./columns.ts";

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

/** All circuits that come with the package. */
export function bundled(): FoundCircuit[] {
  const reader = templateReader(openFiles());
  return bundledCircuits().flatMap((path) => {
    const circuit = reader.template(path);
    return circuit.kind === "CircuitTemplate" ? [{ path, circuit }] : [];
  });
}

/** Circuits as text: path, numbers of states, parameters and edges, and the first line of the description. */
export function listText(circuits: readonly FoundCircuit[]): string {
  const counts = circuits.map(countsOf);
  const cells = circuits.map(({ path }, i) => [path, ...cellsOf(counts[i])]);
  // A path that would push the numbers out of the line has them right behind it.
  const fits = ([path]: readonly string[]) => width(path) <= LONGEST_PATH;
  const titled = columns([["", ...TITLES], ...cells.filter(fits)]);
  let next = 1;
  const rows = [titled[0], ...cells.map((row) => (fits(row) ? titled[next++] : row.map((cell) => cell.trim()).join("  ")))];
  const lines = circuits.flatMap(({ circuit }, i) => {
    const fault = counts[i];
    const about = typeof fault === "string" ? fault : headline(circuit.description);
    return [rows[i + 1], ...(about === "" ? [] : wrapped(about, "    "))];
  });
  return [rows[0], ...lines].map(escaped).join("\n");
}

const TITLES = ["states", "parameters", "edges"];
/** Letters of a path beside which the numbers have room. */
const LONGEST_PATH = 72;

/** Numbers below the right ends of their titles. */
function cellsOf(counts: readonly number[] | string): string[] {
  return typeof counts === "string" ? [] : counts.map((count, i) => String(count).padStart(TITLES[i].length));
}

/** First line of a template's description. */
export function headline(description: string): string {
  return description.trim().split("\n")[0];
}

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
function countsOf({ circuit }: FoundCircuit): readonly [number, number, number] | string {
  try {
    const { states, params } = flatten(circuit);
    return [countOf(states), countOf(params.filter(isOfOperator)), new Network(circuit).edgeCount];
  } catch (error) {
    if (error instanceof MassgridError) return error.message;
    throw error;
  }
}
