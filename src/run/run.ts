import { Engine } from "../engine/engine.ts";
import { type BlockResult, failedBlock, isPortable, type SweepTask, sweepTaskOf } from "../engine/task.ts";
import { countSweep } from "../kernel/loops.ts";
import type { Progress } from "../options/options.ts";
import type { Plan } from "../plan/plan.ts";
import { cores } from "../platform/environment.ts";
import { isOfPlatform, isTrap } from "../platform/failure.ts";
import { TimeSlice } from "../platform/time-slice.ts";
import { type Blocks, blocksOf } from "../sweep/blocks.ts";
import { inputGrid } from "../sweep/clock.ts";
import type { Block } from "../sweep/job.ts";
import { shareable } from "../workers/messages.ts";
import { type Pool, pool as sharedPool } from "../workers/pool.ts";
import { type BlockProgress, WorkerGroup, type WorkerGroupOptions } from "../workers/worker-group.ts";

export interface RunOptions {
  /** Threads beside this one; 0, or where a reducer of the caller's own must run: this one alone. If not given, the machine's cores where that is worth it. */
  workers?: number | undefined;
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: Progress) => void) | undefined;
  /** Where threads come from. */
  pool?: Pool;
  /**
   * Results come in the order of the plan's blocks; so many of them, or as many as keep the threads busy, are computed before their turn, or
   * before they are asked for.
   */
  held?: number | undefined;
}

/** How long a sweep runs before it is clear how long it will take, in ms. */
const PROBE = 4;
/** What workers must save, in ms, where they must be started, and where they are there. */
const START = 60;
const HANDOVER = 25;
/** A sweep that takes longer than this, in ms, leaves the caller's thread also where it saves no time. */
const LONG = 1000;

/**
 * Runs a plan; results come in any order unless one is asked for, and are identical for any number of threads. Unless the caller says how many threads, a
 * sweep begins in this one and goes on in others when it is found to take long enough for that.
 */
export async function* run(plan: Plan & Pick<SweepTask, "floors">, options: RunOptions = {}): AsyncGenerator<BlockResult> {
  const { signal, onProgress, pool = sharedPool, held } = options;
  // null stands for "not given" in every option.
  const workers = isPortable(plan) ? (options.workers ?? undefined) : 0;
  const blocks = blocksOf(plan.blocks);
  countSweep(plan);
  // The plan has held the thread for a while.
  await new TimeSlice().yieldToEventLoop();
  const progress = new SweepProgress(plan, onProgress);
  let done = 0;
  if (workers === undefined || workers === 0) {
    const start = performance.now();
    const isLong = () => performance.now() - start > PROBE && threadsFor(progress.left, blocks.length - done, undefined, pool) > 0;
    const giveUp = workers === 0 ? undefined : isLong;
    for await (const result of inlineRunner(plan, blocks, { signal, progress, failsBlock: isTrap, giveUp })) {
      done++;
      yield result;
    }
  }
  if (done < blocks.length)
    yield* pooledRunner(plan, blocksOf(plan.blocks, done), { pool, workers: workers ?? cores(), signal, progress, held });
}

/** Threads that integrate `blocks` blocks, `ms` long in one thread: those that the caller asks for, or as many as are worth it. */
export function threadsFor(ms: number, blocks: number, asked: number | undefined, { size }: Pool = sharedPool): number {
  const threads = Math.min(asked ?? cores(), blocks);
  if (asked !== undefined) return threads;
  const saved = ms * (1 - 1 / threads);
  return saved > (size > 0 ? HANDOVER : START) || ms > LONG ? threads : 0;
}

interface InlineOptions {
  signal?: AbortSignal | undefined;
  progress?: BlockProgress | undefined;
  /** Asked between chunks: true gives the run up; results of the blocks that have ended stand. */
  giveUp?: (() => boolean) | undefined;
  /** Errors that cost the points of their block alone, as the death of a worker does; every other one ends the run. */
  failsBlock?: ((error: unknown) => boolean) | undefined;
}

/** Thrown from within a block that is given up. */
const givenUp = Symbol("given up");

/** Runs blocks of a plan in this thread, one after the other; the event loop gets its turn every few milliseconds. */
export async function* inlineRunner(task: SweepTask, blocks: Iterable<Block>, options: InlineOptions = {}): AsyncGenerator<BlockResult> {
  const { signal, progress, giveUp, failsBlock } = options;
  let engine = new Engine(task);
  const slice = new TimeSlice();
  for (const block of blocks) {
    const between = (steps: number): Promise<void> | undefined => {
      signal?.throwIfAborted();
      progress?.note(block, steps);
      if (giveUp?.()) throw givenUp;
      return slice.isOver ? slice.yieldToEventLoop() : undefined;
    };
    const result = await engine.run(block, between).catch((error) => {
      if (error === givenUp) return undefined;
      if (!failsBlock?.(error)) throw error;
      engine = new Engine(task);
      return failedBlock(task, block);
    });
    signal?.throwIfAborted();
    if (!result) return progress?.note(block, 0);
    progress?.finish(block);
    yield result;
  }
}

