// Damage is always found, and repaired by a resume; a manifest that means no good opens nothing.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { damage, randomFrom } from "../../bench/support/damage.mjs";
import { finishSweep, gridSearch, openSweep, resumeSweep, runShards, sweepStatus, verifySweep } from "../../src/index.ts";
import type { ShardEntry } from "../../src/store/format/manifest-schema.ts";
import { folderFor } from "../support/folder.ts";
import { contents, copy, forge, forgeList, formats, over, ownNoise } from "../support/stores.ts";
import { refusal } from "../support/sweep.ts";

const folder = folderFor("damage");
const damages = 150;

describe.each(formats)("store damage: of %s files", (format) => {
  const directory = join(folder, format);
  const foreign = join(folder, `${format}-foreign`);
  beforeAll(async () => {
    await gridSearch({ ...over(300), store: { directory, format, shardPoints: 64 } });
    const other = over(300, { inputs: ownNoise, paramGrid: { C: Array.from({ length: 300 }, (_, i) => 500 + i) } });
    await gridSearch({ ...other, store: { directory: foreign, format, shardPoints: 64 } });
  });

  test(`${damages} kinds and places of damage are found, by the name of the file`, async () => {
    const random = randomFrom(format === "arrow" ? 1 : 2);
    for (let i = 0; i < damages; i++) {
      const { kind, files, undo } = damage(directory, foreign, random);
      const { ok, problems } = await verifySweep(directory);
      expect([kind, files, ok]).toEqual([kind, files, false]);
      const told = problems.map(({ message }) => message).join("\n");
      for (const file of files) expect(told).toContain(file);
      undo();
    }
    expect(await verifySweep(directory)).toMatchObject({ ok: true });
  });

  test("a damaged shard is not read, others are; a resume repairs all of it, the manifest too", async () => {
    const expected = contents(directory);
    const random = randomFrom(3);
    let repaired = 0;
    while (repaired < 20) {
      const { kind, files, undo } = damage(directory, foreign, random);
      if (kind === "stranger") {
        undo();
        continue;
      }
      const shard = files.find((file) => file.startsWith("traces/"));
      if (files.includes("_massgrid/manifest.json")) expect((await refusal(() => openSweep(directory))).code).toMatch(/^E_MANIFEST_/);
      if (shard) {
        const sweep = await openSweep(directory);
        const number = Number(/\d{6}/.exec(shard)?.[0]);
        const error = await refusal(() => sweep.trace(`JRC2_${64 * number}`, "V_pce"));
        expect([error.code, error.message]).toEqual(["E_SHARD_CORRUPT", expect.stringContaining(shard)]);
        expect((await sweep.trace(`JRC2_${(64 * number + 64) % 192}`, "V_pce").catch(() => files)).length).toBeGreaterThan(0);
      }
      if (files.some((file) => file.startsWith("map."))) expect((await refusal(() => openSweep(directory))).code).toBe("E_SHARD_CORRUPT");
      await resumeSweep(directory);
      expect(contents(directory)).toEqual(expected);
      repaired++;
    }
  });

  test("a sweep that is not complete repairs itself too, whatever of its notes is torn or damaged", async () => {
    const random = randomFrom(4);
    for (let i = 0; i < 6; i++) {
      const half = join(folder, `${format}-half`);
      rmSync(half, { recursive: true, force: true });
      const stop = new AbortController();
      const onProgress = ({ done }: { done: number }) => done >= 192 && stop.abort(new Error("stopped"));
      const sweep = gridSearch({ ...over(300), onProgress, signal: stop.signal, store: { directory: half, format, shardPoints: 64 } });
      await expect(sweep).rejects.toThrow("stopped");
      const notes = join("_massgrid/notes/000", readdirSync(join(half, "_massgrid/notes/000"))[0]);
      const file = join(half, i < 2 ? notes : i < 4 ? `traces/000000.${format}` : "_massgrid/map/000001.arrow");
      const bytes = readFileSync(file);
      if (i % 2 === 0) bytes[random(bytes.length)] ^= 1 << random(8);
      writeFileSync(file, i % 2 === 0 ? bytes : bytes.subarray(0, random(bytes.length)));
      await resumeSweep(half);
      expect(contents(half)).toEqual(contents(directory));
    }
  });
});

