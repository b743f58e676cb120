import type { Scalar } from "./step-graph.ts";

/** A weighted sum of slopes times a part of the step, added to the state: weights of 0 have no term, and terms are added from the left. */
interface Combination {
  scale: Scalar;
  weights: readonly number[];
}

/** An explicit Runge-Kutta method: its stages behind the first slope, each at the time of c steps, and how a step ends. */
export interface Tableau {
  stages: readonly (Combination & { c: number })[];
  end: Combination;
}

const whole: Scalar = { times: 1 };

/** Methods of fixed steps, as assembly/solvers/ has them: sources stand in sweep/solver.ts. */
export const tableaus: Readonly<Record<string, Tableau>> = {
  euler: { stages: [], end: { scale: whole, weights: [1] } },
  heun: { stages: [{ c: 1, scale: whole, weights: [1] }], end: { scale: { times: 0.5 }, weights: [1, 1] } },
  midpoint: { stages: [{ c: 0.5, scale: { times: 0.5 }, weights: [1] }], end: { scale: whole, weights: [0, 1] } },
  ralston: { stages: [{ c: 2 / 3, scale: { times: 2 / 3 }, weights: [1] }], end: { scale: { times: 0.25 }, weights: [1, 3] } },
  rk4: {
    stages: [
      { c: 0.5, scale: { times: 0.5 }, weights: [1] },
      { c: 0.5, scale: { times: 0.5 }, weights: [0, 1] },
      { c: 1, scale: whole, weights: [0, 0, 1] },
    ],
    end: { scale: { over: 6 }, weights: [1, 2, 2, 1] },
  },
  rk5: {
    stages: [
      { c: 0.2, scale: { times: 0.2 }, weights: [1] },
      { c: 0.3, scale: whole, weights: [3 / 40, 9 / 40] },
      { c: 0.8, scale: whole, weights: [44 / 45, -56 / 15, 32 / 9] },
      { c: 8 / 9, scale: whole, weights: [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729] },
      { c: 1, scale: whole, weights: [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656] },
    ],
    end: { scale: whole, weights: [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84] },
  },
};
