// A stored sweep has the numbers of one in memory, in files that do not depend on how it was run.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type RecordBatch, Table, tableFromIPC, tableToIPC } from "apache-arrow";
import { beforeAll, describe, expect, test } from "vitest";
import type { BlockResult } from "../../src/engine/task.ts";
import { gridSearch, openSweep, resumeSweep, trace, uniformNoise, verifySweep } from "../../src/index.ts";
import { makePlan } from "../../src/plan/plan.ts";
import { nodeHost } from "../../src/platform/node-host.ts";
import { inlineRunner } from "../../src/run/run.ts";
import { gridOptionsOf, pointsOfFile } from "../../src/store/format/grid-file.ts";
import { type Caller, storeSweep } from "../../src/store/resume.ts";
import { pointsOfShard } from "../../src/store/shard.ts";
import { blocksOf } from "../../src/sweep/blocks.ts";
import { version } from "../../src/version.ts";
import { folderFor } from "../support/folder.ts";
import { stopwatch } from "../support/stopwatch.ts";
import { contents, formats, over, ownNoise } from "../support/stores.ts";
import { bits, published, refusal, small } from "../support/sweep.ts";

const folder = folderFor("store");
const machine = { budget: 1e9, openFile: () => undefined };

describe.each(formats)("store: in the format %s", (format) => {
  const options = over(150, {
    inputs: ownNoise,
    outputs: { V: "jrc/jrc_op/V_e", m: "all/jrc_op/m", D: "jrc/jrc_op/V_e - jrc/jrc_op/V_i" },
  });
  let stored: Awaited<ReturnType<typeof storedSweep>>;
  const storedSweep = () => gridSearch({ ...options, store: { directory: join(folder, format), format, shardPoints: 70 } });

  beforeAll(async () => {
    stored = await storedSweep();
  });

  test("traces and map have the bits of the sweep in memory", async () => {
    const { store, resultsMap } = stored;
    const memory = await gridSearch(options);
    expect(tableToIPC(resultsMap)).toEqual(tableToIPC(memory.resultsMap));
    for (const output of ["V", "m", "D"]) {
      for (const key of resultsMap.getChild("key") ?? []) {
        expect(bits(await store.trace(key, output))).toEqual(bits(trace(memory.results, key, output)));
      }
    }
  });

  test("it is read back as it was written, and is whole", async () => {
    const { store } = stored;
    const opened = await openSweep(join(folder, format));
    expect([opened.complete, opened.points, opened.rows, opened.files.length]).toEqual([true, 150, 7500, 3]);
    expect(tableToIPC(opened.map)).toEqual(tableToIPC(store.map));
    expect(await verifySweep(opened.directory)).toEqual({ ok: true, complete: true, files: 13, problems: [] });
  });

  test("batches are the long table, with its metadata", async () => {
    const { store } = stored;
    const { results: long } = await gridSearch({ ...options, layout: "long" });
    const batches: RecordBatch[] = [];
    for await (const batch of store.batches()) batches.push(batch);
    expect(batches.map(({ numRows }) => numRows)).toEqual([3500, 3500, 500]);
    const table = new Table(batches);
    expect(table.schema.fields.map(({ name, metadata }) => [name, ...metadata])).toEqual(
      long.schema.fields.map(({ name, metadata }) => [name, ...metadata]),
    );
    expect([...table.schema.metadata]).toEqual([...long.schema.metadata]);
    for (const read of [table, ...["file" as const, "stream" as const].map((form) => tableFromIPC(tableToIPC(table, form)))]) {
      for (const { name } of table.schema.fields) {
        const [a, b] = [read.getChild(name), long.getChild(name)];
        expect(a && [...a]).toEqual(b && [...b]);
      }
      // One dictionary for all batches, so that a point is found in whichever it is.
      expect(trace(read, "JRC2_149", "V")).toEqual(trace(long, "JRC2_149", "V"));
    }
  });

  test("an unknown key, output or directory is told with the nearest name", async () => {
    const { store } = stored;
    expect((await refusal(() => store.trace("JRC2_150", "V"))).message).toMatch(/E_UNKNOWN_KEY: .*did you mean JRC2_1\d*\?/);
    expect((await refusal(() => store.trace("JRC2_1", "VV"))).message).toMatch(/E_UNKNOWN_OUTPUT: .*did you mean V\?/);
    expect((await refusal(() => openSweep(folder))).code).toBe("E_MANIFEST_MISSING");
    expect((await refusal(() => resumeSweep(join(folder, "nowhere")))).code).toBe("E_MANIFEST_MISSING");
    expect(existsSync(join(folder, "nowhere"))).toBe(false);
    expect((await verifySweep(folder)).problems[0].code).toBe("E_MANIFEST_MISSING");
  });
});

