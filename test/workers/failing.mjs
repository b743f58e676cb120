// A worker that is made to fail: `workerData` says how, at the end of which block (by its first point), and how many times in all.
import { parentPort, workerData } from "node:worker_threads";

const { how, first, left } = workerData;
const post = parentPort.postMessage.bind(parentPort);

const failures = {
  exit: () => process.exit(1),
  "exit without a fault": () => process.exit(0),
  throw: () => setImmediate(() => throwIt()),
  reject: () => Promise.reject(new Error("made to fail")),
  trap: () => {
    // (module (func (export "f") unreachable))
    const bytes = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 5, 1, 3, 0, 0, 11];
    new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(bytes))).exports.f();
  },
  memory: () => {
    throw new RangeError("WebAssembly.Memory(): could not allocate memory");
  },
  heap: () => {
    const kept = [];
    for (;;) kept.push(Array.from({ length: 1e5 }, (_, i) => ({ i })));
  },
  stack: () => {
    const deeper = (n) => 1 + deeper(n + 1);
    deeper(0);
  },
  bug: () => undefined.nothing,
};

function throwIt() {
  throw new Error("made to fail");
}

parentPort.postMessage = (report, transfer) => {
  const meant = report.kind === "done" && report.result.block.first === first;
  if (meant && Atomics.sub(left, 0, 1) > 0) failures[how]();
  else post(report, transfer);
};

if (how === "ours") {
  // What a page's policy does: an error of ours, which the worker meets when it compiles the solvers.
  globalThis.WebAssembly.Module = new Proxy(WebAssembly.Module, {
    construct() {
      throw new WebAssembly.CompileError("blocked by the Content-Security-Policy");
    },
  });
}
await import("../../dist/worker.js");
