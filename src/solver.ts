/** A way to step a model in time. */
export interface Solver {
  /** Name of the exported run function of the solvers' module. */
  name: string;
  /** "fixed": every step is `stepSize`; "adaptive": each point chooses its own steps; "stochastic": fixed, with noise on states. */
  kind: "fixed" | "adaptive" | "stochastic";
  /** Order of the global error in the step. */
  order: number;
  /** Evaluations of the right-hand side in a step. */
  stages: number;
  /** Rows of its own for each state. */
  work: number;
  source: string;
  /** Name of its exported run function, where that is not its own. */
  run?: string;
  /** Of a stochastic solver: what its noise means, and orders with noise; `order` is that without. */
  calculus?: "ito" | "stratonovich";
  /** Order of the error of a path. With additive noise, all of them have 1. */
  strongOrder?: number;
  /** Order of the error of means. */
  weakOrder?: number;
  /** The solver that it is without noise, bit for bit. */
  withoutNoise?: string;
}

/** The solvers by name. An input sample lasts for its whole step, in every stage. */
export const solvers = {
  euler: { name: "euler", kind: "fixed", order: 1, stages: 1, work: 0, source: "Euler 1768, Institutionum calculi integralis" },
  heun: { name: "heun", kind: "fixed", order: 2, stages: 2, work: 2, source: "Heun 1900, Z. Math. Phys. 45:23" },
  midpoint: { name: "midpoint", kind: "fixed", order: 2, stages: 2, work: 1, source: "Runge 1895, Math. Ann. 46:167" },
  ralston: { name: "ralston", kind: "fixed", order: 2, stages: 2, work: 2, source: "Ralston 1962, Math. Comp. 16:431" },
  rk4: { name: "rk4", kind: "fixed", order: 4, stages: 4, work: 2, source: "Kutta 1901, Z. Math. Phys. 46:435" },
  rk5: { name: "rk5", kind: "fixed", order: 5, stages: 6, work: 6, source: "Dormand & Prince 1980, J. Comput. Appl. Math. 6:19" },
  "euler-maruyama": {
    name: "euler-maruyama",
    run: "eulerMaruyama",
    kind: "stochastic",
    calculus: "ito",
    strongOrder: 0.5,
    weakOrder: 1,
    withoutNoise: "euler",
    order: 1,
    stages: 1,
    work: 0,
    source: "Maruyama 1955, Rend. Circ. Mat. Palermo 4:48",
  },
  "stochastic-heun": {
    name: "stochastic-heun",
    run: "stochasticHeun",
    kind: "stochastic",
    calculus: "stratonovich",
    strongOrder: 1,
    weakOrder: 1,
    withoutNoise: "heun",
    order: 2,
    stages: 2,
    work: 2,
    source: "Rümelin 1982, SIAM J. Numer. Anal. 19:604",
  },
  milstein: {
    name: "milstein",
    kind: "stochastic",
    calculus: "ito",
    strongOrder: 1,
    weakOrder: 1,
    withoutNoise: "euler",
    order: 1,
    stages: 1,
    work: 1,
    source: "Milstein 1974, Theory Probab. Appl. 19:557; Kloeden & Platen 1992, 11.1",
  },
} satisfies Record<string, Solver>;

export type SolverName = keyof typeof solvers;

/** Whether a solver of that name exists. */
export function isSolverName(name: string): name is SolverName {
  return Object.hasOwn(solvers, name);
}
