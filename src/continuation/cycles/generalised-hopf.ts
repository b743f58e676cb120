import type { CurveRow } from "../curve-systems.ts";
import { solveHopf } from "../defining-systems.ts";
import { sureDigits } from "../newton.ts";
import { firstLyapunov } from "../normal-forms.ts";
import { RestrictedField } from "../restricted-field.ts";
import { stabilityAt } from "../stability.ts";
import type { VectorField } from "../vector-field.ts";

const MOST_TURNS = 30;
/** How far from the guess it may be, in units of the ranges. */
const REACH = 0.1;

/** The Hopf point next to a guess at which the first Lyapunov coefficient is 0: secants in the second parameter, each of Hopf points that are solved for. */
export function generalisedHopfNear(
  field: VectorField,
  guess: { z: Float64Array; omega: number },
  spans: readonly [number, number],
): CurveRow | undefined {
  const n = field.states.length;
  const second = guess.z[n + 1];
  let near = guess;
  const at = (value: number) => {
    const scales = Float64Array.from([...near.z.subarray(0, n)].map((each) => Math.max(Math.abs(each), 1e-6)).concat([spans[0]]));
    const hopf = solveHopf(new RestrictedField(field, value), near.z.slice(0, n + 1), near.omega, { scales, reach: REACH * 10 });
    if (!hopf) return undefined;
    const z = Float64Array.from([...hopf.z, value]);
    near = { z, omega: hopf.omega };
    return { ...hopf, z, value, coefficient: firstLyapunov(field, { ...hopf, z }) };
  };
  let first = at(second);
  let last = at(second + 1e-4 * spans[1]);
  let moved = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < MOST_TURNS && first && last; turn++) {
    const next: number = last.value - (last.coefficient * (last.value - first.value)) / (last.coefficient - first.coefficient);
    moved = last.coefficient === 0 ? 0 : Math.abs(next - last.value);
    if (!(moved > 1e-14 * Math.max(Math.abs(next), spans[1]))) break;
    if (!(Math.abs(next - second) < REACH * spans[1])) return undefined;
    [first, last] = [last, at(next)];
  }
  if (!first || !last || !(Math.abs(last.z[n] - guess.z[n]) < REACH * spans[0])) return undefined;
  const slopes = new Float64Array(n);
  field.evaluate(last.z, slopes);
  if (!(moved < 1e-6 * spans[1])) return undefined;
  return {
    z: last.z,
    stability: stabilityAt(field, last.z, 2),
    residual: slopes.reduce((most, each) => Math.max(most, Math.abs(each)), 0),
    digits: sureDigits(last.value, moved, spans[1]),
    coefficient: last.coefficient,
    frequency: last.omega,
  };
}
