/** How often it is asked whether a thread has been heard, in ms; and how many times in a row it may not have been. */
const EVERY = 1000;
const PATIENCE = 60;

/**
 * Watches for a thread that is gone without a word: a browser tells nobody that a worker was ended from outside, or by want of memory.
 * A thread that has work reports twenty times a second, so a minute of silence says it all. Time counts only while this thread
 * itself is on time: a page that was suspended, slowed down or held at a breakpoint knows nothing of how long its workers were silent.
 */
export class Heartbeat {
  readonly #lost: () => void;
  #timer: ReturnType<typeof setInterval> | undefined;
  #silent = 0;
  #asked = 0;

  /** `lost` is called once, and ends the watch. */
  constructor(lost: () => void) {
    this.#lost = lost;
  }

  /** The thread has work from now on. */
  begin(): void {
    if (this.#timer !== undefined) return;
    this.heard();
    this.#asked = performance.now();
    this.#timer = setInterval(() => this.#ask(), EVERY);
  }

  heard(): void {
    this.#silent = 0;
  }

  end(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #ask(): void {
    const now = performance.now();
    const onTime = now - this.#asked < 2 * EVERY;
    this.#asked = now;
    this.#silent = onTime ? this.#silent + 1 : 0;
    if (this.#silent < PATIENCE) return;
    this.end();
    this.#lost();
  }
}
