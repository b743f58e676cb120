import { isPortable } from "../engine/block-run.ts";
import type { BlockResult } from "../engine/result.ts";
import type { Progress } from "../options/options.ts";
import type { Plan } from "../plan/plan.ts";
import { cores } from "../platform/cores.ts";
import { TimeSlice } from "../platform/yield.ts";
import { isTrap } from "../workers/fault.ts";
import { pool as ours, type Pool } from "../workers/pool.ts";
import { inlineRunner } from "./inline.ts";
import { pooledRunner } from "./pooled.ts";
import { SweepProgress } from "./progress.ts";

export interface RunOptions {
  /** Threads beside this one; 0, or where a reducer of the caller's own must run: this one alone. If not given, the machine's cores where that is worth it. */
  workers?: number | undefined;
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: Progress) => void) | undefined;
  /** Where threads come from. */
  pool?: Pool;
}

/** How long a sweep runs before it is clear how long it will take, in ms. */
const PROBE = 4;
/** What workers must save, in ms, where they must be started, and where they are there. */
const START = 60;
const HANDOVER = 25;
/** A sweep that takes longer than this, in ms, leaves the caller's thread also where it saves no time. */
const LONG = 1000;

/**
 * Runs a plan; results come in any order, and their bits depend neither on it nor on the number of threads. Unless the caller says
 * how many threads, a sweep begins in this one and goes on in others when it is found to take long enough for that.
 */
export async function* run(plan: Plan, options: RunOptions = {}): AsyncGenerator<BlockResult> {
  const { signal, onProgress, pool = ours } = options;
  // null stands for "not given" in every option.
  const workers = isPortable(plan) ? (options.workers ?? undefined) : 0;
  const { blocks } = plan;
  // The plan has held the thread for a while.
  await new TimeSlice().yieldToEventLoop();
  const meter = new SweepProgress(plan, onProgress);
  const most = workers ?? cores();
  let done = 0;
  if (workers === undefined || workers === 0) {
    const start = performance.now();
    const giveUp = () => performance.now() - start > PROBE && threadsFor(meter.eta * 1000, blocks.length - done, undefined, pool) > 0;
    for await (const result of inlineRunner(plan, blocks, { signal, meter, loses: isTrap, giveUp: workers === 0 ? undefined : giveUp })) {
      done++;
      yield result;
    }
  }
  if (done < blocks.length) yield* pooledRunner(plan, blocks.slice(done), { pool, workers: most, signal, meter });
}

/** Threads that integrate `blocks` blocks, `ms` long in one thread: those that the caller asks for, or as many as are worth it. */
export function threadsFor(ms: number, blocks: number, asked: number | undefined, { size }: Pool = ours): number {
  const threads = Math.min(asked ?? cores(), blocks);
  if (asked !== undefined) return threads;
  const saved = ms * (1 - 1 / threads);
  return saved > (size > 0 ? HANDOVER : START) || ms > LONG ? threads : 0;
}
