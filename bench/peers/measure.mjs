// One case: every peer's first call in fresh processes, its memory, its traces beside ours, and then warm calls in turns.
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Peer } from "./process.mjs";

/** Beyond this the programs do not compute the same; of single precision, and of adaptive steps, the difference is told. */
const SAME_V = 1e-10;

/** Rounds of short calls, and how long they go on. */
const MOST_ROUNDS = 60;
const SHORT_MS = 3000;

function tracesOf(path, [points, outputs, samples]) {
  const bytes = readFileSync(path);
  const found = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  if (found.length !== points * outputs * samples) throw new Error(`${found.length} numbers, not ${points} × ${outputs} × ${samples}`);
  return found;
}

function largestDifference(a, b) {
  let most = 0;
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs(a[i] - b[i]));
  return most;
}

/** Starts a peer for a case and takes its first call. */
async function start(peer, each, traces) {
  const process = new Peer(peer.command(each, traces));
  try {
    await process.ask({ ...each.given, ...peer.given });
    return { process, first: await process.ask({ traces: null }), peak: process.peak() };
  } catch (error) {
    process.end();
    throw error;
  }
}

/** First calls of as many fresh processes (of one where a call is long); the last one stays for the warm calls. */
async function firstCalls(peer, each, { starts, traces }) {
  const found = { peer, cpu: Number.POSITIVE_INFINITY, wall: Number.POSITIVE_INFINITY, spent: 0, rounds: 0 };
  const [firsts, processes] = [[], []];
  for (let i = 0; i < starts; i++) {
    found.process?.end();
    const { process, first, peak } = await start(peer, each, traces);
    firsts.push(first.cpu);
    processes.push(first.process);
    found.process = process;
    found.peak = peak;
  }
  return { ...found, first: Math.min(...firsts), whole: Math.min(...processes) };
}

/** How far a peer's traces are from the reference. The first peer's are the reference where the case brings none. */
async function compare(found, each, traces, reference) {
  await found.process.ask({ traces });
  const own = tracesOf(traces, each.shape);
  rmSync(traces);
  if (reference === undefined) return own;
  found.difference = largestDifference(own, reference);
  const { peer } = found;
  if (peer.isPlain && each.kind !== "adaptive" && found.difference !== 0)
    throw new Error(`${peer.name} has other bits: ${found.difference} V`);
  const exact = each.kind !== "adaptive" && peer.precision === undefined;
  if (exact && !(found.difference < SAME_V)) throw new Error(`differs by ${found.difference} V`);
  return reference;
}

/** Calls in turns, as many rounds as are asked for, and of short calls more, which engines still compile. */
async function warmCalls(all, { rounds, seconds }) {
  const begin = performance.now();
  for (let round = 0; round < rounds || (round < MOST_ROUNDS && performance.now() - begin < SHORT_MS); round++) {
    for (const found of all) {
      // Slow ones get fewer turns, but never fewer than three.
      if (found.rounds >= 3 && found.spent > seconds * 1000) continue;
      const { ms, cpu } = await found.process.ask({ traces: null });
      found.cpu = Math.min(found.cpu, cpu);
      found.wall = Math.min(found.wall, ms);
      found.spent += ms;
      found.rounds++;
    }
  }
}

/** What was found of each peer that takes part in a case, and why others did not. */
export async function measure(each, peers, { starts, rounds, seconds, folder, reference }) {
  const traces = join(folder, "traces.f64");
  const all = [];
  const failed = [];
  let expected = reference;
  for (const peer of peers.filter(({ kinds, most }) => kinds.includes(each.kind) && each.points <= most)) {
    let found;
    try {
      found = await firstCalls(peer, each, { starts: each.points > 64 ? 1 : starts, traces });
      const first = expected;
      expected = await compare(found, each, traces, expected);
      if (first === undefined) found.difference = 0;
      all.push(found);
    } catch (error) {
      found?.process.end();
      if (peer === peers[0]) throw error;
      failed.push({ peer, why: error.message });
    }
  }
  try {
    await warmCalls(all, { rounds, seconds });
  } finally {
    for (const { process } of all) process.end();
  }
  return { all, failed };
}
