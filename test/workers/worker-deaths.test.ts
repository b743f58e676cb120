// Workers that die: their block is run again, and is lost only when three have died of it; an error of ours ends the sweep.
import type { Worker } from "node:worker_threads";
import { afterEach, describe, expect, test } from "vitest";
import { type GridSearchOptions, gridSearch, MassgridError, type Model, normalNoise, trace } from "../../src/index.ts";
import { makePlan } from "../../src/plan/plan.ts";
import { openFiles } from "../../src/platform/files.ts";
import { run as runPlan } from "../../src/run/run.ts";
import { blocksOf } from "../../src/sweep/blocks.ts";
import type { Block } from "../../src/sweep/job.ts";
import { Pool } from "../../src/workers/pool.ts";
import { nodeThread, type Thread } from "../../src/workers/thread.ts";
import { moduleOf, vanDerPol } from "../support/models.ts";
import { published } from "../support/sweep.ts";
import { everything, sweepWith } from "../support/sweep-with.ts";

const POINTS = 150;
const options: GridSearchOptions = published({
  paramGrid: { C: Array.from({ length: POINTS }, (_, i) => 68 + i) },
  simulationTime: 0.3,
  stepSize: 1e-3,
  cutoff: 0,
  inputs: { "jrc/jrc_op/u": normalNoise({ mean: 220, sd: 60, seed: 3, shared: false }) },
});

const threads: Thread[] = [];
afterEach(async () => {
  for (const thread of threads.splice(0)) await thread.end();
});

/** A pool whose threads run `file`, with data of their own. */
function poolOf(file: string, settings: object): Pool {
  return new Pool(() => {
    const thread = nodeThread(new URL(file, import.meta.url), { stderr: true, ...settings });
    if (thread) threads.push(thread);
    return thread;
  });
}

/** A pool whose workers fail `times` times in all, at the end of the block that begins with point `first`. */
function failing(how: string, times: number, first = 60): { pool: Pool; left: Int32Array } {
  const left = new Int32Array(new SharedArrayBuffer(4)).fill(times);
  const resourceLimits = { maxOldGenerationSizeMb: 40, maxYoungGenerationSizeMb: 4 };
  return { pool: poolOf("./failing.mjs", { workerData: { how, first, left }, resourceLimits }), left };
}

const everyPoint = <Each>(of: (i: number) => Each) => Array.from({ length: POINTS }, (_, i) => of(i));
const run = async (pool: Pool, workers = 2) => everything(await sweepWith(options, { pool, workers, lanes: 20 }), ["V_pce", "V_pci"]);
const ways = ["exit", "exit without a fault", "throw", "reject", "trap", "memory", "heap", "stack"];

describe.each(ways)("a worker that ends by %s", (how) => {
  test("has its block run again, with the same bits", async () => {
    const { pool, left } = failing(how, 2);
    expect(await run(pool)).toEqual(everything(await gridSearch({ ...options, workers: 0 }), ["V_pce", "V_pci"]));
    expect(left[0]).toBeLessThanOrEqual(0);
  });
});

test("a worker that is ended from outside has its block run again", async () => {
  const pool = poolOf("../../dist/worker.js", {});
  const long = { ...options, simulationTime: 80, samplingStepSize: 1 };
  let started = 0;
  const onWorker = (worker: Worker) => {
    if (started++ < 2) worker.once("message", () => setTimeout(() => worker.terminate(), 20));
  };
  process.on("worker", onWorker);
  const found = everything(await sweepWith(long, { pool, workers: 2, lanes: 20 }), ["V_pce"]);
  process.off("worker", onWorker);
  expect(started).toBe(4);
  expect(found).toEqual(everything(await gridSearch({ ...long, workers: 0 }), ["V_pce"]));
});

test.each(["exit", "trap"])("a block of which every worker dies by %s is tried three times; its points alone are lost", async (how) => {
  const { pool, left } = failing(how, 100);
  const found = await sweepWith({ ...options, features: { V_pce: ["mean", "regime"] } }, { pool, workers: 2, lanes: 20 });
  expect(100 - left[0]).toBe(3);
  const isLost = (i: number) => i >= 60 && i < 80;
  expect(Array.from(found.resultsMap.getChild("V_pce_mean") ?? [], (value) => value === null)).toEqual(everyPoint(isLost));
  expect(Array.from(found.resultsMap.getChild("V_pce_regime") ?? [], (text) => text === null)).toEqual(everyPoint(isLost));
  const statuses = Array.from(found.resultsMap.getChild("status") ?? []);
  expect(statuses).toEqual(everyPoint((i) => (isLost(i) ? "worker_lost" : "ok")));
  expect(found.resultsMap.getChild("failedAt")?.nullCount).toBe(POINTS);
  const alone = await gridSearch({ ...options, workers: 0 });
  for (let i = 0; i < POINTS; i++) {
    const [values, wanted] = [found, alone].map(({ results }) => trace(results, `JRC2_${i}`, "V_pce"));
    if (isLost(i)) expect(values.every(Number.isNaN)).toBe(true);
    else expect(values).toEqual(wanted);
  }
});

test.each(["exit", "trap"])("workers that die by %s leave the order of results as it is", async (how) => {
  const plan = makePlan(options, { budget: 1e9, openFile: openFiles(), lanes: 2 });
  for (const first of [0, 60, 148]) {
    const { pool } = failing(how, 2, first);
    const found: Block[] = [];
    for await (const { block } of runPlan(plan, { pool, workers: 2, held: 0 })) found.push(block);
    expect(found).toEqual([...blocksOf(plan.blocks)]);
  }
});

