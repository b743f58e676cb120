// Shards that nobody can compute: their points are lost, which is seen everywhere, until somebody computes them after all.
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openShards as openToCompute } from "../../src/api/search.ts";
import { finishSweep, openSweep, runShards, sweepStatus, verifySweep } from "../../src/index.ts";
import type { SearchOptions } from "../../src/options/options.ts";
import { makePlan } from "../../src/plan/plan.ts";
import { nodeHost } from "../../src/platform/node-host.ts";
import { inlineRunner } from "../../src/run/run.ts";
import { giveUpShards } from "../../src/store/give-up.ts";
import { type OpenShards, openShards } from "../../src/store/run-shards.ts";
import { blocksOf } from "../../src/sweep/blocks.ts";
import { folderFor } from "../support/folder.ts";
import { contents, formats, over, ownNoise } from "../support/stores.ts";

const folder = folderFor("give-up");
const options = over(300, { inputs: ownNoise, features: { V_pce: ["mean", "regime"] } });
const reason = "two workers have died of it";

const stored = (name: string, format: (typeof formats)[number] = "arrow") => ({
  ...options,
  store: { directory: join(folder, name), shardPoints: 64, format },
});

describe("store: shards that are given up", () => {
  test.each(formats)("their points are lost in map, traces and status, and all others are there (%s)", async (format) => {
    const call = stored(`lost-${format}`, format);
    await runShards(call, { shards: [0, 1, 3, 4] });
    const { store } = await openToCompute(call);
    await giveUpShards(store, [1, 2], reason);
    expect(await sweepStatus(call.store.directory)).toMatchObject({ done: 300, failed: 64, missing: [], givenUp: [{ shard: 2, reason }] });
    expect(await runShards(call)).toMatchObject({ computed: [], present: [0, 1, 2, 3, 4] });
    const sweep = await finishSweep(call.store.directory);
    const lost = (i: number) => i >= 128 && i < 192;
    expect(Array.from(sweep.map.getChild("status") ?? [], String)).toEqual(
      Array.from({ length: 300 }, (_, i) => (lost(i) ? "worker_lost" : "ok")),
    );
    const means = Array.from(sweep.map.getChild("V_pce_mean") ?? []);
    expect(means.map((mean) => mean === null)).toEqual(Array.from({ length: 300 }, (_, i) => lost(i)));
    const traces = await Promise.all([127, 128].map((i) => sweep.trace(`JRC2_${i}`, "V_pce")));
    expect(traces.map((trace) => trace.every(Number.isFinite))).toEqual([true, false]);
    expect(traces[1].every(Number.isNaN)).toBe(true);
    expect(await verifySweep(call.store.directory)).toMatchObject({ ok: true, complete: true });
    expect(await sweepStatus(call.store.directory)).toMatchObject({ complete: true, failed: 64, givenUp: [] });
    expect((await openSweep(call.store.directory)).points).toBe(300);
  });

  test("one that somebody computes after all is the one that was computed", async () => {
    await runShards(stored("whole"));
    await finishSweep(join(folder, "whole"));
    const call = stored("late");
    await runShards(call, { shards: [0, 1, 3, 4] });
    // One who is slow has begun the shard before it is given up.
    const host = nodeHost();
    const plan = (given: SearchOptions) => makePlan(given, { budget: 1e9, openFile: () => undefined });
    const slow: OpenShards = await openShards(call, {
      caller: {
        host: () => host,
        plan,
        async *run(sweep, { signal }) {
          for await (const result of inlineRunner(sweep, blocksOf(sweep.blocks), { signal })) {
            await giveUpShards(slow.store, [2], reason);
            yield result;
          }
        },
      },
    });
    expect(await slow.run({ shards: [2] })).toMatchObject({ computed: [2] });
    await giveUpShards(slow.store, [2], reason);
    expect(await sweepStatus(call.store.directory)).toMatchObject({ failed: 0, missing: [], givenUp: [] });
    await finishSweep(call.store.directory);
    expect(contents(call.store.directory)).toEqual(contents(join(folder, "whole")));
  });
});
