// How a block goes to a worker and comes back:
//
//   run.ts         WorkerGroup   the sweep's blocks in a queue; asks the Pool for threads
//     pool.ts      Pool          threads, kept from sweep to sweep; each one granted (onWorker) gets a WorkerHandle
//   ──────────── Request: task (once a worker), block, stop ────────────▶
//     WorkerHandle │ thread.ts: a worker thread of Node, or a web worker │ worker.ts: WorkerSession → Engine → BlockResult
//   ◀─────────── Response: ready, steps, done, failed, fault, stopped ───
//   WorkerHandle   onSteps       → progress of the block
//                  onResult      → results, which run.ts yields; the worker gets the next block
//                  onFailed      → a worker that died: its block is queued again, at most three times in all
//                  onNoRoom      → a worker whose thread has no addresses for a kernel: the sweep goes on with fewer
//                  onFault       → an error of ours: ends the sweep

import { type BlockResult, failedBlock, type SweepTask } from "../engine/task.ts";

import type { Blocks } from "../sweep/blocks.ts";
import type { Block } from "../sweep/job.ts";
import type { Claim, Pool } from "./pool.ts";
import { BlockQueue, Results } from "./results.ts";
import type { Thread } from "./thread.ts";
import { type WorkerEvents, WorkerHandle } from "./worker-handle.ts";

/** How long a thread may take to stop, in ms, before it is ended. */
const STOP_TIMEOUT = 100;
/** Work that a worker has before it beside what it does, in ms, so that it never waits for the next block; and most blocks. */
const AHEAD = 10;
const MOST_AHEAD = 64;
/** How often a block is tried before it is given up. */
const ATTEMPTS = 3;

/** Who is told how far blocks have got. */
export interface BlockProgress {
  /** A block has got as far as `steps` steps of each of its points; 0 where it must begin again. */
  note(block: Block, steps: number): void;
  /** A block is at its end. */
  finish(block: Block): void;
}

export interface WorkerGroupOptions {
  pool: Pool;
  /** Most threads. */
  workers: number;
  progress?: BlockProgress | undefined;
  /** Results are taken in the order of their blocks, and so many of them are held for their turn, or as many as keep the workers busy. */
  held?: number | undefined;
}

let sweeps = 0;

/** The workers of one sweep: which has which block, and what has come back. */
export class WorkerGroup implements Claim, WorkerEvents {
  readonly #task: SweepTask;
  readonly #pool: Pool;
  /** Most threads that it uses. */
  #size: number;
  readonly #progress: BlockProgress | undefined;
  readonly #sweep = ++sweeps;
  /** The blocks that no worker has yet, and how often blocks have failed. */
  readonly #queue: BlockQueue;
  readonly #failures = new Map<Block, number>();
  readonly #workers = new Set<WorkerHandle>();
  readonly #results: Results;
  /** Most blocks whose results are held for their turn. */
  readonly #held: number;
  readonly #start = performance.now();
  #done = 0;
  #unavailable = false;
  #fault: { error: unknown } | undefined;
  #wake: (() => void) | undefined;

  /** At most `workers` threads of the pool. */
  constructor(task: SweepTask, blocks: Blocks, { pool, workers, progress, held }: WorkerGroupOptions) {
    this.#task = task;
    this.#pool = pool;
    this.#size = workers;
    this.#progress = progress;
    this.#queue = new BlockQueue(blocks);
    this.#results = new Results(held === undefined ? undefined : blocks);
    this.#held = held ?? 0;
  }

  get has(): number {
    return this.#workers.size;
  }

