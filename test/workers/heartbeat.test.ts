// The heartbeat of threads whose platform tells nobody that they are gone.
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

/** A worker that has a block, of a thread that a test speaks for. */
function working(tellsDeath = false) {
  let listener: Listener | undefined;
  const thread: Thread = {
    ready: true,
    tellsDeath,
    post: () => {},
    listen: (next) => {
      listener = next;
    },
    keepAlive: () => {},
    end: async () => {},
  };
  const events = { onResult: vi.fn(), onSteps: vi.fn(), onFailed: vi.fn(), onNoRoom: vi.fn(), onFault: vi.fn() } satisfies WorkerEvents;
  const worker = new WorkerHandle(thread, 1, events);
  worker.run(block);
  return { worker, events, respond: (kind: "steps" | "done") => listener?.onResponse({ kind, sweep: 1, steps: 1, result: done }) };
}

test("workers heartbeat: a thread that has work and is silent for a minute is lost, once, with its block", () => {
  const { worker, events } = working();
  vi.advanceTimersByTime(59_000);
  expect(events.onFailed).not.toHaveBeenCalled();
  vi.advanceTimersByTime(600_000);
  expect(events.onFailed.mock.calls).toEqual([[worker]]);
  expect(worker.blocks).toEqual([block]);
  expect(vi.getTimerCount()).toBe(0);
});

test("workers heartbeat: a thread that reports is not, however long its block takes", () => {
  const { events, respond } = working();
  for (let i = 0; i < 30; i++) {
    vi.advanceTimersByTime(50_000);
    respond("steps");
  }
  expect(events.onFailed).not.toHaveBeenCalled();
});

test("workers heartbeat: one that has no work is not watched, nor is one that is being stopped", () => {
  const { worker, events, respond } = working();
  respond("done");
  expect([events.onResult.mock.calls.length, vi.getTimerCount()]).toEqual([1, 0]);
  worker.run(block);
  expect(vi.getTimerCount()).toBe(1);
  void worker.stop(100);
  expect(vi.getTimerCount()).toBe(0);
});

test("workers heartbeat: time in which the page itself was suspended or slowed down does not count", () => {
  const { events } = working();
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
  expect(events.onFailed).not.toHaveBeenCalled();
  advance(1000);
  expect(events.onFailed).toHaveBeenCalledTimes(1);
});

test("workers heartbeat: where the platform tells of every death, nobody is watched", () => {
  working(true);
  expect(vi.getTimerCount()).toBe(0);
});
