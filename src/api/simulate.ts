import type { Table } from "apache-arrow";
import type { BlockResult } from "../engine/task.ts";
import { countSweep } from "../kernel/loops.ts";
import type { SimulateOptions } from "../options/options.ts";
import { makeRunPlan } from "../plan/plan.ts";
import { inlineRunner } from "../run/run.ts";
import { runTable } from "../table/traces.ts";
import { machine } from "./machine.ts";

/**
 * Integrates a model once and returns an Arrow table: `time`, and a column for each output (`name/node` where an output's path
 * matches several nodes), one row a sample, as CircuitTemplate.run does in PyRates. Times are in the model's unit. Throws one
 * MassgridError with everything that is wrong, before anything runs; a run that overflows has the time in the metadata
 * `failedAt` of its table, and values that are not finite from there on.
 */
export async function simulate(options: SimulateOptions): Promise<Table> {
  const plan = makeRunPlan(options, machine());
  options.signal?.throwIfAborted();
  countSweep(plan);
  const finished: BlockResult[] = [];
  for await (const result of inlineRunner(plan, plan.blocks, { signal: options.signal })) finished.push(result);
  return runTable(plan, finished[0]);
}
