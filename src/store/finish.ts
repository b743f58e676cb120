import type { Table } from "apache-arrow/table";
import { listOf } from "../sweep/selection.ts";
import { type Disk, isDraft } from "./disk/disk.ts";
import { JOURNAL } from "./disk/journal.ts";
import { writeManifest } from "./disk/manifest-file.ts";
import { storeError } from "./errors.ts";
import { formats } from "./format/format.ts";
import { gather, type Portion } from "./format/gather.ts";
import { MAP, mapFile, type ShardEntry, TRACES } from "./format/manifest.ts";
import { readPart } from "./integrity.ts";
import type { Store } from "./write-shard.ts";

/** Ends a store all of whose shards are there: writes the whole map, and the manifest with the list of shards. */
export async function finish({ disk, manifest }: Store, entries: ReadonlyMap<number, ShardEntry>): Promise<void> {
  const shards = [...entries].sort(([a], [b]) => a - b).map(([, entry]) => entry);
  const table = await mapOf(disk, shards, manifest.grid.points);
  const { format, checksum: _, ...rest } = manifest;
  const map = await disk.write(mapFile(format), await formats[format].encode(table));
  if (manifest.complete) return tellDifference(manifest.map?.sha256 === map.sha256, map.file);
  await writeManifest(disk, { ...rest, format, complete: true, shards, map });
  await disk.remove(JOURNAL);
  await tidy(disk);
}

/** The map of the points of some shards. `points` is the number of all: where those are not complete, it has those that are there. */
export async function mapOf(disk: Disk, shards: readonly ShardEntry[], points: number): Promise<Table> {
  const all = shards.flatMap((entry) => listOf(entry.points));
  const portions: Portion[] = [];
  const places = all.length === points ? undefined : placesOf(all);
  for (const entry of shards) {
    const to = listOf(entry.points);
    portions.push({ table: await readPart(disk, entry), to: places ? to.map((point) => places.get(point) ?? -1) : to });
  }
  return gather(portions, all.length);
}

function placesOf(points: readonly number[]): Map<number, number> {
  return new Map([...points].sort((a, b) => a - b).map((point, i) => [point, i]));
}

/** Removes what a writer that died has left half written. */
export async function tidy(disk: Disk): Promise<void> {
  for (const folder of [".", TRACES, MAP]) {
    for (const name of await disk.names(folder)) if (isDraft(name)) await disk.remove(folder === "." ? name : `${folder}/${name}`);
  }
  await disk.sync();
}

/** A sweep computes the same bytes again, or it is another: then what was stored is left as it is noted. */
export function tellDifference(same: boolean, file: string): void {
  if (same) return;
  const message = `${file} was computed again and has other bytes than before, so this machine or build computes other numbers`;
  throw storeError("E_RESUME_DIFFERS", `${message}; store the sweep again in another directory`);
}
