import type { Table } from "apache-arrow";
import type { BlockResult } from "../engine/task.ts";
import { countSweep } from "../kernel/loops.ts";
import type { SimulateOptions } from "../options/options.ts";
import { makeRunPlan } from "../plan/plan.ts";
import { inlineRunner } from "../run/run.ts";
import { blocksOf } from "../sweep/blocks.ts";
import { runTable } from "../table/traces.ts";
import { machine } from "./machine.ts";

/** simulate, once its parts are loaded. */
export async function runOnce(options: SimulateOptions): Promise<Table> {
  const plan = makeRunPlan(options, machine());
  options.signal?.throwIfAborted();
  countSweep(plan);
  const finished: BlockResult[] = [];
  for await (const result of inlineRunner(plan, blocksOf(plan.blocks), { signal: options.signal })) finished.push(result);
  return runTable(plan, finished[0]);
}
