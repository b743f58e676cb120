import { node } from "./environment.ts";

/** How long the sweep may hold the thread, in ms, beside the chunk or the column that is under way. */
const TURN = 6;

/** Lets the event loop turn from time to time: `await` it between chunks. */
export class TimeSlice {
  #since = performance.now();

  /** True when it is time to let others run. */
  get isOver(): boolean {
    return performance.now() - this.#since > TURN;
  }

  /** Lets others run where it is time to. */
  async yieldIfOver(): Promise<void> {
    if (this.isOver) await this.yieldToEventLoop();
  }

  /** Resolves after the events that wait have been handled. */
  async yieldToEventLoop(): Promise<void> {
    // Node since version 22 loads its implementation of fetch, some 30 ms, for the first message of a process.
    await new Promise<void>(node() ? (resolve) => void setImmediate(resolve) : afterMessage);
    this.#since = performance.now();
  }
}

/** A message, not a timer, in browsers: they slow timers down to 4 ms. */
function afterMessage(resolve: () => void): void {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    resolve();
  };
  port2.postMessage(null);
}
