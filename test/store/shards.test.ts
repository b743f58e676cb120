// Shards computed by whoever, in any order, twice if need be: the bytes of one call on one machine, or a refusal by name.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { randomFrom } from "../../bench/support/damage.mjs";
import {
  finishSweep,
  type GridSearchOptions,
  gridSearch,
  openSweep,
  resumeSweep,
  runShards,
  type StoreFormat,
  sweepStatus,
  templatesFromYaml,
  verifySweep,
} from "../../src/index.ts";
import { makePlan, type Plan } from "../../src/plan/plan.ts";
import { nodeHost } from "../../src/platform/node-host.ts";
import { inlineRunner } from "../../src/run/run.ts";
import { presentManifest } from "../../src/store/disk/manifest-file.ts";
import { openDisk } from "../../src/store/disk/open-disk.ts";
import { Notes } from "../../src/store/notes.ts";
import type { Caller } from "../../src/store/resume.ts";
import { runStored } from "../../src/store/run-shards.ts";
import { blocksOf } from "../../src/sweep/blocks.ts";
import { folderFor } from "../support/folder.ts";
import { contents, copy, forge, formats, over, ownNoise } from "../support/stores.ts";
import { refusal } from "../support/sweep.ts";

const folder = folderFor("shards");
const shardPoints = 64;
const options = over(300, { inputs: ownNoise });
let directories = 0;

/** The options of a sweep that is stored in a directory of its own. */
function storedIn(directory = join(folder, `${directories++}`), changes: Partial<GridSearchOptions> = {}, format: StoreFormat = "arrow") {
  return { ...options, ...changes, store: { directory, shardPoints, format } };
}

/** A caller of one thread with blocks of at most 64 points; `turn` is awaited after each. */
function callerWith(turn: (plan: Plan) => Promise<void>): Caller {
  return {
    host: nodeHost,
    plan: (given) => makePlan(given, { budget: 1e9, openFile: () => undefined }),
    async *run(plan, { signal }) {
      const blocks = [...blocksOf(plan.blocks)].flatMap(({ job, first, lanes }) =>
        Array.from({ length: Math.ceil(lanes / 64) }, (_, i) => ({ job, first: first + 64 * i, lanes: Math.min(64, lanes - 64 * i) })),
      );
      for await (const result of inlineRunner(plan, blocks, { signal })) {
        await turn(plan);
        signal?.throwIfAborted();
        yield result;
      }
    },
  };
}

const whole: Record<string, Record<string, string>> = {};
beforeAll(async () => {
  for (const format of formats) {
    const stored = storedIn(join(folder, `whole-${format}`), {}, format);
    await gridSearch(stored);
    whole[format] = contents(stored.store.directory);
  }
});

describe.each(formats)("store shards: in the format %s", (format) => {
  test("three parts at once, three times all at once, and shards one by one in any order have the bytes of gridSearch", async () => {
    const random = randomFrom(17);
    const orders: ((stored: ReturnType<typeof storedIn>) => Promise<unknown>)[] = [
      (stored) => Promise.all(["0/3", "1/3", "2/3"].map((shards) => runShards(stored, { shards }))),
      (stored) => Promise.all([1, 2, 3].map(() => runShards(stored))),
      async (stored) => {
        const order = [0, 1, 2, 3, 4].map((shard) => ({ shard, at: random(1000) })).sort((a, b) => a.at - b.at);
        for (const { shard } of order) await runShards(stored, { shards: [shard] });
      },
    ];
    for (const compute of orders) {
      const stored = storedIn(undefined, {}, format);
      await compute(stored);
      const sweep = await finishSweep(stored.store.directory);
      expect([sweep.complete, sweep.points]).toEqual([true, 300]);
      expect(contents(stored.store.directory)).toEqual(whole[format]);
      expect(await verifySweep(stored.store.directory)).toMatchObject({ ok: true });
      // Again there is nothing to do.
      await finishSweep(stored.store.directory);
      expect((await runShards(stored)).computed).toEqual([]);
      expect(contents(stored.store.directory)).toEqual(whole[format]);
    }
  });

  test("what was computed in parts is resumed, and what was begun by gridSearch is finished in parts", async () => {
    const parts = storedIn(undefined, {}, format);
    await runShards(parts, { shards: "1/2" });
    await resumeSweep(parts.store.directory);
    expect(contents(parts.store.directory)).toEqual(whole[format]);
    const begun = storedIn(undefined, {}, format);
    const stop = new AbortController();
    const onProgress = ({ done }: { done: number }) => done >= 128 && stop.abort(new Error("stopped"));
    await expect(gridSearch({ ...begun, workers: 0, signal: stop.signal, onProgress })).rejects.toThrow("stopped");
    const { present, computed } = await runShards(begun);
    expect([present.length > 0, present.length + computed.length]).toEqual([true, 5]);
    await finishSweep(begun.store.directory);
    expect(contents(begun.store.directory)).toEqual(whole[format]);
  });
});

