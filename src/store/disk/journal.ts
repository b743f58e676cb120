import { isRecord } from "../../check.ts";
import { sanitize } from "../../errors.ts";
import { storeError } from "../errors.ts";
import { isShardEntry, type Manifest, type ShardEntry, shardFault } from "../format/manifest-schema.ts";
import type { Disk } from "./disk.ts";

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
