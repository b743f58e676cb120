import type { GridSearchOptions, MapSearchOptions } from "../options/options.ts";
import { asCalled } from "./as-called.ts";
import type { SweepPlan } from "./size-up.ts";

/**
 * Tells what a call of gridSearch would take, without making it. Throws what gridSearch would throw, but for results that are too
 * large: that is `fits`. Only where not even the points fit, E_SWEEP_TOO_LARGE is thrown here too.
 */
export async function plan(options: GridSearchOptions | MapSearchOptions): Promise<SweepPlan> {
  const given = asCalled(options);
  return await (await import("./size-up.ts")).sizeUp(given);
}