test("store damage: a list of shards that is lost with its copy is made again of the files of its shards, some of which are computed again", async () => {
  const directory = join(folder, "no-list");
  await gridSearch({ ...over(300), store: { directory, shardPoints: 64 } });
  const before = contents(directory);
  for (const others of [[], ["traces/000002.arrow", "_massgrid/map/000001.arrow"]]) {
    for (const name of ["_massgrid/shards/000000.arrow", "_massgrid/shards/000000.copy.arrow", ...others])
      writeFileSync(join(directory, name), "x");
    const { problems } = await verifySweep(directory);
    expect(problems.map(({ path }) => path[0])).toEqual(["_massgrid/shards/000000.arrow", "_massgrid/shards/000000.copy.arrow"]);
    expect((await refusal(() => openSweep(directory))).code).toBe("E_SHARD_CORRUPT");
    await resumeSweep(directory);
    expect(contents(directory)).toEqual(before);
  }
});

test("where every file that has the points is damaged, a resume asks for them", async () => {
  const directory = join(folder, "no-points");
  await gridSearch({ ...over(20), store: { directory } });
  const before = contents(directory);
  for (const name of ["_massgrid/grid.arrow", "map.arrow"]) writeFileSync(join(directory, name), "x");
  const { message } = await refusal(() => resumeSweep(directory));
  expect(message).toMatch(/E_RESUME_OPTION: .*grid\.arrow and map\.arrow cannot be read; give paramGrid again/);
  await resumeSweep(directory, { paramGrid: over(20).paramGrid });
  expect(contents(directory)).toEqual(before);
});

/** A store whose manifest was changed by someone who knows how its checksum is made. */
function forged(name: string, change: (manifest: Record<string, unknown>) => void): string {
  const directory = copy(join(folder, "arrow"), join(folder, name));
  forge(directory, change);
  return directory;
}

