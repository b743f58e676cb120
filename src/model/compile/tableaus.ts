import * as k from "./coefficients.generated.ts";
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

/** Methods of fixed steps, as assembly/solvers/ has them, with its coefficients: sources stand in sweep/solver.ts. */
export const tableaus: Readonly<Record<string, Tableau>> = {
  euler: { stages: [], end: { scale: whole, weights: [1] } },
  heun: { stages: [{ c: 1, scale: whole, weights: [1] }], end: { scale: { times: k.heun_scale }, weights: [1, 1] } },
  midpoint: { stages: [{ c: k.midpoint_c2, scale: { times: k.midpoint_c2 }, weights: [1] }], end: { scale: whole, weights: [0, 1] } },
  ralston: {
    stages: [{ c: k.ralston_c2, scale: { times: k.ralston_c2 }, weights: [1] }],
    end: { scale: { times: k.ralston_scale }, weights: [1, k.ralston_b2] },
  },
  rk4: {
    stages: [
      { c: k.rk4_c2, scale: { times: k.rk4_c2 }, weights: [1] },
      { c: k.rk4_c3, scale: { times: k.rk4_c3 }, weights: [0, 1] },
      { c: 1, scale: whole, weights: [0, 0, 1] },
    ],
    end: { scale: { over: k.rk4_over }, weights: [1, 2, 2, 1] },
  },
  rk5: {
    stages: [
      { c: k.rk5_c2, scale: { times: k.rk5_c2 }, weights: [1] },
      { c: k.rk5_c3, scale: whole, weights: [k.rk5_a31, k.rk5_a32] },
      { c: k.rk5_c4, scale: whole, weights: [k.rk5_a41, k.rk5_a42, k.rk5_a43] },
      { c: k.rk5_c5, scale: whole, weights: [k.rk5_a51, k.rk5_a52, k.rk5_a53, k.rk5_a54] },
      { c: 1, scale: whole, weights: [k.rk5_a61, k.rk5_a62, k.rk5_a63, k.rk5_a64, k.rk5_a65] },
    ],
    end: { scale: whole, weights: [k.rk5_b1, 0, k.rk5_b3, k.rk5_b4, k.rk5_b5, k.rk5_b6] },
  },
};