/** A caller whose runner does what `change` says with blocks and results. */
function callerWith(change: { lanes?: number; shuffle?: boolean }): Caller {
  return {
    host: nodeHost,
    plan: (options) => makePlan(options, machine),
    async *run(plan) {
      const { lanes = 64, shuffle = false } = change;
      const blocks = [...blocksOf(plan.blocks)].flatMap(({ job, first, lanes: all }) =>
        Array.from({ length: Math.ceil(all / lanes) }, (_, i) => ({
          job,
          first: first + i * lanes,
          lanes: Math.min(lanes, all - i * lanes),
        })),
      );
      if (shuffle) blocks.sort((a, b) => (((a.first * 48271) % 2147483647) % 101) - (((b.first * 48271) % 2147483647) % 101));
      for await (const result of inlineRunner(plan, blocks)) yield result;
    },
  };
}

test("store: files do not depend on the size of blocks, nor on the order in which they come", async () => {
  const swept = { ...over(300, { inputs: ownNoise }), store: { directory: join(folder, "one"), shardPoints: 128 } };
  await gridSearch(swept);
  for (const [name, change] of Object.entries({ small: { lanes: 6 }, shuffled: { shuffle: true }, both: { lanes: 10, shuffle: true } })) {
    const directory = join(folder, name);
    const caller = callerWith(change);
    const options = { ...swept, store: { ...swept.store, directory } };
    await storeSweep(options, caller.plan(options), caller);
    expect(contents(directory)).toEqual(contents(swept.store.directory));
  }
});

const delayed = `%YAML 1.2
---
rate_op:
  base: OperatorTemplate
  equations: "r' = (m_in + 1 - r)/tau"
  variables: { r: output(0.1), tau: 10.0, m_in: input }
pop: { base: NodeTemplate, operators: [rate_op] }
pair:
  base: CircuitTemplate
  nodes: { a: pop, b: pop }
  edges:
    - [a/rate_op/r, b/rate_op/m_in, null, { weight: 0.5, delay: 1.0, spread: 0.5 }]
`;

test("store: where points need several models, shards have the points of one, and everything is found again", async () => {
  const { templatesFromYaml } = await import("../../src/index.ts");
  const { pair } = templatesFromYaml(delayed);
  const options = {
    circuitTemplate: pair,
    paramGrid: { d: [1, 2, 1, 3, 2, 1, 3] },
    paramMap: { d: { vars: ["delay"], edges: [["a/rate_op/r", "b/rate_op/m_in"]] } },
    simulationTime: 4,
    stepSize: 0.1,
    outputs: { r: "b/rate_op/r" },
  };
  const directory = join(folder, "jobs");
  const { store, resultsMap } = await gridSearch({ ...options, store: { directory, shardPoints: 2 } });
  const memory = await gridSearch(options);
  expect(tableToIPC(resultsMap)).toEqual(tableToIPC(memory.resultsMap));
  expect(store.files.length).toBe(4);
  for (const { key } of resultsMap) expect(await store.trace(key, "r")).toEqual(trace(memory.results, key, "r"));
  const before = contents(directory);
  const error = await refusal(() => resumeSweep(directory));
  expect([error.code, error.message]).toEqual(["E_RESUME_OPTION", expect.stringContaining("circuitTemplate")]);
  await resumeSweep(directory, { circuitTemplate: pair });
  expect(contents(directory)).toEqual(before);
});

