import { type Quantity, SIGNAL } from "../equation/equations.ts";
import { type Expression, type Span, substitute } from "../equation/tree.ts";
import { checkCircuitSize } from "./size.ts";
import type { CircuitTemplate, Declaration, EdgeUse, NodeTemplate, OperatorTemplate, OperatorUse } from "./template.ts";
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

const nowhere: Span = { start: 0, end: 0 };

/** All nodes of a circuit under full paths, with what feeds each input. Throws E_EXPANSION_LIMIT for a circuit that is too large. */
export class Network {
  readonly variables = new Map<string, NetworkVariable>();
  readonly operators: PlacedOperator[] = [];
  readonly edges: PlacedEdge[] = [];
  /** Path of an input → what is added up in it. */
  readonly feeds = new Map<string, Feed[]>();
  readonly nodes: PlacedNode[] = [];

  constructor(circuit: CircuitTemplate) {
    checkCircuitSize(circuit);
    this.#addCircuit(circuit, "");
  }

  #addCircuit(circuit: CircuitTemplate, prefix: string): void {
    for (const [name, node] of circuit.nodes) this.addNode(prefix + name, node);
    for (const [name, inner] of circuit.circuits) this.#addCircuit(inner, `${prefix}${name}/`);
    for (const edge of circuit.edges) this.edges.push({ prefix, edge });
  }

  /** Adds a node; its operators feed each other by the names of outputs and inputs. */
  addNode(path: string, node: NodeTemplate): NetworkVariable[] {
    const variables = node.operators.flatMap((use) => this.#addOperator(path, use));
    for (const input of variables) {
      if (input.kind !== "input") continue;
      for (const output of variables) {
        if (output.kind === "output" && output.name === input.name && output.operator !== input.operator)
          this.feed(input.path, { source: output.path, within: true });
      }
    }
    this.nodes.push({ path, node, variables });
    return variables;
  }

  #addOperator(node: string, { operator, values }: OperatorUse): NetworkVariable[] {
    const path = `${node}/${operator.name}`;
    this.operators.push({ path, operator });
    return [...operator.variables].flatMap(([name, declared]) => {
      const value = values.get(name) ?? declared;
      const unit = operator.units.get(name) ?? "";
      const { array, ...single } = value;
      if (!array) return [this.#addVariable({ ...single, path: `${path}/${name}`, name, operator: path, unit })];
      return elementNames(name, array.shape).map((element, i) =>
        this.#addVariable({ ...single, re: array.values[i], path: `${path}/${element}`, name: element, operator: path, unit }),
      );
    });
  }

  #addVariable(variable: NetworkVariable): NetworkVariable {
    this.variables.set(variable.path, variable);
    return variable;
  }

  feed(input: string, feed: Feed): void {
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
    const feeds = this.feeds.get(input);
    if (!feeds) return undefined;
    return [...feeds.map(termOf), named(SIGNAL + input)].reduce((sum, term) => binary("+", sum, term));
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
