import { isRecord } from "../../check.ts";
import type { Equation } from "../equation/tree.ts";
import type { Place } from "./source.ts";

/** What a variable is declared to be. */
export interface Declaration {
  kind: "constant" | "variable" | "output" | "input";
  re: number;
  /** Given where the variable is complex. */
  im?: number;
  /** Given where it is a constant of several numbers. */
  array?: ArrayValues;
  /** Given where the long form has one. */
  unit?: string;
  place: Place;
}

/** Lowest and highest value that are usual. */
export type Range = readonly [number, number];

/** The variable and the input by which a circuit is a node of a network: full paths. */
export interface Coupling {
  source: string;
  target: string;
  /** Whether a node gets the differences of the sources to its own variable, each times its weight. */
  differences: boolean;
  /** What each edge passes its source through, where it does. */
  edge?: CouplingEdge | undefined;
}

/** The template of a coupling's edges, and its inputs `template/operator/variable`: for the source, and for the node's own such variable. */
export interface CouplingEdge {
  template: NodeTemplate;
  source: string;
  own?: string | undefined;
}

/** What a circuit is called in another tool. */
export interface Counterpart {
  tool: string;
  model: string;
  /** Their name → ours: the end of a path, an expression of such, or the edge whose weight it is, "source -> target", which a "-" may stand before. */
  names: ReadonlyMap<string, string>;
}

/** What the lines of a circuit's description declare. */
export interface CircuitFacts {
  paper: string | undefined;
  family: string | undefined;
  /** The output that stands for what is measured. */
  measured: { name: string; expression: string } | undefined;
  /** One for each copy, of a network of copies. */
  couplings: readonly Coupling[];
  elsewhere: readonly Counterpart[];
}

/** A constant vector or matrix, row by row. */
export interface ArrayValues {
  shape: readonly number[];
  values: readonly number[];
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
  /** Of parameters and inputs, in their units. */
  ranges?: ReadonlyMap<string, Range>;
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
  /** Where its two paths stand, if each stands there as it is. */
  ends?: { source: Place; target: Place };
}

/** A circuit of nodes, or of circuits, with all that it refers to read. */
export interface CircuitTemplate extends Template {
  kind: "CircuitTemplate";
  nodes: ReadonlyMap<string, NodeTemplate>;
  circuits: ReadonlyMap<string, CircuitTemplate>;
  edges: readonly EdgeUse[];
  timeUnit: string;
  facts?: CircuitFacts | undefined;
}

/** Edges of a matrix that have nothing but a weight, a delay and its spread, row after row: entry i * sources + j is that from source j to target i. */
export interface PlainMatrix {
  /** Paths of variables. */
  sources: readonly string[];
  targets: readonly string[];
  /** 0 where there is no edge. */
  weights: Float64Array;
  delays: Float64Array | undefined;
  spreads: Float64Array | undefined;
  place: Place;
}

/** An edge, or all of a matrix. */
export type EdgeItem = EdgeUse | PlainMatrix;

export function isPlainMatrix(item: EdgeItem): item is PlainMatrix {
  return "weights" in item;
}

/** Edges of circuits that matrices were added to, which are written out one by one when they are asked for. */
const itemsOf = new WeakMap<object, readonly EdgeItem[]>();

/** The edges of a circuit to which matrices were added; undefined for any other value. */
export function togetherIn(value: object): readonly EdgeItem[] | undefined {
  return itemsOf.get(value);
}

/** A circuit's edges in their order, those of a matrix together where they are not written out. */
export function edgeItemsOf(circuit: Pick<CircuitTemplate, "edges">): readonly EdgeItem[] {
  return itemsOf.get(circuit) ?? circuit.edges;
}

