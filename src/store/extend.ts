import type { StoredSearchOptions } from "../options/options.ts";
import type { Plan } from "../plan/plan.ts";
import { compact, pointsOfPart } from "../sweep/selection.ts";
import { begin, describe, repair } from "./begin.ts";
import { incompatible } from "./compatibility.ts";
import { cleanUp, complete } from "./complete.ts";
import type { Execution } from "./compute.ts";
import { Disk } from "./disk/disk.ts";
import { isDraft } from "./disk/local-folder.ts";
import { readManifest } from "./disk/manifest-file.ts";
import { axisLengths, gridFile } from "./format/grid-file.ts";
import {
  COLUMNS,
  COPY,
  EXTENDING,
  FOLDER,
  GRID,
  LISTS,
  listCopy,
  listFile,
  MANIFEST,
  type Manifest,
  mapFile,
  PARTS,
  partFile,
  type ShardEntry,
  TRACES,
  traceFile,
} from "./format/manifest-schema.ts";
import { intactEntries, readGrid } from "./integrity.ts";
import { Notes } from "./notes.ts";
import { checkListable, matchPoints, PreviousPoints, type PreviousStore } from "./previous-store.ts";
import { type Store, shardsOf } from "./shard.ts";

/**
 * Builds the store of a larger grid, and replaces the previous one when it is complete. Points of the previous grid are reused; the
 * files are those of a sweep stored with the larger grid from the start. Throws E_RESUME_CHANGED if the new grid lacks points of
 * the previous one.
 */
export async function extend(previous: PreviousStore, options: StoredSearchOptions, plan: Plan, execution: Execution): Promise<void> {
  const { disk, manifest } = previous;
  const grid = await readGrid(disk, manifest);
  checkListable(Math.max(grid.names.length, plan.points.names.length));
  const { match, missing } = matchPoints(grid, plan);
  if (missing > 0) {
    const name = `paramGrid (${missing} of the ${grid.names.length} points of the store are not in it)`;
    throw incompatible(disk.directory, [name], "an extended grid has all points that are there, and more");
  }
  const store = await openExtension(disk, options, plan);
  const points = new PreviousPoints(previous, plan, match);
  const entries = await intactEntries(store.disk, store.manifest);
  await linkIdenticalShards(previous, store, points, entries);
  await complete(store, new Set(entries.keys()), execution, points);
  await finishExtension(disk);
}

/** The store of the larger grid, as far as an earlier call has built it; otherwise a new one. */
async function openExtension(main: Disk, options: StoredSearchOptions, plan: Plan): Promise<Store> {
  const disk = within(main);
  const grid = await gridFile(plan.points, axisLengths(plan.points));
  const pending = (await pendingExtension(main))?.manifest;
  if (pending && sameManifest(pending, describe(disk, options, plan, grid))) {
    await repair(disk, pending, plan);
    return { disk, plan, manifest: pending };
  }
  await main.remove(EXTENDING);
  return await begin(disk, options, plan);
}

/** The disk of the extension of a store. */
function within(main: Disk): Disk {
  return new Disk(main.needLocal("a grid that is extended").within(EXTENDING), main.host);
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
  const notes = new Notes(disk, manifest);
  const shards = shardsOf(plan, manifest.shardPoints);
  const { host } = disk;
  const own = { machine: host.self.host, process: host.self.pid, attempt: host.unique() };
  const [to, source] = [disk, from].map((each) => each.needLocal("a grid that is extended"));
  for (let index = 0; index < shards.count; index++) {
    const shard = shards.at(index);
    const previous = done.has(index) ? undefined : await points.identicalShard(shard);
    if (!previous) continue;
    const traces = previous.traces && { ...previous.traces, file: traceFile(manifest.format, index) };
    const map = { ...previous.map, file: partFile(index) };
    if (traces && previous.traces) await to.link(traces.file, source, previous.traces.file);
    await to.link(map.file, source, previous.map.file);
    const entry = { ...previous, job: shard.job, points: compact(pointsOfPart(plan, shard)), traces, map };
    await notes.add({ shard: index, entry, by: { ...own, at: Date.now(), seconds: 0, failed: 0 } });
    done.set(index, entry);
  }
}

/** The store of an extension that has not replaced the main one yet; undefined if there is none. A link is not followed. */
export async function pendingExtension(main: Disk): Promise<{ disk: Disk; manifest: Manifest } | undefined> {
  if (!(await main.local?.hasFolder(EXTENDING))) return undefined;
  const disk = within(main);
  const manifest = await readManifest(disk).catch(() => undefined);
  return manifest && { disk, manifest };
}

/** Replaces the store by a complete extension, or finishes a replacement that was interrupted, of which some files have been moved. */
export async function finishExtension(main: Disk): Promise<void> {
  const extension = await pendingExtension(main);
  if (!extension) {
    // Without a manifest it holds no results: either they have been moved, or nothing has been computed.
    const folder = `${EXTENDING}/${FOLDER}`;
    const own = [GRID, COPY, PARTS, LISTS].map((name) => `${EXTENDING}/${name}`);
    const names = [
      ...(await main.names(EXTENDING)).map((name) => `${EXTENDING}/${name}`),
      ...(await main.names(folder)).map((name) => `${folder}/${name}`),
    ];
    const known = [folder, `${EXTENDING}/${TRACES}`, ...own];
    if (names.every((name) => known.includes(name) || isDraft(name.replace(/^.*\//, "")))) await main.remove(EXTENDING);
    return;
  }
  const { disk, manifest } = extension;
  if (!manifest.complete) return;
  const [to, from] = [main, disk].map((each) => each.needLocal("a grid that is extended"));
  const { lists = [], rows = 0 } = manifest.shards ?? {};
  for (let i = 0; i < manifest.shardCount; i++) {
    if (rows > 0) await to.moveFrom(traceFile(manifest.format, i), from);
    await to.moveFrom(partFile(i), from);
  }
  for (const file of [...lists.flatMap((_, number) => [listFile(number), listCopy(number)]), GRID, mapFile(manifest.format), COLUMNS])
    await to.moveFrom(file, from);
  for (const folder of [TRACES, PARTS, LISTS]) if (await to.hasFolder(folder)) await to.sync(folder);
  for (const file of [MANIFEST, COPY]) await to.moveFrom(file, from);
  await to.sync(FOLDER);
  await main.remove(EXTENDING);
  await cleanUp(main, true);
}
