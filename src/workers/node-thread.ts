import { builtin, has } from "../platform/host.ts";
import type { Request, Response } from "./messages.ts";
import type { Listener, Thread } from "./thread.ts";

/** What is used of a Worker of node:worker_threads. */
interface NodeWorker {
  postMessage(order: Request): void;
  on(event: "message", listener: (report: Response) => void): void;
  on(event: "error" | "messageerror", listener: (error: unknown) => void): void;
  on(event: "exit", listener: (code: number) => void): void;
  ref(): void;
  unref(): void;
  terminate(): Promise<number>;
}

interface WorkerThreads {
  Worker: new (file: URL, options: object) => NodeWorker;
}

/** Blocks leave little garbage in JavaScript; with V8's own limit two threads took 50 MB more for a million points. */
const limits = { maxYoungGenerationSizeMb: 4 };

/** The worker's file: beside the one that the package bundles this in; sources that are run as they are use the one that was built. */
function workerFile(): URL {
  const here = import.meta.url;
  return new URL(here.endsWith(".ts") ? "../../dist/worker.js" : "worker.js", here);
}

/** Starts a worker thread of Node; undefined where this is not Node. `file` and `options` of the Worker are ours if not given. */
export function nodeThread(file: URL = workerFile(), options: object = {}): Thread | undefined {
  const threads = builtin("node:worker_threads");
  if (!isWorkerThreads(threads)) return undefined;
  // None of the options of the process: loaders, inspectors and --eval are not for this file.
  const worker = new threads.Worker(file, { name: "massgrid", execArgv: [], resourceLimits: limits, ...options });
  let listener: Listener | undefined;
  let ready = false;
  let reason: string | undefined;
  worker.on("message", (report) => {
    ready ||= report.kind === "ready";
    listener?.report(report);
  });
  worker.on("error", (error) => {
    reason = String(error);
  });
  worker.on("messageerror", (error) => {
    reason = String(error);
    void worker.terminate();
  });
  worker.on("exit", (code) => listener?.died(reason ?? `the thread ended with code ${code}`));
  return {
    get ready() {
      return ready;
    },
    tellsDeath: true,
    post: (order) => worker.postMessage(order),
    listen: (next) => {
      listener = next;
    },
    hold: (held) => (held ? worker.ref() : worker.unref()),
    end: async () => {
      listener = undefined;
      await worker.terminate();
    },
  };
}

function isWorkerThreads(value: unknown): value is WorkerThreads {
  return has(value, "Worker") && typeof value.Worker === "function";
}
