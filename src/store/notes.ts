import * as v from "valibot";
import { isRecord } from "../check.ts";
import { sanitize } from "../errors.ts";
import { groupBy } from "../lists.ts";
import type { Disk } from "./disk/disk.ts";
import { storeError } from "./errors.ts";
import {
  FOLDER_NOTES,
  isShardEntry,
  type Manifest,
  NOTES,
  noteFolder,
  noteName,
  partFile,
  type ShardEntry,
  shardFault,
  shardOfNote,
} from "./format/manifest-schema.ts";

/** Who computed a shard, and when: what no file of a complete sweep tells. */
export interface Delivery {
  machine: string;
  process: number;
  /** A name of the call that computed it. */
  attempt: string;
  /** When it was noted, in ms since 1970, and how long it took to compute and write, in s. */
  at: number;
  seconds: number;
  /** Points of it that did not reach the end. */
  failed: number;
  /** Why it was given up, where nobody could compute it: its points are then all lost. */
  reason?: string | undefined;
}

/** A finished shard. */
export interface Note {
  shard: number;
  entry: ShardEntry;
  by: Delivery;
}

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const delivery = v.strictObject({
  machine: v.string(),
  process: count,
  attempt: v.string(),
  at: v.pipe(v.number(), v.finite()),
  seconds: v.pipe(v.number(), v.finite()),
  failed: count,
  reason: v.optional(v.string()),
});

/**
 * What a sweep is, whoever has begun it: a hash of its manifest without the path of its template, which is another on another machine
 * while the model is the same.
 */
export function sweepHash({ host }: Disk, manifest: Manifest): string {
  const { circuitTemplate: _, ...spec } = manifest.spec;
  const told = Object.entries({ ...manifest, spec }).filter(([name]) => !laterFields.includes(name));
  return host.sha256([JSON.stringify(Object.fromEntries(told), (_key, value) => sorted(value))]);
}

/** Fields of a manifest that change when the sweep is complete. */
const laterFields = ["checksum", "complete", "shards", "map", "described"];

