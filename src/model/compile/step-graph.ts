import { type FunctionValue, functionGraph, isFunction } from "./function-graphs.ts";
import { isComparison } from "./graph.ts";

/** How operations are rounded (sweep/arithmetic.ts). */
export interface Rounding {
  fastMath: boolean;
  precision: "float64" | "float32";
}

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
/** The same where nothing else takes steps: only compilation limits them, at about 5 us a value. */
const MOST_VALUES_ALONE = 20_000;

/** Thrown as soon as a step has too many values. */
export class StepTooLarge extends Error {}

/** What one step computes of a vector of lanes, of two of float64 or four of float32: values numbered so that each comes after its operands, each once. */
export class StepGraph {
  readonly nodes: StepNode[] = [];
  readonly rounding: Rounding;
  /** Values within functions whose products and sums are rounded once: functions count on the order of their operations. */
  readonly inner = new Set<number>();
  readonly #known = new Map<string, number>();
  readonly #isSingle: boolean;
  readonly #most: number;

  constructor(rounding: Rounding) {
    this.#most = rounding.fastMath || rounding.precision === "float32" ? MOST_VALUES_ALONE : MOST_VALUES;
    this.rounding = rounding;
    this.#isSingle = rounding.precision === "float32";
  }

  #add(key: string, node: StepNode): number {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    if (this.nodes.length === this.#most) throw new StepTooLarge();
    this.#known.set(key, this.nodes.length);
    return this.nodes.push(node) - 1;
  }

  /** The same number in all lanes. */
  number(value: number): number {
    if (!this.#isSingle) return this.#double(value);
    const [bits] = new Uint32Array(new Float32Array([value]).buffer);
    const both = BigInt(bits) * 0x1_0000_0001n;
    return this.#bits(both, both);
  }

  #double(value: number): number {
    return this.#add(`=${Object.is(value, -0) ? "-0" : value}`, { kind: "number", value });
  }

  #bits(low: bigint, high: bigint): number {
    return this.#add(`#${low},${high}`, { kind: "bits", low, high });
  }

  leaf(leaf: Leaf): number {
    return this.#add(JSON.stringify(leaf), { kind: "leaf", leaf });
  }

  /** An operation on numbers of the step's precision, or what is made of several: comparisons that give 1 or 0, `where` and `select` (graph.ts). */
  op(op: string, args: readonly number[]): number {
    if (isComparison(op)) return this.op("and", [this.mask(op, args[0], args[1]), this.number(1)]);
    if (op === "where") return this.op("and", [args[0], this.mask("ne", args[1], this.number(0))]);
    if (op === "select") return this.op("bitselect", [args[0], args[1], this.mask("ne", args[2], this.number(0))]);
    return this.#instruction("", this.#isSingle && !bitwise.includes(op) ? `${SINGLE}${op}` : op, args);
  }

  /** All bits of the lanes in which a comparison holds. */
  mask(comparison: string, a: number, b: number): number {
    return this.#instruction("", `${this.#isSingle ? SINGLE : "f64x2."}${comparison}`, [a, b]);
  }

  /** The operation on numbers of the step's precision that a value is; undefined where it is another. */
  operationOf(node: StepNode): string | undefined {
    if (node.kind !== "op") return undefined;
    if (!this.#isSingle) return node.op;
    return node.op.startsWith(SINGLE) ? node.op.slice(SINGLE.length) : undefined;
  }

  #instruction(place: string, op: string, args: readonly number[], shift?: number): number {
    const key = `${place}${op}:${args.join()}<${shift}`;
    return this.#add(key, { kind: "op", op, args, ...(shift === undefined ? {} : { shift }) });
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
    if (!this.#isSingle) return this.#ofDoubles(name, args);
    const single = `single${name[0].toUpperCase()}${name.slice(1)}`;
    if (isFunction(single)) return this.#expand(single, args);
    // Others are those of float64, of two pairs.
    const halves = [PROMOTE_LOW, PROMOTE_HIGH].map((half) => {
      return this.#ofDoubles(
        name,
        args.map((arg) => this.#instruction("", half, [arg])),
      );
    });
    return this.#instruction("", DEMOTE, halves);
  }

  #ofDoubles(name: string, args: readonly number[]): number {
    const value = this.#expand(name, args);
    return isCircular(name) ? this.#instruction("", name, [value, this.#expand("isFar", args), args[0]]) : value;
  }

  #expand(name: string, args: readonly number[]): number {
    const { values, result } = functionGraph(name, args.length, this.rounding.fastMath);
    const made = [...args];
    for (const value of values) made.push(value ? this.#within(value, made) : Number.NaN);
    return made[result];
  }

  /** A value within a function; apart from those of equations where these may be put in another order. */
  #within(value: FunctionValue, made: readonly number[]): number {
    if (value.kind === "number") return this.#double(value.value);
    if (value.kind === "bits") return this.#bits(value.low, value.high);
    const args = value.args.map((arg) => made[arg]);
    const { fastMath } = this.rounding;
    const number = this.#instruction(fastMath ? "within " : "", value.op, args, value.shift);
    if (fastMath) this.inner.add(number);
    return number;
  }

  /** A copy of another graph's value. */
  copy(node: StepNode, args: readonly number[]): number {
    if (node.kind === "op") return this.#instruction("", node.op, args, node.shift);
    if (node.kind === "leaf") return this.leaf(node.leaf);
    return node.kind === "number" ? this.#double(node.value) : this.#bits(node.low, node.high);
  }
}

/** What names of operations on float32 begin with, and those that are the same for all numbers. */
const SINGLE = "f32x4.";
const bitwise: readonly string[] = ["and", "bitselect"];
/** The first two of four lanes of f32 as a pair, the others, and four lanes of two pairs. */
export const PROMOTE_LOW = "f64x2.promote_low_f32x4";
export const PROMOTE_HIGH = "promote high";
export const DEMOTE = "demote";

/** Functions of large arguments that a loop calls (assembly/math/trig.ts): as operations, they take the value of near ones, where arguments are far, and these. */
export const circular = ["sin", "cos", "tan"] as const;

/** Whether an operation is one of them. */
export function isCircular(op: string): op is (typeof circular)[number] {
  return circular.some((each) => each === op);
}