describe("store damage: a forged manifest is refused, by name, and nothing outside of the directory is opened", () => {
  const forgeries: [string, (manifest: Record<string, unknown>) => void, RegExp][] = [
    [
      "another layout",
      (m) => {
        m.layout = 3;
      },
      /E_MANIFEST_VERSION: .*has layout 3, and this version of massgrid reads layout 5 alone/,
    ],
    [
      "no layout",
      (m) => {
        delete m.layout;
      },
      /E_MANIFEST_VERSION/,
    ],
    [
      "a path out of it",
      (m) => {
        m.shards = { ...Object(m.shards), lists: [{ file: "../x.arrow", bytes: 10, sha256: "0".repeat(64) }] };
      },
      /E_MANIFEST_PATH: .*"\.\.\/x\.arrow"/,
    ],
    [
      "an absolute path",
      (m) => {
        m.shards = { ...Object(m.shards), lists: [{ file: "/etc/passwd", bytes: 10, sha256: "0".repeat(64) }] };
      },
      /E_MANIFEST_PATH: .*"\/etc\/passwd"/,
    ],
    [
      "the grid elsewhere",
      (m) => {
        m.grid = { ...Object(m.grid), file: { file: "../grid.arrow", bytes: 6346, sha256: "0".repeat(64) } };
      },
      /E_MANIFEST_PATH/,
    ],
    [
      "1e9 points",
      (m) => {
        m.grid = { ...Object(m.grid), points: 1e9 };
      },
      /E_MANIFEST_FORM: .*claims 1000000000 points/,
    ],
    [
      "a shard less",
      (m) => {
        m.shards = { ...Object(m.shards), lists: [] };
      },
      /E_MANIFEST_FORM/,
    ],
    [
      "an unknown key",
      (m) => {
        m.run = "rm";
      },
      /E_MANIFEST_FORM/,
    ],
    [
      "__proto__",
      (m) => {
        m.spec = JSON.parse('{"__proto__": {"polluted": true}}');
      },
      /E_MANIFEST_FORM: .*__proto__/,
    ],
    [
      "depth",
      (m) => {
        m.spec = { a: JSON.parse("[".repeat(500) + "]".repeat(500)) };
      },
      /E_MANIFEST_FORM: .*too deep/,
    ],
    [
      "a list",
      (m) => {
        for (const key of Object.keys(m)) if (key !== "layout") delete m[key];
      },
      /E_MANIFEST_FORM/,
    ],
  ];
  test.each(forgeries)("%s", async (name, change, message) => {
    await gridSearch({ ...over(300), store: { directory: join(folder, "arrow"), shardPoints: 64 } }).catch(() => {});
    const directory = forged(`forged ${name}`, change);
    for (const work of [() => openSweep(directory), () => resumeSweep(directory)]) {
      expect((await refusal(work)).message).toMatch(message);
    }
    const { ok, problems } = await verifySweep(directory);
    expect([ok, problems[0].message]).toEqual([false, expect.stringMatching(new RegExp(message.source.replace(/^E_\w+(: )?/, "")))]);
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
    rmSync(directory, { recursive: true });
  });

  const lists: [string, (entries: ShardEntry[]) => void, RegExp][] = [
    ["points twice", ([entry]) => Object.assign(entry, { points: { first: 1, count: 64 } }), /E_MANIFEST_FORM: .*each point once/],
    ["points beyond the grid", ([entry]) => Object.assign(entry, { points: { first: 299, count: 64 } }), /E_MANIFEST_FORM/],
    [
      "a model it has not",
      ([entry]) => Object.assign(entry, { job: 7 }),
      /E_MANIFEST_FORM: .*shards\/000000\.arrow has shards that it has not/,
    ],
    ["a negative size", ([{ map }]) => Object.assign(map, { bytes: -1 }), /E_MANIFEST_FORM/],
    ["1e9 points of a shard", ([entry]) => Object.assign(entry, { points: { first: 0, count: 1e9 } }), /E_MANIFEST_FORM/],
    ["a shard less", (entries) => void entries.pop(), /E_MANIFEST_FORM/],
    ["bytes that are others than was said", ([{ map }]) => Object.assign(map, { bytes: map.bytes + 1 }), /E_MANIFEST_FORM/],
  ];
  test.each(lists)("a list of shards with %s", async (name, change, message) => {
    const directory = copy(join(folder, "arrow"), join(folder, `list ${name}`));
    await forgeList(directory, change);
    expect((await refusal(() => openSweep(directory))).message).toMatch(message);
    expect((await verifySweep(directory)).ok).toBe(false);
    rmSync(directory, { recursive: true });
  });

  test("a list that is no Arrow, or has other columns", async () => {
    const directory = copy(join(folder, "arrow"), join(folder, "no list"));
    for (const file of ["map.arrow", "_massgrid/columns.json"]) {
      const bytes = readFileSync(join(directory, file));
      const list = "_massgrid/shards/000000.arrow";
      writeFileSync(join(directory, list), bytes);
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      forge(directory, (m) => {
        m.shards = { ...Object(m.shards), lists: [{ file: list, bytes: bytes.length, sha256 }] };
      });
      expect((await refusal(() => openSweep(directory))).code).toBe("E_MANIFEST_FORM");
    }
  });

  test("a wrong checksum of a shard, and a size that is not the file's", async () => {
    const wrong = copy(join(folder, "arrow"), join(folder, "checksum"));
    await forgeList(wrong, ([entry]) => Object.assign(entry.traces ?? {}, { sha256: "0".repeat(64) }));
    expect((await verifySweep(wrong)).problems[0].message).toMatch(/E?.*traces\/000000\.arrow.* does not match its checksum/);
    const large = copy(join(folder, "arrow"), join(folder, "size"));
    await forgeList(large, ([{ traces }]) => Object.assign(traces ?? {}, { bytes: 1e12 }));
    forge(large, ({ shards }) =>
      Object.assign(Object(shards), {
        traceBytes: Object(shards).traceBytes + 1e12 - readFileSync(join(large, "traces/000000.arrow")).length,
      }),
    );
    expect((await refusal(async () => (await openSweep(large)).trace("JRC2_0", "V_pce"))).message).toMatch(
      /has \d+ bytes instead of 1000000000000/,
    );
  });

  test("text that is no JSON, no text, or ends early", async () => {
    const directory = copy(join(folder, "arrow"), join(folder, "text"));
    const file = join(directory, "_massgrid/manifest.json");
    const good = readFileSync(file);
    for (const bytes of [
      Buffer.from("{"),
      Buffer.from([0xff, 0xfe]),
      Buffer.alloc(0),
      good.subarray(0, good.length - 1),
      Buffer.concat([good, Buffer.from("\n")]),
    ]) {
      writeFileSync(file, bytes);
      expect((await refusal(() => openSweep(directory))).code).toBe("E_MANIFEST_CORRUPT");
    }
  });

  test("links and folders in the place of files are not followed", async () => {
    const outside = copy(join(folder, "arrow"), join(folder, "outside"));
    const directory = copy(outside, join(folder, "links"));
    rmSync(join(directory, "traces/000000.arrow"));
    symlinkSync(join(outside, "traces/000000.arrow"), join(directory, "traces/000000.arrow"));
    rmSync(join(directory, "traces/000001.arrow"));
    mkdirSync(join(directory, "traces/000001.arrow"));
    const { problems } = await verifySweep(directory);
    expect(problems.map(({ path }) => path[0])).toEqual(["traces/000000.arrow", "traces/000001.arrow"]);
    renameSync(join(directory, "_massgrid/map"), join(directory, "map-of-mine"));
    symlinkSync(join(outside, "_massgrid/map"), join(directory, "_massgrid/map"));
    expect((await verifySweep(directory)).problems.length).toBe(8);
    expect(existsSync(join(outside, "_massgrid/map/000000.arrow"))).toBe(true);
  });
});

