import type { Equation } from "../equation/tree.ts";
import type { Place } from "./source.ts";

/** What a variable is declared to be. */
export interface Declaration {
  kind: "constant" | "variable" | "output" | "input";
  re: number;
  /** Given where the variable is complex. */
  im?: number;
  place: Place;
}

/** An equation and where it stands; `edited` where inheritance has changed its text. */
export interface PlacedEquation extends Equation {
  place: Place;
}

/** Text of an equation before it is read. */
export interface EquationText {
  text: string;
  place: Place;
}

interface Template {
  name: string;
  description: string;
  place: Place;
}

export interface OperatorTemplate extends Template {
  kind: "OperatorTemplate";
  texts: readonly EquationText[];
  equations: readonly PlacedEquation[];
  /** All that its equations use. */
  variables: ReadonlyMap<string, Declaration>;
  /** All that it and what it is based on declare: what is based on it may use them again. */
  declared: ReadonlyMap<string, Declaration>;
  units: ReadonlyMap<string, string>;
}

/** An operator as a node uses it: some variables have other values. */
export interface OperatorUse {
  operator: OperatorTemplate;
  values: ReadonlyMap<string, Declaration>;
}

/** A node, or what an edge does between its source and its target. */
export interface NodeTemplate extends Template {
  kind: "NodeTemplate" | "EdgeTemplate";
  operators: readonly OperatorUse[];
}

export interface EdgeUse {
  source: string;
  target: string;
  template: NodeTemplate | undefined;
  /** weight, delay, spread; `operator/variable` of the template. */
  values: ReadonlyMap<string, { re: number; place: Place }>;
  /** `template/operator/variable` → "source", or the path of a variable. */
  sources: ReadonlyMap<string, { path: string; place: Place }>;
  place: Place;
}

/** A circuit of nodes, or of circuits, with all that it refers to read. */
export interface CircuitTemplate extends Template {
  kind: "CircuitTemplate";
  nodes: ReadonlyMap<string, NodeTemplate>;
  circuits: ReadonlyMap<string, CircuitTemplate>;
  edges: readonly EdgeUse[];
  timeUnit: string;
}

export type AnyTemplate = OperatorTemplate | NodeTemplate | CircuitTemplate;
export type TemplateKind = AnyTemplate["kind"];
