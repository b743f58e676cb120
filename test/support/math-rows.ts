// The functions of math.wasm over rows of numbers, and numbers to give them.
import { readFileSync } from "node:fs";

const memory = new WebAssembly.Memory({ initial: 4 });
let instance: WebAssembly.Instance | undefined;

/** A function of math.wasm, which is compiled when the first is asked for. */
function functionOf(name: string): unknown {
  instance ??= new WebAssembly.Instance(new WebAssembly.Module(readFileSync("build/math.wasm")), { env: { memory } });
  return instance.exports[name];
}

/** The rows of values that `name` gives for rows of arguments. */
export function run(name: string, ...rows: number[][]): number[] {
  const row = functionOf(`${name}Row`);
  if (typeof row !== "function") throw new Error(`math.wasm has no ${name}Row`);
  const n = rows[0].length + (rows[0].length % 2);
  const numbers = new Float64Array(memory.buffer);
  rows.forEach((values, i) => {
    numbers.fill(1, i * n, (i + 1) * n);
    numbers.set(values, i * n);
  });
  const out = rows.length * n * 8;
  row(...rows.map((_, i) => i * n * 8), out, n, out + n * 8);
  return [...numbers.slice(rows.length * n, rows.length * n + rows[0].length)];
}

/** Mulberry32: the same numbers in each run. */
export function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
