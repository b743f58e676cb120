import { Engine } from "../engine/engine.ts";
import type { BlockResult } from "../engine/result.ts";
import { TimeSlice } from "../platform/yield.ts";
import type { Block } from "../sweep/job.ts";
import { faultOf, isOfPlatform } from "./fault.ts";
import type { Request, Response } from "./messages.ts";

/** The worker's end of the line to the thread that started it. */
export interface Port {
  post(report: Response, transfer?: ArrayBuffer[]): void;
  listen(follow: (order: Request) => void): void;
}

/** How often steps are told, in ms. */
const INTERVAL = 50;

/** Thrown from within a block of a sweep that is over. */
const stopped = Symbol("stopped");

/** Follows orders until the thread is ended: what a worker does. */
export function serve(port: Port): void {
  let desk: WorkerSession | undefined;
  port.listen((order) => {
    if (order.kind === "work") desk = new WorkerSession(port, order.sweep, new Engine(order.work));
    else if (desk?.sweep !== order.sweep) return;
    else if (order.kind === "block") desk.take(order.block);
    else {
      desk.stop();
      desk = undefined;
    }
  });
  port.post({ kind: "ready" });
}

/** One sweep as a worker has it. */
class WorkerSession {
  readonly sweep: number;
  readonly #port: Port;
  readonly #engine: Engine;
  readonly #blocks: Block[] = [];
  readonly #pause = new TimeSlice();
  #told = performance.now();
  #busy = false;
  #over = false;

  constructor(port: Port, sweep: number, engine: Engine) {
    this.#port = port;
    this.sweep = sweep;
    this.#engine = engine;
  }

  take(block: Block): void {
    this.#blocks.push(block);
    if (!this.#busy) void this.#work();
  }

  /** Told when nothing of the sweep runs any more. */
  stop(): void {
    this.#over = true;
    if (!this.#busy) this.#port.post({ kind: "stopped", sweep: this.sweep });
  }

  async #work(): Promise<void> {
    const { sweep } = this;
    this.#busy = true;
    try {
      for (let block = this.#blocks.shift(); block && !this.#over; block = this.#blocks.shift()) {
        const result = await this.#engine.run(block, (steps) => this.#between(steps));
        this.#port.post({ kind: "done", sweep, result }, buffersOf(result));
      }
    } catch (error) {
      if (error !== stopped) this.#tell(error);
    }
    this.#busy = false;
    if (this.#over) this.#port.post({ kind: "stopped", sweep });
  }

  #tell(error: unknown): void {
    const { sweep } = this;
    if (isOfPlatform(error)) this.#port.post({ kind: "failed", sweep, reason: String(error) });
    else this.#port.post({ kind: "fault", sweep, fault: faultOf(error) });
  }

  /** Between chunks the thread turns to what it is told, and tells how far it is. */
  #between(steps: number): Promise<void> | undefined {
    if (this.#over) throw stopped;
    if (!this.#pause.isOver) return undefined;
    if (performance.now() - this.#told > INTERVAL) {
      this.#told = performance.now();
      this.#port.post({ kind: "steps", sweep: this.sweep, steps });
    }
    return this.#pause.yieldToEventLoop();
  }
}

/** What is moved, not copied. */
function buffersOf({ traces, features, failedAt, costs }: BlockResult): ArrayBuffer[] {
  const arrays = [...traces, ...features, failedAt, ...Object.values(costs ?? {})].flatMap((values) =>
    values instanceof Float64Array ? [values.buffer] : [],
  );
  return arrays.flatMap((buffer) => (buffer instanceof ArrayBuffer ? [buffer] : []));
}