interface PooledOptions extends WorkerGroupOptions {
  signal?: AbortSignal | undefined;
}

/**
 * Runs blocks of a plan in threads of a pool; results come in any order. A block whose thread dies is run again by another; one of
 * which three have died is given up. Where no threads can be had, this thread runs what is left, also blocks of which a thread or two
 * have died: nothing but the platform ends a worker, and this thread is the last that can try. When it ends, however it ends, nothing
 * runs.
 */
async function* pooledRunner(task: SweepTask, blocks: Blocks, options: PooledOptions): AsyncGenerator<BlockResult> {
  const { signal, progress } = options;
  const group = new WorkerGroup(await shareable(sweepTaskOf(task)), blocks, options);
  const wake = () => group.wake();
  // The group tells the end of a block when its result is taken.
  const notes = progress && { note: (block: Block, steps: number) => progress.note(block, steps), finish: () => {} };
  signal?.addEventListener("abort", wake);
  try {
    group.begin();
    for (let left = blocks.length; left > 0; ) {
      signal?.throwIfAborted();
      const result = group.result();
      if (result) {
        left--;
        yield result;
      } else if (group.unavailable) {
        for await (const own of inlineRunner(task, group.remaining(), { signal, progress: notes, failsBlock: isOfPlatform })) {
          group.add(own);
          for (let next = group.result(); next; next = group.result(), left--) yield next;
        }
      } else await group.changed();
    }
  } finally {
    signal?.removeEventListener("abort", wake);
    await group.end();
  }
}

/** How often the pace of a sweep is measured before it counts. */
const LOOKS = 3;
/** How often progress is told while no block ends, in ms. */
const INTERVAL = 100;

/** Counts what a sweep has done, and tells the caller. */
export class SweepProgress {
  readonly #tell: ((progress: Progress) => void) | undefined;
  readonly #start = performance.now();
  readonly #total: number;
  readonly #stepsOfPoint: number;
  /** Steps of blocks that are under way. */
  readonly #underway = new Map<Block, number>();
  #done = 0;
  #steps = 0;
  #told = performance.now();
  /** When something was noted last, and the least time that a step of a point has taken from one note to the next, in ms; of which block. */
  #noted: number | undefined;
  #pace: { ms: number; block: Block } | undefined;
  /** How many times that has been measured. */
  #looks = 0;

  constructor({ points, clock }: Plan, tell: ((progress: Progress) => void) | undefined) {
    this.#tell = tell;
    this.#total = points.names.length;
    this.#stepsOfPoint = inputGrid(clock).steps;
  }

  /** How much longer the sweep takes if it goes on as it did, in s. */
  get eta(): number {
    const steps = this.#now;
    return ((performance.now() - this.#start) / 1000 / steps) * (this.#total * this.#stepsOfPoint - steps);
  }

  /**
   * How much longer the sweep takes in one thread, in ms, as fast as its latest block has been at best; 0 where that is not known yet. What
   * comes before the first steps is not counted, nor what an engine takes to find fast code: neither comes again. Cores are shared: one look
   * says nothing.
   */
  get left(): number {
    if (!this.#pace || this.#looks < LOOKS) return 0;
    return this.#pace.ms * (this.#total * this.#stepsOfPoint - this.#now);
  }

  /** Notes that a block has got as far as `steps` steps of each of its points; 0 where it must begin again. */
  note(block: Block, steps: number): void {
    const now = performance.now();
    const taken = steps * block.lanes - (this.#underway.get(block) ?? 0);
    if (this.#noted !== undefined && taken > 0) {
      const ms = (now - this.#noted) / taken;
      this.#looks++;
      if (this.#pace?.block !== block || ms < this.#pace.ms) this.#pace = { ms, block };
    }
    this.#noted = now;
    this.#underway.set(block, steps * block.lanes);
    if (now - this.#told > INTERVAL) this.#report();
  }

  /** Notes that a block is at its end. */
  finish(block: Block): void {
    this.#noted = performance.now();
    this.#underway.delete(block);
    this.#done += block.lanes;
    this.#steps += block.lanes * this.#stepsOfPoint;
    this.#report();
  }

  get #now(): number {
    return [...this.#underway.values()].reduce((sum, steps) => sum + steps, this.#steps);
  }

  #report(): void {
    const steps = this.#now;
    if (steps === 0) return;
    this.#told = performance.now();
    this.#tell?.({ done: this.#done, total: this.#total, steps, eta: this.eta });
  }
}
