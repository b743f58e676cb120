import type { Numbers } from "../sweep/selection.ts";
import { corrupt, StoreError } from "./errors.ts";
import { PARTS } from "./format/manifest-schema.ts";
import type { MapPart } from "./format/map-batches.ts";
import { type OrderedShards, presentEntry } from "./shard-entries.ts";

/** Shards whose rows of the map are read together: so many, or of so many bytes; and how many such groups are read ahead. */
const TOGETHER = { shards: 32, bytes: 2 ** 21 };
const AHEAD = 8;

/** What was read of a shard. */
interface ReadPart {
  points: Numbers;
  file: string;
  found: Uint8Array | string;
}

/** Reads the rows of the map of shards by threads, ahead of who takes them in the order of the grid. */
export class PartsAhead {
  readonly #shards: OrderedShards;
  // Loaded when it is used, as all that reads files.
  readonly #files = import("../table/like-files.ts").then(({ LikeFiles }) => new LikeFiles());
  /** Groups that are read or being read, by their number. */
  readonly #groups = new Map<number, Promise<ReadPart[]>>();
  /** Where what was read of a part is, and how many parts that are not done with are there. */
  readonly #memory = new Map<MapPart, ArrayBufferLike>();
  readonly #parts = new Map<ArrayBufferLike, number>();
  /** Shards of a group, which follow from the first. */
  #size = 0;

  constructor(shards: OrderedShards) {
    this.#shards = shards;
  }

  /** The rows of shard `i` of the order. Throws E_SHARD_CORRUPT. */
  async read(i: number): Promise<MapPart> {
    const { disk, order } = this.#shards;
    if (this.#size === 0) {
      const { map } = await presentEntry(this.#shards, order.shards[i]);
      this.#size = Math.max(1, Math.min(TOGETHER.shards, Math.floor(TOGETHER.bytes / map.bytes)));
    }
    const number = Math.floor(i / this.#size);
    // Who takes shards takes several at a time, of two groups at most.
    this.#groups.delete(number - 2);
    for (let next = number; next <= number + AHEAD && next * this.#size < order.shards.length; next++) {
      if (this.#groups.has(next)) continue;
      const group = this.#readGroup(next);
      // The next await throws its error; until then it must not count as an unhandled rejection.
      group.catch(() => {});
      this.#groups.set(next, group);
    }
    const { points, file, found } = ((await this.#groups.get(number)) ?? [])[i % this.#size];
    if (typeof found === "string") throw new StoreError([corrupt(disk.directory, file, found)]);
    const part = { points, ...(await this.#files).decode(found) };
    this.#memory.set(part, found.buffer);
    return part;
  }

  /** Takes the memory of parts back. */
  done(part: MapPart): void {
    const buffer = this.#memory.get(part);
    if (!buffer) return;
    this.#memory.delete(part);
    const left = (this.#parts.get(buffer) ?? 0) - 1;
    this.#parts.set(buffer, left);
    if (left > 0) return;
    this.#parts.delete(buffer);
    this.#shards.disk.readers?.take(buffer);
  }

  async #readGroup(number: number): Promise<ReadPart[]> {
    const { disk, order } = this.#shards;
    const entries = [];
    for (const shard of order.shards.subarray(number * this.#size, (number + 1) * this.#size))
      entries.push(await presentEntry(this.#shards, shard));
    const all = await disk.checkedMany(
      PARTS,
      entries.map(({ map }) => map),
    );
    for (const found of all) if (typeof found !== "string") this.#parts.set(found.buffer, (this.#parts.get(found.buffer) ?? 0) + 1);
    return entries.map(({ points, map }, k) => ({ points, file: map.file, found: all[k] }));
  }
}
