// Finishing a sweep of many shards, which threads read: the bytes of one machine, whatever is killed, damaged or in the way.
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { randomFrom } from "../../bench/support/damage.mjs";
import { finishSweep, runShards, sweepStatus, verifySweep } from "../../src/index.ts";
import { nodeHost } from "../../src/platform/node-host.ts";
import { openDisk } from "../../src/store/disk/open-disk.ts";
import { MANY, Readers } from "../../src/store/disk/readers.ts";
import { finishStored } from "../../src/store/run-shards.ts";
import { folderFor } from "../support/folder.ts";
import { contents, copy, formats, over, ownNoise } from "../support/stores.ts";
import { refusal } from "../support/sweep.ts";

const folder = folderFor("finish");
const POINTS = 2 * MANY + 40;
const library = fileURLToPath(new URL("../../dist/index.js", import.meta.url));
const program = `
import { finishSweep } from ${JSON.stringify(library)};
process.stdout.write("begins");
await finishSweep(process.argv[1]);
`;

/** A sweep of which all shards are there, in more files than are read without threads, and what is in it once it is finished. */
const computed = (format: string) => join(folder, `computed-${format}`);
const whole: Record<string, Record<string, string>> = {};
beforeAll(async () => {
  for (const format of formats) {
    const directory = computed(format);
    await runShards({ ...over(POINTS, { inputs: ownNoise }), store: { directory, format, shardPoints: 2 } });
    const alone = copy(directory, join(folder, `whole-${format}`));
    await finishStored(openDisk(alone, { ...nodeHost(), readsFast: false }));
    whole[format] = contents(alone);
  }
}, 120_000);

test.each(formats)("store finish: threads leave the bytes that one thread does, in the format %s", async (format) => {
  const directory = copy(computed(format), join(folder, "by-threads"));
  const sweep = await finishSweep(directory);
  expect([sweep.complete, sweep.map.numRows]).toEqual([true, POINTS]);
  expect(contents(directory)).toEqual(whole[format]);
  expect(await verifySweep(directory)).toMatchObject({ ok: true, complete: true });
});

/** Finishes a sweep in a process, which is killed after so many ms; tells whether it had ended by then. */
async function finishFor(ms: number, directory: string): Promise<boolean> {
  const child = spawn(process.execPath, ["--input-type=module", "-e", program, directory], { stdio: ["ignore", "pipe", "inherit"] });
  child.stdout.once("data", () => setTimeout(() => child.kill("SIGKILL"), ms));
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve) => child.on("close", (...ended) => resolve(ended)));
  if (signal === null) expect(code).toBe(0);
  return signal === null;
}

test("store finish: killed at random moments, and finished then, it has the same bytes", { timeout: 240_000 }, async () => {
  const random = randomFrom(31);
  let kills = 0;
  for (let sweeps = 0; kills < 16; sweeps++) {
    const format = formats[sweeps % formats.length];
    const directory = copy(computed(format), join(folder, "killed"));
    // The longer it was let run in vain, the longer it may run.
    for (let most = 100; !(await finishFor(random(most), directory)); most *= 1.5) {
      kills++;
      const { shardsDone, shards } = await sweepStatus(directory);
      expect(shardsDone).toBe(shards);
    }
    expect(contents(directory)).toEqual(whole[format]);
  }
});

test("store finish: what a process that died last thing has left of a complete sweep goes, and one that works on it is left alone", async () => {
  const directory = copy(computed("arrow"), join(folder, "untidy"));
  await finishSweep(directory);
  const { self } = nodeHost();
  const lock = join(directory, "_massgrid/lock");
  const draft = join(directory, ".map.arrow.4697f1d5-9d45-40c3-bf37-7d03e4bedbaf.tmp");
  for (const file of [lock, draft]) writeFileSync(file, JSON.stringify({ ...self, pid: 2 ** 22 + 1 }));
  await finishSweep(directory);
  expect(contents(directory)).toEqual(whole.arrow);
  writeFileSync(lock, JSON.stringify({ ...self, host: "elsewhere" }));
  expect((await finishSweep(directory)).complete).toBe(true);
  rmSync(lock);
  expect(contents(directory)).toEqual(whole.arrow);
});

