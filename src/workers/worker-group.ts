import type { SweepTask } from "../engine/block-run.ts";
import { failedBlock } from "../engine/failed.ts";
import type { BlockResult } from "../engine/result.ts";
import type { Block } from "../sweep/job.ts";
import type { Claim, Pool } from "./pool.ts";
import { Queue } from "./queue.ts";
import type { Thread } from "./thread.ts";
import { type WorkerEvents, WorkerHandle } from "./worker-handle.ts";

/** How long a thread may take to stop, in ms, before it is ended. */
const PATIENCE = 100;
/** Work that a thread has before it beside what it does, in ms, so that it never waits for the next block; and most blocks. */
const AHEAD = 10;
const MOST_AHEAD = 64;

/** Who is told how far blocks have got. */
export interface BlockProgress {
  /** A block has got as far as `steps` steps of each of its points; 0 where it must begin again. */
  note(block: Block, steps: number): void;
  /** A block is at its end. */
  finish(block: Block): void;
}

let sweeps = 0;

/** The threads that work for one sweep: which has which block, and what has come back. */
export class WorkerGroup implements Claim, WorkerEvents {
  readonly #work: SweepTask;
  readonly #pool: Pool;
  readonly #workers: number;
  readonly #meter: BlockProgress | undefined;
  readonly #sweep = ++sweeps;
  readonly #queue: Queue;
  readonly #hands = new Set<WorkerHandle>();
  readonly #results: BlockResult[] = [];
  readonly #start = performance.now();
  #done = 0;
  #refused = false;
  #fault: { error: unknown } | undefined;
  #wake: (() => void) | undefined;

  /** At most `workers` threads of the pool. */
  constructor(
    work: SweepTask,
    blocks: readonly Block[],
    { pool, workers, meter }: { pool: Pool; workers: number; meter?: BlockProgress | undefined },
  ) {
    this.#work = work;
    this.#pool = pool;
    this.#workers = workers;
    this.#meter = meter;
    this.#queue = new Queue(blocks);
  }

  get has(): number {
    return this.#hands.size;
  }

  get wants(): number {
    return Math.max(this.has, Math.min(this.#workers, this.has + this.#queue.length));
  }

  /** True where no threads can be had. */
  get refused(): boolean {
    return this.#refused;
  }

  begin(): void {
    this.#pool.ask(this);
  }

  /** The next result that has come back, if one has. Throws an error of ours that a thread met. */
  result(): BlockResult | undefined {
    if (this.#fault) throw this.#fault.error;
    const result = this.#results.shift();
    if (result) {
      this.#meter?.finish(result.block);
      this.#feed();
    }
    return result;
  }

  /** Resolves when something has changed. */
  news(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  wake(): void {
    this.#wake?.();
  }

  /** The blocks that no thread will run. */
  rest(): Block[] {
    const rest: Block[] = [];
    for (let block = this.#queue.take(); block; block = this.#queue.take()) rest.push(block);
    return rest;
  }

  /** Resolves when no thread works for the sweep any more: those that do not stop are ended. */
  async end(): Promise<void> {
    this.#pool.leave(this);
    const ends = [...this.#hands].map(async (hand) => {
      if (await hand.stop(PATIENCE)) this.#pool.giveBack(hand.thread);
      else await this.#pool.end(hand.thread);
    });
    await Promise.all(ends);
  }

  onWorker(thread: Thread): void {
    const hand = new WorkerHandle(thread, this.#sweep, this);
    this.#hands.add(hand);
    this.#guard(() => {
      hand.begin(this.#work);
      this.#feed();
    });
  }

  onUnavailable(): void {
    this.#refused = true;
    this.wake();
  }

  done(result: BlockResult): void {
    this.#done++;
    this.#results.push(result);
    this.#guard(() => this.#feed());
    this.wake();
  }

  steps(block: Block, steps: number): void {
    this.#guard(() => this.#meter?.note(block, steps));
  }

  lost(hand: WorkerHandle): void {
    this.#hands.delete(hand);
    const [block, ...others] = hand.blocks;
    this.#queue.putBack(others);
    if (block) this.#runAgain(block, hand.thread.ready);
    void this.#pool.end(hand.thread);
    if (this.#queue.length > 0) this.#pool.ask(this);
    this.#guard(() => this.#feed());
    this.wake();
  }

  fault(error: unknown): void {
    this.#fault ??= { error };
    this.wake();
  }

  /** A block whose thread died: of the block, unless the thread was not even loaded. */
  #runAgain(block: Block, ofBlock: boolean): void {
    this.steps(block, 0);
    if (!ofBlock || this.#queue.mayTryAgain(block)) this.#queue.putBack([block]);
    else this.#results.push(failedBlock(this.#work, block));
  }

  /** What is thrown within an event ends the sweep. */
  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.fault(error);
    }
  }

  /** Gives every thread as many blocks as it should have, unless results pile up. */
  #feed(): void {
    const depth = this.#depth();
    const most = 2 * depth * this.#workers;
    let out = this.#results.length;
    for (const hand of this.#hands) out += hand.blocks.length;
    for (const hand of this.#hands) {
      while (hand.blocks.length < depth && out < most) {
        const block = this.#queue.take();
        if (!block) return;
        hand.give(block);
        out++;
      }
    }
  }

  /** Blocks that a thread has at a time: several where they are short, one where few are left, so that all threads end together. */
  #depth(): number {
    const fair = Math.floor(this.#queue.length / (2 * this.#workers));
    const ms = ((performance.now() - this.#start) * this.has) / Math.max(1, this.#done);
    const wanted = this.#done === 0 ? 2 : 1 + Math.ceil(AHEAD / ms);
    return Math.max(1, Math.min(wanted, fair, MOST_AHEAD));
  }
}
