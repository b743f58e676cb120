import { op, unsigned } from "./bytes.ts";

/** Types of values on the stack. */
export type Operand = "i32" | "f32" | "f64" | "v128";

export type Signature = readonly [bytes: readonly number[], takes: readonly Operand[], leaves: Operand | undefined];

const vectors = (count: number): Operand[] => Array.from({ length: count }, () => "v128");
export const simd = (number: number): number[] => [op.simd, ...unsigned(number)];
const vector = (number: number, operands: number): Signature => [simd(number), vectors(operands), "v128"];
const integers = (code: number): Signature => [[code], ["i32", "i32"], "i32"];
const numbers = (code: number): Signature => [[code], ["f64", "f64"], "f64"];

/** Instructions without immediates, by name. */
export const instructions = {
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
  "i32.ge_s": integers(0x4e),
  "f64.ne": [[0x62], ["f64", "f64"], "i32"],
  "f64.lt": [[0x63], ["f64", "f64"], "i32"],
  "f64.neg": [[0x9a], ["f64"], "f64"],
  "f64.floor": [[0x9c], ["f64"], "f64"],
  "f64.sqrt": [[0x9f], ["f64"], "f64"],
  "f64.add": numbers(0xa0),
  "f64.sub": numbers(0xa1),
  "f64.mul": numbers(0xa2),
  "f64.div": numbers(0xa3),
  "f64.select": [[0x1b], ["f64", "f64", "i32"], "f64"],
  "f64.min": numbers(0xa4),
  "f64.convert_i32_s": [[0xb7], ["i32"], "f64"],
  "f32.demote_f64": [[0xb6], ["f64"], "f32"],
  "f32x4.splat": [simd(19), ["f32"], "v128"],
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
  // Of four lanes of f32.
  "f32x4.eq": vector(65, 2),
  "f32x4.ne": vector(66, 2),
  "f32x4.lt": vector(67, 2),
  "f32x4.gt": vector(68, 2),
  "f32x4.le": vector(69, 2),
  "f32x4.ge": vector(70, 2),
  "f32x4.ceil": vector(103, 1),
  "f32x4.floor": vector(104, 1),
  "f32x4.nearest": vector(106, 1),
  "f32x4.abs": vector(224, 1),
  "f32x4.neg": vector(225, 1),
  "f32x4.sqrt": vector(227, 1),
  "f32x4.add": vector(228, 2),
  "f32x4.sub": vector(229, 2),
  "f32x4.mul": vector(230, 2),
  "f32x4.div": vector(231, 2),
  "f32x4.min": vector(232, 2),
  "f32x4.max": vector(233, 2),
  "f32x4.pmin": vector(234, 2),
  "f32x4.pmax": vector(235, 2),
  "f32x4.demote_f64x2_zero": vector(94, 1),
  "f64x2.promote_low_f32x4": vector(95, 1),
  // a b + c and -a b + c, rounded once where multiply-add.ts says so.
  madd: vector(0x107, 3),
  nmadd: vector(0x108, 3),
  "f32x4.madd": vector(0x105, 3),
  "f32x4.nmadd": vector(0x106, 3),
} satisfies Record<string, Signature>;

export type Instruction = keyof typeof instructions;

/** Whether an instruction of that name exists. */
export function isInstruction(name: string): name is Instruction {
  return Object.hasOwn(instructions, name);
}

/** Shifts of lanes by a number. */
export const shifts: Readonly<Record<string, number>> = {
  "i32x4.shl": 171,
  "i32x4.shr_s": 172,
  "i32x4.shr_u": 173,
  "i64x2.shl": 203,
  "i64x2.shr_s": 204,
  "i64x2.shr_u": 205,
};

export const memory = {
  "i32.load": [[0x28, 2], "i32"],
  "f64.load": [[0x2b, 3], "f64"],
  "v128.load": [[...simd(0), 4], "v128"],
  "v128.load64_splat": [[...simd(10), 3], "v128"],
} as const;
