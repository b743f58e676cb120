// Stored sweeps with features, replicates, and without traces: the map is that of the sweep in memory, after any interruption.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { tableToIPC } from "apache-arrow";
import { describe, expect, test } from "vitest";
import {
  acrossReplicates,
  type FeatureReducer,
  type GridSearchOptions,
  gridSearch,
  openSweep,
  resumeSweep,
  trace,
  verifySweep,
} from "../../src/index.ts";
import { makePlan } from "../../src/plan/plan.ts";
import { nodeHost } from "../../src/platform/node-host.ts";
import { inlineRunner } from "../../src/run/run.ts";
import { type Caller, resumeStored } from "../../src/store/resume.ts";
import { blocksOf } from "../../src/sweep/blocks.ts";
import { folderFor } from "../support/folder.ts";
import { contents, over, ownNoise } from "../support/stores.ts";
import { bits, refusal } from "../support/sweep.ts";

const folder = folderFor("store-features");
const features = { V_pce: ["mean", "std", { crossings: { level: 0.005 } }, "regime"] } satisfies GridSearchOptions["features"];
const options = over(150, { simulationTime: 0.3, features, inputs: ownNoise });

test("features and labels are columns of the map, and are not computed again", async () => {
  const directory = join(folder, "features");
  const memory = await gridSearch(options);
  const stop = new AbortController();
  const onProgress = ({ done }: { done: number }) => done >= 100 && stop.abort(new Error("stopped"));
  const sweep = gridSearch({ ...options, onProgress, signal: stop.signal, store: { directory, shardPoints: 50 } });
  await expect(sweep).rejects.toThrow("stopped");
  await resumeSweep(directory);
  const { map } = await openSweep(directory);
  expect(tableToIPC(map)).toEqual(tableToIPC(memory.resultsMap));
  const error = await refusal(() => resumeSweep(directory, { features: { V_pce: ["mean"] } }));
  expect(error.message).toMatch(/E_RESUME_CHANGED: .*changed: features/);
});

describe("store features: results: false", () => {
  const directory = join(folder, "map-only");
  const mapOnly = { ...options, results: false as const };

  test("stores the map alone", async () => {
    const memory = await gridSearch(mapOnly);
    const { store, resultsMap } = await gridSearch({ ...mapOnly, store: { directory, shardPoints: 50 } });
    expect(tableToIPC(resultsMap)).toEqual(tableToIPC(memory.resultsMap));
    expect([store.rows, store.bytes, store.files]).toEqual([0, 0, []]);
    // Nothing stands beside the map that a reader of the whole directory would read.
    expect(readdirSync(directory)).toEqual(["_massgrid", "map.arrow"]);
    expect((await refusal(() => store.trace("JRC2_0", "V_pce"))).message).toMatch(/has no traces/);
    for await (const _ of store.batches()) expect.unreachable();
    expect(await verifySweep(directory)).toMatchObject({ ok: true });
  });

  test("is resumed and extended as others are", async () => {
    const larger = { ...mapOnly, paramGrid: { C: Array.from({ length: 160 }, (_, i) => 68 + i) } };
    await resumeSweep(directory, { ...larger, extend: true });
    const expected = join(folder, "map-only-at-once");
    await gridSearch({ ...larger, store: { directory: expected, shardPoints: 50 } });
    expect(contents(directory)).toEqual(contents(expected));
    const error = await refusal(() => resumeSweep(directory, { results: true }));
    expect(error.message).toMatch(/E_RESUME_CHANGED: .*changed: results \(false → true\)/);
  });
});

/** A reducer of the user's own: the largest step between two samples. */
function largestStep(factor = 1): FeatureReducer {
  return {
    name: "largest step",
    columns: ["largestStep"],
    start: ({ lanes }) => {
      const last = new Float64Array(lanes).fill(Number.NaN);
      const most = new Float64Array(lanes);
      return {
        add: (values, lane) => {
          for (const value of values) {
            most[lane] = Math.max(most[lane], Math.abs(value - last[lane]) || 0);
            last[lane] = value;
          }
        },
        finish: () => [most.map((value) => factor * value)],
      };
    },
  };
}

