import type { EquilibriumType } from "../sweep/equilibrium-types.ts";
import { characteristicRoots } from "./characteristic-roots.ts";
import { type Eigenvalues, eigenvaluesOf } from "./eigenvalues.ts";
import type { VectorField } from "./vector-field.ts";

/** How states near an equilibrium move. */
export interface Stability {
  eigenvalues: Eigenvalues;
  /** Dimension of the unstable part: eigenvalues right of the imaginary axis. */
  unstable: number;
  /** Eigenvalues on the axis, as far as rounding tells. */
  neutral: number;
  type: EquilibriumType;
}

/** What is below this part of the largest rate counts as 0. */
const NEUTRAL = 1e-10;

/** The eigenvalues at an equilibrium. `critical` is the number of eigenvalues that are known to lie on the axis, those nearest to it. */
export function stabilityAt(field: VectorField, z: Float64Array, critical = 0): Stability {
  const n = field.states.length;
  if (field.past) return describe(characteristicRoots(field, z), Number.POSITIVE_INFINITY, critical);
  const size = z.length;
  const jacobian = new Float64Array(n * size);
  field.jacobian(z, jacobian);
  return stabilityOf(n === size ? jacobian : statesOnly(jacobian, n, size), n, critical);
}

/** The derivatives by states alone. */
export function statesOnly(jacobian: Float64Array, n: number, size: number): Float64Array {
  const a = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) a[i * n + j] = jacobian[i * size + j];
  return a;
}

export function stabilityOf(a: Float64Array, n: number, critical = 0): Stability {
  return describe(eigenvaluesOf(a, n), n, critical);
}

/** `n` is the dimension of the whole: without bound where there are delays. */
function describe(eigenvalues: Eigenvalues, n: number, critical: number): Stability {
  const { re, im } = eigenvalues;
  const count = re.length;
  let most = 0;
  for (let i = 0; i < count; i++) most = Math.max(most, Math.abs(re[i]), Math.abs(im[i]));
  const onAxis = (i: number) => Math.abs(re[i]) <= NEUTRAL * most;
  const critically = critical > 0 ? nearestToAxis(re, critical) : undefined;
  let [unstable, neutral] = [0, 0];
  for (let i = 0; i < count; i++) {
    if (onAxis(i) || critically?.has(i)) neutral++;
    else if (re[i] > 0) unstable++;
  }
  return { eigenvalues, unstable, neutral, type: typeOf(eigenvalues, { unstable, neutral, n }) };
}

function nearestToAxis(re: Float64Array, count: number): Set<number> {
  const order = Array.from(re.keys()).sort((i, j) => Math.abs(re[i]) - Math.abs(re[j]));
  return new Set(order.slice(0, count));
}

function typeOf({ im }: Eigenvalues, { unstable, neutral, n }: { unstable: number; neutral: number; n: number }): EquilibriumType {
  if (neutral > 0) return "nonhyperbolic";
  if (unstable === 0) return im[0] === 0 ? "stable node" : "stable focus";
  // Of an unstable one the slowest decides too, which is the last.
  if (unstable === n) return im[n - 1] === 0 ? "unstable node" : "unstable focus";
  return im[unstable - 1] === 0 && (im[unstable] ?? 0) === 0 ? "saddle" : "saddle-focus";
}