test("store: a point that diverges has its status and time in the map, and its values in the traces", async () => {
  const options = small({
    paramGrid: { t: [0.01, 1e-5] },
    paramMap: { t: { vars: ["jrc_op/tau_e"], nodes: ["jrc"] } },
    simulationTime: 1,
  });
  for (const format of formats) {
    const { store, resultsMap } = await gridSearch({ ...options, store: { directory: join(folder, `diverged-${format}`), format } });
    const memory = await gridSearch(options);
    expect(resultsMap.toString()).toBe(memory.resultsMap.toString());
    const [a, b] = [await store.trace("JRC2_1", "V_pce"), trace(memory.results, "JRC2_1", "V_pce")];
    expect(a.every((value, i) => Object.is(value, b[i]))).toBe(true);
    expect(a.some((value) => !Number.isFinite(value))).toBe(true);
  }
});

test("a stored sweep may be larger than memory; what is kept still counts", async () => {
  const budget = 1e6;
  const large = { ...published({ simulationTime: 1000 }), store: { directory: join(folder, "large") } };
  expect(makePlan(large, { ...machine, budget }).points.names.length).toBe(6);
  const { store: _, ...kept } = large;
  const error = await refusal(() => makePlan(kept, { ...machine, budget }));
  expect(error.message).toMatch(/E_SWEEP_TOO_LARGE: .*store: \{ directory \}/);
  const grid = { ...large, paramGrid: { C: new Float64Array(30_000).fill(135) } };
  // Its map is written in parts, and read where it fits; the values of a list are held, those of all combinations are not.
  expect(makePlan(grid, { ...machine, budget }).points.names.length).toBe(30_000);
  expect((await refusal(() => makePlan(grid, { ...machine, budget: 1e5 }))).code).toBe("E_SWEEP_TOO_LARGE");
  const product = { ...large, paramGrid: { C: new Float64Array(1e4).fill(135) }, replicates: 1000, permuteGrid: true };
  expect(makePlan(product, { ...machine, budget }).points.names.length).toBe(1e7);
});

test("store: shards are whole blocks of some megabytes; their size depends on the sweep alone", () => {
  const size = (changes: Parameters<typeof published>[0]) => pointsOfShard(makePlan(published(changes), machine));
  expect(size({ simulationTime: 0.1, cutoff: 0 })).toBe(960);
  expect(size({ simulationTime: 1, cutoff: 0 })).toBe(96);
  expect(size({})).toBe(18);
  expect(size({ simulationTime: 1000 })).toBe(2);
  expect(size({ simulationTime: 20_000, samplingStepSize: 10, cutoff: 19_000 })).toBe(96);
});

test("store: progress counts points to their end", async () => {
  const seen: number[] = [];
  await gridSearch({
    ...over(100),
    onProgress: ({ done, total }) => seen.push(done / total),
    store: { directory: join(folder, "progress"), shardPoints: 64 },
  });
  expect(seen).toEqual([0.64, 1]);
});

test("options of the store are checked", async () => {
  const call = (store: unknown) => refusal(() => Reflect.apply(gridSearch, undefined, [{ ...over(2), store }]));
  expect((await call({})).problems).toMatchObject([{ code: "E_MISSING_OPTION", path: ["store", "directory"] }]);
  expect((await call({ directory: "a", format: "csv" })).problems).toMatchObject([{ code: "E_TYPE", path: ["store", "format"] }]);
  expect((await call({ directory: "a", shardPoints: 0 })).code).toBe("E_TYPE");
  expect((await call({ dirctory: "a", directory: "b" })).message).toMatch(/did you mean directory\?/);
  expect((await call("a")).code).toBe("E_TYPE");
  const reserved = await refusal(() => gridSearch({ ...over(2, { outputs: { time: "jrc/jrc_op/V_e" } }), store: { directory: "a" } }));
  expect(reserved.code).toBe("E_RESERVED_NAME");
});

test("store: the manifest says what was swept, and no time", async () => {
  const directory = join(folder, "manifest");
  const inputs = { "jrc/jrc_op/u": uniformNoise({ low: 120, high: 320, seed: 1995 }) };
  await gridSearch({ ...over(3, { inputs, solver: "heun" }), store: { directory } });
  const manifest = JSON.parse(readFileSync(join(directory, "_massgrid/manifest.json"), "utf8"));
  expect(manifest).toMatchObject({
    layout: 5,
    massgrid: version,
    complete: true,
    format: "arrow",
    solver: "heun",
    seeds: [1995],
    timeUnit: "s",
  });
  expect(manifest.spec.inputs["jrc/jrc_op/u"]).toEqual({
    noise: "uniform",
    offset: 120,
    scale: 200,
    seed: 1995,
    shared: true,
    sharedByNodes: false,
    hold: 1e-3,
  });
  expect(manifest.grid).toMatchObject({ points: 3, keys: ["C"] });
  expect(manifest.shards).toMatchObject({ rows: 150, lists: [{ file: "_massgrid/shards/000000.arrow" }] });
  const [list] = tableFromIPC(readFileSync(join(directory, "_massgrid/shards/000000.arrow"))).toArray();
  expect(list).toMatchObject({ first: 0, count: 3, job: 0 });
  expect(tableFromIPC(readFileSync(join(directory, "map.arrow"))).numRows).toBe(3);
});

