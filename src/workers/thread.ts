import type { Request, Response } from "./messages.ts";

/** Who hears what a thread does. */
export interface Listener {
  report(report: Response): void;
  /** The thread is dead, and will report no more. */
  died(reason: string): void;
}

/** A worker as the thread sees it that started it: a worker thread in Node, a web worker in a browser. */
export interface Thread {
  /** Whether it has been loaded. */
  readonly ready: boolean;
  /** Whether its platform tells when it dies, however it does. */
  readonly tellsDeath: boolean;
  post(order: Request): void;
  /** From now on `listener` hears it, and nobody else. */
  listen(listener: Listener): void;
  /** Whether the process stays alive for it. */
  hold(held: boolean): void;
  /** Ends it, whatever it does; nobody hears of that. */
  end(): Promise<void>;
}
