import { type Quantity, SIGNAL } from "../equation/equations.ts";
import { type Expression, type Span, substitute } from "../equation/tree.ts";
import { edgesOfPlain } from "./matrix.ts";
import { checkCircuitSize, edgeCountOf } from "./size.ts";
import {
  type CircuitTemplate,
  type Declaration,
  type EdgeUse,
  edgeItemsOf,
  isPlainMatrix,
  type NodeTemplate,
  type OperatorTemplate,
  type PlainMatrix,
} from "./template.ts";
import { elementNames } from "./vectors.ts";

/** A variable of an operator on a node. */
export interface NetworkVariable extends Declaration {
  path: string;
  name: string;
  /** Path of its operator. */
  operator: string;
  unit: string;
}

/** An edge of a circuit at its place in the whole. */
export interface PlacedEdge {
  /** Path of the circuit with a "/" after it; "" for the outermost. */
  prefix: string;
  edge: EdgeUse;
}

/** Edges of a matrix at their place in the whole. */
export interface PlacedMatrix {
  prefix: string;
  matrix: PlainMatrix;
}

/** What an edge is: full paths of variables, its weight, and mean and standard deviation of its delay. */
export function edgeFacts({ prefix, edge: { source, target, values } }: PlacedEdge) {
  const of = (attribute: string, otherwise: number) => values.get(attribute)?.re ?? otherwise;
  return { source: prefix + source, target: prefix + target, weight: of("weight", 1), delay: of("delay", 0), spread: of("spread", 0) };
}

/** Something that is added up in an input. */
export interface Feed {
  /** Path of what is fed. */
  source: string;
  /** The weight's parameter; none for what is fed as it is. */
  weight?: Quantity;
  /** How long ago. */
  delay?: Expression;
  /** Whether it comes from another operator of the same node. */
  within?: boolean;
}

/** What edges of a matrix add up in one input, in their order. */
export interface FeedRow {
  sources: string[];
  weights: Quantity[];
  /** 0 where there is no delay; undefined where there is none at all. */
  delays: number[] | undefined;
}

/** The feeds that a row of a matrix stands for. */
function feedsOfRow({ sources, weights, delays }: FeedRow): Feed[] {
  return sources.map((source, i) => ({ source, weight: weights[i], ...(delays?.[i] ? { delay: numeral(delays[i]) } : {}) }));
}

/** A node at its place. */
export interface PlacedNode {
  path: string;
  node: NodeTemplate;
  variables: readonly NetworkVariable[];
}

/** An operator at its place. */
interface PlacedOperator {
  path: string;
  operator: OperatorTemplate;
}

/** What every node of a template has. */
interface NodeContents {
  /** Variables, elements of vectors each; `use` is the number of the operator. */
  declared: readonly (Declaration & { use: number; name: string; unit: string })[];
  /** Which of them feed which, by the names of outputs and inputs. */
  feeds: readonly { input: number; output: number }[];
}

const contents = new WeakMap<NodeTemplate, NodeContents>();

function contentsOf(node: NodeTemplate): NodeContents {
  const known = contents.get(node);
  if (known) return known;
  const declared = node.operators.flatMap(({ operator, values }, use) =>
    [...operator.variables].flatMap(([name, declaration]) => {
      const { array, ...single } = values.get(name) ?? declaration;
      const unit = operator.units.get(name) ?? "";
      if (!array) return [{ ...single, use, name, unit }];
      return elementNames(name, array.shape).map((element, i) => ({ ...single, re: array.values[i], use, name: element, unit }));
    }),
  );
  const feeds = declared.flatMap(({ kind, name, use }, input) => {
    if (kind !== "input") return [];
    return declared.flatMap((other, output) =>
      other.kind === "output" && other.name === name && other.use !== use ? [{ input, output }] : [],
    );
  });
  const made = { declared, feeds };
  contents.set(node, made);
  return made;
}

const nowhere: Span = { start: 0, end: 0 };

