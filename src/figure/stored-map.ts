import type { Table } from "apache-arrow/table";
import { MassgridError, sanitize } from "../errors.ts";
import { storeError } from "../store/errors.ts";
import { combine } from "../store/format/columns.ts";
import { formats } from "../store/format/formats.ts";
import { gridTable, pointsOfFile } from "../store/format/grid-file.ts";
import {
  checkManifest,
  checkVersion,
  GRID,
  gridFacts,
  MANIFEST,
  type Manifest,
  mapFile,
  partFile,
} from "../store/format/manifest-schema.ts";
import { columnsOf, featuresOf, gridKeysOf, KEY, STATUS, statusColumns } from "../sweep/columns.ts";
import { numbersAs, strings, tableOf } from "../table/arrow.ts";
import { numbersOf, textsOf } from "./columns.ts";
import { decodeMap, decodeTable } from "./table-file.ts";

/** A file of a store by its path there; undefined where there is none. */
export type ReadFile = (path: string) => Promise<Uint8Array | undefined>;

/** The sha256 of some bytes in hexadecimal digits; undefined where it cannot be had. */
export type Digest = (bytes: Uint8Array) => Promise<string | undefined>;

/** A map that has been read. */
export interface StoredMap {
  /** Undefined while no shard of a running sweep is there. */
  map: Table | undefined;
  /** The map as it is drawn: where a sweep runs, its other points are there too, with the status "not computed". */
  drawn: Table | undefined;
  /** How far a running sweep is; undefined for one that is complete. */
  running: { shards: number; shardCount: number; points: number } | undefined;
}

/** Of larger sweeps that run, the points that are there are drawn alone. */
const MOST_FILLED = 1e6;
/** Parts that are read at a time. */
const AT_ONCE = 8;

/** Reads the map of a store, wherever its files are, also of a sweep that runs: of such a one the shards that are there, each once. */
export class StoreReader {
  readonly #name: string;
  readonly #digest: Digest;
  #manifest = "";
  readonly #parts = new Map<number, Table>();

  constructor(name: string, digest: Digest) {
    this.#name = name;
    this.#digest = digest;
  }

