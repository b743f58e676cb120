// A thread that tries mutants of one kind, from a number on: mutant n of a seed is the same in every run. The thread above watches the clock.
import { parentPort, workerData } from "node:worker_threads";
import { randomOf } from "../support/random.mjs";
import { kinds } from "./kinds.mjs";

const { name, seed, from, until, at, slow } = workerData;
const kind = kinds[name]();
const place = new Int32Array(at);
process.on("unhandledRejection", (error) => parentPort.postMessage({ untold: String(error?.stack ?? error) }));

/** What went wrong with a mutant: what it threw, or how long it took; undefined where nothing did. */
async function faultOf(made) {
  const before = process.cpuUsage();
  let fault;
  let isRefused = true;
  try {
    isRefused = await kind.attempt(made);
  } catch (error) {
    fault = String(error?.stack ?? error)
      .split("\n")
      .slice(0, 6)
      .join("\n");
  }
  const { user, system } = process.cpuUsage(before);
  const ms = (user + system) / 1000;
  return { fault: fault ?? (ms > slow ? `took ${(ms / 1000).toFixed(1)} s` : undefined), isRefused, ms };
}

/** The fewest edits, and of a text the shortest, that fail alike. */
async function minimised(base, edits, fault) {
  const sameFault = async (made) => (await faultOf(made)).fault?.split("\n")[0] === fault.split("\n")[0];
  let fewest = edits;
  for (const edit of edits) {
    const without = fewest.filter((each) => each !== edit);
    if (without.length > 0 && (await sameFault(kind.apply(base, without)))) fewest = without;
  }
  const made = kind.apply(base, fewest);
  return kind.show(kind.less ? await kind.less(made, sameFault) : made, base, fewest);
}

// What ends this thread from here on is a mutant's doing.
parentPort.postMessage({ isReady: true });
let refused = 0;
let slowest = 0;
for (let n = from; n < until; n++) {
  Atomics.store(place, 0, n);
  const random = randomOf((Math.imul(seed, 0x9e3779b1) ^ Math.imul(n + 1, 0x85ebca6b)) >>> 0);
  const base = kind.base(random);
  const edits = Array.from({ length: random(2) === 0 ? 1 : 1 + random(4) }, () => kind.edit(random, base));
  const { fault, isRefused, ms } = await faultOf(kind.apply(base, edits));
  if (isRefused) refused++;
  slowest = Math.max(slowest, ms);
  if (fault !== undefined) parentPort.postMessage({ n, fault, least: await minimised(base, edits, fault) });
}
parentPort.postMessage({ refused, slowest });
