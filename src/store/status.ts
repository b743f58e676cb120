import type { Table } from "apache-arrow/table";
import { STATUS } from "../sweep/columns.ts";
import { countOf } from "../sweep/selection.ts";
import { OK } from "../sweep/status.ts";
import { readClaims, SILENCE } from "./claims.ts";
import { type Disk, several } from "./disk/disk.ts";
import { presentManifest } from "./disk/manifest-file.ts";
import type { FileEntry, Manifest } from "./format/manifest-schema.ts";
import { readPart, readTable } from "./integrity.ts";
import { isGivenUp, type Note, Notes, sweepHash } from "./notes.ts";
import { rangesOf } from "./shard-choice.ts";

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
  readonly #notes = new Map<number, Note>();
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
  async #failedOf({ shards, format }: Manifest, map: FileEntry): Promise<number> {
    if (map.bytes <= WHOLE) return failedIn(await readTable(this.#disk, map, format));
    let failed = 0;
    for (const entry of shards) failed += failedIn(await readPart(this.#disk, entry));
    return failed;
  }

  async #ofRunning(manifest: Manifest): Promise<SweepStatus> {
    const notes = await this.#readNotes(manifest);
    const now = Date.now();
    const running = (await readClaims(this.#disk))
      .map(({ since, at, ...claim }) => ({ ...claim, seconds: (now - since) / 1000, silence: Math.max(0, now - at) / 1000 }))
      .filter(({ silence }) => silence * 1000 < 2 * SILENCE);
    const pointsIn = (some: readonly Note[]) => some.reduce((sum, { entry }) => sum + countOf(entry.points), 0);
    const done = pointsIn(notes);
    const latest = notes.toSorted((a, b) => b.by.at - a.by.at).slice(0, LATEST);
    const since = latest.reduce((least, { by: { at, seconds } }) => Math.min(least, at - 1000 * seconds), now);
    const rate = running.length > 0 && latest.length > 0 ? pointsIn(latest) / Math.max(0.001, (now - since) / 1000) : null;
    const all = Array.from({ length: manifest.shardCount }, (_, index) => index);
    const missing = rangesOf(all.filter((index) => !this.#notes.has(index)));
    return {
      ...this.#head(manifest),
      points: manifest.grid.points,
      done,
      failed: notes.reduce((sum, { by }) => sum + by.failed, 0),
      shards: manifest.shardCount,
      shardsDone: notes.length,
      missing,
      running,
      rate,
      left: rate === null ? null : (manifest.grid.points - done) / rate,
      givenUp: notes.flatMap(({ shard, by: { reason } }) => (reason === undefined ? [] : [{ shard, reason }])),
    };
  }

  #head(manifest: Manifest): Pick<SweepStatus, "directory" | "complete" | "hash"> {
    return { directory: this.#disk.directory, complete: manifest.complete, hash: sweepHash(this.#disk, manifest) };
  }

  async #readNotes(manifest: Manifest): Promise<Note[]> {
    if (this.#checksum !== manifest.checksum) this.#notes.clear();
    this.#checksum = manifest.checksum;
    const notes = new Notes(this.#disk, manifest);
    const files = await notes.files();
    for (const index of this.#notes.keys()) if (!files.has(index)) this.#notes.delete(index);
    // What was given up may have been computed after all.
    const isKnown = (note: Note | undefined) => note !== undefined && !isGivenUp(note);
    const others = [...files.keys()].filter((index) => !isKnown(this.#notes.get(index)));
    for (const note of await several(others, (index) => notes.of(index))) if (note) this.#notes.set(note.shard, note);
    return [...this.#notes.values()];
  }
}

/** Points of a map that did not reach the end. */
function failedIn(map: Table): number {
  let failed = 0;
  for (const status of map.getChild(STATUS) ?? []) if (status !== OK) failed++;
  return failed;
}
