import { append } from "../../lists.ts";
import { checkLimit, op, signed, sized, type, unsigned } from "./bytes.ts";

/** Types of values on the stack. */
type Operand = "i32" | "f64" | "v128";

type Signature = readonly [bytes: readonly number[], takes: readonly Operand[], leaves: Operand | undefined];

const vectors = (count: number): Operand[] => Array.from({ length: count }, () => "v128");
const simd = (number: number): number[] => [op.simd, ...unsigned(number)];
const vector = (number: number, operands: number): Signature => [simd(number), vectors(operands), "v128"];
const integers = (code: number): Signature => [[code], ["i32", "i32"], "i32"];
const numbers = (code: number): Signature => [[code], ["f64", "f64"], "f64"];

/** Instructions without immediates, by name. */
const instructions = {
  "i32.eqz": [[0x45], ["i32"], "i32"],
  "i32.ne": integers(0x47),
  "i32.lt_u": integers(0x49),
  "i32.le_u": integers(0x4d),
  "i32.add": integers(0x6a),
  "i32.sub": integers(0x6b),
  "i32.mul": integers(0x6c),
  "i32.and": integers(0x71),
  "i32.shl": integers(0x74),
  "i32.trunc_f64_s": [[0xaa], ["f64"], "i32"],
  "f64.ne": [[0x62], ["f64", "f64"], "i32"],
  "f64.floor": [[0x9c], ["f64"], "f64"],
  "f64.sqrt": [[0x9f], ["f64"], "f64"],
  "f64.add": numbers(0xa0),
  "f64.sub": numbers(0xa1),
  "f64.mul": numbers(0xa2),
  "f64.div": numbers(0xa3),
  "f64.convert_i32_s": [[0xb7], ["i32"], "f64"],
  "f64x2.splat": [simd(20), ["f64"], "v128"],
  any_true: [simd(83), ["v128"], "i32"],
  not: vector(77, 1),
  and: vector(78, 2),
  andnot: vector(79, 2),
  or: vector(80, 2),
  xor: vector(81, 2),
  bitselect: vector(82, 3),
  "f64x2.eq": vector(71, 2),
  "f64x2.ne": vector(72, 2),
  "f64x2.lt": vector(73, 2),
  "f64x2.gt": vector(74, 2),
  "f64x2.le": vector(75, 2),
  "f64x2.ge": vector(76, 2),
  ceil: vector(116, 1),
  floor: vector(117, 1),
  trunc: vector(122, 1),
  nearest: vector(148, 1),
  "i32x4.neg": vector(161, 1),
  "i32x4.add": vector(174, 2),
  "i32x4.sub": vector(177, 2),
  "i32x4.min_s": vector(182, 2),
  "i32x4.max_s": vector(184, 2),
  "i64x2.neg": vector(193, 1),
  "i64x2.add": vector(206, 2),
  "i64x2.sub": vector(209, 2),
  "i64x2.mul": vector(213, 2),
  abs: vector(236, 1),
  neg: vector(237, 1),
  sqrt: vector(239, 1),
  add: vector(240, 2),
  sub: vector(241, 2),
  mul: vector(242, 2),
  div: vector(243, 2),
  min: vector(244, 2),
  max: vector(245, 2),
  pmin: vector(246, 2),
  pmax: vector(247, 2),
} satisfies Record<string, Signature>;

type Instruction = keyof typeof instructions;

/** Whether an instruction of that name exists. */
export function isInstruction(name: string): name is Instruction {
  return Object.hasOwn(instructions, name);
}

/** Shifts of lanes by a number. */
const shifts: Readonly<Record<string, number>> = {
  "i32x4.shl": 171,
  "i32x4.shr_s": 172,
  "i32x4.shr_u": 173,
  "i64x2.shl": 203,
  "i64x2.shr_s": 204,
  "i64x2.shr_u": 205,
};

const memory = {
  "i32.load": [[0x28, 2], "i32"],
  "f64.load": [[0x2b, 3], "f64"],
  "v128.load": [[...simd(0), 4], "v128"],
  "v128.load64_splat": [[...simd(10), 3], "v128"],
} as const;

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