test("store finish: of two at once one is refused, or finds it done", async () => {
  const directory = copy(computed("arrow"), join(folder, "twice"));
  const both = await Promise.allSettled([finishSweep(directory), finishSweep(directory), finishSweep(directory)]);
  const refused = both.flatMap((each) => (each.status === "rejected" ? [each.reason.code] : []));
  expect(refused.length).toBeLessThan(3);
  expect(new Set([...refused, "E_STORE_LOCKED"])).toEqual(new Set(["E_STORE_LOCKED"]));
  expect(contents(directory)).toEqual(whole.arrow);
});

test("store finish: shards that are computed again meanwhile do no harm", { timeout: 60_000 }, async () => {
  const directory = copy(computed("arrow"), join(folder, "meanwhile"));
  const notes = join(directory, "_massgrid/notes/000");
  const lost = readdirSync(notes).filter((_, i) => i % 3 === 0);
  for (const name of lost) rmSync(join(notes, name));
  const run = { ...over(POINTS, { inputs: ownNoise }), store: { directory, shardPoints: 2 } };
  await Promise.all([
    runShards(run),
    runShards(run, { shards: "0/2" }),
    finishSweep(directory).catch(({ code }) => expect(code).toBe("E_STORE_INCOMPLETE")),
  ]);
  await finishSweep(directory);
  expect(contents(directory)).toEqual(whole.arrow);
});

const part = "_massgrid/map/000100.arrow";

/** Changes the bytes of a file. */
function change(file: string, how: (bytes: Buffer) => Uint8Array): (directory: string) => void {
  return (directory) => {
    writeFileSync(join(directory, file), how(readFileSync(join(directory, file))));
  };
}

function noteOf(directory: string, shard: string): string {
  const notes = join(directory, "_massgrid/notes/000");
  return join(notes, readdirSync(notes).find((name) => name.startsWith(shard)) ?? "");
}

