import { isRecord } from "../../check.ts";
import { sanitize } from "../../errors.ts";
import { storeError } from "../errors.ts";
import {
  COPY,
  checkManifest,
  checkVersion,
  isShardEntry,
  MANIFEST,
  type Manifest,
  type ShardEntry,
  shardFault,
} from "../format/manifest-schema.ts";
import type { Disk } from "./disk.ts";

/** Placeholder of the checksum while it is computed. */
const ZEROS = "0".repeat(64);

/** Writes a manifest with its checksum, then its copy. Throws E_MANIFEST_... for one that could not be read back. */
export async function writeManifest(disk: Disk, body: Omit<Manifest, "checksum">): Promise<Manifest> {
  const text = `${JSON.stringify({ ...body, checksum: ZEROS }, null, 1)}\n`;
  const checksum = disk.host.sha256([text]);
  const sealed = text.slice(0, -ending(ZEROS).length) + ending(checksum);
  const manifest = checkManifest(JSON.parse(sealed), disk.directory);
  await disk.write(MANIFEST, sealed);
  await disk.write(COPY, sealed);
  await disk.sync();
  return manifest;
}

function ending(checksum: string): string {
  return `"checksum": "${checksum}"\n}\n`;
}

/** The manifest of a directory; undefined if there is none. Throws E_MANIFEST_... for one that is damaged or invalid. */
export async function readManifest(disk: Disk): Promise<Manifest | undefined> {
  const bytes = await disk.read(MANIFEST);
  if (!bytes) return undefined;
  const text = decode(disk, bytes);
  const found = parse(disk, text);
  checkVersion(found, disk.directory);
  if (!isSealed(disk, text)) damaged(disk, "its text does not match its checksum");
  return checkManifest(found, disk.directory);
}

/** The same, where there must be one. Throws E_MANIFEST_MISSING. */
export async function presentManifest(disk: Disk): Promise<Manifest> {
  const manifest = await readManifest(disk);
  if (!manifest) throw noManifest(disk);
  return manifest;
}

/** The error of a directory that has no stored sweep. */
export function noManifest({ directory }: Disk): Error {
  return storeError("E_MANIFEST_MISSING", `there is no stored sweep in ${sanitize(directory)}: it has no ${MANIFEST}`);
}

/** Whether a text ends with its own checksum. */
function isSealed({ host }: Disk, text: string): boolean {
  const body = text.slice(0, -ending(ZEROS).length);
  return text === body + ending(host.sha256([body, ending(ZEROS)]));
}

/**
 * Restores a missing or damaged manifest from an intact copy. A manifest that matches its checksum is kept, whatever it says.
 * After a crash the copy may be that of an earlier manifest; then more is computed again.
 */
export async function restoreManifest(disk: Disk): Promise<void> {
  const copy = await disk.read(COPY);
  if (!copy || isIntact(disk, await disk.read(MANIFEST)) || !isIntact(disk, copy)) return;
  await disk.write(MANIFEST, copy);
  await disk.sync();
}

function isIntact(disk: Disk, bytes: Uint8Array | undefined): boolean {
  return bytes !== undefined && isSealed(disk, new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes));
}

/** What is wrong with the copy of the manifest; undefined if nothing is. */
export async function copyFault(disk: Disk): Promise<string | undefined> {
  const [own, copy] = [await disk.read(MANIFEST), await disk.read(COPY)];
  if (!copy) return "is missing, or no file";
  const same = own?.length === copy.length && own.every((byte, i) => byte === copy[i]);
  return same ? undefined : `is not as ${MANIFEST} is`;
}

/** Writes the copy of an intact manifest again, if it is missing or differs. */
export async function repairCopy(disk: Disk): Promise<void> {
  const own = await disk.read(MANIFEST);
  if (own && (await copyFault(disk))) await disk.write(COPY, own);
}

function decode(disk: Disk, bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return damaged(disk, "it is no text");
  }
}

function parse(disk: Disk, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return damaged(disk, error instanceof Error ? error.message : String(error));
  }
}

function damaged({ directory }: Disk, reason: string): never {
  const hint = `it was damaged or edited; resumeSweep() brings it back from ${COPY} where that is whole, or store the sweep again elsewhere`;
  throw storeError("E_MANIFEST_CORRUPT", `${MANIFEST} in ${sanitize(directory)} cannot be trusted: ${sanitize(reason)}; ${hint}`);
}

export const JOURNAL = "journal";

/**
 * The finished shards of an incomplete sweep: a line for each, with a hash of the line and of the manifest's checksum. A line that
 * is torn, damaged or of another sweep is skipped, and its shard is computed again.
 */
export class Journal {
  readonly #disk: Disk;
  readonly #manifest: Manifest;

  constructor(disk: Disk, manifest: Manifest) {
    this.#disk = disk;
    this.#manifest = manifest;
  }

  /** Entries by the index of their shard. */
  async read(): Promise<Map<number, ShardEntry>> {
    const bytes = await this.#disk.read(JOURNAL);
    const found = new Map<number, ShardEntry>();
    for (const text of new TextDecoder().decode(bytes).split("\n")) {
      const [hash, json] = [text.slice(0, 64), text.slice(65)];
      if (json === "" || hash !== this.#hash(json)) continue;
      const line: unknown = JSON.parse(json);
      if (!isRecord(line)) continue;
      const { shard, ...entry } = line;
      if (typeof shard === "number" && isShardEntry(entry) && !shardFault(this.#manifest, entry, shard)) found.set(shard, entry);
    }
    return found;
  }

  /** Replaces the journal by one of these entries. */
  async write(entries: ReadonlyMap<number, ShardEntry>): Promise<void> {
    await this.#disk.write(JOURNAL, [...entries].map(([shard, entry]) => this.#line(shard, entry)).join(""));
  }

  async add(shard: number, entry: ShardEntry): Promise<void> {
    await this.#disk.append(JOURNAL, this.#line(shard, entry));
  }

  #line(shard: number, entry: ShardEntry): string {
    const json = JSON.stringify({ shard, ...entry });
    const fault = isShardEntry(JSON.parse(JSON.stringify(entry))) ? shardFault(this.#manifest, entry, shard) : { what: "has another form" };
    if (fault) throw storeError("E_MANIFEST_FORM", `shard ${shard} of ${sanitize(this.#disk.directory)} cannot be noted: it ${fault.what}`);
    return `${this.#hash(json)} ${json}\n`;
  }

  #hash(json: string): string {
    return this.#disk.host.sha256([this.#manifest.checksum, json]);
  }
}