  get wants(): number {
    return Math.max(this.has, Math.min(this.#size, this.has + this.#queue.length));
  }

  /** True where no threads can be had. */
  get unavailable(): boolean {
    return this.#unavailable;
  }

  begin(): void {
    this.#pool.ask(this);
  }

  /** The next result, if it has come back. Throws an error of ours that a worker met. */
  result(): BlockResult | undefined {
    if (this.#fault) throw this.#fault.error;
    const result = this.#results.take();
    if (result) {
      this.#progress?.finish(result.block);
      this.#feed();
    }
    return result;
  }

  /** Resolves when something has changed. */
  changed(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  wake(): void {
    this.#wake?.();
  }

  /** The blocks that no worker will run. */
  remaining(): Iterable<Block> {
    return this.#queue.takeAll();
  }

  /** A result that has been computed elsewhere. */
  add(result: BlockResult): void {
    this.#results.add(result);
  }

  /** Resolves when no thread works for the sweep any more: those that do not stop are ended. */
  async end(): Promise<void> {
    this.#pool.leave(this);
    const ends = [...this.#workers].map(async (worker) => {
      if (await worker.stop(STOP_TIMEOUT)) this.#pool.giveBack(worker.thread);
      else await this.#pool.end(worker.thread);
    });
    await Promise.all(ends);
  }

  onWorker(thread: Thread): void {
    const worker = new WorkerHandle(thread, this.#sweep, this);
    this.#workers.add(worker);
    this.#guard(() => {
      worker.begin(this.#task);
      this.#feed();
    });
  }

  /** Workers that have nothing to do are given back: whoever reads the results may wait for the other sweep. */
  onWanted(): void {
    for (const worker of this.#workers) {
      if (worker.blocks.length > 0) continue;
      this.#workers.delete(worker);
      // It resolves at once where there is nothing to stop.
      void worker.stop(STOP_TIMEOUT).then(() => this.#pool.giveBack(worker.thread));
    }
  }

  onUnavailable(): void {
    this.#unavailable = true;
    this.wake();
  }

  onResult(result: BlockResult): void {
    this.#done++;
    this.#results.add(result);
    this.#guard(() => this.#feed());
    this.wake();
  }

  onSteps(block: Block, steps: number): void {
    this.#guard(() => this.#progress?.note(block, steps));
  }

  onFailed(worker: WorkerHandle): void {
    this.#workers.delete(worker);
    const [block, ...others] = worker.blocks;
    for (const other of others) this.#queue.putBack(other);
    if (block) this.#runAgain(block, worker.thread.ready);
    void this.#pool.end(worker.thread);
    if (this.#queue.length > 0) this.#pool.ask(this);
    this.#guard(() => this.#feed());
    this.wake();
  }

  /** The sweep goes on with a thread less; where none has room for a kernel, the caller's own is left. */
  onNoRoom(worker: WorkerHandle): void {
    this.#workers.delete(worker);
    for (const block of worker.blocks) this.#queue.putBack(block);
    this.#size--;
    void this.#pool.end(worker.thread);
    if (this.#size === 0) this.onUnavailable();
    else this.#guard(() => this.#feed());
    this.wake();
  }

  onFault(error: unknown): void {
    this.#fault ??= { error };
    this.wake();
  }

  /** Queues a block whose worker died, to be run next: the block is held responsible, unless the thread was not even loaded. */
  #runAgain(block: Block, wasReady: boolean): void {
    this.onSteps(block, 0);
    const failures = (this.#failures.get(block) ?? 0) + (wasReady ? 1 : 0);
    this.#failures.set(block, failures);
    if (failures < ATTEMPTS) this.#queue.putBack(block);
    else this.#results.add(failedBlock(this.#task, block));
  }

  /** What is thrown within an event ends the sweep. */
  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.onFault(error);
    }
  }

  /** Gives every worker as many blocks as it should have, unless results pile up. */
  #feed(): void {
    const depth = this.#depth();
    const most = Math.max(2 * depth * this.#size, this.#held);
    let out = this.#results.count;
    for (const worker of this.#workers) out += worker.blocks.length;
    const mayGo = () => this.#queue.next !== undefined && (out < most || this.#results.waitFor(this.#queue.next));
    for (const worker of this.#workers) {
      for (; worker.blocks.length < depth && mayGo(); out++) {
        const block = this.#queue.take();
        if (block) worker.run(block);
      }
    }
    // Who waits without a block to run would take in turns with others what none of them can use.
    if (this.#workers.size >= this.#size || !mayGo()) this.#pool.withdraw(this);
    else if (!this.#pool.isWaiting(this)) this.#pool.ask(this);
    if (this.#pool.isWanted) this.onWanted();
  }

  /** Blocks that a worker has at a time: several where they are short, one where few are left, so that all workers end together. */
  #depth(): number {
    const fair = Math.floor(this.#queue.length / (2 * this.#size));
    const ms = ((performance.now() - this.#start) * this.has) / Math.max(1, this.#done);
    const wanted = this.#done === 0 ? 2 : 1 + Math.ceil(AHEAD / ms);
    return Math.max(1, Math.min(wanted, fair, MOST_AHEAD));
  }
}
