import type { BlockResult, SweepTask } from "../engine/task.ts";
import type { Block } from "../sweep/job.ts";
import { errorOf, type Response } from "./messages.ts";
import type { Thread } from "./thread.ts";

/** Who is told what happens to a worker's blocks. */
export interface WorkerEvents {
  onResult(result: BlockResult): void;
  /** Steps that the first of its blocks has taken. */
  onSteps(block: Block, steps: number): void;
  /** The worker died, or cannot be used any more. The first of its blocks is the one that it ran. */
  onFailed(worker: WorkerHandle): void;
  /** There is no room for a kernel in the worker's thread. */
  onNoRoom(worker: WorkerHandle): void;
  /** An error of ours. */
  onFault(error: unknown): void;
}

/** A thread that works for one sweep, with the blocks that it has. */
export class WorkerHandle {
  readonly thread: Thread;
  readonly #sweep: number;
  readonly #events: WorkerEvents;
  readonly #blocks: Block[] = [];
  /** Where the platform does not tell that a thread has died. */
  readonly #heartbeat: Heartbeat | undefined;
  #whenStopped: ((alive: boolean) => void) | undefined;

  constructor(thread: Thread, sweep: number, events: WorkerEvents) {
    this.thread = thread;
    this.#sweep = sweep;
    this.#events = events;
    this.#heartbeat = thread.tellsDeath ? undefined : new Heartbeat(() => this.#fail());
    thread.listen({
      onResponse: (response) => this.#receive(response),
      onDeath: () => this.#fail(),
    });
  }

  /** Blocks that it has, in the order in which it runs them. */
  get blocks(): readonly Block[] {
    return this.#blocks;
  }

  begin(task: SweepTask): void {
    this.thread.post({ kind: "task", sweep: this.#sweep, task });
  }

  run(block: Block): void {
    // A thread that waits for who reads the results keeps no process alive.
    if (this.#blocks.length === 0) this.thread.keepAlive(true);
    this.#blocks.push(block);
    this.#heartbeat?.begin();
    this.thread.post({ kind: "block", sweep: this.#sweep, block });
  }

  /**
   * Ends its work for the sweep. Resolves with true when nothing of it runs any more; with false if the thread is dead, or takes
   * longer than `ms`.
   */
  stop(ms: number): Promise<boolean> {
    this.#heartbeat?.end();
    this.thread.post({ kind: "stop", sweep: this.#sweep });
    return new Promise((resolve) => {
      const timeout = setTimeout(() => resolve(false), ms);
      this.#whenStopped = (alive) => {
        clearTimeout(timeout);
        resolve(alive);
      };
      if (this.#blocks.length === 0) this.#whenStopped(true);
    });
  }

  #receive(response: Response): void {
    this.#heartbeat?.heard();
    if (response.kind === "ready" || response.sweep !== this.#sweep) return;
    if (response.kind === "stopped") this.#whenStopped?.(true);
    else if (this.#whenStopped) return;
    else if (response.kind === "done") this.#finish(response.result);
    else if (response.kind === "steps") for (const block of this.#blocks.slice(0, 1)) this.#events.onSteps(block, response.steps);
    else if (response.kind === "failed" && response.hasNoRoom) this.#events.onNoRoom(this);
    else if (response.kind === "failed") this.#fail();
    else this.#events.onFault(errorOf(response.fault));
  }

  #finish(result: BlockResult): void {
    const at = this.#blocks.findIndex(({ job, first }) => job === result.block.job && first === result.block.first);
    const [block] = at < 0 ? [] : this.#blocks.splice(at, 1);
    if (this.#blocks.length === 0) this.#rest();
    if (block) this.#events.onResult({ ...result, block });
  }

  #rest(): void {
    this.#heartbeat?.end();
    this.thread.keepAlive(false);
  }

  #fail(): void {
    this.#heartbeat?.end();
    if (this.#whenStopped) this.#whenStopped(false);
    else this.#events.onFailed(this);
  }
}

/** How often it is checked whether a thread has been heard, in ms; and how many times in a row it may not have been. */
const INTERVAL = 1000;
const MOST_SILENT = 60;

/**
 * Detects a thread that is gone without a word: a browser tells nobody that a worker was ended from outside, or by want of memory.
 * A thread that has work reports twenty times a second, so a minute of silence says it all. Time counts only while this thread
 * itself is on time: a page that was suspended, slowed down or held at a breakpoint knows nothing of how long its workers were silent.
 */
class Heartbeat {
  readonly #onSilence: () => void;
  #timer: ReturnType<typeof setInterval> | undefined;
  #silent = 0;
  #checked = 0;

  /** `onSilence` is called once, and ends the checks. */
  constructor(onSilence: () => void) {
    this.#onSilence = onSilence;
  }

  /** The thread has work from now on. */
  begin(): void {
    if (this.#timer !== undefined) return;
    this.heard();
    this.#checked = performance.now();
    this.#timer = setInterval(() => this.#check(), INTERVAL);
  }

  heard(): void {
    this.#silent = 0;
  }

  end(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #check(): void {
    const now = performance.now();
    const onTime = now - this.#checked < 2 * INTERVAL;
    this.#checked = now;
    this.#silent = onTime ? this.#silent + 1 : 0;
    if (this.#silent < MOST_SILENT) return;
    this.end();
    this.#onSilence();
  }
}
