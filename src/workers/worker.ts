// The file that a worker runs, in Node and in browsers. It is built into one file that imports nothing: dist/worker.js.
import { builtin, has } from "../platform/host.ts";
import type { Request, Response } from "./messages.ts";
import { type Port, serve } from "./worker-session.ts";

/** What is used of a MessagePort of node:worker_threads. */
interface NodePort {
  postMessage(report: Response, transfer?: ArrayBuffer[]): void;
  on(event: "message", listener: (order: Request) => void): void;
}

serve(nodePort() ?? webPort());

function nodePort(): Port | undefined {
  const threads = builtin("node:worker_threads");
  if (!has(threads, "parentPort") || !isNodePort(threads.parentPort)) return undefined;
  const port = threads.parentPort;
  return {
    post: (report, transfer) => port.postMessage(report, transfer),
    listen: (follow) => port.on("message", follow),
  };
}

function isNodePort(value: unknown): value is NodePort {
  return has(value, "postMessage", "on");
}

function webPort(): Port {
  return {
    post: (report, transfer = []) => globalThis.postMessage(report, { transfer }),
    listen: (follow) => {
      globalThis.onmessage = ({ data }: MessageEvent<Request>) => follow(data);
    },
  };
}