test("store features: a reducer of the user's own must be given again, and must be the same", async () => {
  const directory = join(folder, "own");
  const own = { ...options, features: { V_pce: [largestStep()] } };
  const { resultsMap } = await gridSearch({ ...own, store: { directory, shardPoints: 50 } });
  expect(tableToIPC(resultsMap)).toEqual(tableToIPC((await gridSearch(own)).resultsMap));
  expect((await refusal(() => resumeSweep(directory))).problems).toMatchObject([{ code: "E_RESUME_OPTION", path: ["features"] }]);
  expect((await resumeSweep(directory, { features: own.features })).complete).toBe(true);
  const other: FeatureReducer = { ...largestStep(), start: ({ lanes }) => ({ add: () => {}, finish: () => [new Float64Array(lanes)] }) };
  expect((await refusal(() => resumeSweep(directory, { features: { V_pce: [other] } }))).message).toMatch(/changed: features/);
});

describe("store features: replicates", () => {
  const replicated = { ...over(40, { features: { V_pce: ["mean"] }, inputs: ownNoise }), replicates: 4 };

  test("are points of their own, in the map and in the traces, and are resumed", async () => {
    const directory = join(folder, "replicates");
    const memory = await gridSearch(replicated);
    const stop = new AbortController();
    const onProgress = ({ done }: { done: number }) => done >= 60 && stop.abort(new Error("stopped"));
    const sweep = gridSearch({ ...replicated, onProgress, signal: stop.signal, store: { directory, shardPoints: 50 } });
    await expect(sweep).rejects.toThrow("stopped");
    const { map, trace: traceOf } = await resumeSweep(directory).then((store) => ({ map: store.map, trace: store.trace.bind(store) }));
    expect(tableToIPC(map)).toEqual(tableToIPC(memory.resultsMap));
    expect(bits(await traceOf("JRC2_39_r3", "V_pci"))).toEqual(bits(trace(memory.results, "JRC2_39_r3", "V_pci")));
    expect(tableToIPC(acrossReplicates(map))).toEqual(tableToIPC(acrossReplicates(memory.resultsMap)));
    expect((await refusal(() => resumeSweep(directory, { replicates: 5 }))).message).toMatch(/changed: replicates \(4 → 5\)/);
  });

  test.each(["own", "shared"])("of a larger grid, with %s noise, are right whatever is taken over", async (kind) => {
    const u = "jrc/jrc_op/u";
    const inputs = { [u]: { ...ownNoise[u], shared: kind === "shared" } };
    const [few, more] = [40, 45].map((points) => ({ ...over(points, { inputs }), replicates: 3 }));
    const directory = join(folder, `grown-${kind}`);
    const expected = join(folder, `grown-${kind}-at-once`);
    await gridSearch({ ...few, store: { directory, shardPoints: 32 } });
    await gridSearch({ ...more, store: { directory: expected, shardPoints: 32 } });
    await resumeSweep(directory, { ...more, extend: true });
    expect(contents(directory)).toEqual(contents(expected));
  });
});

test("store features: a block that no thread could compute leaves its shard out, the others in, and is tried again", async () => {
  const directory = join(folder, "lost");
  const caller: Caller = {
    host: nodeHost,
    plan: (given) => makePlan(given, { budget: 1e9, openFile: () => undefined }),
    async *run(plan) {
      for await (const result of inlineRunner(plan, blocksOf(plan.blocks)))
        yield result.block.first === 50 ? { ...result, failed: true } : result;
    },
  };
  const error = await refusal(() => resumeStored(directory, { ...options, store: { shardPoints: 50 } }, caller));
  expect(error.message).toMatch(/E_STORE_LOST: 50 points are in shards that could not be computed/);
  expect([0, 1, 2].map((i) => existsSync(join(directory, `traces/00000${i}.arrow`)))).toEqual([true, false, true]);
  await resumeSweep(directory);
  const good = join(folder, "not-lost");
  await gridSearch({ ...options, store: { directory: good, shardPoints: 50 } });
  expect(contents(directory)).toEqual(contents(good));
});
