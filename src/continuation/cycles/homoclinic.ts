import { logarithm } from "./exact-functions.ts";

/** What a branch was like at a long period: the parameter, and its derivative by the period. */
export interface LongPeriod {
  period: number;
  parameter: number;
  slope: number;
}

/** Where a branch of growing period goes to. */
export interface HomoclinicGuess {
  parameter: number;
  /** How far the stretch of the period before it moved the guess. */
  error: number;
  /** Whether the distance decays exponentially with the period, as to a saddle, or by its powers, as to a saddle-node on a cycle. */
  law: "exponential" | "power";
}

/** Periods have to have grown by this factor before anything is said of where they go. */
const GROWN = 4;
/** A guess is not taken to be better than this part of it. */
const SURE = 1e-11;

/**
 * The parameter of the homoclinic orbit that a branch goes to as its period grows without bound, extrapolated. To a saddle λ - λ* decays
 * as exp(-κT), so that dλ/dT = -κ(λ - λ*); to a saddle-node as a power, dλ/dT = -q(λ - λ*)/T. Undefined where the periods do not say so.
 */
export function homoclinicOf(points: readonly LongPeriod[]): HomoclinicGuess | undefined {
  const count = points.length;
  if (count < 6) return undefined;
  const shortest = points.reduce((least, { period }) => Math.min(least, period), Number.POSITIVE_INFINITY);
  const last = points[count - 1];
  const rising = points.slice(-5).every(({ period }, i, all) => i === 0 || period > all[i - 1].period);
  if (!rising || last.period < GROWN * shortest) return undefined;
  const tail = risingTail(points);
  let best: HomoclinicGuess | undefined;
  for (let k = 3; k < tail.length; k++) {
    const [before, latest] = [extrapolated(tail.slice(k - 3, k)), extrapolated(tail.slice(k - 2, k + 1))];
    // far out the slope is rounding alone, and the parameter itself has arrived
    const arrived = 2 * Math.abs(tail[k].parameter - tail[k - 1].parameter);
    const error = Math.max(Math.min(Math.abs(latest.parameter - before.parameter), arrived), SURE * Math.abs(tail[k].parameter));
    const isExtrapolated = Math.abs(latest.parameter - before.parameter) < arrived;
    if (best === undefined || error <= best.error) {
      const law: HomoclinicGuess["law"] = isExtrapolated || best === undefined ? latest.law : best.law;
      best = { parameter: isExtrapolated ? latest.parameter : tail[k].parameter, law, error };
    }
  }
  const moved = Math.abs(points[0].parameter - last.parameter);
  return best !== undefined && best.error < 0.01 * moved ? best : undefined;
}

/** The last points, from where on the period has only grown. */
function risingTail(points: readonly LongPeriod[]): readonly LongPeriod[] {
  let from = points.length - 1;
  while (from > 0 && points[from - 1].period < points[from].period) from--;
  return points.slice(from);
}

function extrapolated([a, b, c]: readonly LongPeriod[]): Omit<HomoclinicGuess, "error"> {
  const rate = (p: LongPeriod, q: LongPeriod, scale: (period: number) => number) =>
    -(logarithm(Math.abs(q.slope)) - logarithm(Math.abs(p.slope))) / (scale(q.period) - scale(p.period));
  if (a.slope * b.slope <= 0 || b.slope * c.slope <= 0) return { parameter: c.parameter, law: "exponential" };
  const [early, late] = [rate(a, b, (t) => t), rate(b, c, (t) => t)];
  const [earlyPower, latePower] = [rate(a, b, logarithm), rate(b, c, logarithm)];
  const isPower = Math.abs(latePower / earlyPower - 1) < Math.abs(late / early - 1) && latePower > 1;
  if (isPower) return { parameter: c.parameter + (c.slope * c.period) / (latePower - 1), law: "power" };
  return late > 0 ? { parameter: c.parameter + c.slope / late, law: "exponential" } : { parameter: c.parameter, law: "exponential" };
}
