// A sweep can be watched and stopped, and leaves the event loop its turns.
import { expect, test } from "vitest";
import { gridSearch } from "../src/index.ts";
import { small } from "./sweep.ts";

const C = Float64Array.from({ length: 640 }, (_, i) => 60 + i);

test("onProgress counts points up to all of them", async () => {
  const seen: { done: number; total: number }[] = [];
  await gridSearch(small({ paramGrid: { C: C.slice(0, 130) }, onProgress: (progress) => seen.push(progress) }));
  expect(seen).toEqual([64, 128, 130].map((done) => ({ done, total: 130 })));
});

test("a signal ends the sweep within 250 ms with its own reason", async () => {
  const stop = new AbortController();
  const reason = new Error("enough");
  const long = gridSearch(small({ paramGrid: { C }, simulationTime: 1000, stepSize: 1e-3, cutoff: 999, signal: stop.signal }));
  await new Promise((resolve) => setTimeout(resolve, 30));
  const start = performance.now();
  stop.abort(reason);
  await expect(long).rejects.toBe(reason);
  expect(performance.now() - start).toBeLessThan(250);
});

test("a signal that is spent refuses at once", async () => {
  await expect(gridSearch(small({ signal: AbortSignal.abort(new Error("before")) }))).rejects.toThrow("before");
});

test("timers run while a sweep runs", async () => {
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  const start = performance.now();
  await gridSearch(small({ paramGrid: { C }, simulationTime: 20, stepSize: 1e-3, cutoff: 19 }));
  clearInterval(timer);
  expect(turns).toBeGreaterThan((performance.now() - start) / 60);
});
