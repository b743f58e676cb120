import { hasRoomForThread, workerThreads } from "../platform/environment.ts";
import type { Request, Response } from "./messages.ts";

/** Who hears what a thread does. */
export interface Listener {
  onResponse(response: Response): void;
  /** The thread is dead, and will send no more. */
  onDeath(reason: string): void;
}

/** A worker as seen by the thread that started it: a worker thread in Node, a web worker in a browser. */
export interface Thread {
  /** Whether it has been loaded. */
  readonly ready: boolean;
  /** Whether its platform tells when it dies, however it does. */
  readonly tellsDeath: boolean;
  post(request: Request): void;
  /** From now on `listener` hears it, and nobody else. */
  listen(listener: Listener): void;
  /** Whether the process stays alive for it. */
  keepAlive(needed: boolean): void;
  /** Ends it, whatever it does; nobody hears of that. */
  end(): Promise<void>;
}

/** Starts a worker; undefined where the platform has none, or no room for one. Throws where it does not let us. */
export type StartThread = () => Thread | undefined;

export const startThread: StartThread = () => (hasRoomForThread() ? (nodeThread() ?? webThread()) : undefined);

/** Blocks leave little garbage in JavaScript; with V8's own limit two threads took 50 MB more for a million points. */
const limits = { maxYoungGenerationSizeMb: 2 };

/** The worker's file: beside the one that the package bundles this in; sources that are run as they are use the one that was built. */
function workerFile(): URL {
  const here = import.meta.url;
  return new URL(here.endsWith(".ts") ? "../../dist/worker.js" : "worker.js", here);
}

/** What both kinds of workers have in common: who listens to them, and whether they have been loaded. */
class Connection {
  listener: Listener | undefined;
  ready = false;

  receive(response: Response): void {
    this.ready ||= response.kind === "ready";
    this.listener?.onResponse(response);
  }

  listen(listener: Listener): void {
    this.listener = listener;
  }
}

/** Starts a worker thread of Node; undefined where this is not Node. `file` and `options` of the Worker are ours if not given. */
export function nodeThread(file: URL = workerFile(), options: object = {}): Thread | undefined {
  const threads = workerThreads();
  if (!threads) return undefined;
  // None of the options of the process: loaders, inspectors and --eval are not for this file.
  const worker = new threads.Worker(file, { name: "massgrid", execArgv: [], resourceLimits: limits, ...options });
  const connection = new Connection();
  let reason: string | undefined;
  worker.on("message", (response: Response) => connection.receive(response));
  worker.on("error", (error) => {
    reason = String(error);
  });
  worker.on("messageerror", (error) => {
    reason = String(error);
    void worker.terminate();
  });
  worker.on("exit", (code) => connection.listener?.onDeath(reason ?? `the thread ended with code ${code}`));
  return Object.assign(connection, {
    tellsDeath: true,
    post: (request: Request) => worker.postMessage(request),
    keepAlive: (needed: boolean) => (needed ? worker.ref() : worker.unref()),
    end: async () => {
      connection.listener = undefined;
      await worker.terminate();
    },
  });
}

/** Starts a web worker; undefined where there are none. */
function webThread(): Thread | undefined {
  if (typeof Worker !== "function") return undefined;
  // Written in one piece, as bundlers look for it.
  const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
  const connection = new Connection();
  // A worker that has thrown, or could not be loaded, is not to be used again.
  const fail = (reason: string) => {
    worker.terminate();
    connection.listener?.onDeath(reason);
  };
  worker.onmessage = ({ data }: MessageEvent<Response>) => connection.receive(data);
  worker.onmessageerror = () => fail("what it sent could not be read");
  worker.onerror = (event) => {
    event.preventDefault();
    fail(event.message ?? "the worker could not be loaded");
  };
  return Object.assign(connection, {
    tellsDeath: false,
    post: (request: Request) => worker.postMessage(request),
    keepAlive: () => {},
    end: async () => {
      connection.listener = undefined;
      worker.terminate();
    },
  });
}
