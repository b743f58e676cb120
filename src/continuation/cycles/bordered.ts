import type { PeriodicProblem } from "./collocation.ts";
import { Collocation } from "./collocation.ts";
import type { Solution } from "./condensation.ts";
import { PARAMETER, PERIOD } from "./cycle-problem.ts";
import { scatteredNumbers } from "./exact-functions.ts";
import { dot, type Orbit } from "./orbit.ts";

/**
 * A number that is zero where a matrix J is singular, smooth and with a simple zero there: -1 / (c · J⁻¹ b), which is what borders b and c
 * would have to be completed by (Govaerts 2000). b and c only must not be orthogonal to the null vectors; x is near the null vector.
 */
export interface Bordered {
  value: number;
  x: Solution;
}

/** Of the system that a collocation was factored for last. */
export function borderedOf(collocation: Collocation, scales: { states: Float64Array; scalars: Float64Array }): Bordered {
  const { size, degree, intervals, extra } = collocation.system.shape;
  const equations = scatteredNumbers(intervals * degree * size, 7).map((value, i) => (value * scales.states[i % size]) / intervals);
  const x = collocation.solve(equations, new Float64Array(extra));
  const nodes = scatteredNumbers(x.nodes.length, 11).map((value, i) => value / scales.states[i % size] / intervals);
  const scalars = scatteredNumbers(extra, 13).map((value, i) => value / scales.scalars[i]);
  return { value: -1 / (dot(nodes, x.nodes) + dot(scalars, x.scalars)), x };
}

/** The linearisation about a cycle, of deviations that turn over once around: singular where a multiplier is -1. */
export class Turnover {
  readonly #collocation: Collocation;
  readonly #free = new Float64Array(2);
  readonly #size: number;

  constructor(problem: PeriodicProblem, degree: number, intervals: number) {
    const { size, scalars } = problem;
    this.#size = size;
    const z = new Float64Array(size + scalars);
    const derivatives = new Float64Array(size * (size + scalars));
    const linearize = (u: Float64Array, slope: Float64Array, jacobian: Float64Array) => {
      z.set(u.subarray(0, size));
      z.set(this.#free, size);
      problem.linearize(z, slope, derivatives);
      for (let r = 0; r < size; r++) for (let c = 0; c < size; c++) jacobian[r * size + c] = derivatives[r * (size + scalars) + c];
    };
    this.#collocation = new Collocation({ size, scalars: 0, signs: new Float64Array(size).fill(-1), linearize }, degree, intervals);
  }

  /** Its test function, and the deviation that turns over. */
  at(orbit: Orbit, states: Float64Array): Bordered {
    this.#free[PERIOD] = orbit.scalars[PERIOD];
    this.#free[PARAMETER] = orbit.scalars[PARAMETER];
    this.#collocation.linearize({ mesh: orbit.mesh, nodes: orbit.nodes, scalars: new Float64Array(0) }, []);
    return borderedOf(this.#collocation, { states, scalars: new Float64Array(0) });
  }

  get size(): number {
    return this.#size;
  }
}
