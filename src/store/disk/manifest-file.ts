import { isRecord } from "../../check.ts";
import { sanitize } from "../../errors.ts";
import { storeError } from "../errors.ts";
import { COPY, checkManifest, checkVersion, FOLDER, MANIFEST, type Manifest, OLD_MANIFEST } from "../format/manifest-schema.ts";
import type { Disk } from "./disk.ts";

/** Placeholder of the checksum while it is computed. */
const ZEROS = "0".repeat(64);

/** Writes a manifest with its checksum, then its copy. Throws E_MANIFEST_... for one that could not be read back. */
export async function writeManifest(disk: Disk, body: Omit<Manifest, "checksum">): Promise<Manifest> {
  const { text, manifest } = sealed(disk, body);
  await disk.write(MANIFEST, text);
  await disk.write(COPY, text);
  return manifest;
}

/** The same of a sweep that begins, unless one is there: any number of processes may begin it at once. */
export async function beginManifest(disk: Disk, body: Omit<Manifest, "checksum">): Promise<void> {
  const { text } = sealed(disk, body);
  await disk.create(MANIFEST, text);
  await disk.create(COPY, text);
}

function sealed(disk: Disk, body: Omit<Manifest, "checksum">): { text: string; manifest: Manifest } {
  const open = `${JSON.stringify({ ...body, checksum: ZEROS }, null, 1)}\n`;
  const text = open.slice(0, -ending(ZEROS).length) + ending(disk.host.sha256([open]));
  return { text, manifest: checkManifest(JSON.parse(text), disk.directory) };
}

function ending(checksum: string): string {
  return `"checksum": "${checksum}"\n}\n`;
}

/** The manifest of a directory; undefined if there is none. Throws E_MANIFEST_... for one that is damaged or invalid. */
export async function readManifest(disk: Disk): Promise<Manifest | undefined> {
  const bytes = await disk.read(MANIFEST);
  if (!bytes) {
    await checkNotOld(disk);
    return undefined;
  }
  const text = decode(disk, bytes);
  const found = parse(disk, text);
  checkVersion(found, disk.directory);
  if (!isSealed(disk, text)) damaged(disk, "its text does not match its checksum");
  return checkManifest(found, disk.directory);
}

/** Throws E_MANIFEST_VERSION for a store of a layout that had its manifest beside the data. */
export async function checkNotOld(disk: Disk): Promise<void> {
  const bytes = await disk.read(OLD_MANIFEST);
  if (!bytes) return;
  const found = jsonOf(bytes);
  if (isRecord(found) && typeof found.layout === "number" && Object.hasOwn(found, "massgrid"))
    checkVersion(found, disk.directory, OLD_MANIFEST);
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

/** The same, where there must be one. Throws E_MANIFEST_MISSING. */
export async function presentManifest(disk: Disk): Promise<Manifest> {
  const manifest = await readManifest(disk);
  if (!manifest) throw await noManifest(disk);
  return manifest;
}

/** What is to be said where there are a manifest or its copy, but neither is a file that is read; undefined where that is not so. */
export async function unreadManifests(disk: Disk): Promise<string | undefined> {
  const names = await disk.names(FOLDER);
  const files = [MANIFEST, COPY].filter((file) => names.includes(file.slice(FOLDER.length + 1)));
  const sizes = await Promise.all(files.map((file) => disk.storage.size(file)));
  if (files.length === 0 || sizes.some((size) => size !== undefined)) return undefined;
  const which = files.length > 1 ? `${files.join(" and ")}, but they are` : `${files.join()}, but it is`;
  return `${sanitize(disk.directory)} has ${which} reached by a link, or no file, and only files in the directory itself are read: put them there`;
}

/** The error of a directory that has no stored sweep. */
export async function noManifest(disk: Disk): Promise<Error> {
  const none = `there is no stored sweep in ${sanitize(disk.directory)}: it has no ${MANIFEST}`;
  return storeError("E_MANIFEST_MISSING", (await unreadManifests(disk)) ?? none);
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
