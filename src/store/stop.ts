import type { ShardTask } from "./shard.ts";

/** How a run of shards is stopped. */
export interface StopOptions {
  signal?: AbortSignal | undefined;
  /** For how many seconds after that the shards in hand may go on to their end; 0: they are dropped. */
  grace: number;
}

/** Ends a run in good order: once it is asked to stop, the shards in hand go on to their end for a while, and no other one does. */
export class Stop {
  readonly #asked: AbortSignal | undefined;
  readonly #grace: number;
  readonly #run = new AbortController();
  /** Shards of the run that are not done, in its order. */
  readonly #left = new Set<ShardTask>();
  /** Those of them that are being written. */
  readonly #written = new Set<ShardTask>();
  /** Those that are waited for, once it is asked to stop. */
  #awaited: Set<ShardTask> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor({ signal, grace }: StopOptions) {
    this.#asked = signal;
    this.#grace = grace;
    signal?.addEventListener("abort", this.#onAsked);
    if (signal?.aborted) this.#drop();
  }

  /** Aborted when the run must end. */
  get signal(): AbortSignal {
    return this.#run.signal;
  }

  /** Numbers of the shards in hand: those that are written, those of which a block is there, and the next one where there is none such. */
  get inHand(): number[] {
    return this.#begun().map(({ index }) => index);
  }

  begin(tasks: readonly ShardTask[]): void {
    for (const task of tasks) this.#left.add(task);
    if (this.#awaited) this.#drop();
    this.#run.signal.throwIfAborted();
  }

  /** All blocks of a shard are there. */
  writes(task: ShardTask): void {
    this.#written.add(task);
  }

  done(task: ShardTask): void {
    this.#left.delete(task);
    this.#written.delete(task);
    this.#awaited?.delete(task);
    if (this.#awaited?.size === 0 && this.#left.size > 0) this.#drop();
  }

  /** Lets go of the signal. */
  end(): void {
    clearTimeout(this.#timer);
    this.#asked?.removeEventListener("abort", this.#onAsked);
  }

  readonly #onAsked = () => {
    this.#awaited = new Set(this.#begun());
    if (this.#grace === 0 || this.#awaited.size === 0) this.#drop();
    else this.#timer = setTimeout(() => this.#drop(), this.#grace * 1000);
  };

  #drop(): void {
    this.#run.abort(this.#asked?.reason);
  }

  #begun(): ShardTask[] {
    const left = [...this.#left].filter((task) => !this.#written.has(task));
    const begun = left.filter(({ results }) => results.length > 0);
    return [...this.#written, ...(begun.length > 0 ? begun : left.slice(0, 1))];
  }
}
