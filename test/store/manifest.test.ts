// What a store writes of itself passes the schema that reads it, for every kind of sweep, or is refused before anything is computed.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type GridSearchOptions, gridSearch, normalNoise, openSweep } from "../../src/index.ts";
import { nodeHost } from "../../src/platform/node-host.ts";
import { readManifest, writeManifest } from "../../src/store/disk/manifest-file.ts";
import { openDisk } from "../../src/store/disk/open-disk.ts";
import { Notes } from "../../src/store/notes.ts";
import { ShardEntries } from "../../src/store/shard-entries.ts";
import { isSolverName, solvers } from "../../src/sweep/solver.ts";
import { folderFor, over, ownNoise } from "../support/stores.ts";
import { refusal } from "../support/sweep.ts";

const folder = folderFor("manifest");
const u = "jrc/jrc_op/u";
const kinds: [string, Partial<GridSearchOptions>][] = [
  ...Object.keys(solvers).flatMap((name): [string, Partial<GridSearchOptions>][] =>
    isSolverName(name) ? [[name, { inputs: ownNoise, solver: name }]] : [],
  ),
  ["replicates", { inputs: ownNoise, replicates: 3 }],
  ["a cutoff beyond the end", { cutoff: 1 }],
  ["noise on a variable", { solver: "milstein", noise: { "jrc/jrc_op/V_e": { sd: 2, seed: 2 ** 53 - 1 } } }],
  ["a signal", { inputs: { [u]: Float64Array.from({ length: 2000 }, (_, i) => i) } }],
  ["held noise", { inputs: { [u]: normalNoise({ mean: 220, sd: 60, hold: 0.002 }) } }],
  ["the options of an adaptive solver", { solver: { name: "rk45", maxStep: Number.POSITIVE_INFINITY, rtol: 0, atol: 1e-9 } }],
];

test.each(kinds)("the manifest of a sweep is one that is read: %s", async (title, changes) => {
  const directory = join(folder, title.replaceAll(" ", "-"));
  await gridSearch({ ...over(3, changes), store: { directory } });
  expect((await openSweep(directory)).complete).toBe(true);
});

test("a manifest or an entry that could not be read is refused before it is written", async () => {
  const from = join(folder, "from");
  await gridSearch({ ...over(3), store: { directory: from } });
  const manifest = await readManifest(openDisk(from, nodeHost()));
  if (manifest?.clock.kind !== "fixed") throw new Error("a manifest of fixed steps was written");
  const to = openDisk(join(folder, "to"), nodeHost());
  for (const change of [{ clock: { ...manifest.clock, samplingSteps: 0.99 } }, { shardPoints: Number.NaN }, { seeds: [-1] }]) {
    expect((await refusal(() => writeManifest(to, { ...manifest, ...change }))).code).toBe("E_MANIFEST_FORM");
  }
  const entry = await new ShardEntries(openDisk(from, nodeHost()), manifest).at(0);
  if (!entry) throw new Error("a shard was listed");
  const notes = new Notes(to, manifest);
  const by = { machine: "a", process: 1, attempt: "1", at: 0, seconds: 0, failed: 0 };
  for (const change of [{ rows: 1 }, { job: 1 }, { points: [1.5] }, { points: { first: 2, count: 2 } }]) {
    expect((await refusal(() => notes.add({ shard: 0, entry: { ...entry, ...change }, by }))).code).toBe("E_MANIFEST_FORM");
  }
  expect(existsSync(to.directory)).toBe(false);
  expect(existsSync(from) && readFileSync(join(from, "_massgrid/manifest.json"), "utf8")).toContain('"layout": 5');
});
