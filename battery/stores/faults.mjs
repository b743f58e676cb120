// A file system that fails at its n-th call, for every n, while a store is begun, repaired and extended; one that is full, small or read-only.
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gridSearch, normalNoise, resumeSweep, verifySweep } from "../../dist/index.js";
import { contents } from "../support/folder.mjs";
import { fromTests, run } from "../support/run.mjs";
import { Tally } from "../support/tally.mjs";

const sweep = (points, more = {}) => ({
  circuitTemplate: "model_templates.neural_mass_models.jansenrit.JRC2",
  paramGrid: { C: Array.from({ length: points }, (_, i) => 68 + i) },
  paramMap: { C: { vars: ["jrc_op/c"], nodes: ["jrc"] } },
  ...{ simulationTime: 0.05, stepSize: 1e-3 },
  inputs: { "jrc/jrc_op/u": normalNoise({ mean: 220, sd: 60, seed: 7, shared: false }) },
  outputs: { V: "jrc/jrc_op/V_e" },
  ...more,
});

/** What is done to a store: from what, with which options, and what a store of them holds. */
function deedsOf(format, good) {
  const store = { shardPoints: 64, format };
  const copied = (directory) => cpSync(good, directory, { recursive: true });
  const [given, more] = [sweep(70, { store }), sweep(140, { store, extend: true })];
  const { extend: _, ...larger } = more;
  return [
    { name: "a store is begun and filled", prepare: () => {}, given, whole: given },
    {
      name: "a damaged store is repaired",
      prepare: (directory) => {
        copied(directory);
        rmSync(join(directory, `traces/000001.${format}`));
        for (const name of [`_massgrid/map/000000.arrow`, "_massgrid/grid.arrow", `map.${format}`, "_massgrid/manifest.json"])
          if (existsSync(join(directory, name))) writeFileSync(join(directory, name), "damaged");
      },
      given,
      whole: given,
    },
    { name: "a store is extended", prepare: copied, given: more, whole: larger },
  ];
}

const told = ["E_IO", "E_DISK_FULL", "E_MANIFEST_MISSING"];
const isOurs = (error) => typeof error?.code === "string" && error.code.startsWith("E_") && Array.isArray(error.problems);

/** One fault at the n-th call, or from it on; undefined if there were fewer calls. */
async function tryFault({ prepare, given, expected, directory, code, lasts, n, resumeOver, fault }) {
  rmSync(directory, { recursive: true, force: true });
  prepare(directory);
  let calls = 0;
  const failing = () => (++calls === n || (lasts && calls > n) ? fault(code) : undefined);
  const error = await resumeOver(directory, given, failing).then(
    () => undefined,
    (found) => found,
  );
  if (calls < n) return undefined;
  if (error !== undefined && !(isOurs(error) && told.includes(error.code))) return `${code} at call ${n}: ${error.stack ?? error}`;
  if (error === undefined && !(await verifySweep(directory)).ok) return `${code} at call ${n}: no error, and the store is not whole`;
  await resumeSweep(directory, given);
  return contents(directory) === expected ? "" : `${code} at call ${n}: other bytes after it went on`;
}

/** Of the calls that may fail, every so many-th; all of them where a whole battery is asked for. */
const strideOf = ({ sample, share }) => (sample ? 17 : Math.max(1, Math.round(1 / share)));

export async function tryFaults(folder, { sample, share }) {
  const stride = strideOf({ sample, share });
  const nth = stride === 1 ? "every n-th call" : `the n-th call, for every ${stride}th n`;
  const { fault, resumeOver } = await fromTests("support/faulty-store.ts");
  const rows = [];
  for (const format of sample ? ["arrow"] : ["arrow", "parquet"]) {
    const good = join(folder, `good-${format}`);
    await gridSearch(sweep(70, { store: { directory: good, shardPoints: 64, format } }));
    for (const { name, prepare, given, whole } of deedsOf(format, good)) {
      const there = join(folder, `${format}-whole`);
      rmSync(there, { recursive: true, force: true });
      await gridSearch({ ...whole, store: { ...whole.store, directory: there } });
      const shared = { prepare, given, expected: contents(there), directory: join(folder, "faulty"), resumeOver, fault };
      const tally = new Tally(`${name}, ${format}: ENOSPC and EIO at ${nth}, that one alone and from then on`);
      for (const code of ["ENOSPC", "EIO"])
        for (const lasts of [false, true])
          for (let n = 1; ; n += stride) {
            const fault = await tryFault({ ...shared, code, lasts, n });
            if (fault === undefined) break;
            tally.note(fault === "" ? undefined : fault);
          }
      rows.push(tally.row("an error with a code, or none; then the same bytes"));
    }
    rows.push(await tryShort(folder, good, format, resumeOver));
  }
  return rows;
}

