import type { Algebraic, Quantity, State } from "../equation/equations.ts";
import type { Expression } from "../equation/tree.ts";
import type { EdgeParts } from "./edges.ts";
import type { NetworkVariable } from "./network.ts";
import type { PlacedEquation } from "./template.ts";

/** The parts of a flat model. */
export interface Flat {
  states: State[];
  params: Quantity[];
  inputs: Quantity[];
  algebraic: Algebraic[];
}

/** The equation of each variable that has one, and the path of its operator. */
export type FlatOperators = ReadonlyMap<string, { equation: PlacedEquation; operator: string }>;

/** A variable of a node with its value. */
export function quantity({ path, unit, re, im }: NetworkVariable, { owners }: EdgeParts): Quantity {
  const edge = owners.get(path);
  return { path, unit, re, ...(im === undefined ? {} : { im }), ...(edge ? { edge } : {}) };
}

export function timeOf(): Expression {
  return { kind: "name", name: "t", span: { start: 0, end: 0 } };
}