test("store: the file of points says what the keys' units are, and its first replicates do", async () => {
  const directory = join(folder, "units");
  await gridSearch({
    ...small({ paramGrid: { u: [220, 240, 260] }, paramMap: { u: { vars: ["jrc_op/u"], nodes: ["jrc"] } }, replicates: 2 }),
    store: { directory },
  });
  const grid = tableFromIPC(readFileSync(join(directory, "_massgrid/grid.arrow")));
  const points = pointsOfFile(grid, { keys: ["u", "replicate"], axes: null, design: null, circuit: "JRC2", replicates: 2 });
  const { paramGrid } = gridOptionsOf(points ?? failed(), 2);
  const first = paramGrid instanceof Table ? paramGrid : failed();
  for (const table of [grid, first]) expect(table.schema.fields[1].metadata).toEqual(new Map([["unit", "1/s"]]));
  expect([...(first.getChild("u") ?? [])]).toEqual([220, 240, 260]);
  expect([...(first.getChild("key") ?? [])]).toEqual(["JRC2_0", "JRC2_1", "JRC2_2"]);
});

function failed(): never {
  throw new Error("no points");
}

test("store: the version is the package's", () => {
  expect(version).toBe(JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")).version);
});

test("store: a runner that fails ends the sweep with its error, and what was finished is kept", async () => {
  const directory = join(folder, "failing");
  const options = { ...over(300), store: { directory, shardPoints: 64 } };
  const caller = callerWith({});
  async function* failing(results: AsyncIterable<BlockResult>) {
    let count = 0;
    for await (const result of results) {
      if (++count > 3) throw new Error("a failure of ours");
      yield result;
    }
  }
  const broken: Caller = { ...caller, run: (plan, given) => failing(caller.run(plan, given)) };
  await expect(storeSweep(options, caller.plan(options), broken)).rejects.toThrow("a failure of ours");
  const half = await openSweep(directory);
  expect([half.complete, half.points, half.map.numRows]).toEqual([false, 300, 192]);
  expect((await refusal(() => half.trace("JRC2_299", "V_pce"))).code).toBe("E_STORE_INCOMPLETE");
  expect((await half.trace("JRC2_5", "V_pce")).length).toBe(50);
  expect((await verifySweep(directory)).problems.map(({ code }) => code)).toEqual(["E_STORE_INCOMPLETE"]);
});

test("store: an AbortSignal ends it within a block; what is finished is kept, and resume gives the same bytes", async () => {
  const whole = join(folder, "whole");
  const stopped = join(folder, "stopped");
  const options = over(256, { simulationTime: 20, stepSize: 1e-4, cutoff: 19.9 });
  const swept = stopwatch();
  await gridSearch({ ...options, store: { directory: whole, shardPoints: 64 } });
  const whenWhole = swept();
  const stop = new AbortController();
  let sinceAbort: (() => number) | undefined;
  let later = 0;
  let isAsked = false;
  const onProgress = () => {
    if (sinceAbort) later++;
    if (isAsked) return;
    isAsked = true;
    setTimeout(() => {
      sinceAbort = stopwatch();
      stop.abort(new Error("enough"));
    }, 30);
  };
  const sweep = gridSearch({ ...options, signal: stop.signal, onProgress, store: { directory: stopped, shardPoints: 64 } });
  await expect(sweep).rejects.toThrow("enough");
  // A block takes a quarter of the sweep.
  expect(sinceAbort?.()).toBeLessThan(whenWhole / 8);
  expect(later).toBe(0);
  expect((await openSweep(stopped)).complete).toBe(false);
  await resumeSweep(stopped);
  expect(contents(stopped)).toEqual(contents(whole));
});
