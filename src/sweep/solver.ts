/** A way to step a model in time. */
export interface Solver {
  /** Name of the exported run function of the solvers' module. */
  name: string;
  /** "fixed": every step is `stepSize`; "adaptive": the step size of each point is adapted to its error; "stochastic": fixed, with noise on states. */
  kind: "fixed" | "adaptive" | "stochastic";
  /** Order of the global error in the step. */
  order: number;
  /** Evaluations of the right-hand side in a step. */
  stages: number;
  /** Rows of its own for each state: slopes, for an adaptive one. */
  work: number;
  /** Whether it needs derivatives of the right-hand side, which it keeps in `states` further rows for each state. */
  jacobian?: true;
  source: string;
  /** Name of its exported run function, where that is not its own. */
  run?: string;
  /** Of a stochastic solver: what its noise means, and orders with noise; `order` is that without. */
  calculus?: "ito" | "stratonovich";
  /** Order of the error of a path. With additive noise, all of them have 1. */
  strongOrder?: number;
  /** Order of the error of means. */
  weakOrder?: number;
  /** The solver whose results it has where there is no noise. */
  withoutNoise?: string;
}

/** Solvers of fixed steps by name. An input sample lasts for its whole step, in every stage. */
export const fixedSolvers = {
  euler: { name: "euler", kind: "fixed", order: 1, stages: 1, work: 0, source: "Euler 1768, Institutionum calculi integralis" },
  heun: { name: "heun", kind: "fixed", order: 2, stages: 2, work: 2, source: "Heun 1900, Z. Math. Phys. 45:23" },
  midpoint: { name: "midpoint", kind: "fixed", order: 2, stages: 2, work: 1, source: "Runge 1895, Math. Ann. 46:167" },
  ralston: { name: "ralston", kind: "fixed", order: 2, stages: 2, work: 2, source: "Ralston 1962, Math. Comp. 16:431" },
  rk4: { name: "rk4", kind: "fixed", order: 4, stages: 4, work: 2, source: "Kutta 1901, Z. Math. Phys. 46:435" },
  rk5: { name: "rk5", kind: "fixed", order: 5, stages: 6, work: 6, source: "Dormand & Prince 1980, J. Comput. Appl. Math. 6:19" },
} satisfies Record<string, Solver>;

/** Solvers of fixed steps that take noise on variables, by name; without it the results of each are identical to those of one of the others. */
export const stochasticSolvers = {
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

/** Solvers with an adaptive step size, by name. */
export const adaptiveSolvers = {
  rk23: { name: "rk23", kind: "adaptive", order: 3, stages: 3, work: 4, source: "Bogacki, Shampine 1989, Appl. Math. Lett. 2:321" },
  rk45: { name: "rk45", kind: "adaptive", order: 5, stages: 6, work: 7, source: "Dormand, Prince 1980, J. Comput. Appl. Math. 6:19" },
  dop853: {
    ...{ name: "dop853", kind: "adaptive", order: 8, stages: 12, work: 16 },
    source: "Hairer, Norsett, Wanner 1993, Solving Ordinary Differential Equations I, II.5",
  },
  rodas4: {
    ...{ name: "rodas4", kind: "adaptive", order: 4, stages: 6, work: 10, jacobian: true },
    source: "Hairer, Wanner 1996, Solving Ordinary Differential Equations II, IV.7",
  },
} satisfies Record<string, Solver>;

/** All solvers by name. */
export const solvers = { ...fixedSolvers, ...stochasticSolvers, ...adaptiveSolvers };

export type SolverName = keyof typeof solvers;
export type FixedSolverName = keyof typeof fixedSolvers;
export type AdaptiveSolverName = keyof typeof adaptiveSolvers;

/** Whether a solver of that name exists. */
export function isSolverName(name: string): name is SolverName {
  return Object.hasOwn(solvers, name);
}

/** Names of the solvers of a kind. */
export function solverNames(kind: Solver["kind"]): string[] {
  return Object.values<Solver>(solvers).flatMap((solver) => (solver.kind === kind ? [solver.name] : []));
}

/** What an adaptive solver can be told. Times are in the model's unit. */
export interface AdaptiveOptions {
  /** The local error of a step is kept below `atol + rtol |y|`, in the root mean square over states. 1e-6 and 1e-9 if not given. */
  rtol?: number;
  atol?: number;
  /** First step of every point; chosen for each by the rule of Hairer, Norsett and Wanner if not given. */
  firstStep?: number;
  /** Longest step; any if not given. */
  maxStep?: number;
  /** Most steps of a point, rejected ones too; a million, and ten for each sample of an input, if not given. */
  maxSteps?: number;
  /**
   * "hold" (default): a sample of an input lasts until the next one, and steps end there. "linear": sample i is the input at i stepSize,
   * and samples are joined by straight lines. "pyrates": the same, but stretched so that the last sample is at simulationTime.
   */
  interpolation?: Interpolation | (string & {});
}

export const interpolations = ["hold", "linear", "pyrates"] as const;
export type Interpolation = (typeof interpolations)[number];

/** An adaptive solver's options with nothing left out; `firstStep` 0 is one that is chosen. */
export interface AdaptiveSettings extends Required<AdaptiveOptions> {
  interpolation: Interpolation;
  /** Time at which every point ends. */
  simulationTime: number;
}
