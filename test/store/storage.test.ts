// A store that is not in a file system: five verbs, with answers that are lost, calls that fail and bytes that are missing.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { randomFrom } from "../../bench/support/damage.mjs";
import { gridSearch, MassgridError } from "../../src/index.ts";
import { makePlan } from "../../src/plan/plan.ts";
import { nodeHost } from "../../src/platform/node-host.ts";
import { inlineRunner } from "../../src/run/run.ts";
import { Disk } from "../../src/store/disk/disk.ts";
import { presentManifest } from "../../src/store/disk/manifest-file.ts";
import { verifyStored } from "../../src/store/integrity.ts";
import { Notes } from "../../src/store/notes.ts";
import { openStored } from "../../src/store/open.ts";
import type { Caller } from "../../src/store/resume.ts";
import { finishStored, runStored } from "../../src/store/run-shards.ts";
import { StatusReader } from "../../src/store/status.ts";
import { blocksOf } from "../../src/sweep/blocks.ts";
import { folderFor } from "../support/folder.ts";
import { MemoryStorage, type Verb } from "../support/memory-storage.ts";
import { filesIn, formats, over, ownNoise } from "../support/stores.ts";
import { bits } from "../support/sweep.ts";

const folder = folderFor("storage");
const caller: Caller = {
  host: nodeHost,
  plan: (given) => makePlan(given, { budget: 1e9, openFile: () => undefined }),
  run: (plan, { signal }) => inlineRunner(plan, blocksOf(plan.blocks), { signal }),
};

describe.each(formats)("store storage: in the format %s", (format) => {
  const options = { ...over(200, { inputs: ownNoise }), store: { directory: join(folder, format), format, shardPoints: 64 } };
  const expected = new Map<string, Uint8Array>();
  beforeAll(async () => {
    await gridSearch(options);
    for (const file of filesIn(options.store.directory))
      expected.set(file, new Uint8Array(readFileSync(join(options.store.directory, file))));
  });

  test("five verbs are enough to compute, finish, open, verify and watch it, and leave the files of a directory", async () => {
    const storage = new MemoryStorage();
    const disk = new Disk(storage, nodeHost());
    await Promise.all(["0/2", "1/2", "0/1"].map((shards) => runStored(options, { shards }, { caller, disk })));
    expect(await new StatusReader(disk).read()).toMatchObject({ complete: false, shardsDone: 4, done: 200 });
    expect((await openStored(disk)).map.numRows).toBe(200);
    await finishStored(disk);
    expect(new Map([...storage.files].sort(([a], [b]) => (a < b ? -1 : 1)))).toEqual(expected);
    expect(await verifyStored(disk)).toMatchObject({ ok: true, complete: true });
    expect(await new StatusReader(disk).read()).toMatchObject({ complete: true, done: 200 });
    const sweep = await openStored(disk);
    const { store } = { store: await openStored(new Disk(storage, nodeHost())) };
    expect(bits(await sweep.trace("JRC2_150", "V_pce"))).toEqual(bits(await store.trace("JRC2_150", "V_pce")));
  });

  test("its folder of notes is listed once, and a shard that somebody else has delivered since is found", async () => {
    const storage = new MemoryStorage();
    const disk = new Disk(storage, nodeHost());
    const call = { ...options, store: { ...options.store, shardPoints: 4 } };
    await runStored(call, { shards: [0, 1] }, { caller, disk });
    const notes = new Notes(disk, await presentManifest(disk));
    expect((await notes.of(1))?.shard).toBe(1);
    const before = { ...storage.calls };
    for (let shard = 2; shard < 50; shard++) expect(await notes.of(shard)).toBeUndefined();
    expect(storage.calls.list).toBe(before.list);
    await runStored(call, { shards: [7] }, { caller, disk });
    expect([await notes.of(6), (await notes.of(7))?.shard, (await notes.of(0))?.shard]).toEqual([undefined, 7, 0]);
    const { list } = storage.calls;
    await runStored(call, {}, { caller, disk });
    expect(storage.calls.list - list).toBeLessThan(10);
  });

  test("what needs a file system is refused by name", () => {
    const disk = new Disk(new MemoryStorage(), nodeHost());
    expect(() => disk.needLocal("a grid that is extended")).toThrow(/^E_STORE_LOCAL: a grid that is extended needs a directory/);
  });

  test("a fault in any call is an error with a code; what was done counts, and the same calls end with the same bytes", async () => {
    const random = randomFrom(format === "arrow" ? 3 : 5);
    const faults = {
      put: ["before", "after"],
      get: ["before", "truncated"],
      list: ["before"],
      size: ["before"],
      remove: ["before", "after"],
    } as const;
    const codes = new Set<string>();
    for (const often of [15, 30, 60]) {
      const storage = new MemoryStorage();
      const disk = new Disk(storage, nodeHost());
      storage.fault = (verb: Verb) => (random(often) === 0 ? faults[verb][random(faults[verb].length)] : undefined);
      const work = async () => {
        await runStored(options, {}, { caller, disk });
        await finishStored(disk);
      };
      let isDone = false;
      for (let attempt = 0; attempt < 200 && !isDone; attempt++) {
        isDone = await work().then(
          () => true,
          (error) => {
            if (!(error instanceof MassgridError)) throw error;
            codes.add(error.code);
            return false;
          },
        );
      }
      storage.fault = () => undefined;
      await work();
      expect(new Map([...storage.files].sort(([a], [b]) => (a < b ? -1 : 1)))).toEqual(expected);
    }
    expect(
      [...codes].filter(
        (code) => !["E_IO", "E_MANIFEST_CORRUPT", "E_STORE_EXISTS", "E_STORE_INCOMPLETE", "E_SHARD_CORRUPT"].includes(code),
      ),
    ).toEqual([]);
    expect(codes).toContain("E_IO");
  });
});
