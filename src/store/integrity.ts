import type { RecordBatch } from "apache-arrow/recordbatch";
import type { Schema } from "apache-arrow/schema";
import { Table } from "apache-arrow/table";
import { MassgridError, type Problem, sanitize } from "../errors.ts";
import { append } from "../lists.ts";
import { nodeHost } from "../platform/node-host.ts";
import { pointColumns } from "../sweep/columns.ts";
import type { Points } from "../sweep/points.ts";
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
  LOCK,
  MANIFEST,
  type Manifest,
  mapFile,
  NOTES,
  PARTS,
  type ShardEntry,
  TRACES,
} from "./format/manifest-schema.ts";
import { MissingColumn, mapBatches, withVariables } from "./format/map-batches.ts";
import { Notes } from "./notes.ts";

/** Finished shards by index, as listed in the manifest of a complete store, or in the notes of an incomplete one. */
export async function listedEntries(disk: Disk, manifest: Manifest): Promise<Map<number, ShardEntry>> {
  if (manifest.complete) return new Map(manifest.shards.entries());
  return new Map([...(await new Notes(disk, manifest).read())].map(([shard, { entry }]) => [shard, entry]));
}

/** The listed shards whose files are intact. */
export async function intactEntries(disk: Disk, manifest: Manifest): Promise<Map<number, ShardEntry>> {
  const intact = new Map<number, ShardEntry>();
  for (const [index, entry] of await listedEntries(disk, manifest)) {
    const faults = [entry.traces && (await faultOf(disk, entry.traces)), await faultOf(disk, entry.map)];
    if (!faults.some(Boolean)) intact.set(index, entry);
  }
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

/** The rows of the map of some shards, batch by batch in the order of the grid. Throws E_SHARD_CORRUPT, and MissingColumn. */
export function batchesOfParts(disk: Disk, shards: readonly ShardEntry[], schema: Schema): AsyncGenerator<RecordBatch, undefined> {
  return mapBatches(
    shards.map((entry) => ({ points: entry.points, read: () => readPart(disk, entry) })),
    schema,
  );
}

/**
 * Works with the schema of the map of some shards: the column failedVariable is there where it is in one of them, which is only known once
 * all have been read. Where it turns out to be, the work is done again.
 */
export async function withMapSchema<Result>(
  disk: Disk,
  shards: readonly ShardEntry[],
  work: (schema: Schema) => Promise<Result>,
): Promise<Result> {
  const { schema } = await readPart(disk, shards[0]);
  try {
    return await work(schema);
  } catch (error) {
    if (!(error instanceof MissingColumn)) throw error;
  }
  for (const entry of shards) {
    const { schema: other } = await readPart(disk, entry);
    if (other.fields.length > schema.fields.length) return await work(other);
  }
  return await work(schema);
}

/** The map of the points of some shards, in the order of the grid. Throws E_SHARD_CORRUPT. */
export async function readParts(disk: Disk, shards: readonly ShardEntry[]): Promise<Table> {
  return await withMapSchema(disk, shards, async (schema) => {
    const batches: RecordBatch[] = [];
    for await (const batch of batchesOfParts(disk, shards, schema)) batches.push(batch);
    return new Table(schema, batches);
  });
}

/** The traces of one shard in the long layout; undefined if none are kept. Throws E_SHARD_CORRUPT. */
export async function readTraces(disk: Disk, { format }: Manifest, { traces }: ShardEntry): Promise<Table | undefined> {
  return traces ? await readTable(disk, traces, format) : undefined;
}

/** The points of a sweep. If the grid file is damaged, they are read from the map. Throws E_SHARD_CORRUPT. */
export async function readGrid(disk: Disk, manifest: Manifest): Promise<Points> {
  const { grid, map, format, shards } = manifest;
  const facts = gridFacts(manifest);
  if (!map || !(await faultOf(disk, grid.file)) || (await faultOf(disk, map))) {
    const points = pointsOfFile(await readTable(disk, grid.file, "arrow"), facts);
    if (points?.names.length === grid.points) return points;
    throw new StoreError([corrupt(disk.directory, grid.file.file, "has other points than its manifest says")]);
  }
  if (!facts.axes) {
    const points = pointsOfFile((await readTable(disk, map, format)).select(pointColumns(grid).map(({ name }) => name)), facts);
    if (points) return points;
  }
  return await pointsOfMap(batchesOfParts(disk, shards, withVariables((await readPart(disk, shards[0])).schema)), facts);
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
  const { complete, grid, map, described } = manifest;
  const entries = [...(await listedEntries(disk, manifest)).values()];
  const files = [
    grid.file,
    ...(map ? [map] : []),
    ...(described ? [described] : []),
    ...entries.flatMap((entry) => [...(entry.traces ? [entry.traces] : []), entry.map]),
  ];
  const problems: Problem[] = [];
  for (const file of files) {
    const fault = await faultOf(disk, file);
    if (fault) problems.push(corrupt(disk.directory, file.file, fault));
  }
  const copy = await copyFault(disk);
  if (copy) problems.push(corrupt(disk.directory, COPY, copy));
  append(problems, await unknownFiles(disk, manifest, new Set(files.map(({ file }) => file))));
  if (!complete) {
    const message = `${sanitize(disk.directory)} is not complete: ${entries.length} shards are finished; resumeSweep() goes on`;
    problems.push({ code: "E_STORE_INCOMPLETE", path: [], message });
  }
  return { ok: problems.length === 0, complete, files: files.length + 2, problems };
}

/** Files that do not belong to the store: a tool that reads all files of a folder would read them too. */
async function unknownFiles(disk: Disk, { complete, format }: Manifest, checked: ReadonlySet<string>): Promise<Problem[]> {
  const own = [FOLDER, MANIFEST, COPY, GRID, TRACES, PARTS, LOCK, EXTENDING, ...(complete ? [] : [NOTES, CLAIMS]), ...checked];
  const found: string[] = [];
  for (const folder of ["", `${FOLDER}/`, `${TRACES}/`, `${PARTS}/`]) {
    const names = await disk.names(folder === "" ? "." : folder.slice(0, -1));
    for (const name of names) if (!isDraft(name)) found.push(folder + name);
  }
  // A writer that died may have written a file and not noted it yet; a resumed sweep writes it again.
  const isShard = (name: string) => [TRACES, PARTS].some((folder) => name.startsWith(`${folder}/`)) && /\/\d{6,}\.\w+$/.test(name);
  const isUnrecorded = (name: string) => !complete && (isShard(name) || name === mapFile(format) || name === COLUMNS);
  const unknown = found.filter((name) => !own.includes(name) && !isUnrecorded(name));
  return unknown.map((name) => {
    const message = `${sanitize(name)} in ${sanitize(disk.directory)} is no file of this sweep; whoever reads all files there reads it too: move it away`;
    return { code: "E_SHARD_UNKNOWN", path: [name], message };
  });
}
