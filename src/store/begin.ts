import { sanitize } from "../errors.ts";
import { fillStore } from "../options/defaults.ts";
import type { StoredSearchOptions } from "../options/options.ts";
import type { Plan } from "../plan/plan.ts";
import { outputName } from "../sweep/columns.ts";
import { version } from "../version.ts";
import { type Disk, isDraft } from "./disk/disk.ts";
import { LOCK, TAKEOVER } from "./disk/lock.ts";
import { copyManifest, writeManifest } from "./disk/manifest-file.ts";
import { storeError } from "./errors.ts";
import { gridHash, modelHashes } from "./fingerprint.ts";
import { gridFile } from "./format/grid.ts";
import { GRID, LAYOUT, MANIFEST, MAP, type Manifest, TRACES } from "./format/manifest.ts";
import { faultOf } from "./integrity.ts";
import { pointsOfShard } from "./shards.ts";
import { seedsOf, specOf } from "./spec.ts";
import type { Store } from "./write-shard.ts";

/**
 * Begins a store in an empty directory. Throws E_STORE_EXISTS where it is not empty. The manifest is written last: where there is one,
 * there is all that a resume needs.
 */
export async function begin(disk: Disk, options: StoredSearchOptions, plan: Plan): Promise<Store> {
  const names = (await disk.names()).filter((name) => name !== LOCK && name !== TAKEOVER && !isDraft(name));
  const grid = await gridFile(plan.points);
  if (names.length > 0 && !(await isLeft(disk, names, grid))) {
    const what = names.includes(MANIFEST) ? "holds a stored sweep; go on with it with resumeSweep() or --resume, or" : "is not empty;";
    throw storeError("E_STORE_EXISTS", `${sanitize(disk.directory)} ${what} choose another directory`);
  }
  await fillFolders(disk);
  await disk.write(GRID, grid);
  await disk.sync();
  const manifest = await writeManifest(disk, describe(disk, options, plan, grid));
  return { disk, plan, manifest };
}

/** Whether what is in a directory is what a writer left that died before it wrote the manifest of this very grid. */
async function isLeft(disk: Disk, names: readonly string[], grid: Uint8Array): Promise<boolean> {
  if (!names.every((name) => name === GRID || name === TRACES || name === MAP)) return false;
  for (const folder of [TRACES, MAP]) if ((await disk.names(folder)).length > 0) return false;
  const file = { file: GRID, bytes: grid.length, sha256: disk.host.sha256([grid]) };
  return !names.includes(GRID) || (await faultOf(disk, file)) === undefined;
}

/** Makes what a store has beside its manifest and shards where it is not there: its writer may have died at it, or it was damaged. */
export async function mend(disk: Disk, { grid }: Manifest, plan: Plan): Promise<void> {
  await copyManifest(disk);
  await fillFolders(disk);
  if (await faultOf(disk, grid.file)) await disk.write(GRID, await gridFile(plan.points));
}

async function fillFolders(disk: Disk): Promise<void> {
  await disk.makeFolder(TRACES);
  await disk.makeFolder(MAP);
}

/** The manifest of a sweep of which nothing has been computed. */
export function describe(disk: Disk, options: StoredSearchOptions, plan: Plan, grid: Uint8Array): Omit<Manifest, "checksum"> {
  const { points, clock, timeUnit, jobs, columns } = plan;
  const { format, shardPoints } = fillStore(options.store);
  const { host } = disk;
  return {
    layout: LAYOUT,
    massgrid: version,
    complete: false,
    format,
    spec: specOf(host, options, plan),
    model: { name: jobs[0].model.name, hashes: modelHashes(host, plan) },
    grid: {
      points: points.names.length,
      keys: points.keys,
      sha256: gridHash(host, points),
      file: { file: GRID, bytes: grid.length, sha256: host.sha256([grid]) },
    },
    solver: jobs[0].solver.name,
    seeds: seedsOf(plan),
    clock,
    timeUnit,
    columns: columns.map(outputName),
    shardPoints: shardPoints ?? pointsOfShard(plan),
    shards: [],
    map: null,
  };
}