/** All nodes of a circuit under full paths, with what feeds each input. Throws E_EXPANSION_LIMIT for a circuit that is too large. */
export class Network {
  readonly variables = new Map<string, NetworkVariable>();
  readonly operators: PlacedOperator[] = [];
  readonly edgeItems: (PlacedEdge | PlacedMatrix)[] = [];
  /** Path of an input → what is added up in it. */
  readonly feeds = new Map<string, (Feed | FeedRow)[]>();
  readonly nodes: PlacedNode[] = [];

  constructor(circuit: CircuitTemplate) {
    checkCircuitSize(circuit);
    this.#addCircuit(circuit, "");
  }

  #addCircuit(circuit: CircuitTemplate, prefix: string): void {
    for (const [name, node] of circuit.nodes) this.addNode(prefix + name, node);
    for (const [name, inner] of circuit.circuits) this.#addCircuit(inner, `${prefix}${name}/`);
    for (const item of edgeItemsOf(circuit)) this.edgeItems.push(isPlainMatrix(item) ? { prefix, matrix: item } : { prefix, edge: item });
  }

  /** All edges, one by one. */
  get edges(): PlacedEdge[] {
    return this.edgeItems.flatMap((item) => {
      if ("edge" in item) return [item];
      return edgesOfPlain(item.matrix).map((edge) => ({ prefix: item.prefix, edge }));
    });
  }

  get edgeCount(): number {
    return edgeCountOf(this.edgeItems.map((item) => ("edge" in item ? item.edge : item.matrix)));
  }

  /** What is added up in an input, one by one. */
  feedsOf(input: string): Feed[] {
    return (this.feeds.get(input) ?? []).flatMap((feed) => ("weights" in feed ? feedsOfRow(feed) : [feed]));
  }

  /** Adds a node; its operators feed each other by the names of outputs and inputs. */
  addNode(path: string, node: NodeTemplate): NetworkVariable[] {
    const { declared, feeds } = contentsOf(node);
    const operators = node.operators.map(({ operator }) => {
      const placed = { path: `${path}/${operator.name}`, operator };
      this.operators.push(placed);
      return placed.path;
    });
    const variables = declared.map(({ use, name, unit, kind, re, im, place }): NetworkVariable => {
      const operator = operators[use];
      const made = { kind, re, place, path: `${operator}/${name}`, name, operator, unit };
      return im === undefined ? made : { ...made, im };
    });
    for (const variable of variables) this.variables.set(variable.path, variable);
    for (const { input, output } of feeds) this.feed(variables[input].path, { source: variables[output].path, within: true });
    this.nodes.push({ path, node, variables });
    return variables;
  }

  feed(input: string, feed: Feed | FeedRow): void {
    const known = this.feeds.get(input);
    if (known) known.push(feed);
    else this.feeds.set(input, [feed]);
  }

  /** An expression of an operator with full paths for names; what the operator does not declare keeps its name. */
  placed(expression: Expression, operator: string): Expression {
    return substitute(expression, (name, span) => {
      const path = `${operator}/${name}`;
      return { kind: "name", name: this.variables.has(path) ? path : name, span };
    });
  }

  /** What an input is: all that feeds it, and the signal from outside. */
  sumOf(input: string): Expression | undefined {
    if (!this.feeds.has(input)) return undefined;
    return [...this.feedsOf(input).map(termOf), named(SIGNAL + input)].reduce((sum, term) => binary("+", sum, term));
  }
}

/** What a feed adds. */
export function termOf({ source, weight, delay }: Feed): Expression {
  const sent: Expression = delay ? { kind: "past", name: source, delay, edge: true, span: nowhere } : named(source);
  return weight === undefined ? sent : binary("*", named(weight.path), sent);
}

export function named(name: string): Expression {
  return { kind: "name", name, span: nowhere };
}

export function numeral(value: number): Expression {
  return { kind: "number", re: value, im: 0, span: nowhere };
}

export function binary(op: "+" | "-" | "*" | "/", left: Expression, right: Expression): Expression {
  return { kind: "binary", op, left, right, span: nowhere };
}
