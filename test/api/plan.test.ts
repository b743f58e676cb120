// What a call would take, told before it is made.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { type GridSearchOptions, gridSearch, MassgridError, plan } from "../../src/index.ts";
import { makePlan } from "../../src/plan/plan.ts";
import { memoryBudget } from "../../src/platform/environment.ts";
import { processorTime } from "../support/stopwatch.ts";
import { refusal, small } from "../support/sweep.ts";

const grid = (n: number) => ({ C: Float64Array.from({ length: n }, (_, i) => 60 + i / 10) });

test("plan: points, steps, samples and bytes are those of the sweep", async () => {
  const found = await plan(small({ paramGrid: grid(100), simulationTime: 2, cutoff: 0.5, samplingStepSize: 0.01 }));
  expect(found).toMatchObject({ points: 100, steps: 2000, samples: 150, fits: true });
  const { results } = await gridSearch(small({ paramGrid: grid(100), simulationTime: 2, cutoff: 0.5, samplingStepSize: 0.01 }));
  const values = results.numRows * (results.numCols - 1) * 8;
  expect(found.bytes).toBeGreaterThanOrEqual(values);
  expect(found.bytes).toBeLessThan(values + 100 * 2500);
  expect(found.room).toBeGreaterThan(1e6);
  expect(found.room).toBeLessThanOrEqual(process.availableMemory() * 0.9);
});

test("plan: it is told within a moment, and for a sweep of any length", async () => {
  const sweepOf = (simulationTime: number) => small({ paramGrid: grid(1000), simulationTime, cutoff: simulationTime - 1 });
  const hours = await plan(sweepOf(1e6));
  // A plan costs the same for 10 s and for 1e6 s, but for what else the processor does.
  const [short, long] = [await processorTime(() => plan(sweepOf(10)), 5), await processorTime(() => plan(sweepOf(1e6)), 5)];
  expect(long).toBeLessThan(3 * short + 20);
  expect(hours.seconds).toBeGreaterThan(300);
  expect(hours.workers).toBe(Math.min(availableParallelism(), 16));
});

test("the plan of 300 000 points holds the thread for less than 25 ms more than that of two", () => {
  const machine = { budget: Number.POSITIVE_INFINITY, openFile: () => undefined };
  // The time of this process alone, and its least: what else the machine does is no matter.
  const least = (options: GridSearchOptions) => {
    const times = Array.from({ length: 7 }, () => {
      const before = process.cpuUsage();
      makePlan(options, machine);
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1000;
    });
    return Math.min(...times);
  };
  const two = least(small({ paramGrid: grid(2) }));
  expect(least(small({ paramGrid: grid(300_000) })) - two).toBeLessThan(25);
  const square = { C: [...grid(500).C], r: [...grid(600).C] };
  const map = { C: { vars: ["jrc_op/c"], nodes: ["jrc"] }, r: { vars: ["jrc_op/r"], nodes: ["jrc"] } };
  expect(least(small({ paramGrid: square, paramMap: map, permuteGrid: true })) - two).toBeLessThan(25);
  expect(least(small({ paramGrid: grid(15_000), replicates: 20 })) - two).toBeLessThan(25);
});

test("plan: the time is within a factor of three of what the sweep then takes", async () => {
  const options = small({ paramGrid: grid(640), simulationTime: 10, cutoff: 9.9 });
  await gridSearch(options);
  const ratios: number[] = [];
  for (let i = 0; i < 6; i++) {
    const { seconds, workers } = await plan(options);
    const before = process.cpuUsage();
    await gridSearch(options);
    const { user, system } = process.cpuUsage(before);
    ratios.push((user + system) / 1e6 / Math.max(1, workers) / seconds);
  }
  // Processor time, and the best of the six: what else the machine does makes a run longer than it is.
  expect(Math.min(...ratios.map((ratio) => Math.max(ratio, 1 / ratio)))).toBeLessThan(3);
});

test("plan: a small sweep stays in the caller's thread; who asks for workers gets as many as there are blocks", async () => {
  expect(await plan(small())).toMatchObject({ workers: 0 });
  expect(await plan(small({ workers: 8 }))).toMatchObject({ workers: 1 });
  expect(await plan(small({ paramGrid: grid(640), workers: 3 }))).toMatchObject({ workers: 3 });
});

describe("plan: results that do not fit", () => {
  const large: GridSearchOptions = small({ paramGrid: grid(2e4), simulationTime: 2000 });

  test("are told by plan(), and refused by gridSearch with both ways out", async () => {
    const told = await plan(large);
    expect(told).toMatchObject({ fits: false, samples: 2e6 });
    expect(told.bytes).toBeGreaterThan(told.room);
    const error = await refusal(() => gridSearch(large));
    expect(error.code).toBe("E_SWEEP_TOO_LARGE");
    expect(error.message).toContain(`${told.bytes} bytes`);
    expect(error.message).toMatch(/may be used \(80 % of the memory available\)/);
    expect(error.message).toMatch(/store: \{ directory \}/);
    expect(error.message).toMatch(/fewer samples \(a larger samplingStepSize/);
  });

  test("a grid whose points do not fit is refused by plan() too", async () => {
    const keys = {
      a: { vars: ["jrc_op/c"], nodes: ["jrc"] },
      b: { vars: ["jrc_op/r"], nodes: ["jrc"] },
      c: { vars: ["jrc_op/u"], nodes: ["jrc"] },
    };
    const axis = Array.from({ length: 5000 }, (_, i) => i + 1);
    const vast = small({ paramGrid: { a: axis, b: axis, c: axis }, paramMap: keys, permuteGrid: true });
    expect((await refusal(() => plan(vast))).code).toBe("E_SWEEP_TOO_LARGE");
  });

  test("other problems are told as gridSearch tells them", async () => {
    const wrong = small({ outputs: { V: "jrc/jrc_op/V_x" } });
    const [a, b] = [await refusal(() => plan(wrong)), await refusal(() => gridSearch(wrong))];
    expect(a).toBeInstanceOf(MassgridError);
    expect(a.message).toBe(b.message);
  });
});

test("plan: a limit of a control group is the memory that there is", (context) => {
  const group = "/sys/fs/cgroup/memory/massgrid-test";
  try {
    mkdirSync(group);
    writeFileSync(`${group}/memory.limit_in_bytes`, String(200 * 2 ** 20));
  } catch {
    return context.skip("control groups cannot be made here");
  }
  try {
    const program = `import { memoryBudget } from ${JSON.stringify(fileURLToPath(new URL("../../build/lib/platform/environment.js", import.meta.url)))}; console.log(memoryBudget());`;
    const command = `echo $$ > ${group}/cgroup.procs && exec "$0" --input-type=module -e "$1"`;
    const room = Number(execFileSync("sh", ["-c", command, process.execPath, program], { encoding: "utf8" }));
    expect(room).toBeGreaterThan(50 * 2 ** 20);
    expect(room).toBeLessThan(0.8 * 200 * 2 ** 20);
  } finally {
    spawnSync("rmdir", [group]);
    try {
      rmdirSync(group);
    } catch {
      // It is gone.
    }
  }
  expect(memoryBudget()).toBeGreaterThan(0);
});