async function tryShort(folder, good, format, resumeOver) {
  const tally = new Tally(`reads and writes that are half of what was asked for, without an error, ${format}`);
  for (const call of ["read", "write"]) {
    const directory = join(folder, `short-${call}`);
    const given = sweep(70, { store: { shardPoints: 64, format } });
    await tally.try(async () => {
      for (const _ of ["begun", "opened again"]) await resumeOver(directory, given, (name) => (name === call ? "short" : undefined));
      return contents(directory) === contents(good) ? undefined : `short ${call}s leave other bytes`;
    });
    rmSync(directory, { recursive: true, force: true });
  }
  return tally.row();
}

/** A file system of its own in memory; false where this user may not mount one. */
async function mount(at, options) {
  mkdirSync(at, { recursive: true });
  return (await run("mount", ["-t", "tmpfs", "-o", options, "tmpfs", at])).status === 0;
}

export async function tryDisks(folder, { sample, share }) {
  const at = join(folder, "disk");
  if (!(await mount(at, "size=1m"))) return { rows: [], denied: ["disks that are full or read-only: none can be mounted by this user"] };
  await run("umount", [at]);
  return { rows: [await tryFull(at, folder, 4 * (sample ? 10 : Math.min(10, strideOf({ sample, share })))), await tryReadOnly(at)] };
}

/** Disks each `step` KiB larger than the one before. */
async function tryFull(at, folder, step) {
  const tally = new Tally(
    `disks from 4 KiB up, each ${step} KiB larger, until a sweep fits: refused with bytes or stopped with E_DISK_FULL; with room it goes on`,
  );
  const given = (directory) => sweep(130, { store: { directory, shardPoints: 64 } });
  const good = join(folder, "not-full");
  await gridSearch(given(good));
  const expected = contents(good);
  let fits = 0;
  for (let kib = 4; fits < 2 && kib < 2000; kib += step) {
    if (!(await mount(at, `size=${kib}k`))) break;
    const directory = join(at, "sweep");
    const error = await gridSearch(given(directory)).then(
      () => undefined,
      (found) => found,
    );
    if (error === undefined) fits++;
    let fault = error === undefined || (isOurs(error) && error.code === "E_DISK_FULL") ? undefined : `${kib} KiB: ${error.stack ?? error}`;
    await run("mount", ["-o", "remount,size=4m", at]);
    await resumeSweep(directory, given(directory)).catch((found) => {
      fault ??= `${kib} KiB, with room: ${found.message}`;
    });
    if (fault === undefined && contents(directory) !== expected) fault = `${kib} KiB: other bytes after it went on`;
    tally.note(fault);
    await run("umount", [at]);
  }
  return tally.row();
}

async function tryReadOnly(at) {
  const tally = new Tally("a disk that is read-only: a store is not begun, one that is there is read and verified, and is not changed");
  if (!(await mount(at, "size=4m"))) return tally.row();
  const directory = join(at, "sweep");
  const given = sweep(70, { store: { directory, shardPoints: 64 } });
  await gridSearch(given);
  const before = contents(directory);
  await run("mount", ["-o", "remount,ro", at]);
  await tally.try(async () => {
    const error = await gridSearch({ ...given, store: { directory: join(at, "other") } }).catch((found) => found);
    return isOurs(error) && error.code === "E_IO" ? undefined : `begun: ${error?.stack ?? "it was begun"}`;
  });
  await tally.try(async () => ((await verifySweep(directory)).ok ? undefined : "it cannot be verified"));
  await tally.try(async () => {
    const error = await resumeSweep(directory, sweep(140, { store: { shardPoints: 64 }, extend: true })).catch((found) => found);
    return isOurs(error) && error.code === "E_IO" ? undefined : `extended: ${error?.stack ?? "it was extended"}`;
  });
  tally.note(contents(directory) === before ? undefined : "it was changed");
  await run("umount", [at]);
  return tally.row();
}
