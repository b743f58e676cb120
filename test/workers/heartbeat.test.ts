// The watch over threads whose platform tells nobody that they are gone.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Listener, Thread } from "../../src/workers/thread.ts";
import { type WorkerEvents, WorkerHandle } from "../../src/workers/worker-handle.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const block = { job: 0, first: 0, lanes: 2 };
const done = { block, traces: [], features: [], failedAt: new Float64Array(2) };

/** A hand that has a block, of a thread that a test speaks for. */
function working(tellsDeath = false) {
  let listener: Listener | undefined;
  const thread: Thread = {
    ready: true,
    tellsDeath,
    post: () => {},
    listen: (next) => {
      listener = next;
    },
    hold: () => {},
    end: async () => {},
  };
  const employer = { done: vi.fn(), steps: vi.fn(), lost: vi.fn(), fault: vi.fn() } satisfies WorkerEvents;
  const hand = new WorkerHandle(thread, 1, employer);
  hand.give(block);
  return { hand, employer, report: (kind: "steps" | "done") => listener?.report({ kind, sweep: 1, steps: 1, result: done }) };
}

test("a thread that has work and is silent for a minute is lost, once, with its block", () => {
  const { hand, employer } = working();
  vi.advanceTimersByTime(59_000);
  expect(employer.lost).not.toHaveBeenCalled();
  vi.advanceTimersByTime(600_000);
  expect(employer.lost.mock.calls).toEqual([[hand]]);
  expect(hand.blocks).toEqual([block]);
  expect(vi.getTimerCount()).toBe(0);
});

test("a thread that reports is not, however long its block takes", () => {
  const { employer, report } = working();
  for (let i = 0; i < 30; i++) {
    vi.advanceTimersByTime(50_000);
    report("steps");
  }
  expect(employer.lost).not.toHaveBeenCalled();
});

test("one that has no work is not watched, nor is one that is being stopped", () => {
  const { hand, employer, report } = working();
  report("done");
  expect([employer.done.mock.calls.length, vi.getTimerCount()]).toEqual([1, 0]);
  hand.give(block);
  expect(vi.getTimerCount()).toBe(1);
  void hand.stop(100);
  expect(vi.getTimerCount()).toBe(0);
});

test("time in which the page itself was suspended or slowed down does not count", () => {
  const { employer } = working();
  const now = vi.spyOn(performance, "now");
  const advance = (late: number) => {
    const before = performance.now();
    now.mockReturnValue(before + late);
    vi.advanceTimersByTime(1000);
  };
  for (let i = 0; i < 59; i++) advance(1000);
  // A night in a bag; then an hour in the background, where a browser lets timers run once a minute.
  advance(8 * 3_600_000);
  for (let i = 0; i < 60; i++) advance(60_000);
  for (let i = 0; i < 59; i++) advance(1000);
  expect(employer.lost).not.toHaveBeenCalled();
  advance(1000);
  expect(employer.lost).toHaveBeenCalledTimes(1);
});

test("where the platform tells of every death, nobody is watched", () => {
  working(true);
  expect(vi.getTimerCount()).toBe(0);
});