test("store shards: a part tells what it computed and what was there; what is missing or damaged is computed again", async () => {
  const stored = storedIn();
  const { directory } = stored.store;
  const seen: [number, number][] = [];
  const first = await runShards(stored, { shards: { index: 1, count: 2 }, onProgress: ({ done, total }) => seen.push([done, total]) });
  expect([first.computed, first.present, first.total, seen.at(-1)]).toEqual([[1, 3], [], 5, [128, 128]]);
  expect((await runShards(stored, { shards: [3, 1, 3] })).present).toEqual([1, 3]);
  const incomplete = await refusal(() => finishSweep(directory));
  expect(incomplete.message).toMatch(/^E_STORE_INCOMPLETE: .* 3 of 5 shards are missing: 0, 2, 4; runShards\(\) or massgrid shard/);
  writeFileSync(join(directory, "traces/000003.arrow"), "short");
  const again = await runShards(stored);
  expect([again.computed, again.present]).toEqual([[0, 2, 3, 4], [1]]);
  rmSync(join(directory, "_massgrid/map/000002.arrow"));
  expect((await refusal(() => finishSweep(directory))).message).toMatch(/1 of 5 shards are missing: 2;/);
  await runShards(stored);
  await finishSweep(directory);
  expect(contents(directory)).toEqual(whole.arrow);
});

test("store shards: which shards is checked before anything is begun", async () => {
  const stored = storedIn();
  const wrong: [unknown, RegExp][] = [
    ["3/3", /E_SHARD_CHOICE: shards 3\/3 are none: of 3 parts the first is 0\/3 and the last 2\/3/],
    ["1", /E_SHARD_CHOICE: shards must be "i\/n"/],
    ["-1/3", /E_SHARD_CHOICE/],
    ["0/0", /E_SHARD_CHOICE/],
    [{ index: 2, count: 2 }, /E_SHARD_CHOICE/],
    [{ index: 0.5, count: 2 }, /E_SHARD_CHOICE/],
    [[0, 1.5], /E_SHARD_CHOICE: shards\[1\] must be the number of a shard/],
    [7, /E_TYPE: shards must be "i\/n"/],
  ];
  for (const [shards, message] of wrong) {
    expect((await refusal(() => Reflect.apply(runShards, undefined, [stored, { shards }]))).message).toMatch(message);
  }
  const { store: _, ...memory } = stored;
  expect((await refusal(() => Reflect.apply(runShards, undefined, [memory]))).code).toBe("E_MISSING_OPTION");
  expect((await refusal(() => Reflect.apply(runShards, undefined, [stored, { shard: "0/1" }]))).message).toMatch(/did you mean shards\?/);
  expect((await refusal(() => runShards({ ...stored, stepSize: -1 }))).code).toBe("E_STEP");
  expect(existsSync(stored.store.directory)).toBe(false);
  expect((await refusal(() => runShards(stored, { shards: [5] }))).message).toMatch(/there is no shard 5: the sweep has 5, .* 0 to 4/);
  expect((await refusal(() => finishSweep(join(folder, "nowhere")))).code).toBe("E_MANIFEST_MISSING");
});

