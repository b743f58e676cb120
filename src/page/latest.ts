/** How long work that is out of date may go on, in ms: it may be done before what replaces it, and then it is worth showing. */
const PATIENCE = 120;

type Task = (signal: AbortSignal) => Promise<void>;

/** Runs one task at a time: what is asked while one runs waits, and only the last of what waits is run. */
export class Latest {
  #running: { controller: AbortController; since: number } | undefined;
  #next: Task | undefined;
  #late: ReturnType<typeof setTimeout> | undefined;
  readonly #fail: (error: unknown) => void;

  /** What a task throws goes to `fail`, but not of one that was stopped. */
  constructor(fail: (error: unknown) => void) {
    this.#fail = fail;
  }

  run(task: Task): void {
    if (!this.#running) return void this.#begin(task);
    this.#next = task;
    const { controller, since } = this.#running;
    clearTimeout(this.#late);
    this.#late = setTimeout(() => controller.abort(), Math.max(0, since + PATIENCE - performance.now()));
  }

  /** Ends what runs, and what waits. */
  stop(): void {
    this.#next = undefined;
    this.#running?.controller.abort();
  }

  async #begin(task: Task): Promise<void> {
    const controller = new AbortController();
    this.#running = { controller, since: performance.now() };
    try {
      await task(controller.signal);
    } catch (error) {
      if (!controller.signal.aborted) this.#fail(error);
    } finally {
      clearTimeout(this.#late);
      this.#running = undefined;
      const next = this.#next;
      this.#next = undefined;
      if (next) void this.#begin(next);
    }
  }
}
