import type { StoredSearchOptions } from "../options/options.ts";
import type { Plan } from "../plan/plan.ts";
import { compact, cutParts, pointsOfPart } from "../sweep/selection.ts";
import { begin, describe, mend } from "./begin.ts";
import { changed } from "./compatibility.ts";
import { complete, type Running } from "./complete.ts";
import { type Disk, isDraft } from "./disk/disk.ts";
import { JOURNAL, Journal } from "./disk/journal.ts";
import { readManifest } from "./disk/manifest-file.ts";
import { tidy } from "./finish.ts";
import { floatsOf } from "./format/column.ts";
import { gridFile } from "./format/grid.ts";
import { COPY, GRID, MANIFEST, MAP, type Manifest, mapFile, partFile, type ShardEntry, TRACES, traceFile } from "./format/manifest.ts";
import { goodEntries, readGrid } from "./integrity.ts";
import { matchPoints } from "./match.ts";
import { OldPoints, type OldStore } from "./previous-store.ts";
import type { Store } from "./write-shard.ts";

/** The directory, within that of a store, where the store of a larger grid is made. The store itself stays whole until that is. */
export const EXTENDING = "extending";

/**
 * Makes a store of a larger grid, and puts it in the place of the old one when it is complete. Points of the old grid are taken
 * over; the files are those of a sweep that was stored with the larger grid at once. Throws E_RESUME_CHANGED where the new grid
 * does not have all points of the old one.
 */
export async function extend(old: OldStore, options: StoredSearchOptions, plan: Plan, running: Running): Promise<void> {
  const grid = await readGrid(old.disk, old.manifest);
  const columns = old.manifest.grid.keys.map((key) => floatsOf(grid, key));
  const { old: match, missing } = matchPoints({ columns }, plan);
  if (missing > 0) {
    const name = `paramGrid (${missing} of the ${grid.numRows} points of the store are not in it)`;
    throw changed(old.disk.directory, [name], "an extended grid has all points that are there, and more");
  }
  const store = await open(old.disk, options, plan);
  const points = new OldPoints(old, plan, match);
  const entries = await goodEntries(store.disk, store.manifest);
  await new Journal(store.disk, store.manifest).write(entries);
  await adoptTwins(old, store, points, entries);
  await complete(store, entries, running, points);
  await finishExtension(old.disk);
}

/** The store of the larger grid: as far as an earlier call has made it, or begun anew. */
async function open(main: Disk, options: StoredSearchOptions, plan: Plan): Promise<Store> {
  const disk = main.within(EXTENDING);
  const grid = await gridFile(plan.points);
  const before = (await pendingExtension(main))?.manifest;
  if (before && sameManifest(before, describe(disk, options, plan, grid))) {
    await mend(disk, before, plan);
    return { disk, plan, manifest: before };
  }
  await main.remove(EXTENDING);
  await disk.make();
  return await begin(disk, options, plan);
}

function sameManifest({ checksum: _, ...body }: Manifest, other: Omit<Manifest, "checksum">): boolean {
  return JSON.stringify(body) === JSON.stringify(other);
}

/** Takes over the files of old shards that are what would be written. */
async function adoptTwins(
  { disk: from, manifest }: OldStore,
  { disk, plan, manifest: now }: Store,
  points: OldPoints,
  done: Map<number, ShardEntry>,
) {
  const journal = new Journal(disk, now);
  for (const [index, shard] of cutParts(plan, now.shardPoints).entries()) {
    const twin = done.has(index) ? undefined : await points.twin(shard);
    if (!twin) continue;
    const traces = twin.traces && { ...twin.traces, file: traceFile(manifest.format, index) };
    const map = { ...twin.map, file: partFile(index) };
    if (traces && twin.traces) await disk.adopt(traces.file, from, twin.traces.file);
    await disk.adopt(map.file, from, twin.map.file);
    const entry = { ...twin, job: shard.job, points: compact(pointsOfPart(plan, shard)), traces, map };
    await journal.add(index, entry);
    done.set(index, entry);
  }
}

/** The store of an extension that is not yet in its place; undefined where there is none. What a link leads to is not ours to move. */
export async function pendingExtension(main: Disk): Promise<{ disk: Disk; manifest: Manifest } | undefined> {
  if (!(await main.hasFolder(EXTENDING))) return undefined;
  const disk = main.within(EXTENDING);
  const manifest = await readManifest(disk).catch(() => undefined);
  return manifest && { disk, manifest };
}

/** Puts a complete extension in the place of the store. It may have been begun by a process that died at it: what is moved is not there any more. */
export async function finishExtension(main: Disk): Promise<void> {
  const found = await pendingExtension(main);
  if (!found) {
    // Without a manifest there is nothing in it: either it has been moved, or none has been written yet.
    if ((await main.names(EXTENDING)).every((name) => [TRACES, MAP, GRID, COPY].includes(name) || isDraft(name)))
      await main.remove(EXTENDING);
    return;
  }
  const { disk, manifest } = found;
  if (!manifest.complete) return;
  const shards = manifest.shards.flatMap(({ traces, map }) => [...(traces ? [traces.file] : []), map.file]);
  for (const file of [...shards, GRID, mapFile(manifest.format)]) await main.take(file, disk);
  for (const folder of [TRACES, MAP]) await main.sync(folder);
  await main.remove(JOURNAL);
  await main.take(MANIFEST, disk);
  await main.take(COPY, disk);
  await main.sync();
  await main.remove(EXTENDING);
  await tidy(main);
}
