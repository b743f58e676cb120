// The file that a worker runs, in Node and in browsers. It is built into one file that imports nothing: dist/worker.js.
import { Engine } from "../engine/engine.ts";
import type { BlockResult } from "../engine/task.ts";
import { MassgridError } from "../errors.ts";
import { workerThreads } from "../platform/environment.ts";
import { isOfPlatform, platformCall } from "../platform/failure.ts";
import { TimeSlice } from "../platform/time-slice.ts";
import type { Block } from "../sweep/job.ts";
import { areSamples } from "../sweep/trace-type.ts";
import { faultOf, type Request, type Response } from "./messages.ts";

/** The worker's end of the line to the thread that started it. */
interface Port {
  post(response: Response, transfer?: ArrayBuffer[]): void;
  listen(onRequest: (request: Request) => void): void;
}

/** How often steps are told, in ms. */
const INTERVAL = 50;

/** Thrown from within a block of a sweep that is over. */
const stopped = Symbol("stopped");

/** One sweep as a worker has it. */
class WorkerSession {
  readonly sweep: number;
  readonly #port: Port;
  readonly #engine: Engine;
  readonly #blocks: Block[] = [];
  readonly #slice = new TimeSlice();
  #told = performance.now();
  #busy = false;
  #over = false;

  constructor(port: Port, sweep: number, engine: Engine) {
    this.#port = port;
    this.sweep = sweep;
    this.#engine = engine;
  }

  add(block: Block): void {
    this.#blocks.push(block);
    if (!this.#busy) void this.#run();
  }

  /** Answered when nothing of the sweep runs any more. */
  stop(): void {
    this.#over = true;
    if (!this.#busy) this.#port.post({ kind: "stopped", sweep: this.sweep });
  }

  async #run(): Promise<void> {
    const { sweep } = this;
    this.#busy = true;
    try {
      for (let block = this.#blocks.shift(); block && !this.#over; block = this.#blocks.shift()) {
        const result = await this.#engine.run(block, (steps) => this.#between(steps));
        platformCall(() => this.#port.post({ kind: "done", sweep, result }, buffersOf(result)));
      }
    } catch (error) {
      if (error !== stopped) this.#report(error);
    }
    this.#busy = false;
    if (this.#over) this.#port.post({ kind: "stopped", sweep });
  }

  #report(error: unknown): void {
    const { sweep } = this;
    const hasNoRoom = error instanceof MassgridError && error.code === "E_ADDRESS_SPACE";
    if (hasNoRoom || isOfPlatform(error)) this.#port.post({ kind: "failed", sweep, reason: String(error), hasNoRoom });
    else this.#port.post({ kind: "fault", sweep, fault: faultOf(error) });
  }

  /** Between chunks the thread turns to what it is told, and tells how far it is. */
  #between(steps: number): Promise<void> | undefined {
    if (this.#over) throw stopped;
    if (!this.#slice.isOver) return undefined;
    if (performance.now() - this.#told > INTERVAL) {
      this.#told = performance.now();
      this.#port.post({ kind: "steps", sweep: this.sweep, steps });
    }
    return this.#slice.yieldToEventLoop();
  }
}

/** What is moved, not copied: columns of several outputs may be one array, such as those of features of the equations, and nothing moves twice. */
function buffersOf({ traces, features, failedAt, finalStates = [], costs }: BlockResult): ArrayBuffer[] {
  const arrays = [...traces, ...features, ...finalStates, failedAt, ...Object.values(costs ?? {})].flatMap((values) =>
    areSamples(values) ? [values.buffer] : [],
  );
  return [...new Set(arrays.flatMap((buffer) => (buffer instanceof ArrayBuffer ? [buffer] : [])))];
}

function nodePort(): Port | undefined {
  const port = workerThreads()?.parentPort;
  if (!port) return undefined;
  return {
    post: (response, transfer) => port.postMessage(response, transfer),
    listen: (onRequest) => port.on("message", onRequest),
  };
}

function webPort(): Port {
  return {
    post: (response, transfer = []) => globalThis.postMessage(response, { transfer }),
    listen: (onRequest) => {
      globalThis.onmessage = ({ data }: MessageEvent<Request>) => onRequest(data);
    },
  };
}

/** Answers requests until the thread is ended: what a worker does. */
function serve(port: Port): void {
  let session: WorkerSession | undefined;
  port.listen((request) => {
    if (request.kind === "task") session = new WorkerSession(port, request.sweep, new Engine(request.task));
    else if (session?.sweep !== request.sweep) return;
    else if (request.kind === "block") session.add(request.block);
    else {
      session.stop();
      session = undefined;
    }
  });
  port.post({ kind: "ready" });
}

serve(nodePort() ?? webPort());
