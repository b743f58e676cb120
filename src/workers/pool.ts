import { cores } from "../platform/environment.ts";
import { type StartThread, startThread, type Thread } from "./thread.ts";

/** A sweep that works with threads of a pool. */
export interface Claim {
  /** How many threads it can use. */
  readonly wants: number;
  /** How many it has. */
  readonly has: number;
  /** A thread is its own until it gives it back, or ends it. */
  onWorker(thread: Thread): void;
  /** There are no threads to be had. */
  onUnavailable(): void;
  /** Another sweep waits for threads: those that have nothing to do are to be given back. */
  onWanted(): void;
}

/**
 * Threads that are kept from sweep to sweep: one a core, or as many as the last sweep wanted. Sweeps that run at the
 * same time share them: who asks first gets all, and who comes later gets those that are given back. Threads that nobody uses
 * keep no process alive.
 */
export class Pool {
  readonly #start: StartThread;
  readonly #threads = new Set<Thread>();
  readonly #idle = new Set<Thread>();
  /** Sweeps that can use more threads than they have, in the order in which they asked. */
  readonly #waiting = new Set<Claim>();
  /** Sweeps that have got threads. */
  readonly #holders = new Set<Claim>();
  /** How many threads the sweep wants that asked last. */
  #wanted = 0;
  /** Whether a thread has ever been loaded, and whether one could not be. */
  #works = false;
  #failed = false;

  constructor(start: StartThread) {
    this.#start = start;
  }

  /** Threads that are there: a sweep that gets them need not wait for their start. */
  get size(): number {
    return this.#threads.size;
  }

  /** Whether any sweep waits for threads. All that wait can use one at once. */
  get isWanted(): boolean {
    return this.#waiting.size > 0;
  }

  /** Whether a sweep waits for more threads than it has. */
  isWaiting(claim: Claim): boolean {
    return this.#waiting.has(claim);
  }

  /** Gives a sweep the threads that it wants: now, or when others give them back. */
  ask(claim: Claim): void {
    this.#waiting.add(claim);
    this.#wanted = claim.wants;
    this.#serve();
    if (!this.isWaiting(claim)) return;
    for (const holder of [...this.#holders]) if (holder !== claim) holder.onWanted();
  }

  /** A sweep cannot use more threads than it has for now. */
  withdraw(claim: Claim): void {
    this.#waiting.delete(claim);
  }

  /** A sweep is over. */
  leave(claim: Claim): void {
    this.withdraw(claim);
    this.#holders.delete(claim);
  }

  /** Takes back a thread that does nothing any more. */
  giveBack(thread: Thread): void {
    thread.keepAlive(false);
    thread.listen({ onResponse: () => {}, onDeath: () => void this.end(thread) });
    this.#idle.add(thread);
    this.#serve();
    const kept = Math.max(cores(), this.#wanted);
    for (const spare of this.#idle) if (this.#threads.size > kept) void this.end(spare);
  }

  /** Ends a thread, dead or alive. */
  async end(thread: Thread): Promise<void> {
    this.#threads.delete(thread);
    this.#idle.delete(thread);
    this.#works ||= thread.ready;
    this.#failed ||= !thread.ready;
    await thread.end();
  }

  /** Where a thread could not be loaded, and none ever was, no other is tried. */
  get #isHopeless(): boolean {
    return this.#failed && !this.#works && ![...this.#threads].some(({ ready }) => ready);
  }

  #serve(): void {
    for (const claim of this.#waiting) {
      while (this.isWaiting(claim) && claim.has < claim.wants) {
        const thread = this.#threadFor(claim.wants);
        if (thread === undefined) {
          if (this.#threads.size === 0) this.#giveUp();
          return;
        }
        thread.keepAlive(true);
        this.#holders.add(claim);
        claim.onWorker(thread);
      }
      this.#waiting.delete(claim);
    }
  }

  #threadFor(wanted: number): Thread | undefined {
    for (const thread of this.#idle) {
      this.#idle.delete(thread);
      return thread;
    }
    if (this.#isHopeless || this.#threads.size >= Math.max(cores(), wanted)) return undefined;
    const thread = this.#startThread();
    if (thread) this.#threads.add(thread);
    return thread;
  }

  /** Another thread; undefined where the platform has none, or does not let us. */
  #startThread(): Thread | undefined {
    try {
      return this.#start();
    } catch {
      return undefined;
    }
  }

  #giveUp(): void {
    for (const claim of this.#waiting) {
      this.#waiting.delete(claim);
      claim.onUnavailable();
    }
  }
}

/** The pool of this process or page. Nothing of it exists before a sweep asks for threads. */
export const pool = new Pool(startThread);
