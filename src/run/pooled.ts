import type { Block } from "../kernel/job.ts";
import { type Work, workOf } from "./block.ts";
import { Crew } from "./crew.ts";
import { inlineRunner } from "./inline.ts";
import { lostBlock } from "./lost.ts";
import type { Meter } from "./meter.ts";
import type { Pool } from "./pool.ts";
import type { BlockResult } from "./result.ts";
import { shareable } from "./share.ts";

export interface PooledOptions {
  pool: Pool;
  /** Most threads. */
  workers: number;
  signal?: AbortSignal | undefined;
  meter?: Meter | undefined;
}

/**
 * Runs blocks of a plan in threads of a pool; results come in any order. A block whose thread dies is run again by another; one of
 * which three have died is lost. Where no threads can be had, this thread runs them. When it ends, however it ends, nothing runs.
 */
export async function* pooledRunner(work: Work, blocks: readonly Block[], options: PooledOptions): AsyncGenerator<BlockResult> {
  const { signal, meter } = options;
  const crew = new Crew(await shareable(workOf(work)), blocks, options);
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
        const { safe, dangerous } = crew.rest();
        left -= safe.length + dangerous.length;
        for (const block of dangerous) {
          meter?.finish(block);
          yield lostBlock(work, block);
        }
        yield* inlineRunner(work, safe, { signal, meter });
      } else await crew.news();
    }
  } finally {
    signal?.removeEventListener("abort", wake);
    await crew.end();
  }
}
