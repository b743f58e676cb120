// Stored sweeps for tests: small ones of several shards, and what their directories hold.
import { createHash } from "node:crypto";
import { cpSync, lstatSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type GridSearchOptions, normalNoise, type StoreFormat } from "../../src/index.ts";
import { nodeHost } from "../../src/platform/node-host.ts";
import { readManifest } from "../../src/store/disk/manifest-file.ts";
import { openDisk } from "../../src/store/disk/open-disk.ts";
import type { ShardEntry } from "../../src/store/format/manifest-schema.ts";
import { decodeList, encodeList } from "../../src/store/format/shard-lists.ts";
import { small } from "./sweep.ts";

/** For tests of stores, which import it with the rest. */
export { folderFor } from "./folder.ts";

export const formats: StoreFormat[] = ["arrow", "parquet"];

/** A sweep over C of `points` points and 50 steps. */
export function over(points: number, changes: Partial<GridSearchOptions> = {}): GridSearchOptions {
  return small({ paramGrid: { C: Array.from({ length: points }, (_, i) => 68 + i) }, ...changes });
}

/** Noise that is drawn for each point. */
export const ownNoise = { "jrc/jrc_op/u": normalNoise({ mean: 220, sd: 60, seed: 7, shared: false }) };

/** Files of a directory by their path in it, in order. */
export function filesIn(directory: string): string[] {
  const names = readdirSync(directory, { recursive: true, encoding: "utf8" });
  return names.filter((name) => !lstatSync(join(directory, name)).isDirectory()).sort();
}

/** Every file of a directory with a hash of its bytes: two directories are the same if this is. */
export function contents(directory: string): Record<string, string> {
  const hash = (file: string) =>
    createHash("sha256")
      .update(readFileSync(join(directory, file)))
      .digest("hex");
  return Object.fromEntries(filesIn(directory).map((file) => [file.replaceAll("\\", "/"), hash(file)]));
}

/** Changes the manifest of a store as someone does who knows how its checksum is made; its copy stays. */
export function forge(directory: string, change: (manifest: Record<string, unknown>) => void): void {
  const file = join(directory, "_massgrid/manifest.json");
  const manifest: Record<string, unknown> = JSON.parse(readFileSync(file, "utf8"));
  change(manifest);
  const zeros = "0".repeat(64);
  delete manifest.checksum;
  const text = `${JSON.stringify({ ...manifest, checksum: zeros }, null, 1)}\n`;
  writeFileSync(file, text.replace(`"checksum": "${zeros}"`, `"checksum": "${createHash("sha256").update(text).digest("hex")}"`));
}

/** Makes `to` a copy of the directory `from`, with nothing else in it. */
export function copy(from: string, to: string): string {
  rmSync(to, { recursive: true, force: true });
  cpSync(from, to, { recursive: true });
  return to;
}

/** Changes the list of a store's shards in the same way. */
export async function forgeList(directory: string, change: (entries: ShardEntry[]) => void): Promise<void> {
  const manifest = await readManifest(openDisk(directory, nodeHost()));
  if (!manifest) throw new Error("there is a manifest");
  const file = join(directory, "_massgrid/shards/000000.arrow");
  const entries = await decodeList(readFileSync(file), manifest, 0);
  if (!entries) throw new Error("its list can be read");
  change(entries);
  const bytes = await encodeList(entries);
  for (const name of [file, file.replace(".arrow", ".copy.arrow")]) writeFileSync(name, bytes);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  forge(directory, (found) => {
    found.shards = { ...Object(found.shards), lists: [{ file: "_massgrid/shards/000000.arrow", bytes: bytes.length, sha256 }] };
  });
}
