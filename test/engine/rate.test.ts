// How fast a thread integrates, as plan() finds it out while other processes take the thread's core.
import { afterEach, describe, expect, test, vi } from "vitest";
import { Engine, measureRate } from "../../src/engine/engine.ts";
import { type GridSearchOptions, normalNoise } from "../../src/index.ts";
import { makePlan } from "../../src/plan/plan.ts";
import { blocksOf } from "../../src/sweep/blocks.ts";
import { inputGrid } from "../../src/sweep/clock.ts";
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

describe("rate: lanes that step alone", () => {
  const kinds: Record<string, Partial<GridSearchOptions>> = {
    "one chunk, of many attempts": { solver: { name: "rodas4", rtol: 1e-10 }, simulationTime: 2 },
    "noise that is held": { solver: "rk45", simulationTime: 1, inputs: { "jrc/jrc_op/u": normalNoise({ mean: 220, sd: 20 }) } },
    "samples far closer than steps of inputs": { solver: { name: "rk45", rtol: 1e-10 }, stepSize: 0.1, simulationTime: 10 },
    "runs that are over at once": { solver: "dop853", simulationTime: 0.02 },
  };
  // A clock of the attempts: 4 ms for each reading, whatever the machine does, so that chunks stay as small as they begin.
  test.each(Object.keys(kinds))("%s: steps are those of all attempts, wherever chunks end", async (kind) => {
    const plan = makePlan(small(kinds[kind]), { budget: 1e9, openFile: () => undefined });
    const [block] = blocksOf(plan.blocks);
    const run = async () => {
      const engine = new Engine(plan);
      let readings = 0;
      vi.spyOn(performance, "now").mockImplementation(() => 4 * readings++);
      await engine.run(block, () => undefined);
      const { steps } = inputGrid(plan.clock);
      return (steps * block.lanes) / (4 * readings);
    };
    const whole = await run();
    let readings = 0;
    vi.spyOn(performance, "now").mockImplementation(() => 4 * readings++);
    const rate = await measureRate(plan, block);
    expect(rate).toBeGreaterThan(whole / 3);
    expect(rate).toBeLessThan(whole * 3);
  });
});
