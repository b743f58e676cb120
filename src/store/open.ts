import type { RecordBatch } from "apache-arrow/recordbatch";
import type { Schema } from "apache-arrow/schema";
import type { Table } from "apache-arrow/table";
import type { TypeMap } from "apache-arrow/type";
import { Problems } from "../check.ts";
import { sanitize } from "../errors.ts";
import { inBytes } from "../plan/size.ts";
import { memoryBudget } from "../platform/environment.ts";
import { nodeHost } from "../platform/node-host.ts";
import { lastUpTo } from "../sweep/point-numbers.ts";
import { finderOf, givenNames, type Names, nameList } from "../sweep/points.ts";
import type { Samples } from "../sweep/trace-type.ts";
import { batch } from "../table/arrow.ts";
import { trace } from "../table/trace.ts";
import type { AnyColumns, OutputOf, SamplesOf, TypedTable } from "../table/typed.ts";
import type { Disk } from "./disk/disk.ts";
import { presentManifest } from "./disk/manifest-file.ts";
import { openDisk } from "./disk/open-disk.ts";
import { storeError } from "./errors.ts";
import { gridTable } from "./format/grid-file.ts";
import { type Manifest, type ShardEntry, traceFile } from "./format/manifest-schema.ts";
import { withVariables } from "./format/map-batches.ts";
import { batchesOfParts, firstSchema, readGrid, readParts, readTable, readTraces } from "./integrity.ts";
import { type OrderedShards, ShardEntries, type ShardTotals, survey } from "./shard-entries.ts";

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
  /**
   * One row a point: key, grid values, status, time of failure, features; of an incomplete sweep, the finished points. Throws
   * E_SWEEP_TOO_LARGE where it does not fit into memory, which `mapBatches()` does not need.
   */
  readonly map: TypedTable<Points>;
  /**
   * The same rows in the order of the grid, a batch for some 100 000 points at most; each is read when it is requested, and nothing is kept.
   * `failedVariable` is always a column, since the schema is there before any point has been read.
   */
  mapBatches(): AsyncGenerator<RecordBatch<Points>>;
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

/** `most` bytes of a map are read; as many as there is memory for, if not given. */
export async function openStored(disk: Disk, most = Number.POSITIVE_INFINITY): Promise<StoredSweep> {
  const manifest = await presentManifest(disk);
  const entries = new ShardEntries(disk, manifest);
  const { totals, order } = await survey(entries, { disk, manifest });
  const shards = { disk, entries, order };
  const tooLarge = mapFault(disk, totals, most);
  return new Stored(manifest, { shards, totals, map: tooLarge ?? (await readMap(manifest, shards)) });
}

/** What is read at once of a map: of larger ones the parts are read. */
const WHOLE = 2 ** 30;

async function readMap({ map, format, grid }: Manifest, shards: OrderedShards): Promise<Table> {
  if (map && map.bytes <= WHOLE) return await readTable(shards.disk, map, format);
  if (shards.order.shards.length > 0) return await readParts(shards);
  return gridTable({ names: givenNames([]), keys: [...grid.keys], columns: grid.keys.map(() => new Float64Array(0)) });
}

/** Maps of so few bytes are read without a look at how much memory there is. */
const SPARE = 1e7;

/** The error of a map that does not fit into memory, or is not to be read. */
function mapFault({ directory }: Disk, { mapBytes: bytes, points: rows }: ShardTotals, most: number): Error | undefined {
  if (bytes <= SPARE) return undefined;
  const room = memoryBudget();
  if (bytes <= Math.min(room, most)) return undefined;
  if (bytes <= room) {
    const message = `the map of ${sanitize(directory)} takes ${inBytes(bytes)}, and only ${inBytes(most)} of one are read where a sweep is finished`;
    return storeError("E_SWEEP_TOO_LARGE", `${message}; openSweep() reads it, and mapBatches() batch by batch`);
  }
  const message = `the map of ${sanitize(directory)} has ${rows} rows and needs ${inBytes(bytes)} (${bytes} bytes), but ${inBytes(room)} may be used (80 % of the memory available)`;
  return storeError("E_SWEEP_TOO_LARGE", `${message}; read it batch by batch with mapBatches(), or its file with DuckDB or Polars`);
}