test("store shards: who comes with another sweep is refused by name, and changes nothing", async () => {
  const stored = storedIn();
  await runShards(stored, { shards: "0/2" });
  const before = contents(stored.store.directory);
  const changed: [Partial<GridSearchOptions>, RegExp][] = [
    [{ solver: "heun" }, /changed: solver/],
    [{ paramGrid: over(301).paramGrid }, /changed: paramGrid \(300 points → 301\)/],
    [{ inputs: {} }, /changed: inputs/],
  ];
  for (const [change, message] of changed) {
    expect((await refusal(() => runShards({ ...stored, ...change }))).message).toMatch(message);
  }
  const shards = await refusal(() => runShards({ ...stored, store: { ...stored.store, shardPoints: 32 } }));
  expect(shards.message).toMatch(/E_RESUME_CHANGED: .*shardPoints \(64 → 32\)/);
  const other = copy(stored.store.directory, join(folder, "other-version"));
  forge(other, (manifest) => {
    manifest.massgrid = "0.0.9";
  });
  for (const work of [() => runShards({ ...stored, store: { ...stored.store, directory: other } }), () => finishSweep(other)]) {
    expect((await refusal(work)).message).toMatch(/E_RESUME_CHANGED: .*package version/);
  }
  expect(contents(stored.store.directory)).toEqual(before);
  const full = join(folder, "full");
  mkdirSync(full);
  writeFileSync(join(full, "mine"), "x");
  expect((await refusal(() => runShards(storedIn(full)))).message).toMatch(/E_STORE_EXISTS: .* is not empty/);
  expect(readdirSync(full)).toEqual(["mine"]);
});

test("store shards: a template may have another path on another machine", async () => {
  const { store, ...rest } = storedIn();
  const paths = ["model_templates.neural_mass_models.jansenrit.JRC2", "model_templates/neural_mass_models/jansenrit/JRC2"];
  for (const [i, circuitTemplate] of paths.entries()) await runShards({ ...rest, circuitTemplate, store }, { shards: `${i}/2` });
  await finishSweep(store.directory);
  expect(contents(store.directory)).toEqual(whole.arrow);
});

test("store shards: a store of an earlier layout is refused by its layout, whatever is asked of it", async () => {
  const old = join(folder, "old");
  mkdirSync(join(old, "traces"), { recursive: true });
  writeFileSync(join(old, "manifest.json"), JSON.stringify({ layout: 3, massgrid: "1.4.0", complete: true }));
  const before = contents(old);
  const works = [
    () => openSweep(old),
    () => resumeSweep(old),
    () => finishSweep(old),
    () => sweepStatus(old),
    () => runShards(storedIn(old)),
    () => gridSearch(storedIn(old)),
  ];
  for (const work of works) {
    const { code, message } = await refusal(work);
    expect([code, message]).toEqual([
      "E_MANIFEST_VERSION",
      expect.stringMatching(/has layout 3, and .* layout 5 alone; read it with massgrid 1\.4\.0, which wrote it, or store/),
    ]);
  }
  expect((await verifySweep(old)).problems[0].code).toBe("E_MANIFEST_VERSION");
  expect([contents(old), readdirSync(old)]).toEqual([before, ["manifest.json", "traces"]]);
});

/** Notes shard 1 of a store as a machine that computes other numbers would. */
async function deliverOther(directory: string): Promise<void> {
  const disk = openDisk(directory, nodeHost());
  const notes = new Notes(disk, await presentManifest(disk));
  const note = await notes.of(1);
  if (!note) throw new Error("shard 1 is not there");
  const map = { ...note.entry.map, sha256: "0".repeat(64) };
  await notes.add({ ...note, entry: { ...note.entry, map }, by: { ...note.by, machine: "elsewhere", process: 7 } });
}

