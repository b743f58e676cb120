import { type SweepTask, sweepTaskOf } from "../engine/block-run.ts";
import type { BlockResult } from "../engine/result.ts";
import type { Block } from "../sweep/job.ts";
import { isOfPlatform } from "../workers/fault.ts";
import type { Pool } from "../workers/pool.ts";
import { shareable } from "../workers/share.ts";
import { WorkerGroup } from "../workers/worker-group.ts";
import { inlineRunner } from "./inline.ts";
import type { SweepProgress } from "./progress.ts";

export interface PooledOptions {
  pool: Pool;
  /** Most threads. */
  workers: number;
  signal?: AbortSignal | undefined;
  meter?: SweepProgress | undefined;
}

/**
 * Runs blocks of a plan in threads of a pool; results come in any order. A block whose thread dies is run again by another; one of
 * which three have died is lost. Where no threads can be had, this thread runs what is left, also blocks of which a thread or two have died: nothing but the platform
 * ends a worker, and this thread is the last that can try. When it ends, however it ends, nothing runs.
 */
export async function* pooledRunner(work: SweepTask, blocks: readonly Block[], options: PooledOptions): AsyncGenerator<BlockResult> {
  const { signal, meter } = options;
  const crew = new WorkerGroup(await shareable(sweepTaskOf(work)), blocks, options);
  const wake = () => crew.wake();
  signal?.addEventListener("abort", wake);
  try {
    crew.begin();
    for (let left = blocks.length; left > 0; ) {
      signal?.throwIfAborted();
      const result = crew.result();
      if (result) {
        left--;
        yield result;
      } else if (crew.refused) {
        const rest = crew.rest();
        left -= rest.length;
        yield* inlineRunner(work, rest, { signal, meter, loses: isOfPlatform });
      } else await crew.news();
    }
  } finally {
    signal?.removeEventListener("abort", wake);
    await crew.end();
  }
}
