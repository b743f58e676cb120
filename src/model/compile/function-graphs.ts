import { pairFunctions } from "../pairs.generated.ts";

/** A value of a function's graph: the arguments come first, then these, each after its operands. */
export type FunctionValue =
  | { kind: "number"; value: number }
  | { kind: "bits"; low: bigint; high: bigint }
  | { kind: "op"; op: string; args: readonly number[]; shift?: number };

export interface FunctionGraph {
  /** Undefined where nothing needs one any more. */
  values: readonly (FunctionValue | undefined)[];
  result: number;
}

/** The graph of a function of so many arguments, as assembly/math/pairs.ts computes it, or with its products and sums rounded once. */
export function functionGraph(name: string, args: number, isFused: boolean): FunctionGraph {
  const key = `${name} ${isFused}`;
  const known = graphs.get(key);
  if (known) return known;
  const fused = `fused${name[0].toUpperCase()}${name.slice(1)}`;
  const read = readGraph(pairFunctions[isFused && isFunction(fused) ? fused : name]);
  const graph = isFused ? contracted(read, args) : read;
  graphs.set(key, graph);
  return graph;
}

/** Whether assembly/math/pairs.ts has a function of that name. */
export function isFunction(name: string): boolean {
  return Object.hasOwn(pairFunctions, name);
}

const graphs = new Map<string, FunctionGraph>();

interface ReadGraph {
  values: FunctionValue[];
  result: number;
}

/** Reads what scripts/pairs.mjs has written. */
function readGraph(text: string): ReadGraph {
  const parts = text.split(" ");
  const values = parts.slice(0, -1).map((part): FunctionValue => {
    const [op, rest] = part.split(":");
    if (rest === undefined) return op.startsWith("=") ? { kind: "number", value: Number(op.slice(1)) } : bitsOf(op.slice(1));
    const [operands, shift] = rest.split("<");
    return { kind: "op", op, args: operands.split(",").map(Number), ...(shift === undefined ? {} : { shift: Number(shift) }) };
  });
  return { values, result: Number(parts.at(-1)) };
}

function bitsOf(hex: string): FunctionValue {
  const [low, high = low] = hex.split(",").map((half) => BigInt(`0x${half}`));
  return { kind: "bits", low, high };
}

/**
 * A graph in which a product that one sum alone takes is part of it. What takes rounding errors from products and sums uses these more than once,
 * so that it keeps its meaning: test/model/compile/fused-functions.test.ts measures each function.
 */
function contracted({ values, result }: ReadGraph, args: number): FunctionGraph {
  const uses = new Map([[result, 1]]);
  for (const value of values) if (value.kind === "op") for (const arg of value.args) uses.set(arg, (uses.get(arg) ?? 0) + 1);
  const made: (FunctionValue | undefined)[] = [...values];
  const productAt = (value: number, family: string) => {
    const found = made[value - args];
    return found?.kind === "op" && found.op === `${family}mul` && uses.get(value) === 1 ? found.args : undefined;
  };
  values.forEach((value, i) => {
    if (value.kind !== "op") return;
    const [, family, name] = /^(f32x4\.)?(.*)$/.exec(value.op) ?? [];
    const prefix = family ?? "";
    if (name !== "add" && name !== "sub") return;
    const [a, b] = value.args;
    const of = productAt(b, prefix) ? b : name === "add" && productAt(a, prefix) ? a : undefined;
    if (of === undefined) return;
    const product = productAt(of, prefix) ?? [];
    made[i] = { kind: "op", op: `${prefix}${name === "add" ? "madd" : "nmadd"}`, args: [...product, of === b ? a : b] };
    made[of - args] = undefined;
  });
  return { values: made, result };
}
