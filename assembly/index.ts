// Door of solvers.wasm: one run function a solver. `block` is the address of a Block (block.ts).
import { Block } from "./block";
import { integrate } from "./integrate";
import { integrateNoisy } from "./integrate-noisy";
import { Euler } from "./solvers/euler";
import { EulerMaruyama } from "./solvers/euler-maruyama";
import { Heun } from "./solvers/heun";
import { Midpoint } from "./solvers/midpoint";
import { Milstein } from "./solvers/milstein";
import { Ralston } from "./solvers/ralston";
import { RungeKutta4 } from "./solvers/rk4";
import { RungeKutta5 } from "./solvers/rk5";
import { StochasticHeun } from "./solvers/stochastic-heun";

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

export function eulerMaruyama(block: usize, steps: i32): void {
  integrateNoisy<EulerMaruyama>(changetype<Block>(block), steps);
}

export function stochasticHeun(block: usize, steps: i32): void {
  integrateNoisy<StochasticHeun>(changetype<Block>(block), steps);
}

export function milstein(block: usize, steps: i32): void {
  integrateNoisy<Milstein>(changetype<Block>(block), steps);
}
