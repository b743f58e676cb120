import { append } from "../../lists.ts";
import { checkLimit, op, signed, sized, type, unsigned } from "./bytes.ts";
import { type Instruction, instructions, memory, type Operand, type Signature, shifts, simd } from "./instructions.ts";

/** A function's code, with the types on the stack checked as it is put in: a fault here is one of the compiler's. */
export class Code {
  readonly bytes: number[] = [];
  readonly #types: Operand[];
  readonly #arguments: number;
  readonly #stack: Operand[] = [];

  /** `types` are those of the arguments; parts of one function share them, and so its locals. */
  constructor(types: Operand[], args = types.length) {
    this.#types = types;
    this.#arguments = args;
  }

  /** Another part of the function, which `append` puts behind this one. */
  part(): Code {
    return new Code(this.#types, this.#arguments);
  }

  local(of: Operand): number {
    return this.#types.push(of) - 1;
  }

  #pop(operand: Operand): void {
    const found = this.#stack.pop();
    if (found !== operand) throw new Error(`the compiler put ${found ?? "nothing"} where ${operand} is needed`);
  }

  get(local: number): this {
    append(this.bytes, [op.localGet, ...unsigned(local)]);
    this.#stack.push(this.#types[local]);
    return this;
  }

  set(local: number): this {
    this.#pop(this.#types[local]);
    append(this.bytes, [op.localSet, ...unsigned(local)]);
    return this;
  }

  tee(local: number): this {
    this.#pop(this.#types[local]);
    append(this.bytes, [op.localTee, ...unsigned(local)]);
    this.#stack.push(this.#types[local]);
    return this;
  }

  int(value: number): this {
    append(this.bytes, [op.i32Const, ...signed(value)]);
    this.#stack.push("i32");
    return this;
  }

  number(value: number): this {
    append(this.bytes, [op.f64Const, ...new Uint8Array(new Float64Array([value]).buffer)]);
    this.#stack.push("f64");
    return this;
  }

  /** Both halves of a vector. */
  bits(low: bigint, high: bigint): this {
    append(this.bytes, [...simd(12), ...new Uint8Array(new BigUint64Array([low, high]).buffer)]);
    this.#stack.push("v128");
    return this;
  }

  /** The same number in both lanes. */
  constant(value: number): this {
    const [bits] = new BigUint64Array(new Float64Array([value]).buffer);
    return this.bits(bits, bits);
  }

  do(name: Instruction): this {
    const [bytes, takes, leaves]: Signature = instructions[name];
    for (const operand of [...takes].reverse()) this.#pop(operand);
    append(this.bytes, bytes);
    if (leaves) this.#stack.push(leaves);
    return this;
  }

  shift(name: string, by: number): this {
    this.int(by);
    this.#pop("i32");
    this.#pop("v128");
    append(this.bytes, simd(shifts[name]));
    this.#stack.push("v128");
    return this;
  }

  /** Loads what is `offset` bytes behind an address. */
  load(name: keyof typeof memory, offset = 0): this {
    this.#pop("i32");
    const [bytes, leaves] = memory[name];
    append(this.bytes, [...bytes, ...unsigned(offset)]);
    this.#stack.push(leaves);
    return this;
  }

  /** Stores a pair `offset` bytes behind an address. */
  store(offset = 0): this {
    this.#pop("v128");
    this.#pop("i32");
    append(this.bytes, [...simd(11), 4, ...unsigned(offset)]);
    return this;
  }

  /** Stores the first lane of a pair `offset` bytes behind an address. */
  storeLane(offset = 0): this {
    this.#pop("v128");
    this.#pop("i32");
    append(this.bytes, [...simd(91), 3, ...unsigned(offset), 0]);
    return this;
  }

  /** Calls a function of `args` addresses or sizes that returns nothing. */
  call(index: number, args: number): this {
    for (let i = 0; i < args; i++) this.#pop("i32");
    append(this.bytes, [op.call, ...unsigned(index)]);
    return this;
  }

  /** Repeats what `body` puts in while the number that it leaves is not 0. */
  loop(body: () => void): this {
    this.bytes.push(op.loop, type.empty);
    body();
    this.#pop("i32");
    this.bytes.push(op.brIf, 0, op.end);
    return this;
  }

  /** Does what `body` puts in where the number on the stack is not 0. */
  when(body: () => void): this {
    this.#pop("i32");
    this.bytes.push(op.if, type.empty);
    body();
    this.bytes.push(op.end);
    return this;
  }

  /** Leaves what `yes` leaves where the number on the stack is not 0, else what `no` does: a value of the same type. */
  choose(of: Operand, yes: () => void, no: () => void): this {
    this.#pop("i32");
    this.bytes.push(op.if, type[of]);
    yes();
    this.#pop(of);
    this.bytes.push(op.else);
    no();
    this.#pop(of);
    this.bytes.push(op.end);
    this.#stack.push(of);
    return this;
  }

  /** Puts the f64 on the stack into lane `lane` of the vector below it. */
  replaceLane(lane: number): this {
    this.#pop("f64");
    this.#pop("v128");
    append(this.bytes, [...simd(34), lane]);
    this.#stack.push("v128");
    return this;
  }

  /** Puts a half of the vector below the one on the stack, and one of that, side by side: 0 is the first half, 1 the other. */
  halves(first: 0 | 1, second: 0 | 1): this {
    this.#pop("v128");
    this.#pop("v128");
    const half = (from: number) => Array.from({ length: 8 }, (_, i) => from + i);
    append(this.bytes, [...simd(13), ...half(8 * first), ...half(16 + 8 * second)]);
    this.#stack.push("v128");
    return this;
  }

  /** Puts another part of the function behind this one. */
  append(part: Code): void {
    if (part.#stack.length > 0) throw new Error(`the compiler left ${part.#stack.join(", ")} on the stack`);
    append(this.bytes, part.bytes);
  }

  /** The body of a function that returns what is on the stack. */
  body(): number[] {
    if (this.#stack.length > 1) throw new Error(`the compiler left ${this.#stack.join(", ")} on the stack`);
    checkLimit("locals", this.#types.length, "local variables of a function");
    const locals = this.#types.slice(this.#arguments).flatMap((each) => [1, type[each]]);
    const bytes = [...unsigned(this.#types.length - this.#arguments), ...locals, ...this.bytes, op.end];
    checkLimit("body", bytes.length, "bytes of a function");
    return sized(bytes);
  }
}