/** What is in the way, and what is said of it. */
const ways: Record<string, [harm: (directory: string) => void, said: RegExp]> = {
  "rows that are cut": [change(part, (bytes) => bytes.subarray(0, 100)), /^E_STORE_INCOMPLETE: .* 1 of 276 shards are missing: 100;/],
  "rows that are longer": [change(part, (bytes) => Buffer.concat([bytes, bytes])), /^E_STORE_INCOMPLETE: .* missing: 100;/],
  "rows that are not there": [(directory) => rmSync(join(directory, part)), /^E_STORE_INCOMPLETE: .* missing: 100;/],
  "rows of another shard": [
    (directory) => writeFileSync(join(directory, part), readFileSync(join(directory, part.replace("100", "101")))),
    /^E_SHARD_CORRUPT: .*000100\.arrow .*does not match its checksum/,
  ],
  "a bit of rows": [
    change(part, (bytes) => bytes.map((byte, i) => (i === 900 ? byte ^ 1 : byte))),
    /^E_SHARD_CORRUPT: .*000100\.arrow .*does not match its checksum/,
  ],
  "a link for rows": [
    (directory) => {
      renameSync(join(directory, part), join(directory, "moved"));
      symlinkSync(join(directory, "moved"), join(directory, part));
    },
    /^E_STORE_INCOMPLETE: .* missing: 100;/,
  ],
  "a pipe for rows, and one for a note": [
    (directory) => {
      for (const file of [join(directory, part), noteOf(directory, "000200")]) {
        rmSync(file);
        spawnSync("mkfifo", [file]);
      }
    },
    /^E_STORE_INCOMPLETE: .* 1 of 276 shards are missing: 200;|^E_STORE_INCOMPLETE: .* 2 of 276 shards are missing: 100, 200;/,
  ],
  "a link for their folder": [
    (directory) => {
      renameSync(join(directory, "_massgrid/map"), join(directory, "moved"));
      symlinkSync(join(directory, "moved"), join(directory, "_massgrid/map"));
    },
    /^E_STORE_INCOMPLETE: .* 276 of 276 shards are missing: 0-275;/,
  ],
  "traces that are cut": [change("traces/000007.arrow", (bytes) => bytes.subarray(9)), /^E_STORE_INCOMPLETE: .* missing: 7;/],
  "traces and rows that are cut": [
    (directory) => {
      change("traces/000007.arrow", (bytes) => bytes.subarray(9))(directory);
      change(part, (bytes) => bytes.subarray(9))(directory);
    },
    /^E_STORE_INCOMPLETE: .* 2 of 276 shards are missing: 7, 100;/,
  ],
  "a note that is cut": [
    (directory) => {
      const file = noteOf(directory, "000031");
      writeFileSync(file, readFileSync(file).subarray(0, 200));
    },
    /^E_STORE_INCOMPLETE: .* missing: 31;/,
  ],
  "a note of another shard": [
    (directory) => writeFileSync(noteOf(directory, "000031"), readFileSync(noteOf(directory, "000032"))),
    /^E_STORE_INCOMPLETE: .* missing: 31;/,
  ],
  "a note of another sweep": [
    (directory) => {
      const file = noteOf(directory, "000031");
      writeFileSync(file, readFileSync(file, "utf8").replace(/"hash":"\w{8}/, '"hash":"00000000'));
    },
    /^E_STORE_INCOMPLETE: .* missing: 31;/,
  ],
};

describe("store finish: what is in the way is refused by name, and once it is gone", () => {
  test.each(Object.entries(ways))("%s: the sweep is finished", { timeout: 60_000 }, async (_, [harm, said]) => {
    const directory = copy(computed("arrow"), join(folder, "harmed"));
    harm(directory);
    for (const readsFast of [true, false]) {
      const { message } = await refusal(() => finishStored(openDisk(directory, { ...nodeHost(), readsFast })));
      expect(message).toMatch(said);
    }
    const names = readdirSync(join(directory, "_massgrid"));
    expect([names.includes("notes"), names.includes("lock"), readdirSync(directory).includes("map.arrow")]).toEqual([true, false, false]);
    copy(computed("arrow"), directory);
    await finishSweep(directory);
    expect(contents(directory)).toEqual(whole.arrow);
  });
});

test("store finish: threads that are gone have read nothing, and say so", async () => {
  const path = join(folder, "read");
  mkdirSync(path);
  const names = Array.from({ length: 300 }, (_, i) => `${i}.bin`);
  for (const [i, name] of names.entries()) writeFileSync(join(path, name), new Uint8Array(i).fill(i));
  const readers = Readers.start();
  if (!readers) throw new Error("there are threads");
  const all = await readers.read({ folder: path, names });
  expect(all.map((bytes, i) => bytes?.length === i && bytes.every((byte) => byte === i % 256)).every(Boolean)).toBe(true);
  const sized = await readers.read({ folder: path, names, bytes: names.map((_, i) => (i === 3 ? 4 : i)) });
  expect(sized.flatMap((bytes, i) => (bytes ? [] : [i]))).toEqual([3]);
  // Memory that was given back is read into again.
  for (const bytes of [...all, ...sized]) if (bytes) readers.take(bytes.buffer);
  expect((await readers.read({ folder: path, names })).map((bytes) => bytes?.length)).toEqual(names.map((_, i) => i));
  expect(await readers.sizes({ folder: path, names: [...names, "none"] })).toEqual([...names.keys(), undefined]);
  const late = readers.read({ folder: path, names });
  await readers.end();
  await late;
  expect(await readers.read({ folder: path, names })).toEqual(names.map(() => undefined));
  expect(await readers.remove(path)).toBe(false);
});
