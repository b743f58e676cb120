import type { StoredSearchOptions } from "../options/options.ts";
import type { Plan } from "../plan/plan.ts";
import { compact, cutParts, pointsOfPart } from "../sweep/selection.ts";
import { begin, describe, repair } from "./begin.ts";
import { incompatible } from "./compatibility.ts";
import { cleanUp, complete, type Execution } from "./complete.ts";
import { type Disk, isDraft } from "./disk/disk.ts";
import { JOURNAL, Journal, readManifest } from "./disk/manifest-file.ts";
import { floatsOf } from "./format/columns.ts";
import { gridFile } from "./format/formats.ts";
import {
  COLUMNS,
  COPY,
  EXTENDING,
  GRID,
  MANIFEST,
  MAP,
  type Manifest,
  mapFile,
  partFile,
  type ShardEntry,
  TRACES,
  traceFile,
} from "./format/manifest-schema.ts";
import { intactEntries, readGrid } from "./integrity.ts";
import { matchPoints, PreviousPoints, type PreviousStore } from "./previous-store.ts";
import type { Store } from "./shard.ts";

/**
 * Builds the store of a larger grid, and replaces the previous one when it is complete. Points of the previous grid are reused; the
 * files are those of a sweep stored with the larger grid from the start. Throws E_RESUME_CHANGED if the new grid lacks points of
 * the previous one.
 */
export async function extend(previous: PreviousStore, options: StoredSearchOptions, plan: Plan, execution: Execution): Promise<void> {
  const { disk, manifest } = previous;
  const grid = await readGrid(disk, manifest);
  const { match, missing } = matchPoints({ columns: manifest.grid.keys.map((key) => floatsOf(grid, key)) }, plan);
  if (missing > 0) {
    const name = `paramGrid (${missing} of the ${grid.numRows} points of the store are not in it)`;
    throw incompatible(disk.directory, [name], "an extended grid has all points that are there, and more");
  }
  const store = await openExtension(disk, options, plan);
  const points = new PreviousPoints(previous, plan, match);
  const entries = await intactEntries(store.disk, store.manifest);
  await new Journal(store.disk, store.manifest).write(entries);
  await linkIdenticalShards(previous, store, points, entries);
  await complete(store, entries, execution, points);
  await finishExtension(disk);
}

/** The store of the larger grid, as far as an earlier call has built it; otherwise a new one. */
async function openExtension(main: Disk, options: StoredSearchOptions, plan: Plan): Promise<Store> {
  const disk = main.within(EXTENDING);
  const grid = await gridFile(plan.points);
  const pending = (await pendingExtension(main))?.manifest;
  if (pending && sameManifest(pending, describe(disk, options, plan, grid))) {
    await repair(disk, pending, plan);
    return { disk, plan, manifest: pending };
  }
  await main.remove(EXTENDING);
  await disk.make();
  return await begin(disk, options, plan);
}

function sameManifest({ checksum: _, ...body }: Manifest, other: Omit<Manifest, "checksum">): boolean {
  return JSON.stringify(body) === JSON.stringify(other);
}

/** Links the files of previous shards whose bytes are those that would be written, and adds the shards to `done`. */
async function linkIdenticalShards(
  { disk: from }: PreviousStore,
  { disk, plan, manifest }: Store,
  points: PreviousPoints,
  done: Map<number, ShardEntry>,
) {
  const journal = new Journal(disk, manifest);
  for (const [index, shard] of cutParts(plan, manifest.shardPoints).entries()) {
    const previous = done.has(index) ? undefined : await points.identicalShard(shard);
    if (!previous) continue;
    const traces = previous.traces && { ...previous.traces, file: traceFile(manifest.format, index) };
    const map = { ...previous.map, file: partFile(index) };
    if (traces && previous.traces) await disk.link(traces.file, from, previous.traces.file);
    await disk.link(map.file, from, previous.map.file);
    const entry = { ...previous, job: shard.job, points: compact(pointsOfPart(plan, shard)), traces, map };
    await journal.add(index, entry);
    done.set(index, entry);
  }
}

/** The store of an extension that has not replaced the main one yet; undefined if there is none. A link is not followed. */
export async function pendingExtension(main: Disk): Promise<{ disk: Disk; manifest: Manifest } | undefined> {
  if (!(await main.hasFolder(EXTENDING))) return undefined;
  const disk = main.within(EXTENDING);
  const manifest = await readManifest(disk).catch(() => undefined);
  return manifest && { disk, manifest };
}

/** Replaces the store by a complete extension, or finishes a replacement that was interrupted, of which some files have been moved. */
export async function finishExtension(main: Disk): Promise<void> {
  const extension = await pendingExtension(main);
  if (!extension) {
    // Without a manifest it holds no results: either they have been moved, or nothing has been computed.
    const isEmpty = (await main.names(EXTENDING)).every((name) => [TRACES, MAP, GRID, COPY].includes(name) || isDraft(name));
    if (isEmpty) await main.remove(EXTENDING);
    return;
  }
  const { disk, manifest } = extension;
  if (!manifest.complete) return;
  const shards = manifest.shards.flatMap(({ traces, map }) => [...(traces ? [traces.file] : []), map.file]);
  for (const file of [...shards, GRID, mapFile(manifest.format), COLUMNS]) await main.moveFrom(file, disk);
  for (const folder of [TRACES, MAP]) await main.sync(folder);
  await main.remove(JOURNAL);
  await main.moveFrom(MANIFEST, disk);
  await main.moveFrom(COPY, disk);
  await main.sync();
  await main.remove(EXTENDING);
  await cleanUp(main);
}
