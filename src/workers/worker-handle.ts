import type { SweepTask } from "../engine/block-run.ts";
import type { BlockResult } from "../engine/result.ts";
import type { Block } from "../sweep/job.ts";
import { errorOf } from "./fault.ts";
import { Heartbeat } from "./heartbeat.ts";
import type { Response } from "./messages.ts";
import type { Thread } from "./thread.ts";

/** Who employs a hand. */
export interface WorkerEvents {
  done(result: BlockResult): void;
  /** Steps that the first of its blocks has taken. */
  steps(block: Block, steps: number): void;
  /** The thread is lost: it died, or cannot be used any more. The first of its blocks is the one that it ran. */
  lost(hand: WorkerHandle): void;
  /** An error of ours. */
  fault(error: unknown): void;
}

/** A thread that works for one sweep, with the blocks that it has. */
export class WorkerHandle {
  readonly thread: Thread;
  readonly #sweep: number;
  readonly #employer: WorkerEvents;
  readonly #blocks: Block[] = [];
  /** Where the platform does not tell that a thread has died. */
  readonly #watch: Heartbeat | undefined;
  #whenStopped: ((alive: boolean) => void) | undefined;

  constructor(thread: Thread, sweep: number, employer: WorkerEvents) {
    this.thread = thread;
    this.#sweep = sweep;
    this.#employer = employer;
    this.#watch = thread.tellsDeath ? undefined : new Heartbeat(() => this.#die());
    thread.listen({
      report: (report) => this.#hear(report),
      died: () => this.#die(),
    });
  }

  /** Blocks that it has, in the order in which it runs them. */
  get blocks(): readonly Block[] {
    return this.#blocks;
  }

  begin(work: SweepTask): void {
    this.thread.post({ kind: "work", sweep: this.#sweep, work });
  }

  give(block: Block): void {
    this.#blocks.push(block);
    this.#watch?.begin();
    this.thread.post({ kind: "block", sweep: this.#sweep, block });
  }

  /**
   * Ends its work for the sweep. Resolves with true when nothing of it runs any more; with false if the thread is dead, or takes
   * longer than `ms`.
   */
  stop(ms: number): Promise<boolean> {
    this.#watch?.end();
    this.thread.post({ kind: "stop", sweep: this.#sweep });
    return new Promise((resolve) => {
      const late = setTimeout(() => resolve(false), ms);
      this.#whenStopped = (alive) => {
        clearTimeout(late);
        resolve(alive);
      };
      if (this.#blocks.length === 0) this.#whenStopped(true);
    });
  }

  #hear(report: Response): void {
    this.#watch?.heard();
    if (report.kind === "ready" || report.sweep !== this.#sweep) return;
    if (report.kind === "stopped") this.#whenStopped?.(true);
    else if (this.#whenStopped) return;
    else if (report.kind === "done") this.#finish(report.result);
    else if (report.kind === "steps") for (const block of this.#blocks.slice(0, 1)) this.#employer.steps(block, report.steps);
    else if (report.kind === "failed") this.#die();
    else this.#employer.fault(errorOf(report.fault));
  }

  #finish(result: BlockResult): void {
    const at = this.#blocks.findIndex(({ job, first }) => job === result.block.job && first === result.block.first);
    const [block] = at < 0 ? [] : this.#blocks.splice(at, 1);
    if (this.#blocks.length === 0) this.#watch?.end();
    if (block) this.#employer.done({ ...result, block });
  }

  #die(): void {
    this.#watch?.end();
    if (this.#whenStopped) this.#whenStopped(false);
    else this.#employer.lost(this);
  }
}
