// The file that a worker runs, in Node and in browsers. It is built into one file that imports nothing: dist/worker.js.
import { builtin, has } from "./host.ts";
import type { Order, Report } from "./protocol.ts";
import { type Port, serve } from "./serve.ts";

/** What is used of a MessagePort of node:worker_threads. */
interface NodePort {
  postMessage(report: Report, transfer?: ArrayBuffer[]): void;
  on(event: "message", listener: (order: Order) => void): void;
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
      globalThis.onmessage = ({ data }: MessageEvent<Order>) => follow(data);
    },
  };
}
