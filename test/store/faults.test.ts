// A fault in the n-th call of the file system, for every n, in everything that a store does: an error with a code or the right result,
// no file left half written, and the same bytes after a resume.
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { type GridSearchOptions, gridSearch, MassgridError, resumeSweep, verifySweep } from "../../src/index.ts";
import { type Host, nodeHost } from "../../src/platform/node-host.ts";
import { openDisk } from "../../src/store/disk/open-disk.ts";
import { openStored } from "../../src/store/open.ts";
import { type ResumeOptions, resumeStored } from "../../src/store/resume.ts";
import { callerWith, fault } from "../support/faulty-store.ts";
import { folderFor } from "../support/folder.ts";
import { contents, copy, over, ownNoise } from "../support/stores.ts";

const folder = folderFor("faults");
const options: GridSearchOptions = over(70, { inputs: ownNoise });
const store = { shardPoints: 64 };

/** What is done to a store while the file system fails: from what, with which options, and what a store of them holds. */
interface Deed {
  /** Puts the directory into the state in which it begins. */
  prepare(directory: string): void;
  given: ResumeOptions;
  whole: GridSearchOptions;
}

const good = join(folder, "good");
beforeAll(async () => {
  await gridSearch({ ...options, store: { ...store, directory: good } });
});
const larger = over(140, { inputs: ownNoise });
const deeds: Record<string, Deed> = {
  "a sweep": { prepare: () => {}, given: { ...options, store }, whole: options },
  "the repair of a store": {
    prepare: (directory) => {
      copy(good, directory);
      rmSync(join(directory, "traces/000001.arrow"));
      for (const name of ["_massgrid/map/000000.arrow", "_massgrid/grid.arrow", "map.arrow"])
        writeFileSync(join(directory, name), "damaged");
    },
    given: { ...options, store },
    whole: options,
  },
  "an extension": { prepare: (directory) => copy(good, directory), given: { ...larger, store, extend: true }, whole: larger },
};

/** Faults: their code, whether every call from the n-th on fails or that one alone, and how many of the n are tried. */
const faults: [string, "once" | "from then on", number][] = [
  ["EIO", "once", 2],
  ["EIO", "from then on", 5],
  ["ENOSPC", "once", 5],
  ["ENOSPC", "from then on", 5],
];

const cases = Object.entries(deeds).flatMap(([name, deed]) => faults.map((kind) => [name, ...kind, deed] as const));
test.each(cases)("%s, a fault %s, %s", { timeout: 120_000 }, async (name, code, kind, each, { prepare, given, whole }) => {
  // Writing shards is the same in all of them.
  const step = name === "a sweep" ? each : each + 2;
  const undisturbed = join(folder, `${name}-${code}-${kind}`);
  await gridSearch({ ...whole, store: { ...store, directory: undisturbed } });
  const expected = contents(undisturbed);
  const directory = join(folder, "faulty");
  let met = 0;
  for (let n = 1; ; n += step) {
    rmSync(directory, { recursive: true, force: true });
    prepare(directory);
    let calls = 0;
    const caller = callerWith(() => (++calls === n || (kind !== "once" && calls > n) ? fault(code) : undefined));
    const error: unknown = await resumeStored(directory, given, caller).then(
      () => undefined,
      (found) => found,
    );
    if (calls < n) break;
    met++;
    if (error !== undefined && !(error instanceof MassgridError)) throw error;
    if (error) expect(["E_IO", "E_DISK_FULL", "E_MANIFEST_MISSING"]).toContain(error.code);
    else expect(await verifySweep(directory)).toMatchObject({ ok: true, complete: true });
    await resumeSweep(directory, given);
    expect(contents(directory)).toEqual(expected);
  }
  expect(met * step).toBeGreaterThan(50);
});

test("reading, a fault in any call: an error with a code, and else every value", async () => {
  const read = async (host: Host) => {
    const sweep = await openStored(openDisk(good, host));
    const rows: number[] = [];
    for await (const batch of sweep.batches()) rows.push(batch.numRows);
    return [sweep.map.numRows, rows, await sweep.trace("JRC2_69", "V_pce")];
  };
  const expected = await read(nodeHost());
  let met = 0;
  for (let calls = 0; calls >= met; met++) {
    calls = 0;
    const { host } = callerWith(() => (++calls === met + 1 ? fault("EIO") : undefined));
    const found: unknown = await read(host()).catch((error) => error);
    if (found instanceof MassgridError) expect(found.code).toBe("E_IO");
    else expect(found).toEqual(expected);
  }
  expect(met).toBeGreaterThan(20);
});

test("store faults: a write that is short without an error is written to its end", async () => {
  const directory = join(folder, "short");
  await resumeStored(
    directory,
    { ...options, store: { shardPoints: 64 } },
    callerWith((call) => (call === "write" ? "short" : undefined)),
  );
  const good = join(folder, "not-short");
  await gridSearch({ ...options, store: { directory: good, shardPoints: 64 } });
  expect(contents(directory)).toEqual(contents(good));
});

test("store faults: reads that are short without an error are read to their end", async () => {
  const { host } = callerWith((call) => (call === "read" ? "short" : undefined));
  const [short, whole] = [await openStored(openDisk(good, host())), await openStored(openDisk(good, nodeHost()))];
  expect(await short.trace("JRC2_69", "V_pce")).toEqual(await whole.trace("JRC2_69", "V_pce"));
  expect(short.map.toString()).toBe(whole.map.toString());
});