/** A circuit with these edges instead of its own, which `writtenOut` lists one by one when they are asked for. */
export function withEdgeItems(circuit: CircuitTemplate, items: readonly EdgeItem[], writtenOut: () => readonly EdgeUse[]): CircuitTemplate {
  const { kind, name, description, place, nodes, circuits, timeUnit, facts } = circuit;
  let edges: readonly EdgeUse[] | undefined;
  const made: CircuitTemplate = {
    ...{ kind, name, description, place, nodes, circuits, timeUnit, facts },
    get edges() {
      edges ??= Object.freeze(writtenOut());
      return edges;
    },
  };
  itemsOf.set(made, items);
  return made;
}

/** Templates of a circuit's edges, one for each edge that has one. */
export function edgeTemplatesOf(circuit: CircuitTemplate): NodeTemplate[] {
  return edgeItemsOf(circuit).flatMap((item) => (isPlainMatrix(item) ? [] : (item.template ?? [])));
}

export type AnyTemplate = OperatorTemplate | NodeTemplate | CircuitTemplate;
export type TemplateKind = AnyTemplate["kind"];

/** Whether a value is built as the circuits are that this package reads; a caller in JavaScript may give anything. */
export function isCircuit(value: unknown): value is CircuitTemplate {
  return new Guard().circuit(value);
}

/** Looks at each part once; a circuit within itself is none. */
class Guard {
  readonly #sound = new Set<unknown>();
  readonly #open = new Set<unknown>();

  circuit(value: unknown): boolean {
    if (this.#sound.has(value)) return true;
    if (!isRecord(value) || this.#open.has(value)) return false;
    this.#open.add(value);
    const { kind, name, timeUnit, nodes, circuits, place, facts } = value;
    // Matrices are made by this package alone.
    const edges = togetherIn(value)?.filter((item) => !isPlainMatrix(item)) ?? value.edges;
    const sound =
      kind === "CircuitTemplate" &&
      typeof name === "string" &&
      typeof timeUnit === "string" &&
      isPlace(place) &&
      (facts === undefined ||
        (isRecord(facts) && isListOf(facts.couplings, (coupling) => this.#coupling(coupling)) && isListOf(facts.elsewhere, isRecord))) &&
      isMapOf(nodes, (node) => this.#node(node)) &&
      isMapOf(circuits, (inner) => this.circuit(inner)) &&
      isListOf(edges, (edge) => this.#edge(edge));
    this.#open.delete(value);
    if (sound) this.#sound.add(value);
    return sound;
  }

  #node(value: unknown): boolean {
    if (this.#sound.has(value)) return true;
    const sound = isRecord(value) && typeof value.name === "string" && isListOf(value.operators, isUse);
    if (sound) this.#sound.add(value);
    return sound;
  }

  #coupling(value: unknown): boolean {
    return isRecord(value) && (value.edge === undefined || (isRecord(value.edge) && this.#node(value.edge.template)));
  }

  #edge(value: unknown): boolean {
    if (!isRecord(value) || typeof value.source !== "string" || typeof value.target !== "string") return false;
    const { values, sources, template, place, ends } = value;
    const isPlaced = isPlace(place) && (ends === undefined || areEnds(ends));
    return isMapOf(values, isRecord) && isMapOf(sources, isRecord) && isPlaced && (template === undefined || this.#node(template));
  }
}

function areEnds(value: unknown): boolean {
  return isRecord(value) && isPlace(value.source) && isPlace(value.target);
}

function isUse(value: unknown): boolean {
  if (!isRecord(value) || !isRecord(value.operator) || !isMapOf(value.values, isRecord)) return false;
  const { name, equations, variables, units } = value.operator;
  return typeof name === "string" && isListOf(equations, isRecord) && isMapOf(variables, isRecord) && units instanceof Map;
}

function isPlace(value: unknown): boolean {
  return isRecord(value) && typeof value.offset === "number" && isRecord(value.file) && typeof value.file.text === "string";
}

function isMapOf(value: unknown, is: (item: unknown) => boolean): boolean {
  return value instanceof Map && [...value].every(([key, item]) => typeof key === "string" && is(item));
}

function isListOf(value: unknown, is: (item: unknown) => boolean): boolean {
  // A list may have holes, which every() leaves out.
  return Array.isArray(value) && Array.from(value).every(is);
}