class Stored implements StoredSweep {
  readonly directory: string;
  readonly complete: boolean;
  readonly format: "arrow" | "parquet";
  readonly points: number;
  readonly rows: number;
  readonly bytes: number;
  /** Or why there is none. */
  readonly #map: Table | Error;
  readonly #disk: Disk;
  readonly #manifest: Manifest;
  readonly #shards: OrderedShards;
  #files: readonly string[] | undefined;
  /** Names of the points, and how to find one by its name; undefined until they are needed. */
  #names: { names: Names; find: (name: string) => number | undefined } | undefined;
  /** The last shard that was read: the next request is often for a neighbour. */
  #last: { entry: ShardEntry; table: Table | undefined } | undefined;

  constructor(manifest: Manifest, { shards, totals, map }: { shards: OrderedShards; totals: ShardTotals; map: Table | Error }) {
    const { disk } = shards;
    this.directory = disk.directory;
    this.complete = manifest.complete;
    this.format = manifest.format;
    this.points = manifest.grid.points;
    this.rows = totals.rows;
    this.bytes = totals.traceBytes;
    this.#map = map;
    this.#disk = disk;
    this.#manifest = manifest;
    this.#shards = shards;
  }

  get files(): readonly string[] {
    const { format, rows } = this;
    this.#files ??= rows === 0 ? [] : Array.from(this.#shards.order.shards.toSorted(), (index) => traceFile(format, index));
    return this.#files;
  }

  get map(): Table {
    if (this.#map instanceof Error) throw this.#map;
    return this.#map;
  }

  async *mapBatches(): AsyncGenerator<RecordBatch> {
    if (this.#shards.order.shards.length === 0) return;
    yield* batchesOfParts(this.#shards, withVariables(await firstSchema(this.#shards)));
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
    for await (const [, entry] of this.#shards.entries.all()) {
      const table = await readTraces(this.#disk, this.#manifest, entry);
      if (!table) continue;
      schema ??= table.schema;
      for (const { data } of table.batches) yield batch(schema, schema.fields, data.length, data.children);
    }
  }

  async #entryOf(key: string): Promise<ShardEntry> {
    this.#names ??= await this.#readNames();
    const { names, find } = this.#names;
    const point = find(key);
    if (point === undefined) {
      const problems = new Problems();
      const known = nameList(names).slice(0, Math.min(names.length, MOST_KNOWN));
      problems.unknown("E_UNKNOWN_KEY", ["key"], { what: `point ${sanitize(key)} in ${sanitize(this.directory)}`, found: key, known });
      problems.throwIfAny();
    }
    const entry = await this.#entryWith(point ?? -1);
    if (entry) return entry;
    const hint = `resumeSweep("${sanitize(this.directory)}") goes on`;
    throw storeError("E_STORE_INCOMPLETE", `${sanitize(key)} has not been computed yet; ${hint}`);
  }

  /** The entry of the shard that has a point. */
  async #entryWith(point: number): Promise<ShardEntry | undefined> {
    const { order, entries } = this.#shards;
    for (let i = lastUpTo(order.firsts, point); i >= 0; i--) {
      if (point < order.firsts[i] || point > order.lasts[i]) continue;
      const entry = await entries.at(order.shards[i]);
      if (entry && hasPoint(entry, point)) return entry;
    }
    return undefined;
  }

  async #readNames(): Promise<{ names: Names; find: (name: string) => number | undefined }> {
    const { names } = await readGrid(this.#disk, this.#manifest);
    return { names, find: finderOf(names) };
  }
}

/** Names among which the nearest to one that there is not is looked for. */
const MOST_KNOWN = 100_000;

function hasPoint({ points }: ShardEntry, point: number): boolean {
  return "first" in points ? point >= points.first && point < points.first + points.count : points.includes(point);
}
