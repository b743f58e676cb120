import type { Table } from "apache-arrow/table";
import { pointColumns } from "../sweep/columns.ts";
import type { Disk } from "./disk/disk.ts";
import { Journal } from "./disk/journal.ts";
import { corrupt, StoreError } from "./errors.ts";
import { formats } from "./format/format.ts";
import type { FileEntry, Manifest, ShardEntry } from "./format/manifest.ts";

/** The shards that a store says are finished, by number: of its manifest, or, while it is not complete, of its journal. */
export async function claimedEntries(disk: Disk, manifest: Manifest): Promise<Map<number, ShardEntry>> {
  return manifest.complete ? new Map(manifest.shards.entries()) : await new Journal(disk, manifest).read();
}

/** Those of them whose files are there as they were written. */
export async function goodEntries(disk: Disk, manifest: Manifest): Promise<Map<number, ShardEntry>> {
  const good = new Map<number, ShardEntry>();
  for (const [index, entry] of await claimedEntries(disk, manifest)) {
    const faults = [entry.traces && (await faultOf(disk, entry.traces)), await faultOf(disk, entry.map)];
    if (!faults.some(Boolean)) good.set(index, entry);
  }
  return good;
}

/** What is wrong with a file; undefined where nothing is. */
export async function faultOf(disk: Disk, entry: FileEntry): Promise<string | undefined> {
  const found = await disk.checked(entry);
  return typeof found === "string" ? found : undefined;
}

/** The bytes of a file, checked. Throws E_SHARD_CORRUPT. */
export async function bytesOfFile(disk: Disk, entry: FileEntry): Promise<Uint8Array> {
  const found = await disk.checked(entry);
  if (typeof found === "string") throw new StoreError([corrupt(disk.directory, entry.file, found)]);
  return found;
}

/** The rows of the map of one shard. Throws E_SHARD_CORRUPT. */
export async function readPart(disk: Disk, { map }: ShardEntry): Promise<Table> {
  return await formats.arrow.decode(await bytesOfFile(disk, map));
}

/** The traces of one shard in the long layout; undefined where none are kept. Throws E_SHARD_CORRUPT. */
export async function readTraces(disk: Disk, { format }: Manifest, { traces }: ShardEntry): Promise<Table | undefined> {
  return traces ? await formats[format].decode(await bytesOfFile(disk, traces)) : undefined;
}

/** The points of a sweep: `key`, and a column for each grid key. Where its file is damaged, the whole map has them too. */
export async function readGrid(disk: Disk, { grid, map, format }: Manifest): Promise<Table> {
  const names = pointColumns(grid).map(({ name }) => name);
  const whole = map && (await faultOf(disk, grid.file)) && !(await faultOf(disk, map));
  if (whole) return (await formats[format].decode(await bytesOfFile(disk, map))).select(names);
  return await formats.arrow.decode(await bytesOfFile(disk, grid.file));
}
