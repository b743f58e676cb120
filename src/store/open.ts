import type { RecordBatch } from "apache-arrow/recordbatch";
import type { Schema } from "apache-arrow/schema";
import type { Table } from "apache-arrow/table";
import type { TypeMap } from "apache-arrow/type";
import { Problems } from "../check.ts";
import { sanitize } from "../errors.ts";
import { nodeHost } from "../platform/node-host.ts";
import { KEY } from "../sweep/columns.ts";
import { givenNames } from "../sweep/points.ts";
import { listOf } from "../sweep/selection.ts";
import type { Samples } from "../sweep/trace-type.ts";
import { batch } from "../table/arrow.ts";
import { trace } from "../table/trace.ts";
import type { AnyColumns, OutputOf, SamplesOf, TypedTable } from "../table/typed.ts";
import type { Disk } from "./disk/disk.ts";
import { presentManifest } from "./disk/manifest-file.ts";
import { openDisk } from "./disk/open-disk.ts";
import { storeError } from "./errors.ts";
import { gridTable } from "./format/formats.ts";
import type { Manifest, ShardEntry } from "./format/manifest-schema.ts";
import { listedEntries, readGrid, readParts, readTable, readTraces } from "./integrity.ts";

/** A sweep in a directory. Traces are read when they are asked for; everything read is checked. */
export interface StoredSweep<Traces extends TypeMap = AnyColumns, Points extends TypeMap = AnyColumns> {
  readonly directory: string;
  /** Whether all points are there. */
  readonly complete: boolean;
  readonly format: "arrow" | "parquet";
  readonly points: number;
  /** Rows of traces, and bytes of their files. */
  readonly rows: number;
  readonly bytes: number;
  /** Paths of the files of traces in the directory, in order. */
  readonly files: readonly string[];
  /** One row a point: key, grid values, status, time of failure, features; of an incomplete sweep, the finished points. */
  readonly map: TypedTable<Points>;
  /** One trace, read from its shard: a Float64Array, or with `traceType: "float32"` a Float32Array. Throws a MassgridError that names the nearest key or output if there is none. */
  trace<Kept extends Samples = never, const Output extends string = string>(
    key: string,
    output: OutputOf<Traces, Output>,
  ): Promise<SamplesOf<Kept, Traces>>;
  /** The traces in the long layout, shard by shard; each is read when it is requested. */
  batches(): AsyncGenerator<RecordBatch<Traces>>;
}

/**
 * Opens a stored sweep. Throws E_MANIFEST_... if the manifest is missing or damaged, and E_SHARD_CORRUPT if a file that is read does
 * not match its checksum.
 */
export async function openSweep(directory: string): Promise<StoredSweep> {
  return await openStored(openDisk(directory, nodeHost()));
}

export async function openStored(disk: Disk): Promise<StoredSweep> {
  const manifest = await presentManifest(disk);
  const entries = [...(await listedEntries(disk, manifest))].sort(([a], [b]) => a - b).map(([, entry]) => entry);
  return new Stored(disk, manifest, entries, await readMap(disk, manifest, entries));
}

async function readMap(disk: Disk, { map, format, grid }: Manifest, entries: readonly ShardEntry[]): Promise<Table> {
  if (map) return await readTable(disk, map, format);
  if (entries.length > 0) return await readParts(disk, entries, grid.points);
  return gridTable({ names: givenNames([]), keys: [...grid.keys], columns: grid.keys.map(() => new Float64Array(0)) });
}

class Stored implements StoredSweep {
  readonly directory: string;
  readonly complete: boolean;
  readonly format: "arrow" | "parquet";
  readonly points: number;
  readonly rows: number;
  readonly bytes: number;
  readonly files: readonly string[];
  readonly map: Table;
  readonly #disk: Disk;
  readonly #manifest: Manifest;
  readonly #entries: readonly ShardEntry[];
  /** Index of each point by its name; undefined until it is needed. */
  #indices: Map<unknown, number> | undefined;
  /** Index in `#entries` of each point's shard, -1 if it is not finished; undefined until it is needed. */
  #shardOfPoint: Int32Array | undefined;
  /** The last shard that was read: the next request is often for a neighbour. */
  #last: { entry: ShardEntry; table: Table | undefined } | undefined;

  constructor(disk: Disk, manifest: Manifest, entries: readonly ShardEntry[], map: Table) {
    this.directory = disk.directory;
    this.complete = manifest.complete;
    this.format = manifest.format;
    this.points = manifest.grid.points;
    this.rows = entries.reduce((sum, { rows }) => sum + rows, 0);
    this.bytes = entries.reduce((sum, { traces }) => sum + (traces?.bytes ?? 0), 0);
    this.files = entries.flatMap(({ traces }) => (traces ? [traces.file] : []));
    this.map = map;
    this.#disk = disk;
    this.#manifest = manifest;
    this.#entries = entries;
  }

  async trace<Kept extends Samples = never>(key: string, output: string): Promise<SamplesOf<Kept, AnyColumns>>;
  async trace(key: string, output: string): Promise<Samples> {
    const entry = await this.#entryOf(key);
    const table = this.#last?.entry === entry ? this.#last.table : await readTraces(this.#disk, this.#manifest, entry);
    this.#last = { entry, table };
    if (!table) throw storeError("E_UNKNOWN_OUTPUT", `${sanitize(this.directory)} has no traces: they were not kept`);
    return trace<Samples>(table, key, output).slice();
  }

  /** All batches share one schema, as readers expect of a table, and as Arrow IPC files require. */
  async *batches(): AsyncGenerator<RecordBatch> {
    let schema: Schema | undefined;
    for (const entry of this.#entries) {
      const table = await readTraces(this.#disk, this.#manifest, entry);
      if (!table) continue;
      schema ??= table.schema;
      for (const { data } of table.batches) yield batch(schema, schema.fields, data.length, data.children);
    }
  }

  async #entryOf(key: string): Promise<ShardEntry> {
    this.#indices ??= await this.#readIndices();
    const point = this.#indices.get(key);
    if (point === undefined) {
      const problems = new Problems();
      const known = Array.from(this.#indices.keys(), String);
      problems.unknown("E_UNKNOWN_KEY", ["key"], { what: `point ${sanitize(key)} in ${sanitize(this.directory)}`, found: key, known });
      problems.throwIfAny();
    }
    this.#shardOfPoint ??= this.#shards();
    const entry = this.#entries[this.#shardOfPoint[point ?? -1] ?? -1];
    if (entry) return entry;
    const hint = `resumeSweep("${sanitize(this.directory)}") goes on`;
    throw storeError("E_STORE_INCOMPLETE", `${sanitize(key)} has not been computed yet; ${hint}`);
  }

  #shards(): Int32Array {
    const shards = new Int32Array(this.points).fill(-1);
    for (const [shard, { points }] of this.#entries.entries()) for (const point of listOf(points)) shards[point] = shard;
    return shards;
  }

  async #readIndices(): Promise<Map<unknown, number>> {
    const grid = await readGrid(this.#disk, this.#manifest);
    return new Map(Array.from(grid.getChild(KEY) ?? [], (name: unknown, i) => [name, i]));
  }
}
