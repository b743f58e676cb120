// Whether a sweep is worth threads is judged by its steps, and not by what comes before them or by what an engine's first code takes.
import { afterEach, expect, test, vi } from "vitest";
import { makePlan } from "../../src/plan/plan.ts";
import { openFiles } from "../../src/platform/files.ts";
import { SweepProgress } from "../../src/run/run.ts";
import { blocksOf } from "../../src/sweep/blocks.ts";
import { inputGrid } from "../../src/sweep/clock.ts";
import { small } from "../support/sweep.ts";

afterEach(() => vi.restoreAllMocks());

test("pace: the time left is that of the fastest steps of the latest block, and not known before four chunks", () => {
  let now = 0;
  vi.spyOn(performance, "now").mockImplementation(() => now);
  const plan = makePlan(small({ paramGrid: { C: [100, 200, 300, 400] } }), { budget: 1e9, openFile: openFiles(), lanes: 2 });
  const [first, second] = blocksOf(plan.blocks);
  const { steps } = inputGrid(plan.clock);
  const progress = new SweepProgress(plan, undefined);
  const note = (block: typeof first, at: number, taken: number) => {
    now = at;
    progress.note(block, taken);
    return progress.left;
  };
  // The kernel is linked, and its first code runs: 50 ms for ten steps.
  expect(note(first, 50, 10)).toBe(0);
  expect(note(first, 60, 20)).toBe(0);
  expect(note(first, 61, 30)).toBe(0);
  // The thread did something else for a while.
  expect(note(first, 99, 40)).toBeCloseTo(0.05 * (4 * steps - 2 * 40), 9);
  now = 100;
  progress.finish(first);
  // Another block is slower.
  expect(note(second, 110, 10)).toBeCloseTo(0.5 * (2 * steps - 2 * 10), 9);
});
