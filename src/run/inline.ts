import type { SweepTask } from "../engine/block-run.ts";
import { Engine } from "../engine/engine.ts";
import { failedBlock } from "../engine/failed.ts";
import type { BlockResult } from "../engine/result.ts";
import { TimeSlice } from "../platform/yield.ts";
import type { Block } from "../sweep/job.ts";
import type { SweepProgress } from "./progress.ts";

export interface InlineOptions {
  signal?: AbortSignal | undefined;
  meter?: SweepProgress | undefined;
  /** Asked between chunks: true gives the run up; results of the blocks that have ended stand. */
  giveUp?: (() => boolean) | undefined;
  /** Errors that cost the points of their block alone, as the death of a worker does; every other one ends the run. */
  loses?: ((error: unknown) => boolean) | undefined;
}

/** Thrown from within a block that is given up. */
const givenUp = Symbol("given up");

/** Runs blocks of a plan in this thread, one after the other; the event loop gets its turn every few milliseconds. */
export async function* inlineRunner(work: SweepTask, blocks: readonly Block[], options: InlineOptions = {}): AsyncGenerator<BlockResult> {
  const { signal, meter, giveUp, loses } = options;
  let engine = new Engine(work);
  const pause = new TimeSlice();
  for (const block of blocks) {
    const between = (steps: number): Promise<void> | undefined => {
      signal?.throwIfAborted();
      meter?.note(block, steps);
      if (giveUp?.()) throw givenUp;
      return pause.isOver ? pause.yieldToEventLoop() : undefined;
    };
    const result = await engine.run(block, between).catch((error) => {
      if (error === givenUp) return undefined;
      if (!loses?.(error)) throw error;
      engine = new Engine(work);
      return failedBlock(work, block);
    });
    signal?.throwIfAborted();
    if (!result) return meter?.note(block, 0);
    meter?.finish(block);
    yield result;
  }
}
