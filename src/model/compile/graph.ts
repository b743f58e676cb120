import { reachable } from "../../lists.ts";

/**
 * What a value of a model is computed from. Values are numbered in an order in which each comes after its operands. A value has
 * a row for each node that its equation is of, `width` rows: constants and the time have no width, as they are the same for all.
 */
export type Operation =
  | { kind: "constant"; value: number }
  | { kind: "time" }
  /** The first row of y, of p (parameters, inputs), or of the values of the past. */
  | { kind: "state" | "param" | "input" | "delayed"; row: number; width: number }
  /** The first row of the values at which a step holds switches (jumps.ts). */
  | { kind: "mode"; row: number; width: number }
  /** One number of the directions of directional derivatives (field.ts). */
  | { kind: "direction"; row: number; width: 1 }
  | { kind: "plain"; op: PlainOperation; args: readonly number[]; width: number }
  /** A function of the math module, over whole rows. */
  | { kind: "function"; name: string; args: readonly number[]; width: number }
  /** Sums over edges. */
  | ({ kind: "sum"; width: number } & EdgeSum)
  /** How fast stages of delays change. */
  | ({ kind: "stages"; width: number } & DelayStages)
  /** One row of a value. */
  | { kind: "slice"; of: number; row: number; width: 1 };

/** Sums over edges, of weights times rows of sources. */
export interface EdgeSum {
  /** Tells a sum from others. */
  name: string;
  /** What the sums begin with. */
  start: number | undefined;
  /** First row of the weights, which are parameters; undefined where there are none. */
  weights: number | undefined;
  sources: readonly number[];
  /** Each term's target row, source (its place in `sources`) and row of that; by target. */
  terms: readonly { target: number; source: number; row: number }[];
}

/** Stages of delays, rate * (before - self), whose states stand in rows side by side. */
export interface DelayStages {
  /** Tells stages from others. */
  name: string;
  /** First row of y. */
  first: number;
  sources: readonly number[];
  /**
   * Rate of each, or what a source is to divide, and the source (its place in `sources`) and row of that which is before it; none
   * for the row before its own.
   */
  stages: readonly { rate: number; delay: number | undefined; before: { source: number; row: number } | undefined }[];
}

/** What one SIMD instruction, or two, computes. */
export type PlainOperation =
  | "add"
  | "sub"
  | "mul"
  | "div"
  | "min"
  | "max"
  | "neg"
  | "abs"
  | "sqrt"
  | "floor"
  | "ceil"
  | "nearest"
  | "eq"
  | "ne"
  | "lt"
  | "gt"
  | "le"
  | "ge"
  /** The first operand, or 0 where the second is 0. */
  | "where"
  /** The first operand, or the second where the third is 0. */
  | "select";

const comparisons = ["eq", "ne", "lt", "gt", "le", "ge"] as const satisfies readonly PlainOperation[];

/** Whether an operation compares: it gives 1 or 0. */
export function isComparison(operation: string): operation is (typeof comparisons)[number] {
  return comparisons.some((each) => each === operation);
}

const exact: Partial<Record<PlainOperation, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  neg: (a) => -a,
};

/** Values of a model, each once: what is written twice in its equations is computed once. */
export class Graph {
  readonly operations: Operation[] = [];
  readonly #known = new Map<string, number>();
  #width = 1;

  /** Puts equations in that are of `width` nodes at once. */
  within<Result>(width: number, work: () => Result): Result {
    const before = this.#width;
    this.#width = width;
    const result = work();
    this.#width = before;
    return result;
  }

  /** Nodes that the equation which is being put in is of. */
  get width(): number {
    return this.#width;
  }

  /** The number of a value. */
  add(operation: Operation): number {
    const key = keyOf(operation);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const made = this.operations.length;
    this.operations.push(operation);
    this.#known.set(key, made);
    return made;
  }

  constant(value: number): number {
    return this.add({ kind: "constant", value });
  }

  plain(op: PlainOperation, ...operands: (number | readonly number[])[]): number {
    const args = operands.flat();
    const folded = this.#fold(op, args);
    if (folded !== undefined) return this.constant(folded);
    return this.add({ kind: "plain", op, args, width: this.#width });
  }

  /** The value of arithmetic on numbers, which IEEE 754 fixes to the bit; undefined where it is not of that kind. */
  #fold(op: PlainOperation, args: readonly number[]): number | undefined {
    const [a, b = 0] = args.map((arg) => {
      const operation = this.operations[arg];
      return operation.kind === "constant" ? operation.value : Number.NaN;
    });
    const value = exact[op]?.(a, b);
    return value === undefined || Number.isNaN(value) ? undefined : value;
  }

  call(name: string, ...operands: (number | readonly number[])[]): number {
    return this.add({ kind: "function", name, args: operands.flat(), width: this.#width });
  }

  /** Rows that a value has when it is stored; a constant, or the time, has as many as are asked for. */
  widthOf(value: number): number {
    const operation = this.operations[value];
    return "width" in operation ? operation.width : 1;
  }
}

/** Operands of a value. */
export function operands(operation: Operation): readonly number[] {
  switch (operation.kind) {
    case "plain":
    case "function":
      return operation.args;
    case "sum":
      return operation.start === undefined ? operation.sources : [operation.start, ...operation.sources];
    case "stages":
      return operation.sources;
    case "slice":
      return [operation.of];
    default:
      return [];
  }
}

function keyOf(operation: Operation): string {
  switch (operation.kind) {
    case "constant":
      return `constant ${Object.is(operation.value, -0) ? "-0" : operation.value}`;
    case "plain":
      return `${operation.op} ${operation.args.join(" ")} ${operation.width}`;
    case "function":
      return `${operation.name}() ${operation.args.join(" ")} ${operation.width}`;
    case "time":
      return "time";
    case "sum":
    case "stages":
      return `${operation.kind} ${operation.name}`;
    case "slice":
      return `slice ${operation.of} ${operation.row}`;
    default:
      return `${operation.kind} ${operation.row} ${operation.width}`;
  }
}

/** All values that the roots need, themselves among them. */
export function reached(graph: Graph, roots: readonly number[], stop: (value: number) => boolean = () => false): Set<number> {
  return reachable(roots, (value) => (stop(value) ? [] : operands(graph.operations[value])));
}
