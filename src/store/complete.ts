import type { Schema } from "apache-arrow/schema";
import type { StoreFormat } from "../options/options.ts";
import type { Plan } from "../plan/plan.ts";
import { inBytes } from "../plan/size.ts";
import { describeTable } from "../table/described.ts";
import { longSchema } from "../table/traces.ts";
import { checkReproduced, computeShards, type Execution, nothingReused, type ReuseSource } from "./compute.ts";
import type { Disk } from "./disk/disk.ts";
import { isDraft } from "./disk/local-folder.ts";
import { writeManifest } from "./disk/manifest-file.ts";
import { storeError } from "./errors.ts";
import { formats } from "./format/formats.ts";
import { CLAIMS, COLUMNS, FOLDER, LISTS, type Manifest, mapFile, NOTES, PARTS, TRACES } from "./format/manifest-schema.ts";
import { batchesOfParts, faultOf, readTraces, withMapSchema } from "./integrity.ts";
import { pointBytes, type Store, shardsOf } from "./shard.ts";
import { presentEntry, ShardEntries, type ShardOrder, survey } from "./shard-entries.ts";
import { type ListChecks, repairLists, writeLists } from "./shard-lists.ts";

/** Computes and writes the shards that are not in `done`, and completes the store. */
export async function complete(
  store: Store,
  done: ReadonlySet<number>,
  execution: Execution,
  source: ReuseSource = nothingReused,
): Promise<void> {
  const { disk, manifest, plan } = store;
  const shards = shardsOf(plan, manifest.shardPoints);
  const indices: number[] = [];
  let left = 0;
  for (let index = 0; index < shards.count; index++) {
    if (done.has(index)) continue;
    indices.push(index);
    left += shards.at(index).positions.count;
  }
  await checkFreeSpace(disk, { format: manifest.format, plan, points: left });
  const total = plan.points.names.length;
  await computeShards(store, { indices, shardOf: shards.at, source, total, finished: total - left }, execution);
  await repairLists(store);
  const { map, described } = manifest;
  const isIntact = map !== null && described !== null && !(await faultOf(disk, map)) && !(await faultOf(disk, described));
  if (indices.length > 0 || !manifest.complete || !isIntact) await finish(disk, manifest, { traces: schemaOf(plan) });
}

/** The schema of traces; null where none are kept. */
function schemaOf(plan: Plan): Schema | null {
  return plan.traces ? longSchema(plan) : null;
}

/** What is known of a sweep that is finished, and how its shards are checked as they are listed. */
interface Finishing extends ListChecks {
  traces?: Schema | null;
}

/**
 * Completes a store that has all shards: writes the lists of these, the whole map, what its columns are, and the manifest, and removes what tells
 * who computed them. The schema of traces is read from a shard where it is not given.
 */
export async function finish(disk: Disk, manifest: Manifest, how: Finishing = {}): Promise<void> {
  await disk.withReaders(manifest.shardCount, (own) => finishBy(own, manifest, how));
}

async function finishBy(disk: Disk, manifest: Manifest, { traces, ...checks }: Finishing): Promise<void> {
  const { format, checksum: _, ...rest } = manifest;
  const { shards, order } = manifest.shards
    ? { shards: manifest.shards, order: await orderOf(disk, manifest) }
    : await writeLists(disk, manifest, checks);
  const listed = new ShardEntries(disk, { ...manifest, shards });
  const ordered = { disk, entries: listed, order };
  const { map, mapSchema } = await withMapSchema(ordered, async (mapSchema) => {
    const pieces = () => formats[format].stream(mapSchema, batchesOfParts(ordered, mapSchema), manifest.compression);
    return { map: await disk.write(mapFile(format), pieces), mapSchema };
  });
  const firstTraces = async () => (await readTraces(disk, manifest, await presentEntry(ordered, 0)))?.schema ?? null;
  const schema = traces === undefined ? await firstTraces() : traces;
  const columns = { traces: schema && describeTable({ schema }), map: describeTable({ schema: mapSchema }) };
  const described = await disk.write(COLUMNS, `${JSON.stringify(columns, null, 1)}\n`);
  if (manifest.complete) {
    checkReproduced(manifest.map?.sha256 === map.sha256, map.file);
    return checkReproduced(manifest.described?.sha256 === described.sha256, described.file);
  }
  await writeManifest(disk, { ...rest, format, complete: true, shards, map, described });
  await cleanUp(disk, true);
}

async function orderOf(disk: Disk, manifest: Manifest): Promise<ShardOrder> {
  return (await survey(new ShardEntries(disk, manifest), { disk, manifest })).order;
}

/** Removes partly written files of writers that died; of a complete store notes and claims too, at last: as long as they are there it is not tidy. */
export async function cleanUp(disk: Disk, isComplete: boolean): Promise<void> {
  const notes = isComplete ? [] : (await disk.names(NOTES)).map((name) => `${NOTES}/${name}`);
  for (const folder of [".", FOLDER, TRACES, PARTS, LISTS, ...notes]) {
    for (const name of await disk.names(folder)) if (isDraft(name)) await disk.remove(`${folder}/${name}`);
  }
  if (isComplete) for (const folder of [NOTES, CLAIMS]) await disk.remove(folder);
  await disk.local?.sync();
}

/** Throws E_DISK_FULL before anything is computed. The size of Parquet files is not known in advance. */
export async function checkFreeSpace(
  disk: Disk,
  { format, plan, points }: { format: StoreFormat; plan: Plan; points: number },
): Promise<void> {
  if (format !== "arrow" || !disk.local) return;
  const bytes = pointBytes(plan) * points;
  const free = await disk.local.free();
  if (bytes <= free) return;
  const message = `the sweep needs ${inBytes(bytes)} (${bytes} bytes) of disk, and ${inBytes(free)} (${free} bytes) are free in ${disk.directory}`;
  throw storeError("E_DISK_FULL", `${message}; make room, record less, or take format: "parquet"; nothing was computed`);
}