function sorted(value: unknown): unknown {
  return isRecord(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value;
}

/**
 * The notes of the finished shards of a sweep that is not complete: a file for each, named after the shard and a hash of what is noted, which
 * has another hash, of the note and of the sweep. Two deliveries of the same bytes are one note; of other bytes both notes stand, so that
 * whoever reads them finds the difference. A note that is torn, damaged or of another sweep is no note, and its shard is computed again. A shard
 * that was given up and computed after all is the one that was computed.
 */
export class Notes {
  readonly #disk: Disk;
  readonly #manifest: Manifest;
  readonly #sweep: string;
  /** The folder that was listed last, and the shards that had notes in it. */
  #listed: { folder: string; shards: ReadonlySet<number | undefined> } | undefined;

  constructor(disk: Disk, manifest: Manifest) {
    this.#disk = disk;
    this.#manifest = manifest;
    this.#sweep = sweepHash(disk, manifest);
  }

  /** Numbers of the folders that there are, in their order. */
  async folders(): Promise<number[]> {
    const names = await this.#disk.names(NOTES);
    return names
      .filter((name) => /^\d{3,12}$/.test(name))
      .map(Number)
      .sort((a, b) => a - b);
  }

  /** Names of the notes in folder `number` by their shard, in the order of these. */
  async names(number: number): Promise<Map<number, string[]>> {
    const { shardCount } = this.#manifest;
    const [first, end] = [number * FOLDER_NOTES, Math.min((number + 1) * FOLDER_NOTES, shardCount)];
    const found = (await this.#disk.names(noteFolder(first))).flatMap((name) => {
      const shard = shardOfNote(name);
      return shard !== undefined && shard >= first && shard < end ? [{ shard, name }] : [];
    });
    const byShard = groupBy(found, ({ shard }) => shard);
    return new Map([...byShard].sort(([a], [b]) => a - b).map(([shard, own]) => [shard, own.map(({ name }) => name)]));
  }

  /** The notes of some files of folder `number` by their shard. Throws E_SHARD_DIFFERS where two tell of different bytes. */
  async read(number: number, names: readonly string[]): Promise<Map<number, Note>> {
    const folder = noteFolder(number * FOLDER_NOTES);
    const found = new Map<number, Note>();
    for (const [i, bytes] of (await this.#disk.readMany(folder, names)).entries()) {
      const note = bytes && this.#noteIn(`${folder}/${names[i]}`, bytes);
      if (!note) continue;
      const before = found.get(note.shard);
      if (before) this.check(before, note);
      if (!before || isGivenUp(before)) found.set(note.shard, note);
    }
    return found;
  }

  /** The notes of folder `number`, by their shard in the order of these. Throws E_SHARD_DIFFERS. */
  async ofFolder(number: number): Promise<Map<number, Note>> {
    const names = [...(await this.names(number)).values()].flat();
    return new Map([...(await this.read(number, names))].sort(([a], [b]) => a - b));
  }

  /**
   * The note of one shard; undefined if it is not finished. Throws E_SHARD_DIFFERS. Who asks for one shard after the other lists their folder
   * once: a shard that is noted later has rows of the map before it has a note.
   */
  async of(shard: number): Promise<Note | undefined> {
    const folder = noteFolder(shard);
    const isListed = this.#listed?.folder === folder;
    if (isListed && !this.#listed?.shards.has(shard) && (await this.#disk.storage.size(partFile(shard))) === undefined) return undefined;
    const all = (await this.#disk.names(folder)).map((name) => ({ name, of: shardOfNote(name) }));
    this.#listed = { folder, shards: new Set(all.map(({ of }) => of)) };
    const names = all.filter(({ of }) => of === shard).map(({ name }) => name);
    return (await this.read(Math.floor(shard / FOLDER_NOTES), names)).get(shard);
  }

  /** Notes a shard. Throws E_MANIFEST_FORM for an entry that could not be read back. */
  async add(note: Note): Promise<void> {
    const { shard, entry } = note;
    const fault = isShardEntry(JSON.parse(JSON.stringify(entry))) ? shardFault(this.#manifest, entry, shard) : { what: "has another form" };
    if (fault) throw storeError("E_MANIFEST_FORM", `shard ${shard} of ${sanitize(this.#disk.directory)} cannot be noted: it ${fault.what}`);
    const text = JSON.stringify(note);
    await this.#disk.write(this.fileOf(note), `{"hash":"${this.#hash(text)}",${text.slice(1)}\n`, { lasting: false });
  }

  /** Throws E_SHARD_DIFFERS where a shard was delivered before with other bytes. */
  check(before: Note, now: Note): void {
    if (same(before.entry, now.entry) || isGivenUp(before) || isGivenUp(now)) return;
    const files = `${this.fileOf(before)}, ${this.fileOf(now)} and the shard's files`;
    throw differs(this.#disk, now, { who: who(before), hint: `remove ${files}, and compute the shard again on the one that is right` });
  }

  /** The file of a note. */
  fileOf({ shard, entry }: Note): string {
    return `${noteFolder(shard)}/${noteName(shard, this.#disk.host.sha256([JSON.stringify(entry)]))}`;
  }

  /** The note of a file; undefined for one that is damaged, or of another sweep. */
  #noteIn(file: string, bytes: Uint8Array): Note | undefined {
    const found = noteIn(new TextDecoder().decode(bytes));
    if (!found || found.hash !== this.#hash(JSON.stringify(found.note))) return undefined;
    const { note } = found;
    return this.fileOf(note) === file && !shardFault(this.#manifest, note.entry, note.shard) ? note : undefined;
  }

  #hash(text: string): string {
    return this.#disk.host.sha256([this.#sweep, text]);
  }
}

/** Whether nobody could compute a shard. */
export function isGivenUp({ by }: Note): boolean {
  return by.reason !== undefined;
}

function noteIn(text: string): { hash: unknown; note: Note } | undefined {
  try {
    const found: unknown = JSON.parse(text);
    if (!isRecord(found)) return undefined;
    const { hash, ...note } = found;
    return isNote(note) ? { hash, note } : undefined;
  } catch {
    return undefined;
  }
}

function isNote(found: Record<string, unknown>): found is Record<string, unknown> & Note {
  return (
    Object.keys(found).join() === "shard,entry,by" && v.is(count, found.shard) && isShardEntry(found.entry) && v.is(delivery, found.by)
  );
}

/** The error of a shard that has come with other bytes than before. */
export function differs({ directory }: Disk, now: Note, { who: other, hint }: { who: string; hint: string }): Error {
  const what = `shard ${now.shard} of ${sanitize(directory)} has come from ${other} and, with other bytes, from ${who(now)}`;
  return storeError("E_SHARD_DIFFERS", `${what}: machines that compute other numbers cannot share a sweep; ${hint}`);
}

function who({ by: { machine, process } }: Note): string {
  return `${sanitize(machine)} (process ${process})`;
}

/** Whether two entries tell of the same bytes. */
export function same(a: ShardEntry, b: ShardEntry): boolean {
  return a.traces?.sha256 === b.traces?.sha256 && a.map.sha256 === b.map.sha256 && a.rows === b.rows;
}
