// Door of solvers.wasm: one run function a solver. `block` is the address of a Block (block.ts).
import { Block } from "./block";
import { integrate } from "./integrate";
import { Euler } from "./solvers/euler";
import { Heun } from "./solvers/heun";
import { Midpoint } from "./solvers/midpoint";
import { Ralston } from "./solvers/ralston";
import { RungeKutta4 } from "./solvers/rk4";
import { RungeKutta5 } from "./solvers/rk5";

export function euler(block: usize, steps: i32): void {
  integrate<Euler>(changetype<Block>(block), steps);
}

export function heun(block: usize, steps: i32): void {
  integrate<Heun>(changetype<Block>(block), steps);
}

export function midpoint(block: usize, steps: i32): void {
  integrate<Midpoint>(changetype<Block>(block), steps);
}

export function ralston(block: usize, steps: i32): void {
  integrate<Ralston>(changetype<Block>(block), steps);
}

export function rk4(block: usize, steps: i32): void {
  integrate<RungeKutta4>(changetype<Block>(block), steps);
}

export function rk5(block: usize, steps: i32): void {
  integrate<RungeKutta5>(changetype<Block>(block), steps);
}
