import { sanitize } from "../errors.ts";
import { compact, pointsOfPart } from "../sweep/selection.ts";
import { checkReproduced } from "./compute.ts";
import type { Disk } from "./disk/disk.ts";
import { storeError } from "./errors.ts";
import {
  type FileEntry,
  LIST_SHARDS,
  listCopy,
  listFile,
  type Manifest,
  partFile,
  type ShardEntry,
  traceFile,
} from "./format/manifest-schema.ts";
import { encodeList } from "./format/shard-lists.ts";
import { faultOf } from "./integrity.ts";
import { type Store, shardsOf } from "./shard.ts";
import { listBytes, ShardEntries, type ShardOrder, ShardSurvey } from "./shard-entries.ts";

/** Who lists shards looks at them group by group, and at the end. */
export interface ListChecks {
  check?: (entries: ReadonlyMap<number, ShardEntry>) => Promise<void>;
  done?: () => Promise<void>;
}

/** Writes the lists of the shards of a sweep that has all of them, from their notes. Throws E_MANIFEST_FORM where these do not have each point once. */
export async function writeLists(
  disk: Disk,
  manifest: Manifest,
  { check, done }: ListChecks,
): Promise<{ shards: NonNullable<Manifest["shards"]>; order: ShardOrder }> {
  const found = new ShardSurvey(manifest, { isChecked: true });
  const lists: FileEntry[] = [];
  let entries: ShardEntry[] = [];
  const flush = async () => {
    const bytes = await encodeList(entries);
    await disk.write(listCopy(lists.length), bytes);
    lists.push(await disk.write(listFile(lists.length), bytes));
    entries = [];
  };
  const noted = new ShardEntries(disk, manifest);
  for (let number = 0; number < noted.groups; number++) {
    const group = await noted.group(number);
    await check?.(group);
    for (const [index, entry] of group) {
      found.add(index, entry);
      entries.push(entry);
      if (entries.length === LIST_SHARDS) await flush();
    }
  }
  if (entries.length > 0) await flush();
  await done?.();
  const { rows, traceBytes, mapBytes, count } = found.totals;
  if (count !== manifest.shardCount || !found.isWhole) {
    throw storeError(
      "E_MANIFEST_FORM",
      `the shards of ${sanitize(disk.directory)} do not have each point of its grid once: compute it again in another directory`,
    );
  }
  return { shards: { lists, rows, traceBytes, mapBytes }, order: found.order };
}

/** Numbers of the lists of a complete sweep of which no copy is whole. */
export async function lostLists(disk: Disk, manifest: Manifest): Promise<Set<number>> {
  const lost = new Set<number>();
  for (const number of (manifest.shards?.lists ?? []).keys())
    if (typeof (await listBytes(disk, manifest, number)) === "string") lost.add(number);
  return lost;
}

/**
 * A damaged list of a complete sweep as it was: what it said follows from the files of its shards, and the manifest has its hash. Undefined where
 * one of these files is not as it was.
 */
async function listAgain({ disk, plan, manifest }: Store, number: number): Promise<Uint8Array | undefined> {
  const list = manifest.shards?.lists[number];
  const first = number * LIST_SHARDS;
  const shards = shardsOf(plan, manifest.shardPoints);
  const entries: ShardEntry[] = [];
  for (let index = first; index < Math.min(first + LIST_SHARDS, manifest.shardCount); index++) {
    const shard = shards.at(index);
    const points = compact(pointsOfPart(plan, shard));
    const traces = plan.traces ? await entryOfFile(disk, traceFile(manifest.format, index)) : null;
    const map = await entryOfFile(disk, partFile(index));
    if (!map || traces === undefined) return undefined;
    entries.push({ points, job: shard.job, rows: traces ? shard.positions.count * plan.clock.sampleCount : 0, traces, map });
  }
  const bytes = await encodeList(entries);
  return (await disk.host.hash(bytes)) === list?.sha256 ? bytes : undefined;
}

async function entryOfFile({ storage, host }: Disk, file: string): Promise<FileEntry | undefined> {
  const bytes = await storage.get(file);
  return bytes && { file, bytes: bytes.length, sha256: await host.hash(bytes) };
}

/** Writes damaged lists, and copies of them, again: from each other, or where the files of their shards are as they were. */
export async function restoreLists(store: Store): Promise<void> {
  const { disk, manifest } = store;
  for (const [number, list] of (manifest.shards?.lists ?? []).entries()) {
    for (const file of [listFile(number), listCopy(number)]) {
      if (!(await faultOf(disk, { ...list, file }))) continue;
      const found = await listBytes(disk, manifest, number);
      const bytes = typeof found === "string" ? await listAgain(store, number) : found;
      if (bytes) await disk.write(file, bytes);
    }
  }
}

/** The same once all shards are there. Throws E_RESUME_DIFFERS where the files of shards, computed again, are others than a lost list said. */
export async function repairLists(store: Store): Promise<void> {
  await restoreLists(store);
  for (const number of await lostLists(store.disk, store.manifest)) checkReproduced(false, listFile(number));
}
