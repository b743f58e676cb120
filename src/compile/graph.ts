/** What a value of a model is computed from. Values are numbered in an order in which each comes after its operands. */
export type Operation =
  | { kind: "constant"; value: number }
  /** A row of y, of p (parameters, then inputs), or the time. */
  | { kind: "state" | "param" | "input"; row: number }
  | { kind: "time" }
  /** A row of p behind the inputs: a value of the past. */
  | { kind: "delayed"; row: number }
  | { kind: "plain"; op: PlainOperation; args: readonly number[] }
  /** A function of the math module, over whole rows. */
  | { kind: "function"; name: string; args: readonly number[] };

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
  | "ge";

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

  plain(op: PlainOperation, ...args: number[]): number {
    const folded = this.#fold(op, args);
    if (folded !== undefined) return this.constant(folded);
    return this.add({ kind: "plain", op, args });
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

  call(name: string, ...args: number[]): number {
    return this.add({ kind: "function", name, args });
  }
}

/** Operands of a value. */
export function operands(operation: Operation): readonly number[] {
  return operation.kind === "plain" || operation.kind === "function" ? operation.args : [];
}

function keyOf(operation: Operation): string {
  switch (operation.kind) {
    case "constant":
      return `constant ${Object.is(operation.value, -0) ? "-0" : operation.value}`;
    case "plain":
      return `${operation.op} ${operation.args.join(" ")}`;
    case "function":
      return `${operation.name}() ${operation.args.join(" ")}`;
    case "time":
      return "time";
    default:
      return `${operation.kind} ${operation.row}`;
  }
}
