// What a sweep keeps of its blocks: traces where they were written, and nothing else.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import type { BlockResult } from "../../src/engine/task.ts";
import { makePlan } from "../../src/plan/plan.ts";
import { openFiles } from "../../src/platform/files.ts";
import { TimeSlice } from "../../src/platform/time-slice.ts";
import { run } from "../../src/run/run.ts";
import { MapRows, mapTable } from "../../src/table/map.ts";
import { wideTable } from "../../src/table/wide.ts";
import { small } from "../support/sweep.ts";

const many = small({ paramGrid: { C: Float64Array.from({ length: 300 }, (_, i) => 60 + i) } });
const planned = (options: object) => makePlan({ ...many, ...options }, { budget: 1e9, openFile: openFiles(), lanes: 16 });

test("the memory of features is given back as blocks come", async () => {
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");
  const plan = planned({ results: false, features: { V_pce: ["mean", "regime"] } });
  const rows = new MapRows(plan);
  const arrays: WeakRef<object>[] = [];
  for await (const { features, failedAt, ...result } of run(plan, { workers: 0 })) {
    rows.add({ features, failedAt, ...result });
    arrays.push(new WeakRef(failedAt), ...features.map((values) => new WeakRef(values)));
  }
  expect(arrays).toHaveLength(3 * Math.ceil(300 / 16));
  // Engines may still hold the last block, and that before it for some turns of the event loop.
  let alive = arrays.length;
  for (let attempt = 0; attempt < 10 && alive > 3; attempt++) {
    await new TimeSlice().yieldToEventLoop();
    collect();
    alive = arrays.filter((array) => array.deref() !== undefined).length;
  }
  expect(alive).toBeLessThanOrEqual(3);
  const all: BlockResult[] = [];
  for await (const result of run(plan, { workers: 0 })) all.unshift(result);
  expect((await rows.table()).toArray().map(String)).toEqual((await mapTable(plan, all)).toArray().map(String));
});

test.each([0, 2])("the memory of a wide table's columns is what blocks were recorded to, with %i workers", async (workers) => {
  const plan = planned({});
  const results: BlockResult[] = [];
  for await (const result of run(plan, { workers })) results.push(result);
  const recorded = new Set(results.flatMap(({ traces }) => traces.map(({ buffer }) => buffer)));
  const [{ children }] = (await wideTable(plan, results)).data;
  const [, ...columns] = children.map(({ values }) => values.buffer);
  expect(columns).toHaveLength(600);
  expect(new Set(columns)).toEqual(recorded);
  expect(columns.every((buffer) => recorded.has(buffer))).toBe(true);
});
