import { sweepTaskOf } from "../engine/task.ts";
import type { SearchOptions } from "../options/options.ts";
import { makePlan } from "../plan/plan.ts";
import { blocksOf } from "../sweep/blocks.ts";
import { asCalled } from "./as-called.ts";
import { machine } from "./machine.ts";
import type { Prepared } from "./prepared.ts";

/** Plans a sweep as gridSearch does, for a thread that has nothing to plan it by: the page opens with one that its build has planned. */
export function prepare(options: SearchOptions): Prepared {
  const plan = makePlan(asCalled(options), machine());
  return { task: sweepTaskOf(plan), blocks: [...blocksOf(plan.blocks)] };
}
