// How fast a thread integrates, as plan() finds it out while other processes take the thread's core.
import { afterEach, expect, test, vi } from "vitest";
import { measureRate } from "../../src/engine/engine.ts";
import { makePlan } from "../../src/plan/plan.ts";
import { blocksOf } from "../../src/sweep/blocks.ts";
import { small } from "../support/sweep.ts";

afterEach(() => vi.restoreAllMocks());

test("rate: a first look that other processes held up for 40 ms does not decide it", async () => {
  const plan = makePlan(small({ simulationTime: 100 }), { budget: 1e9, openFile: () => undefined });
  const [block] = blocksOf(plan.blocks);
  let readings = 0;
  // Of the clock: 10 ms from each of the first five readings to the next, as if another process had the core, and 1 ms from then on.
  vi.spyOn(performance, "now").mockImplementation(() => {
    readings++;
    return readings + 9 * Math.min(readings, 5);
  });
  const rate = await measureRate(plan, block);
  // Whoever stopped at the first look would find fewer than 64 steps of each point in 20 ms.
  expect(rate).toBeGreaterThan((64 * block.lanes) / 20);
});