test("store shards: two deliveries that differ are refused by the names of their machines", async () => {
  const stored = storedIn();
  const { directory } = stored.store;
  const { self } = nodeHost();
  await runShards(stored);
  await deliverOther(directory);
  const both = new RegExp(
    `E_SHARD_DIFFERS: shard 1 of .*(elsewhere \\(process 7\\).*${self.host} \\(process ${self.pid}\\)|${self.host}.*elsewhere)`,
  );
  for (const work of [() => finishSweep(directory), () => openSweep(directory), () => runShards(stored)]) {
    expect((await refusal(work)).message).toMatch(both);
  }
  expect((await verifySweep(directory)).problems[0].code).toBe("E_SHARD_DIFFERS");
  // What the message says.
  for (const name of readdirSync(join(directory, "_massgrid/notes/000")).filter((each) => each.startsWith("000001"))) {
    rmSync(join(directory, "_massgrid/notes/000", name));
  }
  for (const file of ["traces/000001.arrow", "_massgrid/map/000001.arrow"]) rmSync(join(directory, file));
  expect((await runShards(stored)).computed).toEqual([1]);
  await finishSweep(directory);
  expect(contents(directory)).toEqual(whole.arrow);
});

test("store shards: who delivers other bytes than are there is told so, and they stay", async () => {
  const stored = storedIn();
  const { directory } = stored.store;
  await runShards(stored);
  await deliverOther(directory);
  const own = readdirSync(join(directory, "_massgrid/notes/000")).filter((name) => name.startsWith("000001"));
  const isOther = (name: string) => readFileSync(join(directory, "_massgrid/notes/000", name), "utf8").includes("elsewhere");
  for (const name of own) if (!isOther(name)) rmSync(join(directory, "_massgrid/notes/000", name));
  writeFileSync(join(directory, "traces/000001.arrow"), "theirs");
  const error = await refusal(() => runShards(stored));
  expect([error.code, error.message]).toEqual(["E_SHARD_DIFFERS", expect.stringContaining("elsewhere (process 7)")]);
  expect(readFileSync(join(directory, "traces/000001.arrow"), "utf8")).toBe("theirs");
});

test("store shards: who is late, and delivers after the sweep was finished, leaves nothing behind", async () => {
  const stored = storedIn();
  const { directory } = stored.store;
  let go = () => {};
  const finished = new Promise<void>((resolve) => {
    go = resolve;
  });
  const late = runStored(stored, {}, { caller: callerWith(() => finished) });
  while (!existsSync(join(directory, "_massgrid/manifest.json"))) await new Promise((resolve) => setTimeout(resolve, 5));
  await runShards(stored);
  await finishSweep(directory);
  go();
  expect((await late).computed).toEqual([0, 1, 2, 3, 4]);
  expect(contents(directory)).toEqual(whole.arrow);
  expect(readdirSync(join(directory, "_massgrid"))).toEqual([
    "columns.json",
    "grid.arrow",
    "manifest.copy.json",
    "manifest.json",
    "map",
    "shards",
  ]);
});

test("store shards: once it is asked to stop, the shard in hand is finished within its grace, or dropped", async () => {
  for (const [grace, done] of [
    [60, 3],
    [0, 2],
  ]) {
    const { store, ...rest } = storedIn(undefined, over(640, { inputs: ownNoise }));
    const stop = new AbortController();
    // It is asked within the third shard, of which some blocks are there.
    const onProgress = ({ done: points }: { done: number }) => points >= 2 * 192 + 100 && stop.abort(new Error("enough"));
    const caller = callerWith(async () => {});
    const how = { signal: stop.signal, grace, onProgress };
    const run = runStored({ ...rest, store: { ...store, shardPoints: 192 } }, how, { caller });
    await expect(run).rejects.toThrow("enough");
    expect(await sweepStatus(store.directory)).toMatchObject({ shards: 4, shardsDone: done, missing: [[done, 3]], running: [] });
  }
});

