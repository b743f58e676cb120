import type { Checked, Unchecked } from "../options/checked.ts";
import type { SearchOptions } from "../options/options.ts";
import { asCalled } from "./as-called.ts";
import type { SweepPlan } from "./size-up.ts";

/**
 * Tells what a call of gridSearch would take, without making it. Throws what gridSearch would throw, but for results that are too
 * large: that is `fits`. E_SWEEP_TOO_LARGE is thrown here where a sweep has more than 2^32 points.
 */
export function plan<const Options extends Unchecked<SearchOptions>>(options: Checked<Options, SearchOptions>): Promise<SweepPlan>;
export async function plan(options: SearchOptions): Promise<SweepPlan> {
  const given = asCalled(options);
  return await (await import("./size-up.ts")).sizeUp(given);
}
