import type { NormalOptions } from "../options/defaults.ts";
import type { Plan } from "../plan/plan.ts";
import { type Arithmetic, isExact } from "../sweep/arithmetic.ts";
import { nameOf } from "../sweep/points.ts";
import { compare, type QuantityError } from "./compare.ts";
import { planRerun, type Rerun, rerun } from "./rerun.ts";
import { exactly } from "./variations.ts";

/** What another arithmetic than the exact one alone makes of a sweep: against the same steps, taken exactly. */
export interface ArithmeticError extends Arithmetic {
  /** The largest relative deviation, measured as the errors of a certificate are. */
  error: number;
  /** Of which quantity, and at which point; "" where nothing deviates. */
  quantity: string;
  key: string;
  /** How many regimes and statuses are others. */
  changes: number;
}

interface Sweep {
  call: NormalOptions;
  plan: Plan;
  /** The sweep as it is, at a sample of its points. */
  own: Rerun;
  sample: readonly number[];
  absolute: number;
}

/** Runs a sample of the points of a sweep with exact steps; undefined where it has these. */
export async function arithmeticError({ call, plan, own, sample, absolute }: Sweep): Promise<ArithmeticError | undefined> {
  const { arithmetic } = plan.jobs[0];
  if (isExact(arithmetic)) return undefined;
  const exact = await rerun(planRerun({ ...exactly(call), traceType: call.traceType }), sample, call.signal);
  const { errors, changed } = compare(own, exact, absolute);
  const counted = errors.filter(({ kind }) => plan.traces || kind === "feature");
  const worst = counted.reduce<QuantityError | undefined>((most, each) => (each.error > (most?.error ?? 0) ? each : most), undefined);
  const key = worst ? nameOf(plan.points.names, worst.point) : "";
  return { ...arithmetic, error: worst?.error ?? 0, quantity: worst?.quantity ?? "", key, changes: changed.length };
}

/** The same in words. */
export function arithmeticText({ error, quantity, key, changes }: ArithmeticError, percent: (share: number) => string): string {
  const where = quantity === "" ? "" : ` (${quantity} of ${key})`;
  const others = changes === 0 ? "" : `, and makes ${changes} regimes or statuses others`;
  return `fastMath alone changes it by up to ${percent(error)}${where}${others}`;
}
