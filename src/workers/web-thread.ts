import type { Response } from "./messages.ts";
import type { Listener, Thread } from "./thread.ts";

/** Starts a web worker; undefined where there are none. */
export function webThread(): Thread | undefined {
  if (typeof Worker !== "function") return undefined;
  // Written in one piece, as bundlers look for it.
  const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
  let listener: Listener | undefined;
  let ready = false;
  // A worker that has thrown, or could not be loaded, is not to be used again.
  const fail = (reason: string) => {
    worker.terminate();
    listener?.died(reason);
  };
  worker.onmessage = ({ data }: MessageEvent<Response>) => {
    ready ||= data.kind === "ready";
    listener?.report(data);
  };
  worker.onmessageerror = () => fail("what it sent could not be read");
  worker.onerror = (event) => {
    event.preventDefault();
    fail(event.message ?? "the worker could not be loaded");
  };
  return {
    get ready() {
      return ready;
    },
    tellsDeath: false,
    post: (order) => worker.postMessage(order),
    listen: (next) => {
      listener = next;
    },
    hold: () => {},
    end: async () => {
      listener = undefined;
      worker.terminate();
    },
  };
}
