// What a store refuses beside damage: platforms without files, files of others, and machines that compute other numbers.
import { copyFileSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { randomFrom } from "../../bench/support/damage.mjs";
import { type GridSearchOptions, gridSearch, resumeSweep, verifySweep } from "../../src/index.ts";
import { makePlan } from "../../src/plan/plan.ts";
import { nodeHost } from "../../src/platform/node-host.ts";
import { inlineRunner } from "../../src/run/run.ts";
import { type Caller, resumeStored } from "../../src/store/resume.ts";
import { blocksOf } from "../../src/sweep/blocks.ts";
import { folderFor } from "../support/folder.ts";
import { contents, over } from "../support/stores.ts";
import { refusal } from "../support/sweep.ts";

const folder = folderFor("refusals");

test("without a file system there is no store, and that is said before anything runs", async () => {
  const missing = vi.spyOn(process, "getBuiltinModule").mockImplementation(() => undefined);
  const load = process.getBuiltinModule;
  Reflect.deleteProperty(process, "getBuiltinModule");
  const error = await refusal(() => gridSearch({ ...over(2), store: { directory: join(folder, "none") } }));
  Object.assign(process, { getBuiltinModule: load });
  missing.mockRestore();
  expect(error.code).toBe("E_STORE_PLATFORM");
});

test("a file that no store has there is told", async () => {
  const directory = join(folder, "stranger");
  await gridSearch({ ...over(20), store: { directory } });
  writeFileSync(join(directory, "traces/copy.arrow"), "x");
  const { ok, problems } = await verifySweep(directory);
  expect([ok, problems.map(({ code }) => code)]).toEqual([false, ["E_SHARD_UNKNOWN"]]);
});

test("store refusals: a shard that comes out other than it was is told, and what is noted stays", async () => {
  const directory = join(folder, "other");
  await gridSearch({ ...over(40), store: { directory, shardPoints: 20 } });
  const before = contents(directory)["_massgrid/manifest.json"];
  rmSync(join(directory, "traces/000001.arrow"));
  const caller: Caller = {
    host: nodeHost,
    plan: (given) => makePlan(given, { budget: 1e9, openFile: () => undefined }),
    async *run(plan) {
      for await (const result of inlineRunner(plan, blocksOf(plan.blocks))) {
        result.traces[0][0] += 1e-12;
        yield result;
      }
    },
  };
  expect((await refusal(() => resumeStored(directory, {}, caller))).code).toBe("E_RESUME_DIFFERS");
  expect(contents(directory)["_massgrid/manifest.json"]).toBe(before);
});

describe("store refusals: a manifest that is damaged or missing is brought back from its copy", () => {
  const directory = join(folder, "manifest");
  const at = (name: string) => join(directory, name);
  const random = randomFrom(7);
  const flipped = (bytes: Buffer) => {
    const copy = Buffer.from(bytes);
    copy[random(copy.length)] ^= 1 << random(8);
    return copy;
  };

  test("by a resume; until then nothing trusts it", async () => {
    await gridSearch({ ...over(20), store: { directory } });
    const expected = contents(directory);
    const good = readFileSync(at("_massgrid/manifest.json"));
    const damages = [...Array.from({ length: 20 }, () => flipped(good)), Buffer.alloc(0), good.subarray(0, 100), undefined];
    for (const bytes of damages) {
      for (const name of ["_massgrid/manifest.json", "_massgrid/manifest.copy.json"]) {
        if (bytes) writeFileSync(at(name), bytes);
        else rmSync(at(name));
        const { ok, problems } = await verifySweep(directory);
        expect([ok, problems[0].message]).toEqual([false, expect.stringContaining(name)]);
        await resumeSweep(directory);
        expect(contents(directory)).toEqual(expected);
      }
    }
  });

  test("where both are damaged, it is refused, and what is there is left alone", async () => {
    for (const name of ["_massgrid/manifest.json", "_massgrid/manifest.copy.json"])
      writeFileSync(at(name), flipped(readFileSync(at(name))));
    const before = contents(directory);
    expect((await refusal(() => resumeSweep(directory))).code).toMatch(/^E_MANIFEST_(CORRUPT|VERSION)$/);
    expect(contents(directory)).toEqual(before);
  });

  test("a copy that an earlier manifest left, as a crash may do it, costs time and no bytes", async () => {
    const half = join(folder, "half");
    const stop = new AbortController();
    const onProgress = () => stop.abort(new Error("stopped"));
    await gridSearch({ ...over(40), onProgress, signal: stop.signal, store: { directory: half, shardPoints: 20 } }).catch(() => {});
    const early = readFileSync(join(half, "_massgrid/manifest.copy.json"));
    await resumeSweep(half);
    const expected = contents(half);
    writeFileSync(join(half, "_massgrid/manifest.copy.json"), early);
    writeFileSync(join(half, "_massgrid/manifest.json"), "");
    expect((await resumeSweep(half)).complete).toBe(true);
    expect(contents(half)).toEqual(expected);
  });
});

test("store refusals: what a writer left that died before it wrote the manifest is taken up; anything else is left alone", async () => {
  const [good, directory] = [join(folder, "whole"), join(folder, "left")];
  await gridSearch({ ...over(20), store: { directory: good } });
  for (const name of ["traces", "_massgrid/map"]) mkdirSync(join(directory, name), { recursive: true });
  copyFileSync(join(good, "_massgrid/grid.arrow"), join(directory, "_massgrid/grid.arrow"));
  expect((await refusal(() => resumeSweep(directory))).code).toBe("E_MANIFEST_MISSING");
  expect((await refusal(() => gridSearch({ ...over(21), store: { directory } }))).code).toBe("E_STORE_EXISTS");
  writeFileSync(join(directory, "_massgrid/map/mine"), "x");
  expect((await refusal(() => gridSearch({ ...over(20), store: { directory } }))).code).toBe("E_STORE_EXISTS");
  rmSync(join(directory, "_massgrid/map/mine"));
  await gridSearch({ ...over(20), store: { directory } });
  expect(contents(directory)).toEqual(contents(good));
});

test("store refusals: links in the place of folders are not written through, nor is what they lead to moved", async () => {
  const [victim, directory] = [join(folder, "victim"), join(folder, "linked")];
  await gridSearch({ ...over(30), store: { directory: victim } });
  const before = contents(victim);
  await gridSearch({ ...over(20), store: { directory } });
  symlinkSync(victim, join(directory, "_massgrid/extending"));
  await resumeSweep(directory);
  expect(contents(victim)).toEqual(before);
  rmSync(join(directory, "_massgrid/extending"));
  rmSync(join(directory, "traces"), { recursive: true });
  symlinkSync(join(victim, "traces"), join(directory, "traces"));
  const error = await refusal(() => resumeSweep(directory));
  expect([error.code, error.message]).toEqual(["E_IO", expect.stringMatching(/traces is no directory, or a link to one: move it away/)]);
  expect(contents(victim)).toEqual(before);
});

test("store refusals: a file where the directory should be is told as that", async () => {
  const file = join(folder, "a-file");
  writeFileSync(file, "x");
  const error = await refusal(() => gridSearch({ ...over(2), store: { directory: file } }));
  expect([error.code, error.message]).toEqual(["E_IO", expect.stringContaining("a-file is no directory")]);
});

test("store refusals: a sweep has one manifest, in whichever order its options are given, and whatever began it", async () => {
  const options = over(5);
  const turned: GridSearchOptions = Object.assign(Object.create(null), Object.fromEntries(Object.entries(options).reverse()));
  const [one, two, three] = ["one", "two", "three"].map((name) => join(folder, `order-${name}`));
  await gridSearch({ ...options, store: { directory: one } });
  await gridSearch({ ...turned, store: { directory: two } });
  await resumeSweep(three, turned);
  expect(contents(two)).toEqual(contents(one));
  expect(contents(three)).toEqual(contents(one));
});

test("store refusals: a takeover that another machine has begun is told by its file", async () => {
  const directory = join(folder, "takeover");
  await gridSearch({ ...over(2), store: { directory } });
  const { self } = nodeHost();
  writeFileSync(join(directory, "_massgrid/lock"), JSON.stringify({ ...self, pid: 2 ** 22 + 1 }));
  writeFileSync(join(directory, "_massgrid/lock.takeover"), JSON.stringify({ ...self, host: "elsewhere" }));
  expect((await refusal(() => resumeSweep(directory))).message).toMatch(/E_STORE_LOCKED: .*remove the file _massgrid\/lock\.takeover/);
});