test("store shards: a grace that is over drops the shard in hand", async () => {
  const stored = storedIn();
  const stop = new AbortController();
  const never = new Promise<void>(() => {});
  let blocks = 0;
  const caller: Caller = {
    ...callerWith(async () => {}),
    async *run(plan, { signal }) {
      for await (const result of inlineRunner(plan, blocksOf(plan.blocks))) {
        if (++blocks === 2) {
          stop.abort(new Error("enough"));
          await Promise.race([never, new Promise((resolve) => signal?.addEventListener("abort", resolve))]);
        }
        signal?.throwIfAborted();
        yield result;
      }
    },
  };
  await expect(runStored(stored, { signal: stop.signal, grace: 0.05 }, { caller })).rejects.toThrow("enough");
  expect((await sweepStatus(stored.store.directory)).shardsDone).toBe(1);
});

test("store shards: the status says what is done, who computes, what failed, and how long it takes", async () => {
  const stored = storedIn(undefined, {
    paramGrid: { t: Array.from({ length: 300 }, (_, i) => (i < 70 ? 1e-5 : 0.01)) },
    paramMap: { t: { vars: ["jrc_op/tau_e"], nodes: ["jrc"] } },
    simulationTime: 1,
  });
  const { directory } = stored.store;
  await runShards(stored, { shards: "0/2" });
  const half = await sweepStatus(directory);
  expect(half).toMatchObject({
    complete: false,
    points: 300,
    done: 172,
    failed: 64,
    shards: 5,
    shardsDone: 3,
    running: [],
    rate: null,
    left: null,
  });
  expect(half.missing).toEqual([
    [1, 1],
    [3, 3],
  ]);
  let go = () => {};
  const asked = new Promise<void>((resolve) => {
    go = resolve;
  });
  const run = runStored(stored, {}, { caller: callerWith(() => asked) });
  let busy = await sweepStatus(directory);
  while (busy.running.length === 0) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    busy = await sweepStatus(directory);
  }
  const { self } = nodeHost();
  expect(busy.running).toMatchObject([{ machine: self.host, process: self.pid, shards: [1] }]);
  expect([busy.rate ?? 0, busy.left ?? 0].every((number) => number > 0)).toBe(true);
  go();
  await run;
  const all = await sweepStatus(directory);
  expect([all.complete, all.done, all.missing, all.running]).toEqual([false, 300, [], []]);
  await finishSweep(directory);
  const { hash } = all;
  const complete = { complete: true, points: 300, done: 300, failed: 70, shards: 5, shardsDone: 5, missing: [], running: [], hash };
  expect(await sweepStatus(directory)).toMatchObject(complete);
});

test("store shards: of several models, each shard has the points of one", async () => {
  const { pair } = templatesFromYaml(`
rate_op: { base: OperatorTemplate, equations: "r' = (m_in + 1 - r)/tau", variables: { r: output(0.1), tau: 10.0, m_in: input } }
pop: { base: NodeTemplate, operators: [rate_op] }
pair:
  base: CircuitTemplate
  nodes: { a: pop, b: pop }
  edges:
    - [a/rate_op/r, b/rate_op/m_in, null, { weight: 0.5, delay: 1.0, spread: 0.5 }]
`);
  const delayed = (directory: string) => ({
    circuitTemplate: pair,
    paramGrid: { d: [1, 2, 1, 3, 2, 1, 3] },
    paramMap: { d: { vars: ["delay"], edges: [["a/rate_op/r", "b/rate_op/m_in"]] } },
    simulationTime: 4,
    stepSize: 0.1,
    outputs: { r: "b/rate_op/r" },
    store: { directory, shardPoints: 2 },
  });
  const [one, parts] = [join(folder, "models"), join(folder, "models-in-parts")];
  await gridSearch(delayed(one));
  for (const shards of ["2/3", "0/3", "1/3"]) await runShards(delayed(parts), { shards });
  await finishSweep(parts);
  expect(contents(parts)).toEqual(contents(one));
});
