import type { Table } from "apache-arrow/table";
import { STATUS } from "../sweep/columns.ts";
import { countOf } from "../sweep/selection.ts";
import { OK } from "../sweep/status.ts";
import { readClaims, SILENCE } from "./claims.ts";
import type { Disk } from "./disk/disk.ts";
import { presentManifest } from "./disk/manifest-file.ts";
import type { FileEntry, Manifest } from "./format/manifest-schema.ts";
import { readPart, readTable } from "./integrity.ts";
import { Notes, sweepHash } from "./notes.ts";
import { ShardEntries } from "./shard-entries.ts";

/** A process that computes shards now, as far as it has told. */
export interface RunningProcess {
  machine: string;
  process: number;
  /** Numbers of the shards that it computes or writes. */
  shards: readonly number[];
  /** For how many seconds it has run, and before how many seconds it told last: every half minute at least, where it lives. */
  seconds: number;
  silence: number;
}

/** How far a stored sweep is. */
export interface SweepStatus {
  directory: string;
  /** Whether it is finished: all shards are there, and the map is. */
  complete: boolean;
  /** Points of the sweep, those that are done, and those of them that did not reach the end. */
  points: number;
  done: number;
  failed: number;
  /** Shards of the sweep, those that are done, and those that are not: ranges of their numbers, each by its first and its last. */
  shards: number;
  shardsDone: number;
  missing: readonly (readonly [first: number, last: number])[];
  /** Who computes; those that have told nothing for a minute are left out, as they are gone. */
  running: readonly RunningProcess[];
  /** Points a second over the latest shards, and seconds that are left at that rate; null where nobody computes. */
  rate: number | null;
  left: number | null;
  /** Shards that nobody could compute, and why: of an incomplete sweep; their points are among those that failed. */
  givenUp: readonly { shard: number; reason: string }[];
  /** What the sweep is, as runShards tells it. */
  hash: string;
}

/** Bytes of a map that are read at once. */
const WHOLE = 1e8;

/** Shards of which the rate is taken. */
const LATEST = 100;

/** Tells how far stored sweeps are; what was read of one is not read again. */
export class StatusReader {
  readonly #disk: Disk;
  readonly #done = new Map<number, Done>();
  #checksum = "";

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  async read(): Promise<SweepStatus> {
    const manifest = await presentManifest(this.#disk);
    return manifest.complete ? await this.#ofComplete(manifest) : await this.#ofRunning(manifest);
  }

  async #ofComplete(manifest: Manifest): Promise<SweepStatus> {
    const { grid, shardCount, map } = manifest;
    const failed = map ? await this.#failedOf(manifest, map) : 0;
    const all = { points: grid.points, done: grid.points, failed, shards: shardCount, shardsDone: shardCount, missing: [] };
    return { ...this.#head(manifest), ...all, running: [], rate: null, left: null, givenUp: [] };
  }

  /** Points that did not reach the end, by the map: of a large one, by the rows of shard after shard. */
  async #failedOf(manifest: Manifest, map: FileEntry): Promise<number> {
    if (map.bytes <= WHOLE) return failedIn(await readTable(this.#disk, map, manifest.format));
    let failed = 0;
    for await (const [, entry] of new ShardEntries(this.#disk, manifest).all()) failed += failedIn(await readPart(this.#disk, entry));
    return failed;
  }

  async #ofRunning(manifest: Manifest): Promise<SweepStatus> {
    await this.#readNotes(manifest);
    const now = Date.now();
    const running = (await readClaims(this.#disk))
      .map(({ since, at, ...claim }) => ({ ...claim, seconds: (now - since) / 1000, silence: Math.max(0, now - at) / 1000 }))
      .filter(({ silence }) => silence * 1000 < 2 * SILENCE);
    let [done, failed] = [0, 0];
    const latest: Done[] = [];
    const givenUp: { shard: number; reason: string }[] = [];
    for (const [shard, note] of this.#done) {
      done += note.points;
      failed += note.failed;
      if (note.reason !== undefined) givenUp.push({ shard, reason: note.reason });
      latest.push(note);
      if (latest.length >= 2 * LATEST) keepLatest(latest);
    }
    keepLatest(latest);
    const since = latest.reduce((least, { at, seconds }) => Math.min(least, at - 1000 * seconds), now);
    const lately = latest.reduce((sum, { points }) => sum + points, 0);
    const rate = running.length > 0 && latest.length > 0 ? lately / Math.max(0.001, (now - since) / 1000) : null;
    return {
      ...this.#head(manifest),
      points: manifest.grid.points,
      done,
      failed,
      shards: manifest.shardCount,
      shardsDone: this.#done.size,
      missing: gaps(
        [...this.#done.keys()].sort((a, b) => a - b),
        manifest.shardCount,
      ),
      running,
      rate,
      left: rate === null ? null : (manifest.grid.points - done) / rate,
      givenUp: givenUp.sort((a, b) => a.shard - b.shard),
    };
  }

  #head(manifest: Manifest): Pick<SweepStatus, "directory" | "complete" | "hash"> {
    return { directory: this.#disk.directory, complete: manifest.complete, hash: sweepHash(this.#disk, manifest) };
  }

  /** Reads the notes that are new, folder by folder, and forgets those that are gone. */
  async #readNotes(manifest: Manifest): Promise<void> {
    if (this.#checksum !== manifest.checksum) this.#done.clear();
    this.#checksum = manifest.checksum;
    const notes = new Notes(this.#disk, manifest);
    const there = new Set<number>();
    for (const number of await notes.folders()) {
      const files = await notes.names(number);
      for (const index of files.keys()) there.add(index);
      // What was given up may have been computed after all.
      const isKnown = (known: Done | undefined) => known !== undefined && known.reason === undefined;
      const others = [...files].filter(([index]) => !isKnown(this.#done.get(index)));
      for (const note of (
        await notes.read(
          number,
          others.flatMap(([, names]) => names),
        )
      ).values()) {
        const { at, seconds, failed, reason } = note.by;
        this.#done.set(note.shard, { points: countOf(note.entry.points), failed, at, seconds, reason });
      }
    }
    for (const index of this.#done.keys()) if (!there.has(index)) this.#done.delete(index);
  }
}

/** What is kept of a note. */
interface Done {
  points: number;
  failed: number;
  at: number;
  seconds: number;
  reason: string | undefined;
}

/** Leaves the latest shards in a list. */
function keepLatest(notes: Done[]): void {
  notes.sort((a, b) => b.at - a.at);
  notes.length = Math.min(notes.length, LATEST);
}

/** Ranges of the numbers below `count` that are not in a list in rising order. */
function gaps(numbers: readonly number[], count: number): [first: number, last: number][] {
  const ranges: [first: number, last: number][] = [];
  let next = 0;
  for (const number of [...numbers, count]) {
    if (number > next) ranges.push([next, number - 1]);
    next = number + 1;
  }
  return ranges;
}

/** Points of a map that did not reach the end. */
function failedIn(map: Table): number {
  let failed = 0;
  for (const status of map.getChild(STATUS) ?? []) if (status !== OK) failed++;
  return failed;
}
