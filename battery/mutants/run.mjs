// A process that tries mutants of one kind: node battery/mutants/run.mjs KIND SEED FROM UNTIL. Prints a line of JSON: how many were tried
// and refused, the slowest in ms of processor time, and what failed. What hangs is ended, told, and left out.
import { Worker } from "node:worker_threads";

const [name, ...numbers] = process.argv.slice(2);
const [seed, first, until] = numbers.map(Number);
/** A mutant that takes more processor time, in ms, fails; one that takes much more time of the clock is ended. */
const SLOW = 2000;
const HANG = 120_000;

const found = { name, tried: 0, refused: 0, slowest: 0, failed: [] };

/** Tries mutants from one on; tells with which to go on. */
async function tryFrom(from) {
  const at = new SharedArrayBuffer(4);
  const place = new Int32Array(at);
  place[0] = from;
  const worker = new Worker(new URL("worker.mjs", import.meta.url), { workerData: { name, seed, from, until, at, slow: SLOW } });
  let isReady = false;
  worker.on("message", ({ n, fault, least, untold, refused, slowest, ...told }) => {
    if (told.isReady) isReady = true;
    else if (fault !== undefined) found.failed.push({ n, fault, least });
    else if (untold !== undefined) found.failed.push({ n: place[0], fault: `a rejection that nobody takes: ${untold}`, least: "" });
    else {
      found.refused += refused;
      found.slowest = Math.max(found.slowest, slowest);
    }
  });
  let last = { n: -1, since: performance.now() };
  return await new Promise((resolve, reject) => {
    let isOver = false;
    const end = (next, fault) => {
      if (isOver) return;
      isOver = true;
      clearInterval(timer);
      if (fault !== undefined) found.failed.push({ n: next - 1, fault, least: "" });
      resolve(next);
    };
    const timer = setInterval(() => {
      const n = Atomics.load(place, 0);
      if (n !== last.n) last = { n, since: performance.now() };
      if (performance.now() - last.since < HANG) return;
      void worker.terminate();
      end(n + 1, `hung for ${HANG / 1000} s`);
    }, 500);
    worker.on("error", (error) => {
      if (!isReady) reject(error);
      else end(Atomics.load(place, 0) + 1, `ended its thread: ${error.stack ?? error}`);
    });
    worker.on("exit", () => end(until));
  });
}

for (let next = first; next < until; ) next = await tryFrom(next);
found.tried = until - first;
console.log(JSON.stringify(found));
