import { sanitize } from "../../errors.ts";
import { inBytes } from "../../plan/size.ts";
import type { Host } from "../../platform/node-host.ts";
import { StoreError, storeError, systemCode } from "../errors.ts";
import { readRange, writePieces } from "./handles.ts";
import type { Readers } from "./readers.ts";
import type { ByteRange, Pieces, PutOptions, Storage } from "./storage.ts";

/** How often a file is written again whose draft somebody has removed, as who finishes a sweep does. */
const ATTEMPTS = 3;

/** A folder of a file system. Throws E_DISK_FULL or E_IO if the operating system fails. */
export class LocalFolder implements Storage {
  readonly location: string;
  readonly host: Host;
  /** Folders that are there, and are no links. */
  readonly #there = new Map<string, Promise<void>>();
  /** Folders that were found to be where they seem to be, for reading. */
  readonly #inside = new Set<string>();

  constructor(directory: string, host: Host) {
    this.location = host.resolve(directory);
    this.host = host;
  }

  /** A folder within this one. */
  within(folder: string): LocalFolder {
    return new LocalFolder(this.#path(folder), this.host);
  }

  /** Creates the folder and its parents, one by one: Node's recursive mkdir does not terminate in /proc. */
  async make(): Promise<void> {
    const parent = this.host.resolve(this.location, "..");
    if (parent !== this.location && !(await this.#exists(parent))) await new LocalFolder(parent, this.host).make();
    await this.#makeFolder(".");
  }

  /** Only regular files are opened, and no link out of the folder is followed. */
  async get(name: string): Promise<Uint8Array | undefined> {
    return await this.#read(name);
  }

  async getRange(name: string, range: ByteRange): Promise<Uint8Array | undefined> {
    return await this.#read(name, range);
  }

  async getFitting(name: string, fits: (bytes: number) => boolean): Promise<Uint8Array | number | undefined> {
    return await this.#attempt("read", name, async () => {
      if (!(await this.#isInside(folderOf(name)))) return undefined;
      const { fs } = this.host;
      // What is no file is not opened: a pipe would wait for somebody who writes.
      const stat = await fs.lstat(this.#path(name)).catch(unless("ENOENT", "ENOTDIR"));
      if (!stat?.isFile()) return undefined;
      return fits(stat.size) ? await this.#bytes(name, { first: 0, bytes: stat.size }) : stat.size;
    });
  }

  async #read(name: string, range?: ByteRange): Promise<Uint8Array | undefined> {
    return await this.#attempt("read", name, async () =>
      (await this.#sizeOf(name)) === undefined ? undefined : await this.#bytes(name, range),
    );
  }

  /** The path of a folder that is reached without links; undefined for any other. */
  async pathInside(folder: string): Promise<string | undefined> {
    return await this.#attempt("read", folder, async () => ((await this.#isInside(folder)) ? this.#path(folder) : undefined));
  }

  async size(name: string): Promise<number | undefined> {
    return await this.#attempt("read", name, () => this.#sizeOf(name));
  }

  /** Writes a draft, of a name that no other writer has, and renames it. A failure leaves no draft behind. */
  async put(name: string, bytes: Uint8Array, options?: PutOptions): Promise<void> {
    await this.#put(name, bytes, options);
  }

  async putPieces(name: string, pieces: Pieces, options?: PutOptions): Promise<void> {
    await this.#put(name, pieces, options);
  }

  async #put(name: string, content: Uint8Array | Pieces, { lasting = true }: PutOptions = {}): Promise<void> {
    const folder = folderOf(name);
    const work = async (attempt = 1): Promise<void> => {
      await this.#ensure(folder);
      const draft = draftOf(name, this.host.unique());
      try {
        await this.#writeBytes(draft, "w", content, lasting);
        await this.host.fs.rename(this.#path(draft), this.#path(name));
      } catch (error) {
        await this.host.fs.rm(this.#path(draft), { force: true }).catch(() => {});
        const code = systemCode(error);
        if (code === "EISDIR")
          throw storeError("E_IO", `${sanitize(this.#path(name))} is a folder in the place of a file: move it away`, error);
        if (code !== "ENOENT" || attempt === ATTEMPTS) throw error;
        this.#forget(folder);
        return await work(attempt + 1);
      }
    };
    await this.#attempt("written", name, work, content instanceof Uint8Array ? content.length : 0);
    if (lasting) await this.sync(folder);
  }

  async list(folder: string): Promise<string[]> {
    return await this.#attempt("read", folder, async () => {
      const path = this.#path(folder);
      const names = await this.host.fs.readdir(path).catch((error) => {
        if (systemCode(error) === "ENOTDIR") throw storeError("E_IO", `${sanitize(path)} is no directory: move it away`, error);
        return unless("ENOENT")(error);
      });
      return (names ?? []).sort();
    });
  }

  async remove(name: string, readers?: Readers): Promise<void> {
    this.#forget(name);
    if (await readers?.remove(this.#path(name))) return;
    await this.#attempt("removed", name, () => this.host.fs.rm(this.#path(name), { force: true, recursive: true }));
  }

  /** Whether there is a folder of this name; a link to one does not count. */
  async hasFolder(folder: string): Promise<boolean> {
    return await this.#attempt("read", folder, () => this.#isFolder(folder));
  }

  /** Creates a file together with its bytes; false if there is one already. */
  async create(name: string, bytes: Uint8Array): Promise<boolean> {
    const draft = draftOf(name, this.host.unique());
    return await this.#attempt("written", name, async () => {
      await this.#ensure(folderOf(name));
      await this.#writeBytes(draft, "w", bytes);
      const link = this.host.fs.link(this.#path(draft), this.#path(name));
      const isNew = await link.then(() => true).catch((error) => (systemCode(error) === "EEXIST" ? false : undefined));
      await this.host.fs.rm(this.#path(draft), { force: true });
      if (isNew !== undefined) return isNew;
      // On a file system without hard links, the bytes appear a moment after the file.
      return (await this.#writeBytes(name, "wx", bytes).catch(unless("EEXIST"))) !== undefined;
    });
  }

  /** Links a file of another folder into this one; copies it if the file system cannot. */
  async link(name: string, from: LocalFolder, original: string): Promise<void> {
    await this.#attempt("written", name, async () => {
      await this.#ensure(folderOf(name));
      const [source, target] = [from.#path(original), this.#path(name)];
      await this.host.fs.rm(target, { force: true });
      await this.host.fs.link(source, target).catch(() => this.host.fs.copyFile(source, target));
    });
  }

  /** Moves a file of another folder into this one, if it is there. */
  async moveFrom(name: string, from: LocalFolder): Promise<void> {
    await this.#attempt("written", name, async () => {
      await this.#ensure(folderOf(name));
      await this.host.fs.rename(from.#path(name), this.#path(name)).catch(unless("ENOENT"));
    });
  }

  /** Syncs a folder, which makes the names in it lasting. Systems that cannot sync a folder do not need it. */
  async sync(folder = "."): Promise<void> {
    const unlessImpossible = unless("EINVAL", "EISDIR", "EPERM", "EACCES", "EBADF", "ENOTSUP");
    await this.#attempt("synced", folder, async () => {
      const handle = await this.host.fs.open(this.#path(folder), "r").catch(unlessImpossible);
      try {
        await handle?.sync().catch(unlessImpossible);
      } finally {
        await handle?.close();
      }
    });
  }

  /** Free bytes of the disk, also before the folder is there; infinite if the system does not tell. */
  async free(): Promise<number> {
    const parent = this.host.resolve(this.location, "..");
    if (parent !== this.location && !(await this.#exists(this.location))) return await new LocalFolder(parent, this.host).free();
    const found = await this.host.fs.statfs(this.location).catch(() => undefined);
    return found ? found.bavail * found.bsize : Number.POSITIVE_INFINITY;
  }

  /** Makes a folder with those around it, once. Throws E_IO for a link in the place of one, through which nothing is written. */
  #ensure(folder: string): Promise<void> {
    const known = this.#there.get(folder);
    if (known) return known;
    const made = folder === "." ? this.make() : this.#ensure(folderOf(folder)).then(() => this.#makeFolder(folder));
    this.#there.set(folder, made);
    made.catch(() => this.#there.delete(folder));
    return made;
  }

  #forget(name: string): void {
    for (const folder of this.#inside) if (name === "." || `${folder}/`.startsWith(`${name}/`)) this.#inside.delete(folder);
    for (const folder of this.#there.keys()) if (name === "." || `${folder}/`.startsWith(`${name}/`)) this.#there.delete(folder);
  }

  async #makeFolder(folder: string): Promise<void> {
    await this.#attempt("made", folder, async () => {
      await this.host.fs.mkdir(this.#path(folder)).catch(unless("EEXIST"));
      if (!(await this.#isFolder(folder)))
        throw storeError("E_IO", `${sanitize(this.#path(folder))} is no directory, or a link to one: move it away`);
    });
  }

  /** Whether a folder is a directory and no link; the folder of the store itself may be reached by one. */
  async #isFolder(folder: string): Promise<boolean> {
    const { fs } = this.host;
    const path = folder === "." ? await fs.realpath(this.location) : this.#path(folder);
    return (await fs.lstat(path).catch(unless("ENOENT", "ENOTDIR")))?.isDirectory() ?? false;
  }

  #path(name: string): string {
    return this.host.resolve(this.location, name);
  }

  async #exists(path: string): Promise<boolean> {
    return (await this.host.fs.lstat(path).catch(() => undefined)) !== undefined;
  }

  /** The size of a regular file, reached without links; undefined for anything else. */
  async #sizeOf(name: string): Promise<number | undefined> {
    const stat = await this.host.fs.lstat(this.#path(name)).catch(unless("ENOENT", "ENOTDIR"));
    if (!stat?.isFile()) return undefined;
    return (await this.#isInside(folderOf(name))) ? stat.size : undefined;
  }

  /** Whether a folder is reached without links. Asked once of one that is: each file of it would ask for the whole path again. */
  async #isInside(folder: string): Promise<boolean> {
    if (this.#inside.has(folder)) return true;
    const { fs, resolve } = this.host;
    const root = await fs.realpath(this.location).catch(unless("ENOENT", "ENOTDIR"));
    const found = root && (await fs.realpath(this.#path(folder)).catch(unless("ENOENT", "ENOTDIR")));
    if (root === undefined || found !== resolve(root, folder)) return false;
    this.#inside.add(folder);
    return true;
  }

  async #bytes(name: string, range?: ByteRange): Promise<Uint8Array> {
    const handle = await this.host.fs.open(this.#path(name), "r");
    try {
      return range ? await readRange(handle, range) : await handle.readFile();
    } finally {
      await handle.close();
    }
  }

  /** Writes bytes through a handle with these flags, and returns their number. */
  async #writeBytes(name: string, flags: string, content: Uint8Array | Pieces, synced = true): Promise<number> {
    const handle = await this.host.fs.open(this.#path(name), flags);
    try {
      const written = await writePieces(handle, content instanceof Uint8Array ? [content] : content());
      if (synced) await handle.sync();
      return written;
    } finally {
      await handle.close();
    }
  }

  /** Runs an operation, and turns a failure of the system into a StoreError, with the bytes needed and free if the disk is full. */
  async #attempt<Result>(done: string, name: string, work: () => Promise<Result>, bytes = 0): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof StoreError) throw error;
      const code = systemCode(error);
      const path = sanitize(this.#path(name));
      if (code === "ENOSPC" || code === "EDQUOT") {
        const free = await this.free();
        // What comes in pieces has no size before it is there.
        const needs = bytes > 0 ? `${inBytes(bytes)} (${bytes} bytes)` : "more";
        const message = `the disk is full: ${path} needs ${needs}, and ${inBytes(free)} (${free} bytes) are free`;
        throw storeError("E_DISK_FULL", `${message}; what is finished is kept: make room and resume`, error);
      }
      const reason = error instanceof Error ? error.message : String(error);
      throw storeError("E_IO", `${path} cannot be ${done}: ${sanitize(reason)}; what is finished is kept: resume when it can`, error);
    }
  }
}

/** The folder that a file or folder is in. */
function folderOf(name: string): string {
  return name.split("/").slice(0, -1).join("/") || ".";
}

function draftOf(name: string, unique: string): string {
  const parts = name.split("/");
  return [...parts.slice(0, -1), `.${parts[parts.length - 1]}.${unique}.tmp`].join("/");
}

/** Whether a name is that of a file that was still being written. */
export function isDraft(name: string): boolean {
  return name.startsWith(".") && name.endsWith(".tmp");
}

/** A handler that turns errors with these codes into undefined, and throws all others. */
function unless(...codes: string[]): (error: unknown) => undefined {
  return (error) => {
    if (!codes.includes(systemCode(error))) throw error;
    return undefined;
  };
}
