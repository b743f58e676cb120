import { escaped, MassgridError } from "../errors.ts";
import type { Quantity } from "../model/equation/equations.ts";
import { flatten } from "../model/template/flatten.ts";
import { Network } from "../model/template/network.ts";
import type { FoundCircuit } from "./circuits.ts";
import { columns, wrapped } from "./columns.ts";

/** Circuits as text: path, numbers of states, parameters and edges, and the first line of the description. */
export function listText(circuits: readonly FoundCircuit[]): string {
  const counts = circuits.map(countsOf);
  const rows = columns([["", ...TITLES], ...circuits.map(({ path }, i) => [path, ...cellsOf(counts[i])])]);
  const lines = circuits.flatMap(({ circuit }, i) => {
    const fault = counts[i];
    const about = typeof fault === "string" ? fault : headline(circuit.description);
    return [rows[i + 1], ...(about === "" ? [] : wrapped(about, "    "))];
  });
  return [rows[0], ...lines].map(escaped).join("\n");
}

const TITLES = ["states", "parameters", "edges"];

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
    return [countOf(states), countOf(params.filter(isOfOperator)), new Network(circuit).edges.length];
  } catch (error) {
    if (error instanceof MassgridError) return error.message;
    throw error;
  }
}