test("store damage: a note, a claim or a manifest of a size that no such file has is damaged, and no more is read of it", async () => {
  const [whole, directory] = [join(folder, "sizes-whole"), join(folder, "sizes")];
  const call = { ...over(12), store: { directory, shardPoints: 4 } };
  await gridSearch({ ...call, store: { ...call.store, directory: whole } });
  await runShards(call);
  const [note] = readdirSync(join(directory, "_massgrid/notes/000"));
  // Of no blocks: files of 3 TB take no room.
  const huge = (file: string) => truncateSync(join(directory, "_massgrid", file), 3e12);
  huge(`notes/000/${note}`);
  expect(await sweepStatus(directory)).toMatchObject({ shardsDone: 2, missing: [[0, 0]] });
  await runShards(call);
  await finishSweep(directory);
  huge("manifest.json");
  expect((await refusal(() => openSweep(directory))).code).toBe("E_MANIFEST_CORRUPT");
  await resumeSweep(directory);
  expect(contents(directory)).toEqual(contents(whole));
});

test("store damage: a folder in the place of a file, and a manifest behind a link, are told with what to do", async () => {
  const directory = join(folder, "in-the-way");
  await gridSearch({ ...over(8), store: { directory, shardPoints: 4 } });
  rmSync(join(directory, "traces/000001.arrow"));
  mkdirSync(join(directory, "traces/000001.arrow"));
  const inTheWay = await refusal(() => resumeSweep(directory));
  expect([inTheWay.code, inTheWay.message]).toEqual([
    "E_IO",
    expect.stringMatching(/000001\.arrow is a folder in the place of a file: move it away/),
  ]);
  renameSync(join(directory, "_massgrid"), join(directory, "elsewhere"));
  symlinkSync("elsewhere", join(directory, "_massgrid"));
  for (const call of [() => openSweep(directory), () => resumeSweep(directory), () => gridSearch({ ...over(8), store: { directory } })]) {
    const { code, message } = await refusal(call);
    expect(code).toMatch(/^E_MANIFEST_MISSING|E_STORE_EXISTS$/);
    expect(message).toMatch(/manifest\.json and _massgrid\/manifest\.copy\.json, but they are reached by a link, or no file/);
  }
});
