import type { RecordBatch } from "apache-arrow/recordbatch";
import type { Table } from "apache-arrow/table";
import { Problems } from "../check.ts";
import { sanitize } from "../errors.ts";
import { nodeHost } from "../platform/node-host.ts";
import { KEY } from "../sweep/columns.ts";
import { givenNames } from "../sweep/names.ts";
import { listOf } from "../sweep/selection.ts";
import { trace } from "../table/trace.ts";
import { Disk } from "./disk/disk.ts";
import { readManifest } from "./disk/manifest-file.ts";
import { storeError } from "./errors.ts";
import { mapOf } from "./finish.ts";
import { oneTable, type ShardTraces } from "./format/batches.ts";
import { formats } from "./format/format.ts";
import { gridTable } from "./format/grid.ts";
import { MANIFEST, type Manifest, type ShardEntry } from "./format/manifest.ts";
import { bytesOfFile, claimedEntries, readGrid, readTraces } from "./integrity.ts";

/** A sweep in a directory. Nothing of its traces is read before it is asked for, and everything that is read is checked. */
export interface StoredSweep {
  readonly directory: string;
  /** Whether all points are there. */
  readonly complete: boolean;
  readonly format: "arrow" | "parquet";
  readonly points: number;
  /** Rows of traces, and bytes of their files. */
  readonly rows: number;
  readonly bytes: number;
  /** Files of traces, in their order, by their path in the directory. */
  readonly files: readonly string[];
  /** One row a point: key, grid values, status, time of failure, features; of an incomplete sweep the points that are there. */
  readonly map: Table;
  /** One trace: reads the shard that has it. Throws a MassgridError that names the nearest key or output where there is none. */
  trace(key: string, output: string): Promise<Float64Array>;
  /** The traces in the long layout, shard by shard; each is read when it is asked for. */
  batches(): AsyncGenerator<RecordBatch>;
}

/**
 * Opens a sweep that gridSearch has stored. Throws E_MANIFEST_... where the manifest cannot be trusted, and E_SHARD_CORRUPT where
 * a file that is read is not as it was written.
 */
export async function openSweep(directory: string): Promise<StoredSweep> {
  return await openStored(new Disk(directory, nodeHost()));
}

export async function openStored(disk: Disk): Promise<StoredSweep> {
  const manifest = await readManifest(disk);
  if (!manifest) {
    throw storeError("E_MANIFEST_MISSING", `there is no stored sweep in ${sanitize(disk.directory)}: it has no ${MANIFEST}`);
  }
  const claimed = await claimedEntries(disk, manifest);
  const entries = [...claimed].sort(([a], [b]) => a - b).map(([, entry]) => entry);
  return new Stored(disk, manifest, entries, await readMap(disk, manifest, entries));
}

async function readMap(disk: Disk, { map, format, grid }: Manifest, entries: readonly ShardEntry[]): Promise<Table> {
  if (map) return await formats[format].decode(await bytesOfFile(disk, map));
  if (entries.length > 0) return await mapOf(disk, entries, grid.points);
  return gridTable({ names: givenNames([]), keys: [...grid.keys], columns: grid.keys.map(() => new Float64Array(0)) });
}

class Stored implements StoredSweep {
  readonly map: Table;
  readonly #disk: Disk;
  readonly #manifest: Manifest;
  readonly #entries: readonly ShardEntry[];
  /** Number of each point, by its name; made when it is first needed. */
  #numbers: Map<unknown, number> | undefined;
  /** The number of the shard of each point, -1 where that is not there; made when it is first needed. */
  #shardOfPoint: Int32Array | undefined;
  /** The shard that was read last: neighbours are often asked for next. */
  #last: { entry: ShardEntry; table: Table | undefined } | undefined;

  constructor(disk: Disk, manifest: Manifest, entries: readonly ShardEntry[], map: Table) {
    this.#disk = disk;
    this.#manifest = manifest;
    this.#entries = entries;
    this.map = map;
  }

  get directory(): string {
    return this.#disk.directory;
  }

  get complete(): boolean {
    return this.#manifest.complete;
  }

  get format(): "arrow" | "parquet" {
    return this.#manifest.format;
  }

  get points(): number {
    return this.#manifest.grid.points;
  }

  get rows(): number {
    return this.#entries.reduce((sum, { rows }) => sum + rows, 0);
  }

  get bytes(): number {
    return this.#entries.reduce((sum, { traces }) => sum + (traces?.bytes ?? 0), 0);
  }

  get files(): string[] {
    return this.#entries.flatMap(({ traces }) => (traces ? [traces.file] : []));
  }

  async trace(key: string, output: string): Promise<Float64Array> {
    const entry = await this.#entryOf(key);
    const table = this.#last?.entry === entry ? this.#last.table : await readTraces(this.#disk, this.#manifest, entry);
    this.#last = { entry, table };
    if (!table) throw storeError("E_UNKNOWN_OUTPUT", `${sanitize(this.directory)} has no traces: they were not kept`);
    return trace(table, key, output).slice();
  }

  async *batches(): AsyncGenerator<RecordBatch> {
    this.#numbers ??= await this.#names();
    yield* oneTable(this.#traces(), Array.from(this.#numbers.keys(), String));
  }

  async *#traces(): AsyncGenerator<ShardTraces> {
    for (const entry of this.#entries) {
      const table = await readTraces(this.#disk, this.#manifest, entry);
      if (table) yield { table, points: listOf(entry.points) };
    }
  }

  async #entryOf(key: string): Promise<ShardEntry> {
    this.#numbers ??= await this.#names();
    const point = this.#numbers.get(key);
    if (point === undefined) {
      const problems = new Problems();
      const known = Array.from(this.#numbers.keys(), String);
      problems.unknown("E_UNKNOWN_KEY", ["key"], { what: `point ${sanitize(key)} in ${sanitize(this.directory)}`, found: key, known });
      problems.throwIfAny();
    }
    this.#shardOfPoint ??= this.#shards();
    const entry = this.#entries[this.#shardOfPoint[point ?? -1] ?? -1];
    if (entry) return entry;
    throw storeError(
      "E_STORE_INCOMPLETE",
      `${sanitize(key)} has not been computed yet; resumeSweep("${sanitize(this.directory)}") goes on`,
    );
  }

  #shards(): Int32Array {
    const shards = new Int32Array(this.points).fill(-1);
    for (const [shard, { points }] of this.#entries.entries()) for (const point of listOf(points)) shards[point] = shard;
    return shards;
  }

  async #names(): Promise<Map<unknown, number>> {
    const grid = await readGrid(this.#disk, this.#manifest);
    return new Map(Array.from(grid.getChild(KEY) ?? [], (name: unknown, i) => [name, i]));
  }
}
