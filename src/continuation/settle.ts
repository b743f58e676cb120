import { Lu } from "./dense.ts";
import type { VectorField } from "./vector-field.ts";

/** Steps after which a state that does not come to rest is left. */
const MOST_STEPS = 200;

/**
 * Where the states of z end: implicit Euler steps of one Newton turn each, which become longer as the slopes become smaller
 * (pseudo-transient continuation, Kelley & Keyes 1998, SIAM J. Numer. Anal. 35:508). A trajectory that comes to rest is followed to there;
 * of one on a cycle, to an equilibrium that these steps damp. Undefined where they do not end.
 */
export function settle(field: VectorField, start: Float64Array): Float64Array | undefined {
  const n = field.states.length;
  const size = start.length;
  const z = start.slice();
  const [slopes, step] = [new Float64Array(n), new Float64Array(n)];
  const jacobian = new Float64Array(n * size);
  const lu = new Lu(n);
  let [rate, before] = [0, Number.POSITIVE_INFINITY];
  for (let turn = 0; turn < MOST_STEPS; turn++) {
    field.evaluate(z, slopes);
    field.jacobian(z, jacobian);
    let [now, largest] = [0, 0];
    for (let i = 0; i < n; i++) {
      now += Math.abs(slopes[i]) / (1e-3 + Math.abs(z[i]));
      for (let j = 0; j < n; j++) largest = Math.max(largest, Math.abs(jacobian[i * size + j]));
    }
    if (turn === 0) rate = Math.max(largest, 1e-12);
    // Switched evolution relaxation, by no more than a factor of 2.
    else rate = Math.max(rate * Math.min(2, Math.max(0.5, now / before)), 1e-12 * largest);
    if (now === 0) return z;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) lu.values[i * n + j] = -jacobian[i * size + j];
      lu.values[i * n + i] += rate;
      step[i] = slopes[i];
    }
    lu.factor();
    if (!lu.isFinite) return undefined;
    lu.solve(step);
    let moved = 0;
    for (let i = 0; i < n; i++) {
      z[i] += step[i];
      moved = Math.max(moved, Math.abs(step[i]) / (1e-3 + Math.abs(z[i])));
    }
    if (!(moved < Number.POSITIVE_INFINITY)) return undefined;
    if (moved < 1e-10 && rate < 1e-3 * largest) return z;
    before = now;
  }
  return undefined;
}