test("workers: where no thread can be had, results in order are computed here in their order", async () => {
  const plan = makePlan(options, { budget: 1e9, openFile: openFiles(), lanes: 2 });
  const found: Block[] = [];
  for await (const { block } of runPlan(plan, { pool: new Pool(() => undefined), workers: 2, held: 5 })) found.push(block);
  expect(found).toEqual([...blocksOf(plan.blocks)]);
});

/** Van der Pol's oscillator in a module that traps where mu is negative. */
function trapping(): Model {
  return { ...vanDerPol(), module: moduleOf("trapping") };
}

test.each([2, 0])("a model whose module traps loses the blocks in which it does, and no others, with %i workers", async (workers) => {
  const mu = Array.from({ length: 200 }, (_, i) => (i === 70 ? -1 : 0.1 + i / 100));
  const call = (values: number[]): GridSearchOptions => ({
    circuitTemplate: trapping(),
    paramGrid: { mu: values },
    paramMap: { mu: { vars: ["vdp_op/mu"], nodes: ["p"] } },
    simulationTime: 1,
    stepSize: 0.01,
    outputs: { x: "p/vdp_op/x" },
  });
  const found = everything(await gridSearch({ ...call(mu), workers }), ["x"]);
  const sound = everything(await gridSearch({ ...call(mu.map(Math.abs)), workers: 0 }), ["x"]);
  for (let i = 0; i < mu.length; i++) {
    const key = `vdp_${i}`;
    if (i >= 52 && i < 78) expect(found[key]).toMatchObject([{ status: "worker_lost" }, expect.any(String)]);
    else expect(found[key]).toEqual(sound[key]);
  }
});

describe("workers worker deaths: an error of ours is not swallowed", () => {
  test("a MassgridError of a worker ends the sweep with its code", async () => {
    const { pool } = failing("ours", 0);
    const error: unknown = await run(pool).catch((caught) => caught);
    expect(error).toBeInstanceOf(MassgridError);
    expect(error).toMatchObject({ name: "MassgridError", code: "E_CSP_WASM", problems: [{ code: "E_CSP_WASM" }] });
  });

  test("a fault of the program ends it by its name, and says where it was", async () => {
    const { pool } = failing("bug", 1);
    const error: unknown = await run(pool).catch((caught) => caught);
    expect(error).toMatchObject({
      name: "TypeError",
      message: expect.stringContaining("nothing"),
      stack: expect.stringContaining("failing.mjs"),
    });
    expect(await run(pool)).toEqual(everything(await gridSearch({ ...options, workers: 0 }), ["V_pce", "V_pci"]));
  });

  test("what onProgress throws ends it too", async () => {
    const wrong = new Error("of the caller's");
    const onProgress = () => {
      throw wrong;
    };
    await expect(gridSearch({ ...options, workers: 2, onProgress })).rejects.toBe(wrong);
    await expect(gridSearch({ ...options, workers: 0, onProgress })).rejects.toBe(wrong);
  });
});

describe("where workers cannot be had, the caller's thread does the work", () => {
  const wanted = async () => everything(await gridSearch({ ...options, workers: 0 }), ["V_pce", "V_pci"]);

  test.each([
    ["the file is missing", () => poolOf("./workers/none.mjs", {})],
    ["the file throws when it is loaded", () => poolOf("./broken.mjs", {})],
    ["there are none", () => new Pool(() => undefined)],
    [
      "they are forbidden",
      () =>
        new Pool(() => {
          throw new Error("forbidden");
        }),
    ],
  ])("%s", async (_, pool) => {
    const used = pool();
    expect(await run(used)).toEqual(await wanted());
    const started = threads.length;
    expect(await run(used)).toEqual(await wanted());
    expect(threads.length).toBe(started);
  });
});

describe("where workers die and no others can be had, the caller's thread tries what is left once", () => {
  /** A pool that starts two workers, and no third. */
  function last(how: string, times: number): Pool {
    const left = new Int32Array(new SharedArrayBuffer(4)).fill(times);
    const file = new URL("./failing.mjs", import.meta.url);
    let started = 0;
    return new Pool(() => {
      if (started++ >= 2) throw new Error("no more");
      const thread = nodeThread(file, { stderr: true, workerData: { how, first: 60, left } });
      if (thread) threads.push(thread);
      return thread;
    });
  }

  test.each(["exit", "trap", "throw"])("a block of which both have died by %s has its bits", async (how) => {
    expect(await run(last(how, 2))).toEqual(everything(await gridSearch({ ...options, workers: 0 }), ["V_pce", "V_pci"]));
  });

  test("what traps there too is lost, and nothing else", async () => {
    const plain = { circuitTemplate: trapping(), paramMap: { mu: { vars: ["vdp_op/mu"], nodes: ["p"] } } };
    const rest = { simulationTime: 1, stepSize: 0.01, outputs: { x: "p/vdp_op/x" } };
    const mu = Array.from({ length: 60 }, (_, i) => (i === 30 ? -1 : 0.1 + i / 100));
    const pool = last("none", 0);
    const { resultsMap } = await sweepWith({ ...plain, ...rest, paramGrid: { mu } }, { pool, workers: 2, lanes: 20 });
    const statuses = Array.from(resultsMap.getChild("status") ?? [], String);
    const lost = { first: statuses.indexOf("worker_lost"), last: statuses.lastIndexOf("worker_lost") };
    expect(statuses).toEqual(mu.map((_, i) => (i >= lost.first && i <= lost.last ? "worker_lost" : "ok")));
    expect([lost.first <= 30, lost.last >= 30, lost.last - lost.first < 20]).toEqual([true, true, true]);
  });
});
