import type { RecordBatch } from "apache-arrow/recordbatch";
import type { Schema } from "apache-arrow/schema";
import { Table } from "apache-arrow/table";
import { MassgridError, type Problem, sanitize } from "../errors.ts";
import { append } from "../lists.ts";
import { nodeHost } from "../platform/node-host.ts";
import { pointColumns } from "../sweep/columns.ts";
import { designGrid, expand, type Points } from "../sweep/points.ts";
import type { Disk } from "./disk/disk.ts";
import { isDraft } from "./disk/local-folder.ts";
import { copyFault, presentManifest } from "./disk/manifest-file.ts";
import { openDisk } from "./disk/open-disk.ts";
import { corrupt, StoreError } from "./errors.ts";
import { formats } from "./format/formats.ts";
import { pointsOfFile, pointsOfMap } from "./format/grid-file.ts";
import {
  CLAIMS,
  COLUMNS,
  COPY,
  EXTENDING,
  type FileEntry,
  FOLDER,
  GRID,
  gridFacts,
  LISTS,
  LOCK,
  listCopy,
  listFile,
  MANIFEST,
  type Manifest,
  mapFile,
  NOTES,
  PARTS,
  partFile,
  type ShardEntry,
  TRACES,
  traceFile,
} from "./format/manifest-schema.ts";
import { BatchMemory, type MapPart, MissingColumn, mapBatches, partOf, withVariables } from "./format/map-batches.ts";
import { PartsAhead } from "./parts-ahead.ts";
import { type OrderedShards, presentEntry, ShardEntries, survey } from "./shard-entries.ts";

/** Whether the files of a shard are as they were written. */
export async function isIntact(disk: Disk, { traces, map }: ShardEntry): Promise<boolean> {
  return !(traces && (await faultOf(disk, traces))) && !(await faultOf(disk, map));
}

/** The shards that are there and whose files are intact, all at once. */
export async function intactEntries(disk: Disk, manifest: Manifest): Promise<Map<number, ShardEntry>> {
  const intact = new Map<number, ShardEntry>();
  for await (const [index, entry] of new ShardEntries(disk, manifest).all()) if (await isIntact(disk, entry)) intact.set(index, entry);
  return intact;
}

/** What is wrong with a file; undefined if nothing is. */
export async function faultOf(disk: Disk, entry: FileEntry): Promise<string | undefined> {
  return await disk.fault(entry);
}

/** The table of a file. Throws E_SHARD_CORRUPT if the file does not match its entry. */
export async function readTable(disk: Disk, entry: FileEntry, format: Manifest["format"]): Promise<Table> {
  const found = await disk.checked(entry);
  if (typeof found === "string") throw new StoreError([corrupt(disk.directory, entry.file, found)]);
  return await formats[format].decode(found);
}

/** The rows of the map of one shard. Throws E_SHARD_CORRUPT. */
export async function readPart(disk: Disk, { map }: ShardEntry): Promise<Table> {
  return await readTable(disk, map, "arrow");
}

/** The rows of the map of shards, batch by batch in the order of the grid. Throws E_SHARD_CORRUPT, and MissingColumn. */
export function batchesOfParts(shards: OrderedShards, schema: Schema): AsyncGenerator<RecordBatch, undefined> {
  const { disk, order } = shards;
  const read = async (i: number) => {
    const entry = await presentEntry(shards, order.shards[i]);
    return partOf(entry.points, await readPart(disk, entry));
  };
  if (!disk.readers) return mapBatches({ firsts: order.firsts, read }, schema);
  const ahead = new PartsAhead(shards);
  const parts = { firsts: order.firsts, read: (i: number) => ahead.read(i), done: (part: MapPart) => ahead.done(part) };
  // Who has threads writes batch by batch to a folder.
  return mapBatches(parts, schema, { memory: new BatchMemory() });
}

/** The schema of the map of shards, as the first of them has it. */
export async function firstSchema(shards: OrderedShards): Promise<Schema> {
  return (await readPart(shards.disk, await presentEntry(shards, shards.order.shards[0]))).schema;
}

/**
 * Works with the schema of the map of some shards: the column failedVariable is there where it is in one of them, which is only known once
 * all have been read. Where it turns out to be, the work is done again.
 */
export async function withMapSchema<Result>(shards: OrderedShards, work: (schema: Schema) => Promise<Result>): Promise<Result> {
  const schema = await firstSchema(shards);
  try {
    return await work(schema);
  } catch (error) {
    if (!(error instanceof MissingColumn)) throw error;
  }
  for (const index of shards.order.shards) {
    const { schema: other } = await readPart(shards.disk, await presentEntry(shards, index));
    if (other.fields.length > schema.fields.length) return await work(other);
  }
  return await work(schema);
}

/** The map of the points of shards, in the order of the grid. Throws E_SHARD_CORRUPT. */
export async function readParts(shards: OrderedShards): Promise<Table> {
  return await withMapSchema(shards, async (schema) => {
    const batches: RecordBatch[] = [];
    for await (const batch of batchesOfParts(shards, schema)) batches.push(batch);
    return new Table(schema, batches);
  });
}

/** The traces of one shard in the long layout; undefined if none are kept. Throws E_SHARD_CORRUPT. */
export async function readTraces(disk: Disk, { format }: Manifest, { traces }: ShardEntry): Promise<Table | undefined> {
  return traces ? await readTable(disk, traces, format) : undefined;
}

