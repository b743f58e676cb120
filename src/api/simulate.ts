import type { Checked, Unchecked } from "../options/checked.ts";
import type { SimulateOptions } from "../options/options.ts";
import type { TypedTable } from "../table/typed.ts";
import { asCalled } from "./as-called.ts";
import type { RunColumns } from "./columns.ts";

/**
 * Integrates a model once and returns an Arrow table: `time`, and a column for each output (`name/node` where an output's path
 * matches several nodes), one row a sample, as CircuitTemplate.run does in PyRates. Times are in the model's unit. Throws one
 * MassgridError with everything that is wrong, before anything runs; a run that overflows has the time in the metadata
 * `failedAt` of its table, and values that are not finite from there on.
 */
export function simulate<const Options extends Unchecked<SimulateOptions>>(
  options: Checked<Options, SimulateOptions>,
): Promise<TypedTable<RunColumns<Options>>>;
export async function simulate(options: SimulateOptions): Promise<unknown> {
  const given = asCalled(options);
  return await (await import("./one-run.ts")).runOnce(given);
}
