import { quoted } from "../errors.ts";
import type { Disk } from "./disk.ts";
import { storeError } from "./errors.ts";
import { checkManifest, checkVersion } from "./form.ts";
import { MANIFEST, type Manifest } from "./manifest.ts";

/** What stands in the place of the checksum while it is taken. */
const ZEROS = "0".repeat(64);

/** Writes a manifest, in one piece, with its checksum at the end. */
export async function writeManifest(disk: Disk, body: Omit<Manifest, "checksum">): Promise<Manifest> {
  const text = `${JSON.stringify({ ...body, checksum: ZEROS }, null, 1)}\n`;
  const checksum = disk.host.sha256([text]);
  await disk.write(MANIFEST, text.slice(0, -ending(ZEROS).length) + ending(checksum));
  await disk.sync();
  return { ...body, checksum };
}

function ending(checksum: string): string {
  return `"checksum": "${checksum}"\n}\n`;
}

/** The manifest of a directory; undefined where there is none. Throws E_MANIFEST_... for one that is not as it was written. */
export async function readManifest(disk: Disk): Promise<Manifest | undefined> {
  const bytes = await disk.read(MANIFEST);
  if (!bytes) return undefined;
  const text = decode(disk, bytes);
  const found = parse(disk, text);
  checkVersion(found, disk.directory);
  const body = text.slice(0, -ending(ZEROS).length);
  if (text !== body + ending(disk.host.sha256([body, ending(ZEROS)]))) damaged(disk, "its text does not match its checksum");
  return checkManifest(found, disk.directory);
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
  const hint = "it was damaged or edited: bring it back from a copy, or store the sweep again in another directory";
  throw storeError("E_MANIFEST_CORRUPT", `${MANIFEST} in ${quoted(directory)} cannot be trusted: ${quoted(reason)}; ${hint}`);
}