  /** The map as it is now. Throws a MassgridError for what is no store, or a damaged one. */
  async read(read: ReadFile): Promise<StoredMap> {
    const bytes = await read(MANIFEST);
    if (!bytes) return wholeMap(await this.#mapAlone(read));
    const text = new TextDecoder().decode(bytes);
    const manifest = this.#checked(text);
    if (manifest.map) return wholeMap(await this.#whole(read, manifest.map));
    // Another sweep may have begun in the same place.
    if (text !== this.#manifest) this.#parts.clear();
    this.#manifest = text;
    return await this.#readParts(read, manifest);
  }

  #checked(text: string): Manifest {
    let found: unknown;
    try {
      found = JSON.parse(text);
    } catch (cause) {
      throw storeError("E_MANIFEST_CORRUPT", `${MANIFEST} in ${sanitize(this.#name)} cannot be trusted: it is no JSON`, cause);
    }
    checkVersion(found, this.#name);
    return checkManifest(found, this.#name);
  }

  /** Of a store that was put elsewhere without what massgrid alone needs. */
  async #mapAlone(read: ReadFile): Promise<Table> {
    const names = [mapFile("arrow"), mapFile("parquet")];
    for (const name of names) {
      const bytes = await read(name);
      if (bytes) return await decodeMap(name, bytes);
    }
    const message = `there is no stored sweep in ${sanitize(this.#name)}: it has no ${MANIFEST}, and no ${names.join(" or ")}`;
    throw storeError("E_MANIFEST_MISSING", message);
  }

  async #whole(read: ReadFile, { file, bytes, sha256 }: NonNullable<Manifest["map"]>): Promise<Table> {
    const found = await read(file);
    if (!found) throw this.#damaged(file, "is missing");
    if (found.length !== bytes) throw this.#damaged(file, `has ${found.length} bytes, and its manifest says ${bytes}`);
    const digest = await this.#digest(found);
    if (digest !== undefined && digest !== sha256) throw this.#damaged(file, "does not match its checksum");
    return await decodeMap(file, found);
  }

  async #readParts(read: ReadFile, manifest: Manifest): Promise<StoredMap> {
    const { grid, shardCount } = manifest;
    // A shard has a point at least; what the manifest says is not trusted.
    const count = Math.min(shardCount, grid.points);
    let next = 0;
    const readSome = async () => {
      for (let i = next++; i < count; i = next++) if (!this.#parts.has(i)) await this.#readPart(read, i, grid.keys);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, readSome));
    const tables = [...this.#parts].sort(([a], [b]) => a - b).map(([, table]) => table);
    let rows = 0;
    const placed = tables.map((table) => {
      const first = rows;
      rows += table.numRows;
      return { table, to: Uint32Array.from({ length: table.numRows }, (_, row) => first + row) };
    });
    const running = { shards: tables.length, shardCount, points: grid.points };
    if (tables.length === 0) return { map: undefined, drawn: undefined, running };
    const map = combine(placed, rows);
    const file = grid.points > MOST_FILLED ? undefined : await read(GRID);
    const points = file && pointsOfFile(await decodeTable(GRID, file), gridFacts(manifest));
    return { map, drawn: points ? withMissing(map, gridTable(points)) : map, running };
  }

  async #readPart(read: ReadFile, i: number, keys: readonly string[]): Promise<void> {
    const file = partFile(i);
    const bytes = await read(file);
    if (!bytes) return;
    const table = await decodeMap(file, bytes);
    const found = gridKeysOf(table);
    if (found.length !== keys.length || !keys.every((key) => found.includes(key))) throw this.#damaged(file, "is of another sweep");
    this.#parts.set(i, table);
  }

  #damaged(file: string, what: string): Error {
    return storeError("E_SHARD_CORRUPT", `${sanitize(file)} in ${sanitize(this.#name)} ${what}`);
  }
}

/** A map that is all that there is. */
export function wholeMap(map: Table): StoredMap {
  return { map, drawn: map, running: undefined };
}

/** A map in the order of its grid, with the points that it has not: a figure has gaps there, and does not close them. */
function withMissing(map: Table, grid: Table): Table {
  const rowOf = new Map(textsOf(grid, KEY).map((key, row) => [key, row]));
  const to = textsOf(map, KEY).map((key) => rowOf.get(key) ?? -1);
  const present = new Set(to);
  const columns = columnsOf(grid);
  const children = columns.map(({ name, type }) =>
    type === "text" ? strings(textsOf(grid, name)) : numbersAs({ type }, numbersOf(grid, name)),
  );
  const statuses = strings(new Array<string>(grid.numRows).fill("not computed"));
  const missing = tableOf([...columns, statusColumns("")[0]], [...children, statuses]);
  const rows = Array.from({ length: grid.numRows }, (_, row) => (present.has(row) ? -1 : row));
  return combine(
    [
      { table: map, to },
      { table: missing, to: rows },
    ],
    grid.numRows,
  );
}

/** What can be chosen of a map: keys for its axes, and what is drawn over them. */
export function choicesOf(map: Table): { keys: string[]; features: string[] } {
  return { keys: gridKeysOf(map), features: [...featuresOf(map).map(({ name }) => name), STATUS] };
}

/** A map as the bytes of a file. */
export async function encodeMap(map: Table, format: keyof typeof formats): Promise<Uint8Array> {
  return await formats[format].encode(map);
}

/** What is wrong, in a sentence. */
export function faultText(error: unknown): string {
  if (error instanceof MassgridError) return error.problems.map(({ message }) => message).join("; ");
  return error instanceof Error ? error.message : String(error);
}
