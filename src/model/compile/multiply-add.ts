import { compileBytes, link, newMemory } from "../wasm.ts";
import { op, sized, text, type, unsigned, vector } from "./bytes.ts";

// Relaxed SIMD has a multiply-add of which each engine and processor says whether it rounds once: WebAssembly's specification leaves both
// open, so that only a try tells.

/** An instruction for vectors, and its way from the f64 of arguments and back. */
interface Shape {
  load: readonly number[];
  result: readonly number[];
}

const simd = (number: number): number[] => [op.simd, ...unsigned(number)];
const doubles: Shape = { load: simd(20), result: [...simd(33), 0] };
const DEMOTE = 0xb6;
const PROMOTE = 0xbb;
const singles: Shape = { load: [DEMOTE, ...simd(19)], result: [...simd(31), 0, PROMOTE] };

/** All that a loop may use: a b + c and -a b + c. */
const instructions = {
  madd64: { shape: doubles, number: 0x107, isNegated: false, rest: 1 / 2 ** 30 },
  nmadd64: { shape: doubles, number: 0x108, isNegated: true, rest: 1 / 2 ** 30 },
  madd32: { shape: singles, number: 0x105, isNegated: false, rest: 1 / 2 ** 13 },
  nmadd32: { shape: singles, number: 0x106, isNegated: true, rest: 1 / 2 ** 13 },
};

function probe(): Uint8Array<ArrayBuffer> {
  const part = (id: number, bytes: readonly number[]) => [id, ...sized(bytes)];
  const all = Object.entries(instructions);
  const argument = ({ load }: Shape, i: number) => [op.localGet, i, ...load];
  const bodies = all.map(([, { shape, number }]) => {
    const operands = [0, 1, 2].flatMap((i) => argument(shape, i));
    return sized([0, ...operands, ...simd(number), ...shape.result, op.end]);
  });
  return new Uint8Array([
    ...[0, 97, 115, 109, 1, 0, 0, 0],
    ...part(1, vector([[type.func, 3, type.f64, type.f64, type.f64, 1, type.f64]])),
    ...part(2, vector([[...text("env"), ...text("memory"), 2, 0, 1]])),
    ...part(3, vector(all.map(() => [0]))),
    ...part(7, vector(all.map(([name], i) => [...text(name), 0, i]))),
    ...part(10, vector(bodies)),
  ]);
}

type MultiplyAdd = (a: number, b: number, c: number) => number;

let found: boolean | undefined;

/** Whether this engine has relaxed multiply-adds and rounds them once. */
export function fusesMultiplyAdd(): boolean {
  found ??= fuses();
  return found;
}

function fuses(): boolean {
  const bytes = probe();
  if (!WebAssembly.validate(bytes)) return false;
  const { exports } = link<Record<string, MultiplyAdd>>(compileBytes(bytes), newMemory(1));
  // (1 + e)(1 - e) = 1 - e^2, which two roundings make 1.
  return Object.entries(instructions).every(([name, { isNegated, rest }]) => {
    const sign = isNegated ? -1 : 1;
    return exports[name](1 + rest, 1 - rest, -sign) === -sign * rest * rest;
  });
}
