import type { RecordBatch } from "apache-arrow/recordbatch";
import type { Schema } from "apache-arrow/schema";
import { isPlain, kindOf } from "../check.ts";
import { refusal } from "../errors.ts";
import type { BatchOptions } from "../options/streamed.ts";
import { makePlan } from "../plan/plan.ts";
import { type RunOptions, run } from "../run/run.ts";
import { batchesOf, batchSchema, blocksHeld } from "../table/batches.ts";
import { machine } from "./machine.ts";

/** A sweep that has been checked, and runs when its batches are read. */
export interface PlannedStream {
  schema: Schema;
  /** `counts` has how many of the points that were read ended with each status. */
  run(options: Pick<RunOptions, "signal">, counts: Map<string, number>): AsyncGenerator<RecordBatch, undefined>;
}

/** Checks a call of sweepBatches. Throws what gridSearch throws, and E_STREAM_OPTION. */
export function planStream(options: BatchOptions): PlannedStream {
  if (!isPlain(options)) throw refusal("E_TYPE", `sweepBatches takes one object of options, but ${kindOf(options)} was found`);
  const plan = makePlan(options, { ...machine(), streams: true });
  const { workers, onProgress } = options;
  const schema = batchSchema(plan);
  return {
    schema,
    run: async function* ({ signal }, counts) {
      const results = run(plan, { workers, onProgress, signal, held: blocksHeld(plan) });
      return yield* batchesOf(plan, schema, results, counts);
    },
  };
}
