import { pairFunctions } from "../pairs.generated.ts";
import { isComparison } from "./graph.ts";

/** What a step reads that its graph does not compute. */
export type Leaf =
  /** A row of states before the step. */
  | { kind: "state"; row: number }
  /** A row that is the same in all steps: of parameters, or of inputs that are constant, counted behind parameters. */
  | { kind: "param" | "input"; row: number }
  /** The present sample of input source number `source` of those that are sampled. */
  | { kind: "sample"; source: number }
  /** The time of the step and c steps. */
  | { kind: "time"; c: number }
  /** A number that the step size h makes: `times` h, h over a number, or of sqrt(h). */
  | { kind: "scalar"; of: Scalar }
  /** Of noise term number `term`: its present increment, its intensity where that is a row, and the input without it. */
  | { kind: "increment" | "intensity" | "base"; term: number }
  /** Delayed value number `row` at the time of the step and c steps. */
  | { kind: "delayed"; row: number; c: number };

export type Scalar = { times: number } | { over: number } | { root: true } | { halfOverRoot: true };

export type StepNode =
  | { kind: "number"; value: number }
  /** Bits of a vector that is no number. */
  | { kind: "bits"; low: bigint; high: bigint }
  | { kind: "leaf"; leaf: Leaf }
  /** A SIMD instruction (code.ts). */
  | { kind: "op"; op: string; args: readonly number[]; shift?: number };

/** Values of a step beyond which a loop is not worth its compilation, or does not fit registers and the instruction cache. */
const MOST_VALUES = 6000;

/** Thrown as soon as a step has too many values. */
export class StepTooLarge extends Error {}

/** What one step computes of a pair of lanes: values numbered so that each comes after its operands, each once. */
export class StepGraph {
  readonly nodes: StepNode[] = [];
  readonly #known = new Map<string, number>();

  #add(key: string, node: StepNode): number {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    if (this.nodes.length === MOST_VALUES) throw new StepTooLarge();
    this.#known.set(key, this.nodes.length);
    return this.nodes.push(node) - 1;
  }

  number(value: number): number {
    return this.#add(`=${Object.is(value, -0) ? "-0" : value}`, { kind: "number", value });
  }

  leaf(leaf: Leaf): number {
    return this.#add(JSON.stringify(leaf), { kind: "leaf", leaf });
  }

  /** An instruction, or what is made of several: comparisons that give 1 or 0, `where` and `select` (graph.ts). */
  op(op: string, args: readonly number[], shift?: number): number {
    if (isComparison(op)) return this.op("and", [this.op(`f64x2.${op}`, args), this.number(1)]);
    if (op === "where") return this.op("and", [args[0], this.op("f64x2.ne", [args[1], this.number(0)])]);
    if (op === "select") return this.op("bitselect", [args[0], args[1], this.op("f64x2.ne", [args[2], this.number(0)])]);
    return this.#add(`${op}:${args.join()}<${shift}`, { kind: "op", op, args, ...(shift === undefined ? {} : { shift }) });
  }

  add(a: number, b: number): number {
    return this.op("add", [a, b]);
  }

  sub(a: number, b: number): number {
    return this.op("sub", [a, b]);
  }

  mul(a: number, b: number): number {
    return this.op("mul", [a, b]);
  }

  /** A function of the library, by what assembly/math/pairs.ts computes. */
  call(name: string, args: readonly number[]): number {
    const value = this.#expand(name, args);
    return isCircular(name) ? this.op(name, [value, this.#expand("isFar", args), args[0]]) : value;
  }

  #expand(name: string, args: readonly number[]): number {
    const values = [...args];
    for (const text of pairFunctions[name].split(" ")) {
      const [op, rest] = text.split(":");
      if (rest !== undefined) {
        const [operands, shift] = rest.split("<");
        const numbers = operands.split(",").map((i) => values[Number(i)]);
        values.push(this.op(op, numbers, shift === undefined ? undefined : Number(shift)));
      } else if (op.startsWith("=")) values.push(this.number(Number(op.slice(1))));
      else if (op.startsWith("#")) values.push(this.#bits(op.slice(1)));
      else return values[Number(op)];
    }
    throw new Error(`the graph of ${name} has no result`);
  }

  #bits(hex: string): number {
    const [low, high = low] = hex.split(",").map((half) => BigInt(`0x${half}`));
    return this.#add(`#${hex}`, { kind: "bits", low, high });
  }
}

/** Functions of large arguments that a loop calls (assembly/math/trig.ts): as operations, they take the value of near ones, where arguments are far, and these. */
export const circular = ["sin", "cos", "tan"] as const;

/** Whether an operation is one of them. */
export function isCircular(op: string): op is (typeof circular)[number] {
  return circular.some((each) => each === op);
}
