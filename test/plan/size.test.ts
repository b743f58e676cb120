// Lanes of blocks: the first-level cache decides for small models, the last level for networks of many states and edges.
import { expect, test } from "vitest";
import { laneBytes } from "../../src/kernel/layout.ts";
import { makePlan } from "../../src/plan/plan.ts";
import { lanesOf } from "../../src/plan/size.ts";
import { openFiles } from "../../src/platform/files.ts";
import type { Job } from "../../src/sweep/job.ts";
import { over } from "../support/stores.ts";

/** A job with so many states. */
function withStates(states: number): Job {
  const [job] = makePlan(over(40), { budget: 1e9, openFile: openFiles() }).jobs;
  return { ...job, model: { ...job.model, states: Array.from({ length: states }, () => job.model.states[0]) } };
}

test("size: small models have as many lanes as the first-level cache holds, most have 16, and the largest four", () => {
  expect([1, 10, 100, 1000, 10_000, 100_000, 1_000_000].map((states) => lanesOf(withStates(states)))).toEqual([128, 80, 16, 16, 16, 4, 4]);
});

test("size: between 16 and four lanes, a block's rows stay below 8 MiB", () => {
  for (let states = 20_000; states <= 120_000; states += 4900) {
    const large = withStates(states);
    const lanes = lanesOf(large);
    expect(lanes % 2).toBe(0);
    expect(lanes).toBeGreaterThanOrEqual(4);
    expect(lanes).toBeLessThanOrEqual(16);
    if (lanes > 4) expect(lanes * laneBytes(large)).toBeLessThanOrEqual(2 ** 23);
    if (lanes < 16) expect((lanes + 2) * laneBytes(large)).toBeGreaterThan(2 ** 23);
  }
});

test("size: how much memory there is is asked where results take more than what is there in any case", () => {
  let asked = 0;
  const machine = (spare: number, budget: number) => ({
    spare,
    get budget() {
      asked++;
      return budget;
    },
    openFile: openFiles(),
  });
  const { bytes } = makePlan(over(40), machine(0, 1e9));
  expect(asked).toBeGreaterThan(0);
  asked = 0;
  makePlan(over(40), machine(bytes, 1e9));
  expect(asked).toBe(0);
  expect(() => makePlan(over(40), machine(bytes - 1, bytes - 1))).toThrow(/E_SWEEP_TOO_LARGE|would need/);
});
