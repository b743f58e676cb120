import type { Block } from "../kernel/job.ts";
import type { Work } from "./block.ts";
import { Engine } from "./engine.ts";
import { lostBlock } from "./lost.ts";
import type { Meter } from "./meter.ts";
import { Pause } from "./pause.ts";
import type { BlockResult } from "./result.ts";

export interface InlineOptions {
  signal?: AbortSignal | undefined;
  meter?: Meter | undefined;
  /** Asked between chunks: true gives the run up; results of the blocks that have ended stand. */
  giveUp?: (() => boolean) | undefined;
  /** Errors that cost the points of their block alone, as the death of a worker does; every other one ends the run. */
  loses?: ((error: unknown) => boolean) | undefined;
}

/** Thrown from within a block that is given up. */
const givenUp = Symbol("given up");

/** Runs blocks of a plan in this thread, one after the other; the event loop gets its turn every few milliseconds. */
export async function* inlineRunner(work: Work, blocks: readonly Block[], options: InlineOptions = {}): AsyncGenerator<BlockResult> {
  const { signal, meter, giveUp, loses } = options;
  let engine = new Engine(work);
  const pause = new Pause();
  for (const block of blocks) {
    const between = (steps: number): Promise<void> | undefined => {
      signal?.throwIfAborted();
      meter?.note(block, steps);
      if (giveUp?.()) throw givenUp;
      return pause.due ? pause.turn() : undefined;
    };
    const result = await engine.run(block, between).catch((error) => {
      if (error === givenUp) return undefined;
      if (!loses?.(error)) throw error;
      engine = new Engine(work);
      return lostBlock(work, block);
    });
    signal?.throwIfAborted();
    if (!result) return meter?.note(block, 0);
    meter?.finish(block);
    yield result;
  }
}
