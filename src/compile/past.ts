import type { Equations } from "../equation/equations.ts";
import { children, type Expression } from "../equation/tree.ts";
import { MassgridError } from "../errors.ts";
import type { DelayedValue } from "../model.ts";
import type { Graph } from "./graph.ts";
import type { Value } from "./lower.ts";
import type { Store } from "./stages.ts";

/** A value of the past that an expression reads; what it is a value of is known only when all expressions are in the graph. */
interface Read {
  name: string;
  part: "re" | "im";
  /** Number of the delay's value in the graph. */
  delay: number;
  edge: boolean;
}

/** Collects what expressions read of the past. */
export class Past {
  readonly #graph: Graph;
  readonly #isComplex: (name: string) => boolean;
  readonly #reads: Read[] = [];

  constructor(graph: Graph, equations: Equations) {
    this.#graph = graph;
    this.#isComplex = complexity(equations);
  }

  read(name: string, delay: Value, edge: boolean): Value {
    if (delay.im !== undefined) throw fault("E_COMPLEX", `the delay of past(${name}, ...) is complex; use real(), imag() or abs()`);
    const part = (which: Read["part"]) => this.#row({ name, part: which, delay: delay.re, edge });
    return { re: part("re"), im: this.#isComplex(name) ? part("im") : undefined };
  }

  #row(read: Read): number {
    const same = ({ name, part, delay, edge }: Read) =>
      name === read.name && part === read.part && delay === read.delay && edge === read.edge;
    const known = this.#reads.findIndex(same);
    return this.#graph.add({ kind: "delayed", row: known < 0 ? this.#reads.push(read) - 1 : known });
  }

  /** Delays that are computed from parameters. */
  get delays(): number[] {
    return this.#reads.map(({ delay }) => delay);
  }

  get count(): number {
    return this.#reads.length;
  }

  /** What a step must remember, and the values that are read of it; `rowOf` is the row of p in which a delay stands. */
  finish(present: (name: string) => Value, rowOf: (value: number) => number | undefined): { lines: Store[]; delayed: DelayedValue[] } {
    const lines = new Map<number, number>();
    const delayed = this.#reads.map(({ name, part, delay, edge }): DelayedValue => {
      const source = present(name);
      const value = part === "re" ? source.re : (source.im ?? this.#graph.constant(0));
      const line = lines.get(value) ?? lines.size;
      lines.set(value, line);
      const operation = this.#graph.operations[value];
      const state = operation.kind === "state" ? { state: operation.row } : {};
      return { line, ...state, delay: this.#delay(name, delay, rowOf), path: name, edge };
    });
    return { lines: [...lines].map(([value, row]) => ({ value, row })), delayed };
  }

  #delay(name: string, delay: number, rowOf: (value: number) => number | undefined): DelayedValue["delay"] {
    const operation = this.#graph.operations[delay];
    if (operation.kind === "constant") return operation.value;
    const row = rowOf(delay);
    if (row !== undefined) return { row };
    throw fault("E_DELAY", `the delay of past(${name}, ...) changes with time; it must be a number or computed from parameters alone`);
  }
}

function fault(code: string, message: string): MassgridError {
  return new MassgridError([{ code, path: [], message }]);
}

const realCalls = ["real", "imag", "abs", "absv"];

/** Tells which variables are complex, from their declarations and equations. */
function complexity({ states, params, inputs, algebraic }: Equations): (name: string) => boolean {
  const known = new Map([...states, ...params, ...inputs].map(({ path, im }) => [path, im !== undefined]));
  const equations = new Map(algebraic.map(({ path, expression }) => [path, expression]));
  const isComplex = (node: Expression): boolean => {
    if (node.kind === "number") return node.im !== 0;
    if (node.kind === "name" || node.kind === "past") return ofName(node.name);
    if (node.kind === "call" && realCalls.includes(node.name)) return false;
    return children(node).some(isComplex);
  };
  const ofName = (name: string): boolean => {
    const before = known.get(name);
    const expression = equations.get(name);
    if (!expression) return before ?? false;
    equations.delete(name);
    const complex = isComplex(expression);
    known.set(name, complex || before === true);
    return complex;
  };
  return ofName;
}
