import type { NormalOptions } from "../options/defaults.ts";
import type { Plan } from "../plan/plan.ts";
import { type Arithmetic, arithmeticName, isExact } from "../sweep/arithmetic.ts";
import { nameOf } from "../sweep/points.ts";
import { compare, type QuantityError } from "./compare.ts";
import type { Reference } from "./reference.ts";
import { planRerun, type Rerun, rerun } from "./rerun.ts";
import { exactly } from "./variations.ts";

/** What another arithmetic than the exact one makes of a sweep, by a run of the same steps that are taken exactly. */
export interface ArithmeticError extends Arithmetic {
  /** How far it is from that run: the largest relative deviation, measured as the errors of a certificate are. */
  error: number;
  /** Of which quantity, and at which point; "" where nothing deviates. */
  quantity: string;
  key: string;
  /** How many regimes and statuses are others than in that run. */
  changes: number;
  /** How far that run is from the reference. */
  errorExact: number;
}

interface Sweep {
  call: NormalOptions;
  plan: Plan;
  /** The sweep as it is, at a sample of its points. */
  own: Rerun;
  sample: readonly number[];
  reference: Reference;
  absolute: number;
}

/** Undefined where a sweep has exact steps. */
export async function arithmeticError({ call, plan, own, sample, reference, absolute }: Sweep): Promise<ArithmeticError | undefined> {
  const { arithmetic } = plan.jobs[0];
  if (isExact(arithmetic)) return undefined;
  const exact = await rerun(planRerun({ ...exactly(call), traceType: call.traceType }), sample, call.signal);
  const worst = (found: Rerun, wanted: Rerun) => {
    const { errors, changed } = compare(found, wanted, absolute);
    const counted = errors.filter(({ kind }) => plan.traces || kind === "feature");
    return { most: counted.reduce<QuantityError | undefined>(larger, undefined), changes: changed.length };
  };
  const { most, changes } = worst(own, exact);
  const errorExact = (worst(exact, reference.run).most?.error ?? 0) * reference.factor;
  const key = most ? nameOf(plan.points.names, most.point) : "";
  return { ...arithmetic, error: most?.error ?? 0, quantity: most?.quantity ?? "", key, changes, errorExact };
}

function larger(most: QuantityError | undefined, each: QuantityError): QuantityError | undefined {
  return each.error > (most?.error ?? 0) ? each : most;
}

/** The same in words. */
export function arithmeticText(found: ArithmeticError, percent: (share: number) => string): string {
  const { error, quantity, key, changes, errorExact } = found;
  const where = quantity === "" ? "" : ` (${quantity} of ${key})`;
  const others = changes === 0 ? "" : ` and makes ${changes} regimes or statuses others`;
  return `${arithmeticName(found)} alone changes it by up to ${percent(error)}${where}${others}; exact steps are off by ${percent(errorExact)}`;
}
