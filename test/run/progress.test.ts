// A sweep can be watched and stopped, and leaves the event loop its turns.
import { spawnSync } from "node:child_process";
import { getEventListeners } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { type GridSearchOptions, gridSearch, type Progress } from "../../src/index.ts";
import { small } from "../support/sweep.ts";

const C = Float64Array.from({ length: 640 }, (_, i) => 60 + i);
const places = [0, 2];

describe.each(places)("progress: with %i workers", (workers) => {
  test("onProgress counts points and steps up to all of them, and tells how long the rest takes", async () => {
    const seen: Progress[] = [];
    const points = 130;
    await gridSearch(small({ paramGrid: { C: C.slice(0, points) }, workers, onProgress: (progress) => seen.push(progress) }));
    expect(seen.length).toBeGreaterThanOrEqual(3);
    for (const [i, { done, total, steps, eta }] of seen.entries()) {
      expect(total).toBe(points);
      expect(steps).toBeGreaterThanOrEqual(done * 50);
      expect(steps).toBeLessThanOrEqual(points * 50);
      if (i > 0) expect(done).toBeGreaterThanOrEqual(seen[i - 1].done);
      expect(eta).toBeGreaterThanOrEqual(0);
    }
    expect(seen.at(-1)).toEqual({ done: points, total: points, steps: points * 50, eta: 0 });
  });

  test("progress is told while one block runs for long, and the time left is about right", async () => {
    const seen: (Progress & { at: number })[] = [];
    const long = small({ paramGrid: { C: [100, 200] }, simulationTime: 20_000, cutoff: 19_999, workers });
    await gridSearch({ ...long, onProgress: (progress) => seen.push({ ...progress, at: performance.now() }) });
    const end = performance.now();
    const early = seen.filter(({ done }) => done === 0);
    expect(early.length).toBeGreaterThan(2);
    for (const [i, { steps }] of early.entries()) expect(steps).toBeGreaterThan(early[i - 1]?.steps ?? 0);
    const half = early[Math.floor(early.length / 2)];
    expect(half.eta).toBeGreaterThan((end - half.at) / 1000 / 4);
    expect(half.eta).toBeLessThan(((end - half.at) / 1000) * 4);
  });

  test("a signal ends the sweep in a fraction of the time that it has left, with its own reason, and keeps no listener", async () => {
    const stop = new AbortController();
    const reason = new Error("enough");
    let [start, left] = [0, 0];
    const onProgress = ({ eta }: Progress) => {
      [start, left] = [performance.now(), 1000 * eta];
      stop.abort(reason);
    };
    const sweep = small({ paramGrid: { C }, simulationTime: 1000, stepSize: 1e-3, cutoff: 999, signal: stop.signal, workers, onProgress });
    await expect(gridSearch(sweep)).rejects.toBe(reason);
    expect(performance.now() - start).toBeLessThan(left / 10);
    expect(getEventListeners(stop.signal, "abort")).toEqual([]);
  });

  test("a sweep that ends keeps no listener on its signal", async () => {
    const { signal } = new AbortController();
    await gridSearch(small({ paramGrid: { C }, workers, signal }));
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  test("timers run while a sweep runs", async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const busy = () => performance.now() - waited();
    const start = busy();
    await gridSearch(small({ paramGrid: { C }, simulationTime: 20, stepSize: 1e-3, cutoff: 19, workers }));
    clearInterval(timer);
    expect(turns).toBeGreaterThan((busy() - start) / 60);
  });
});

test("progress: a signal that is spent refuses at once", async () => {
  await expect(gridSearch(small({ signal: AbortSignal.abort(new Error("before")) }))).rejects.toThrow("before");
});

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Runs a program in a process of its own, which must end by itself. */
function program(text: string): unknown {
  const { stdout, stderr, status, signal } = spawnSync(process.execPath, ["--input-type=module", "-e", text], {
    cwd: root,
    encoding: "utf8",
    timeout: 50_000,
  });
  expect([stderr, status, signal]).toEqual(["", 0, null]);
  return JSON.parse(stdout);
}

const inProgram = `
import { gridSearch } from "./dist/index.js";
const C = Float64Array.from({ length: 640 }, (_, i) => 60 + i);
// What is left when all that is being closed has been closed, but for the standard streams.
const handles = async () => {
  await new Promise((resolve) => setTimeout(resolve, 50));
  return process.getActiveResourcesInfo().filter((name) => name !== "PipeWrap" && name !== "TTYWrap");
};
const sweep = (more) => gridSearch({
  circuitTemplate: "model_templates.neural_mass_models.jansenrit.JRC2",
  paramGrid: { C }, paramMap: { C: { vars: ["jrc_op/c"], nodes: ["jrc"] } },
  simulationTime: 1, stepSize: 1e-3, cutoff: 0.9, outputs: { V: "jrc/jrc_op/V_e" }, ...more,
});
`;

test("progress: 20 sweeps that are stopped at random times stop at once, and the next finds what it would have found", () => {
  const found = program(`${inProgram}
const before = JSON.stringify((await sweep({ workers: 0 })).results.getChildAt(7).toJSON());
const begin = performance.now();
await sweep({ simulationTime: 10, cutoff: 9.9, workers: 0 });
// What the sweeps below would take in this thread: a hundred times as many steps.
const whole = 100 * (performance.now() - begin);
const late = [];
for (let i = 0; i < 20; i++) {
  const stop = new AbortController();
  const long = sweep({ simulationTime: 1000, cutoff: 999, workers: i % 4 === 3 ? undefined : 2, signal: stop.signal });
  await new Promise((resolve) => setTimeout(resolve, 120 * Math.random()));
  const start = performance.now();
  stop.abort(new Error("enough"));
  await long.catch((error) => { if (error.message !== "enough") throw error; });
  late.push(performance.now() - start);
}
const after = JSON.stringify((await sweep({ workers: 2 })).results.getChildAt(7).toJSON());
console.log(JSON.stringify({ latest: Math.max(...late) / whole, same: before === after, handles: await handles() }));`);
  expect(found).toEqual({ latest: expect.any(Number), same: true, handles: [] });
  expect(found).toHaveProperty(
    "latest",
    expect.toSatisfy((share: number) => share < 1 / 40),
  );
});

test("progress: many sweeps keep the threads that the first one started, and hold no process", () => {
  const found = program(`${inProgram}
let started = 0;
process.on("worker", () => started++);
for (let i = 0; i < 30; i++) await sweep({ workers: 2 });
console.log(JSON.stringify({ started, handles: await handles() }));`);
  expect(found).toEqual({ started: 2, handles: [] });
});

/** How long the main thread has waited for a core, in ms: what the machine does otherwise is no stall of ours. 0 where it is not told. */
function waited(): number {
  const file = "/proc/self/schedstat";
  return existsSync(file) ? Number(readFileSync(file, "utf8").split(" ")[1]) / 1e6 : 0;
}

/** The longest that a timer of 1 ms had to wait for the event loop while `work` ran, as a share of the time that the work took. */
async function longestStall(work: () => Promise<unknown>): Promise<number> {
  const stalls: number[] = [];
  const busy = () => performance.now() - waited();
  const start = busy();
  let last = start;
  const timer = setInterval(() => {
    const now = busy();
    stalls.push(now - last);
    last = now;
  }, 1);
  await work();
  const whole = busy() - start;
  await new Promise((resolve) => setTimeout(resolve, 5));
  clearInterval(timer);
  return Math.max(...stalls) / whole;
}

/** How often a sweep may be measured before its stalls count as its own. */
const TRIES = 20;

/** The longest stall of a sweep, as a share of it: the first below `limit`, or the least. */
async function stallOf(options: GridSearchOptions, limit: number): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < TRIES && least >= limit; i++) least = Math.min(least, await longestStall(() => gridSearch(options)));
  return least;
}

test("progress: a stall is seen", async () => {
  const hold = async () => {
    const busy = () => performance.now() - waited();
    const start = busy();
    while (busy() - start < 40);
  };
  expect(await longestStall(hold)).toBeGreaterThan(0.8);
});

describe("progress: the event loop is never held for a fifth of a short sweep", () => {
  const many = Float64Array.from({ length: 20_000 }, (_, i) => 60 + i / 50);
  const options = small({ paramGrid: { C: many }, simulationTime: 0.2, samplingStepSize: 0.02, outputs: { V: "jrc/jrc_op/V_e" } });
  const chosen: [string, Partial<GridSearchOptions>][] = [
    ["in this thread", { workers: 0 }],
    ["in workers", { workers: 2 }],
    ["where it chooses", {}],
    ["in the long layout", { layout: "long", workers: 2 }],
  ];
  test.each(chosen)("%s", async (_, more) => {
    expect(await stallOf({ ...options, ...more }, 1 / 5)).toBeLessThan(1 / 5);
  });
});