/** The points of a sweep. If the grid file is damaged, they are read from the map. Throws E_SHARD_CORRUPT. */
export async function readGrid(disk: Disk, manifest: Manifest): Promise<Points> {
  const { grid, map, format } = manifest;
  const facts = gridFacts(manifest);
  // The manifest alone says what a design is.
  if (facts.design) return expand(designGrid(facts.design), facts.circuit, facts.replicates);
  if (!map || !(await faultOf(disk, grid.file)) || (await faultOf(disk, map))) {
    const points = pointsOfFile(await readTable(disk, grid.file, "arrow"), facts);
    if (points?.names.length === grid.points) return points;
    throw new StoreError([corrupt(disk.directory, grid.file.file, "has other points than its manifest says")]);
  }
  if (!facts.axes) {
    const points = pointsOfFile((await readTable(disk, map, format)).select(pointColumns(grid).map(({ name }) => name)), facts);
    if (points) return points;
  }
  const entries = new ShardEntries(disk, manifest);
  const shards = { disk, entries, order: (await survey(entries, { disk, manifest })).order };
  return await pointsOfMap(batchesOfParts(shards, withVariables(await firstSchema(shards))), facts);
}

/** What was found in the directory of a stored sweep. */
export interface Verification {
  /** Whether all points are there and nothing is wrong. */
  ok: boolean;
  complete: boolean;
  /** Files that were checked. */
  files: number;
  problems: readonly Problem[];
}

/** Checks every file of a stored sweep against its checksum. Changes nothing; problems are returned, not thrown. */
export async function verifySweep(directory: string): Promise<Verification> {
  return await verifyStored(openDisk(directory, nodeHost()));
}

export async function verifyStored(disk: Disk): Promise<Verification> {
  try {
    return await verify(disk, await presentManifest(disk));
  } catch (error) {
    if (!(error instanceof MassgridError)) throw error;
    return { ok: false, complete: false, files: 0, problems: error.problems };
  }
}

async function verify(disk: Disk, manifest: Manifest): Promise<Verification> {
  const { complete, grid, map, described, shards } = manifest;
  const problems: Problem[] = [];
  let files = 0;
  const check = async (file: FileEntry) => {
    files++;
    const fault = await faultOf(disk, file);
    if (fault) problems.push(corrupt(disk.directory, file.file, fault));
    return !fault;
  };
  const lists = shards?.lists ?? [];
  for (const file of [grid.file, ...(map ? [map] : []), ...(described ? [described] : [])]) await check(file);
  let areListed = true;
  for (const [number, list] of lists.entries()) {
    const [isWhole, isCopied] = [await check(list), await check({ ...list, file: listCopy(number) })];
    areListed &&= isWhole || isCopied;
  }
  const entries = new ShardEntries(disk, manifest);
  let shardsDone = 0;
  // Of shards whose list is damaged nothing is known.
  for (let number = 0; number < entries.groups; number++) {
    for (const entry of (await entries.group(number).catch(unlessCorrupt)).values()) {
      shardsDone++;
      if (entry.traces) await check(entry.traces);
      await check(entry.map);
    }
  }
  if (complete && areListed) await survey(entries, { disk, manifest });
  const copy = await copyFault(disk);
  if (copy) problems.push(corrupt(disk.directory, COPY, copy));
  append(problems, await unknownFiles(disk, manifest));
  if (!complete) {
    const message = `${sanitize(disk.directory)} is not complete: ${shardsDone} shards are finished; resumeSweep() goes on`;
    problems.push({ code: "E_STORE_INCOMPLETE", path: [], message });
  }
  return { ok: problems.length === 0, complete, files: files + 2, problems };
}

/** A damaged list has been told of. */
function unlessCorrupt(error: unknown): ReadonlyMap<number, ShardEntry> {
  if (error instanceof StoreError && error.code === "E_SHARD_CORRUPT") return new Map();
  throw error;
}

/** Files that do not belong to the store: a tool that reads all files of a folder would read them too. */
async function unknownFiles(disk: Disk, { complete, format, shards, shardCount }: Manifest): Promise<Problem[]> {
  const running = complete ? [LISTS] : [NOTES, CLAIMS, LISTS];
  const lists = (shards?.lists ?? []).flatMap((_, number) => [listFile(number), listCopy(number)]);
  const own = new Set([FOLDER, MANIFEST, COPY, GRID, TRACES, PARTS, LOCK, EXTENDING, mapFile(format), COLUMNS, ...running, ...lists]);
  // A writer that died may have written a file and not noted it yet; a resumed sweep writes it again.
  const isShard = (name: string) => {
    const index = Number(/^.*\/(\d{6,15})(?:\.copy)?\.\w+$/.exec(name)?.[1] ?? -1);
    if (!complete) return index >= 0 && [TRACES, PARTS, LISTS].some((folder) => name.startsWith(`${folder}/`));
    const isTrace = (shards?.rows ?? 0) > 0 && name === traceFile(format, index);
    return index >= 0 && index < shardCount && (isTrace || name === partFile(index));
  };
  const unknown: string[] = [];
  for (const folder of ["", `${FOLDER}/`, `${TRACES}/`, `${PARTS}/`, `${LISTS}/`]) {
    const names = await disk.names(folder === "" ? "." : folder.slice(0, -1));
    for (const name of names) if (!isDraft(name) && !own.has(folder + name) && !isShard(folder + name)) unknown.push(folder + name);
  }
  return unknown.map((name) => {
    const message = `${sanitize(name)} in ${sanitize(disk.directory)} is no file of this sweep; whoever reads all files there reads it too: move it away`;
    return { code: "E_SHARD_UNKNOWN", path: [name], message };
  });
}
