// Door of adaptive.wasm: for each method a function that begins a block, and one that makes attempts; and the taking of samples.
import { adapt, beginBlock } from "./adapt";
import { AdaptiveBlock } from "./block";
import { beginChunk } from "./lanes";
import { record } from "./record";
import { BogackiShampine } from "../solvers/rk23";
import { DormandPrince } from "../solvers/rk45";
import { DormandPrince8 } from "../solvers/dop853";
import { Rosenbrock } from "../solvers/rodas4";

export function rk23Begin(block: usize): void {
  beginBlock<BogackiShampine>(changetype<AdaptiveBlock>(block));
}

export function rk23(block: usize, attempts: i32): i32 {
  return adapt<BogackiShampine>(changetype<AdaptiveBlock>(block), attempts);
}

export function rk45Begin(block: usize): void {
  beginBlock<DormandPrince>(changetype<AdaptiveBlock>(block));
}

export function rk45(block: usize, attempts: i32): i32 {
  return adapt<DormandPrince>(changetype<AdaptiveBlock>(block), attempts);
}

export function dop853Begin(block: usize): void {
  beginBlock<DormandPrince8>(changetype<AdaptiveBlock>(block));
}

export function dop853(block: usize, attempts: i32): i32 {
  return adapt<DormandPrince8>(changetype<AdaptiveBlock>(block), attempts);
}

export function rodas4Begin(block: usize): void {
  beginBlock<Rosenbrock>(changetype<AdaptiveBlock>(block));
}

export function rodas4(block: usize, attempts: i32): i32 {
  return adapt<Rosenbrock>(changetype<AdaptiveBlock>(block), attempts);
}

/** Begins a chunk. */
export function chunk(block: usize): void {
  beginChunk(changetype<AdaptiveBlock>(block));
}

/** Turns the kept states of a chunk's samples into the rows that a sample takes. */
export function recordSamples(block: usize): void {
  record(changetype<AdaptiveBlock>(block));
}
