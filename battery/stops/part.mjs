// How soon a sweep ends that is aborted, and whether a page stays alive while it sweeps.
import { fileURLToPath } from "node:url";
import { run, tailOf } from "../support/run.mjs";
import { Tally } from "../support/tally.mjs";
import { pageTasks } from "./page.mjs";

export const title =
  "Sweeps that are aborted at random times, and a page that sweeps: 99 of 100 aborts are over within 250 ms, and no task of the page takes over 50 ms.";

const program = fileURLToPath(new URL("aborts.mjs", import.meta.url));
const SOON = 250;
const SHARE = 0.01;
const LONG = 50;

export async function tryAll({ sample, share }) {
  const rows = [];
  for (const [workers, stored] of sample
    ? [[2, 0]]
    : [
        [0, 0],
        [2, 0],
        [0, 1],
        [2, 1],
      ]) {
    const what = `aborts at random times, ${workers} workers${stored ? ", into a store" : ""}: those beyond one in a hundred that take over ${SOON} ms fail`;
    const tally = new Tally(what);
    const tries = sample ? 20 : Math.max(20, Math.round(100 * share));
    const ended = await run(process.execPath, [program, tries, workers, stored].map(String));
    const found = ended.status === 0 ? JSON.parse(ended.stdout) : [tailOf(ended)];
    const times = found.filter((each) => typeof each === "number").sort((a, b) => a - b);
    let allowed = Math.ceil(SHARE * tries);
    for (const each of found) {
      const isLate = typeof each === "number" && each > SOON && allowed-- <= 0;
      tally.note(typeof each === "string" ? each : isLate ? `${each.toFixed(0)} ms` : undefined);
    }
    const part = (share) => times[Math.min(times.length - 1, Math.floor(share * times.length))]?.toFixed(0);
    rows.push(tally.row(`half within ${part(0.5)} ms, 99 % within ${part(0.99)} ms`));
  }
  const tasks = await pageTasks();
  if (tasks === undefined) return { rows, missing: ["a page's tasks (there is no Chromium)"] };
  const tally = new Tally(
    `the explorer draws a map of 10 000 points, in Chromium: tasks of its thread, of at most ${LONG} ms of processor time`,
  );
  for (const ms of tasks) tally.note(ms > LONG ? `${ms.toFixed(0)} ms` : undefined);
  if (tasks.length === 0) tally.note("no task was seen");
  rows.push(tally.row(`the longest ${Math.max(0, ...tasks).toFixed(0)} ms`));
  return { rows };
}
