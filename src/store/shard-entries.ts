import { sanitize } from "../errors.ts";
import { countOf } from "../sweep/selection.ts";
import type { Disk } from "./disk/disk.ts";
import { corrupt, StoreError, storeError } from "./errors.ts";
import { FOLDER_NOTES, LIST_SHARDS, listCopy, MANIFEST, type Manifest, type ShardEntry } from "./format/manifest-schema.ts";
import { decodeList } from "./format/shard-lists.ts";
import { Notes } from "./notes.ts";

/** Groups of entries that are kept: who reads shards in the order of the grid goes forth and back a little where a sweep has several jobs. */
const KEPT = 8;

/**
 * The shards of a sweep that are there, by their number: those that a complete sweep lists, or those with a note. What is held of them is some
 * thousand at a time, however many there are.
 */
export class ShardEntries {
  readonly #disk: Disk;
  readonly #manifest: Manifest;
  readonly #notes: Notes | undefined;
  /** Shards of a group. */
  readonly #size: number;
  readonly #kept = new Map<number, Promise<ReadonlyMap<number, ShardEntry>>>();

  constructor(disk: Disk, manifest: Manifest) {
    this.#disk = disk;
    this.#manifest = manifest;
    this.#notes = manifest.shards ? undefined : new Notes(disk, manifest);
    this.#size = manifest.shards ? LIST_SHARDS : FOLDER_NOTES;
  }

  /** The entry of a shard; undefined for one that is not there. Throws E_SHARD_CORRUPT, E_MANIFEST_FORM and E_SHARD_DIFFERS. */
  async at(index: number): Promise<ShardEntry | undefined> {
    return (await this.group(this.groupOf(index))).get(index);
  }

  /** All of them in the order of their numbers. */
  async *all(): AsyncGenerator<[index: number, entry: ShardEntry], undefined> {
    for (let number = 0; number < this.groups; number++) yield* await this.group(number);
    return undefined;
  }

