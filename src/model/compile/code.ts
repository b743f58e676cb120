import { append } from "../../lists.ts";
import { checkLimit, op, signed, simd, sized, type, unsigned } from "./bytes.ts";

type Operand = "i32" | "v128";
type Vector = Exclude<keyof typeof simd, "load" | "loadSplat" | "store" | "storeLane" | "constant" | "splat">;

const unary: readonly string[] = ["neg", "abs", "sqrt", "floor", "ceil", "nearest"];
const PAIR_BYTES = 16;

/** Instructions of a function, with the types on the stack checked as they are put in: a fault here is one of the compiler's. */
export class Code {
  readonly bytes: number[] = [];
  readonly #stack: Operand[] = [];
  /** Types of the function's arguments and locals; the parts of one function share them. */
  readonly types: Operand[];

  constructor(types: Operand[]) {
    this.types = types;
  }

  local(of: Operand): number {
    return this.types.push(of) - 1;
  }

  #pop(operand: Operand, times = 1): void {
    for (let i = 0; i < times; i++) {
      const found = this.#stack.pop();
      if (found !== operand) throw new Error(`the compiler put ${found ?? "nothing"} where ${operand} is needed`);
    }
  }

  get(local: number): void {
    append(this.bytes, [op.localGet, ...unsigned(local)]);
    this.#stack.push(this.types[local]);
  }

  set(local: number): void {
    this.#pop(this.types[local]);
    append(this.bytes, [op.localSet, ...unsigned(local)]);
  }

  tee(local: number): void {
    this.#pop(this.types[local]);
    append(this.bytes, [op.localTee, ...unsigned(local)]);
    this.#stack.push(this.types[local]);
  }

  int(value: number): void {
    append(this.bytes, [op.i32Const, ...signed(value)]);
    this.#stack.push("i32");
  }

  /** i32 arithmetic of two operands. */
  integer(code: "i32Add" | "i32And" | "i32Mul" | "i32Shl" | "i32LtU"): void {
    this.#pop("i32", 2);
    this.bytes.push(op[code]);
    this.#stack.push("i32");
  }

  /** Loads the pair `offset` bytes behind an address. */
  load(offset: number): void {
    this.#pop("i32");
    append(this.bytes, [op.simd, simd.load, 4, ...unsigned(offset)]);
    this.#stack.push("v128");
  }

  /** Stores a pair `offset` bytes behind an address. */
  store(offset: number): void {
    this.#pop("v128");
    this.#pop("i32");
    append(this.bytes, [op.simd, simd.store, 4, ...unsigned(offset)]);
  }

  /** Loads one lane into both. */
  loadSplat(offset: number): void {
    this.#pop("i32");
    append(this.bytes, [op.simd, simd.loadSplat, 3, ...unsigned(offset)]);
    this.#stack.push("v128");
  }

  /** Stores the first lane of a pair. */
  storeLane(offset: number): void {
    this.#pop("v128");
    this.#pop("i32");
    append(this.bytes, [op.simd, simd.storeLane, 3, ...unsigned(offset), 0]);
  }

  /** The same number in both lanes. */
  constant(value: number): void {
    const lanes = new Uint8Array(PAIR_BYTES);
    new DataView(lanes.buffer).setFloat64(0, value, true);
    lanes.copyWithin(8, 0, 8);
    append(this.bytes, [op.simd, simd.constant, ...lanes]);
    this.#stack.push("v128");
  }

  vector(name: Vector): void {
    this.#pop("v128", name === "bitselect" ? 3 : unary.includes(name) ? 1 : 2);
    append(this.bytes, [op.simd, ...unsigned(simd[name])]);
    this.#stack.push("v128");
  }

  /** Calls a function of `args` addresses or sizes that returns nothing. */
  call(index: number, args: number): void {
    this.#pop("i32", args);
    append(this.bytes, [op.call, ...unsigned(index)]);
  }

  /** Repeats what `body` puts in while the number that it leaves is not 0. */
  loop(body: (code: Code) => void): void {
    this.bytes.push(op.loop, type.empty);
    body(this);
    this.#pop("i32");
    this.bytes.push(op.brIf, 0, op.end);
  }

  /** Does what `body` puts in where the number on the stack is not 0. */
  when(body: () => void): void {
    this.#pop("i32");
    this.bytes.push(op.if, type.empty);
    body();
    this.bytes.push(op.end);
  }

  append(code: Code): void {
    code.#empty();
    for (const byte of code.bytes) this.bytes.push(byte);
  }

  #empty(): void {
    if (this.#stack.length > 0) throw new Error(`the compiler left ${this.#stack.join(", ")} on the stack`);
  }

  /** The function's body, whose first `args` locals are its arguments. */
  body(args: number): number[] {
    this.#empty();
    checkLimit("locals", this.types.length, "local variables of a function");
    const locals = this.types.slice(args).flatMap((each) => [1, each === "i32" ? type.i32 : type.v128]);
    const bytes = [...unsigned(this.types.length - args), ...locals, ...this.bytes, op.end];
    checkLimit("body", bytes.length, "bytes of a function");
    return sized(bytes);
  }
}

/** The locals of one loop: values that are used more than once are kept in them. */
export class Pairs {
  readonly kept = new Map<number, number>();
  readonly #uses: ReadonlyMap<number, number>;
  readonly #make: () => number;
  readonly #locals: number[];

  constructor(uses: ReadonlyMap<number, number>, make: () => number, locals: number[]) {
    this.#uses = uses;
    this.#make = make;
    this.#locals = locals;
  }

  /** The local to keep a value in, if it will be used again. */
  keep(value: number): number | undefined {
    if ((this.#uses.get(value) ?? 0) < 2) return undefined;
    const next = this.kept.size;
    if (next === this.#locals.length) this.#locals.push(this.#make());
    this.kept.set(value, this.#locals[next]);
    return this.#locals[next];
  }
}
