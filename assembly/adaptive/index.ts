// Door of adaptive.wasm: for each method a function that begins a block, and one that makes attempts; and the taking of samples.
import { adapt, begin } from "./adapt";
import { Adaptive } from "./block";
import { begin as beginChunk } from "./lanes";
import { take } from "./take";
import { BogackiShampine } from "../solvers/rk23";
import { DormandPrince } from "../solvers/rk45";
import { DormandPrince8 } from "../solvers/dop853";
import { Rosenbrock } from "../solvers/rodas4";

export function rk23Begin(block: usize): void {
  begin<BogackiShampine>(changetype<Adaptive>(block));
}

export function rk23(block: usize, attempts: i32): i32 {
  return adapt<BogackiShampine>(changetype<Adaptive>(block), attempts);
}

export function rk45Begin(block: usize): void {
  begin<DormandPrince>(changetype<Adaptive>(block));
}

export function rk45(block: usize, attempts: i32): i32 {
  return adapt<DormandPrince>(changetype<Adaptive>(block), attempts);
}

export function dop853Begin(block: usize): void {
  begin<DormandPrince8>(changetype<Adaptive>(block));
}

export function dop853(block: usize, attempts: i32): i32 {
  return adapt<DormandPrince8>(changetype<Adaptive>(block), attempts);
}

export function rodas4Begin(block: usize): void {
  begin<Rosenbrock>(changetype<Adaptive>(block));
}

export function rodas4(block: usize, attempts: i32): i32 {
  return adapt<Rosenbrock>(changetype<Adaptive>(block), attempts);
}

/** Begins a chunk. */
export function chunk(block: usize): void {
  beginChunk(changetype<Adaptive>(block));
}

/** Turns the kept states of a chunk's samples into the rows that a sample takes. */
export function takeSamples(block: usize): void {
  take(changetype<Adaptive>(block));
}