  /** Groups that are read at once. */
  get groups(): number {
    return Math.ceil(this.#manifest.shardCount / this.#size);
  }

  groupOf(index: number): number {
    return Math.floor(index / this.#size);
  }

  /** The entries of a group, in the order of their numbers. */
  group(number: number): Promise<ReadonlyMap<number, ShardEntry>> {
    const found = this.#kept.get(number) ?? this.#read(number);
    this.#kept.delete(number);
    this.#kept.set(number, found);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= KEPT) break;
      this.#kept.delete(oldest);
    }
    return found;
  }

  async #read(number: number): Promise<ReadonlyMap<number, ShardEntry>> {
    if (this.#notes) return new Map(Array.from(await this.#notes.ofFolder(number), ([shard, { entry }]) => [shard, entry]));
    return new Map((await readList(this.#disk, this.#manifest, number)).map((entry, i) => [number * LIST_SHARDS + i, entry]));
  }
}

/** The entries of list `number` of a complete sweep. Throws E_SHARD_CORRUPT, and E_MANIFEST_FORM for a list that is none of the sweep's. */
export async function readList(disk: Disk, manifest: Manifest, number: number): Promise<ShardEntry[]> {
  const list = manifest.shards?.lists[number];
  if (!list) return [];
  const found = await listBytes(disk, manifest, number);
  if (typeof found === "string") throw new StoreError([corrupt(disk.directory, list.file, found)]);
  const entries = await decodeList(found, manifest, number * LIST_SHARDS).catch(() => undefined);
  if (!entries) throw notOf(disk, `${list.file} has shards that it has not`);
  return entries;
}

/** The bytes of a list, or those of its copy where it is damaged; otherwise what is wrong with it. */
export async function listBytes(disk: Disk, { shards }: Manifest, number: number): Promise<Uint8Array | string> {
  const list = shards?.lists[number];
  if (!list) return "is missing";
  const found = await disk.checked(list);
  if (typeof found !== "string") return found;
  const copy = await disk.checked({ ...list, file: listCopy(number) });
  return typeof copy === "string" ? found : copy;
}

function notOf({ directory }: Disk, reason: string): Error {
  return storeError("E_MANIFEST_FORM", `${MANIFEST} in ${sanitize(directory)} is no manifest of massgrid: ${reason}`);
}

/** The order in which shards have the points of the grid, by the first of each: numbers of shards, and these first points. */
export interface ShardOrder {
  shards: Uint32Array;
  firsts: Float64Array;
  /** The last point of each. */
  lasts: Float64Array;
}

/** The shards of a store that are there, in the order of the grid. */
export interface OrderedShards {
  disk: Disk;
  entries: ShardEntries;
  order: ShardOrder;
}

/** The entry of a shard that is there. */
export async function presentEntry({ disk, entries }: Pick<OrderedShards, "disk" | "entries">, index: number): Promise<ShardEntry> {
  const entry = await entries.at(index);
  if (entry) return entry;
  const message = `shard ${index} of ${sanitize(disk.directory)} was there, and is not any more; resumeSweep() computes it again`;
  throw storeError("E_STORE_INCOMPLETE", message);
}

/** What shards come to together. */
export interface ShardTotals {
  count: number;
  points: number;
  rows: number;
  traceBytes: number;
  mapBytes: number;
}

/** Looks at entries one after the other: what all of them come to, in which order they have the points, and whether these are all of a grid, once. */
export class ShardSurvey {
  readonly totals: ShardTotals = { count: 0, points: 0, rows: 0, traceBytes: 0, mapBytes: 0 };
  readonly #points: number;
  readonly #isChecked: boolean;
  readonly #shards: number[] = [];
  readonly #firsts: number[] = [];
  readonly #lasts: number[] = [];
  /** Where the shards up to now are all points below it, once. */
  #end = 0;
  /** Whether they are not: then a bit for each point tells which are there. */
  #seen: Uint8Array | undefined;
  #isDouble = false;

  /** `isChecked` where `isWhole` will be asked: of shards that do not follow one another it takes a bit a point. */
  constructor({ grid }: Pick<Manifest, "grid">, { isChecked }: { isChecked: boolean }) {
    this.#points = grid.points;
    this.#isChecked = isChecked;
  }

  add(index: number, { points, rows, traces, map }: ShardEntry): void {
    const { totals } = this;
    const size = countOf(points);
    const first = "first" in points ? points.first : (points[0] ?? 0);
    this.#shards.push(index);
    this.#firsts.push(first);
    this.#lasts.push("first" in points ? first + size - 1 : (points[points.length - 1] ?? first));
    totals.count++;
    totals.points += size;
    totals.rows += rows;
    totals.traceBytes += traces?.bytes ?? 0;
    totals.mapBytes += map.bytes;
    if (!this.#seen && "first" in points && first === this.#end) this.#end += size;
    else if (this.#isChecked) this.#mark(points);
  }

  /** Whether all points of the grid were there once. */
  get isWhole(): boolean {
    return !this.#isDouble && this.totals.points === this.#points && (this.#seen !== undefined || this.#end === this.#points);
  }

  #mark(points: ShardEntry["points"]): void {
    const seen = this.#seen ?? new Uint8Array(Math.ceil(this.#points / 8));
    if (!this.#seen) for (let point = 0; point < this.#end; point++) seen[point >>> 3] |= 1 << (point & 7);
    this.#seen = seen;
    const count = countOf(points);
    for (let i = 0; i < count; i++) {
      const point = "first" in points ? points.first + i : points[i];
      const byte = Math.floor(point / 8);
      const bit = 1 << (point % 8);
      if (seen[byte] & bit) this.#isDouble = true;
      seen[byte] |= bit;
    }
  }

  get order(): ShardOrder {
    const [shards, firsts, lasts] = [this.#shards, this.#firsts, this.#lasts];
    const sorted = Uint32Array.from({ length: shards.length }, (_, i) => i).sort((a, b) => firsts[a] - firsts[b]);
    return {
      shards: sorted.map((i) => shards[i]),
      firsts: Float64Array.from(sorted, (i) => firsts[i]),
      lasts: Float64Array.from(sorted, (i) => lasts[i]),
    };
  }
}

/** Surveys all shards that are there. Throws E_MANIFEST_FORM where those of a complete sweep do not have each point once. */
export async function survey(entries: ShardEntries, { disk, manifest }: { disk: Disk; manifest: Manifest }): Promise<ShardSurvey> {
  const { shards } = manifest;
  const found = new ShardSurvey(manifest, { isChecked: shards !== null });
  for await (const [index, entry] of entries.all()) found.add(index, entry);
  const { rows, traceBytes, mapBytes } = found.totals;
  const isAsSaid = !shards || (shards.rows === rows && shards.traceBytes === traceBytes && shards.mapBytes === mapBytes);
  if (!isAsSaid || (shards && !found.isWhole)) throw notOf(disk, "its shards do not have each point once");
  return found;
}
