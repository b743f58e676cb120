import type { TimeOperation, TimeProgram } from "../model/model.ts";
import { newMemory } from "../model/wasm.ts";
import { linkFunctions, type MathFunctions } from "./core.ts";

// Values that depend on the time and on one lane's parameters, with the bits of the compiled model: its arithmetic is that of IEEE 754,
// and its functions are called in WebAssembly.

/** Where arguments of a function stand, and what it writes beside its result: 64-byte rows in the memory of the functions. */
const ARGUMENT = 64;
const OTHER = 128;
const PAIR_BYTES = 16;

/** Rounds to the nearest whole number, of two the even one. */
function nearest(x: number): number {
  const low = Math.floor(x);
  const rest = x - low;
  if (rest !== 0.5) return Math.abs(x) >= 2 ** 52 ? x : rest < 0.5 ? low : low + 1;
  return low % 2 === 0 ? low : low + 1;
}

const plain: Readonly<Record<string, (a: number, b: number, c: number) => number>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  min: (a, b) => Math.min(a, b),
  max: (a, b) => Math.max(a, b),
  neg: (a) => -a,
  abs: (a) => Math.abs(a),
  sqrt: (a) => Math.sqrt(a),
  floor: (a) => Math.floor(a),
  ceil: (a) => Math.ceil(a),
  nearest: (a) => nearest(a),
  eq: (a, b) => Number(a === b),
  ne: (a, b) => Number(a !== b),
  lt: (a, b) => Number(a < b),
  gt: (a, b) => Number(a > b),
  le: (a, b) => Number(a <= b),
  ge: (a, b) => Number(a >= b),
  where: (a, condition) => (condition === 0 ? 0 : a),
  select: (a, b, condition) => (condition === 0 ? b : a),
};

/** The functions of the math module, linked when first needed. */
class Functions {
  #linked: { functions: MathFunctions; f64: Float64Array } | undefined;

  call(name: string, first: number, second: number): number {
    if (!this.#linked) {
      const memory = newMemory(1);
      this.#linked = { functions: linkFunctions(memory), f64: new Float64Array(memory.buffer) };
    }
    const { functions, f64 } = this.#linked;
    f64.fill(first, ARGUMENT / 8, ARGUMENT / 8 + 2);
    f64.fill(second, OTHER / 8, OTHER / 8 + 2);
    functions[`${name}s`](ARGUMENT, PAIR_BYTES, OTHER);
    return f64[ARGUMENT / 8];
  }
}

const functions = new Functions();

/** Value of one function of the math module. */
export function functionValue(name: string, first: number, second = 0): number {
  return functions.call(name, first, second);
}

/** The values of a program for one lane. */
export class TimeValues {
  readonly operations: readonly TimeOperation[];
  readonly values: Float64Array;
  /** Places of the operations whose values change with time, in order. */
  readonly moving: readonly number[];

  /** `rowValue` is the lane's value of a row of p. */
  constructor({ operations }: TimeProgram, rowValue: (row: number) => number) {
    this.operations = operations;
    this.values = new Float64Array(operations.length);
    const moves = new Set<number>();
    operations.forEach((operation, i) => {
      if (operation.kind === "time" || ("args" in operation && operation.args.some((arg) => moves.has(arg)))) moves.add(i);
      else this.values[i] = operation.kind === "row" ? rowValue(operation.row) : this.#valueOf(operation, 0);
    });
    this.moving = [...moves];
  }

  /** Computes all values at a time; returns them. */
  at(time: number): Float64Array {
    for (const i of this.moving) this.values[i] = this.#valueOf(this.operations[i], time);
    return this.values;
  }

  #valueOf(operation: TimeOperation, time: number): number {
    const { values } = this;
    switch (operation.kind) {
      case "constant":
        return operation.value;
      case "time":
        return time;
      case "plain":
        return plain[operation.op](values[operation.args[0]], values[operation.args[1]], values[operation.args[2]]);
      case "function":
        return functions.call(operation.name, values[operation.args[0]], values[operation.args[1]] ?? 0);
      case "row":
        throw new Error("a row of p does not change");
    }
  }
}
