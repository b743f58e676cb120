import { sanitize } from "../../errors.ts";
import { inBytes } from "../../plan/size.ts";
import type { Handle, Host } from "../../platform/node-host.ts";
import { StoreError, storeError, systemCode } from "../errors.ts";
import type { FileEntry } from "../format/manifest-schema.ts";

/** Largest file that is read without a known size: only shards are larger, and their size is in the manifest. */
const MAX_BYTES = 1e9;

/** The files of one directory, by their names in it. Throws E_DISK_FULL or E_IO if the operating system fails. */
export class Disk {
  readonly directory: string;
  readonly host: Host;

  constructor(directory: string, host: Host) {
    this.directory = host.resolve(directory);
    this.host = host;
  }

  /** A directory within this one. */
  within(folder: string): Disk {
    return new Disk(this.#path(folder), this.host);
  }

  /** Creates the directory and its parents, one by one: Node's recursive mkdir does not terminate in /proc. */
  async make(): Promise<void> {
    const parent = this.host.resolve(this.directory, "..");
    if (parent !== this.directory && !(await this.#exists(parent))) await new Disk(parent, this.host).make();
    await this.makeFolder(".");
  }

  async makeFolder(folder: string): Promise<void> {
    await this.#attempt("made", folder, async () => {
      await this.host.fs.mkdir(this.#path(folder)).catch(unless("EEXIST"));
      if (!(await this.#isFolder(folder)))
        throw storeError("E_IO", `${sanitize(this.#path(folder))} is no directory, or a link to one: move it away`);
    });
  }

  /** Whether there is a directory of this name; a link to one does not count. */
  async hasFolder(folder: string): Promise<boolean> {
    return await this.#attempt("read", folder, () => this.#isFolder(folder));
  }

  /** Sorted names in a folder; none if there is no such folder. */
  async names(folder = "."): Promise<string[]> {
    return await this.#attempt("read", folder, async () => {
      const names = await this.host.fs.readdir(this.#path(folder)).catch(unless("ENOENT"));
      return (names ?? []).sort();
    });
  }

  /** Bytes of a file; undefined if there is none. Only regular files are opened, and no link out of the directory is followed. */
  async read(file: string): Promise<Uint8Array | undefined> {
    return await this.#attempt("read", file, async () => {
      const size = await this.#sizeOf(file);
      if (size === undefined) return undefined;
      if (size > MAX_BYTES) throw storeError("E_IO", `${sanitize(file)} has ${size} bytes, which is too much`);
      return await this.#bytes(file);
    });
  }

  /** The bytes of a file that matches its entry; otherwise what is wrong with it, such as "is missing". */
  async checked({ file, bytes, sha256 }: FileEntry): Promise<Uint8Array | string> {
    return await this.#attempt("read", file, async () => {
      const size = await this.#sizeOf(file);
      if (size === undefined) return "is missing, or no file";
      if (size !== bytes) return `has ${size} bytes instead of ${bytes}`;
      const read = await this.#bytes(file);
      const found = await this.host.hash(read);
      return found === sha256 ? read : `does not match its checksum: sha256 ${found.slice(0, 12)}… instead of ${sha256.slice(0, 12)}…`;
    });
  }

  /** Writes a file atomically: under a temporary name, synced, then renamed. A failure leaves no partial file behind. */
  async write(file: string, content: Uint8Array | string): Promise<FileEntry> {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    const draft = draftOf(file);
    const work = async () => {
      await this.#writeBytes(draft, "w", bytes);
      await this.host.fs.rename(this.#path(draft), this.#path(file));
    };
    const hash = this.host.hash(bytes);
    await this.#attempt("written", file, work, bytes.length).catch(async (error) => {
      await this.remove(draft).catch(() => {});
      throw error;
    });
    return { file, bytes: bytes.length, sha256: await hash };
  }

  /** Appends to a file without syncing it, so a power failure may lose the text. */
  async append(file: string, text: string): Promise<void> {
    const bytes = new TextEncoder().encode(text);
    await this.#attempt("written", file, () => this.#writeBytes(file, "a", bytes, false), bytes.length);
  }

  /** Creates a file together with its text; false if there is one already. */
  async create(file: string, text: string): Promise<boolean> {
    const draft = draftOf(`${file}.${this.host.unique()}`);
    const bytes = new TextEncoder().encode(text);
    return await this.#attempt("written", file, async () => {
      await this.#writeBytes(draft, "w", bytes);
      const link = this.host.fs.link(this.#path(draft), this.#path(file));
      const isNew = await link.then(() => true).catch((error) => (systemCode(error) === "EEXIST" ? false : undefined));
      await this.host.fs.rm(this.#path(draft), { force: true });
      if (isNew !== undefined) return isNew;
      // On a file system without hard links, the text appears a moment after the file.
      return (await this.#writeBytes(file, "wx", bytes).catch(unless("EEXIST"))) !== undefined;
    });
  }

  /** Links a file of another directory into this one; copies it if the file system cannot. */
  async link(file: string, from: Disk, original: string): Promise<void> {
    await this.#attempt("written", file, async () => {
      const [source, target] = [from.#path(original), this.#path(file)];
      await this.host.fs.rm(target, { force: true });
      await this.host.fs.link(source, target).catch(() => this.host.fs.copyFile(source, target));
    });
  }

  /** Moves a file of another directory into this one, if it is there. */
  async moveFrom(file: string, from: Disk): Promise<void> {
    await this.#attempt("written", file, async () => {
      await this.host.fs.rename(from.#path(file), this.#path(file)).catch(unless("ENOENT"));
    });
  }

  async remove(name: string): Promise<void> {
    await this.#attempt("removed", name, () => this.host.fs.rm(this.#path(name), { force: true, recursive: true }));
  }

  /** Syncs a directory, which makes the names in it durable. Systems that cannot sync a directory do not need it. */
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

  /** Free bytes of the disk, also before the directory is there; infinite if the system does not tell. */
  async free(): Promise<number> {
    const parent = this.host.resolve(this.directory, "..");
    if (parent !== this.directory && !(await this.#exists(this.directory))) return await new Disk(parent, this.host).free();
    const found = await this.host.fs.statfs(this.directory).catch(() => undefined);
    return found ? found.bavail * found.bsize : Number.POSITIVE_INFINITY;
  }

  /** Whether a folder is a directory and no link; the directory of the store itself may be reached by one. */
  async #isFolder(folder: string): Promise<boolean> {
    const { fs } = this.host;
    const path = folder === "." ? await fs.realpath(this.directory) : this.#path(folder);
    return (await fs.lstat(path).catch(unless("ENOENT", "ENOTDIR")))?.isDirectory() ?? false;
  }

  #path(name: string): string {
    return this.host.resolve(this.directory, name);
  }

  async #exists(path: string): Promise<boolean> {
    return (await this.host.fs.lstat(path).catch(() => undefined)) !== undefined;
  }

  /** The size of a regular file, reached without links; undefined for anything else. */
  async #sizeOf(file: string): Promise<number | undefined> {
    const { fs, resolve } = this.host;
    const stat = await fs.lstat(this.#path(file)).catch(unless("ENOENT", "ENOTDIR"));
    if (!stat?.isFile()) return undefined;
    const [root, folder] = [await fs.realpath(this.directory), file.split("/").slice(0, -1).join("/")];
    const inside = (await fs.realpath(this.#path(folder))) === resolve(root, folder);
    return inside ? stat.size : undefined;
  }

  async #bytes(file: string): Promise<Uint8Array> {
    const handle = await this.host.fs.open(this.#path(file), "r");
    try {
      return await handle.readFile();
    } finally {
      await handle.close();
    }
  }

  /** Writes bytes through a handle with these flags, and returns their number. */
  async #writeBytes(file: string, flags: string, bytes: Uint8Array, synced = true): Promise<number> {
    const handle = await this.host.fs.open(this.#path(file), flags);
    try {
      await writeAll(handle, bytes);
      if (synced) await handle.sync();
      return bytes.length;
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
        const message = `the disk is full: ${path} needs ${inBytes(bytes)} (${bytes} bytes), and ${inBytes(free)} (${free} bytes) are free`;
        throw storeError("E_DISK_FULL", `${message}; what is finished is kept: make room and resume`, error);
      }
      const reason = error instanceof Error ? error.message : String(error);
      throw storeError("E_IO", `${path} cannot be ${done}: ${sanitize(reason)}; what is finished is kept: resume when it can`, error);
    }
  }
}

/** Awaits all promises, even if one rejects: nothing may still run when the error is thrown. */
export async function together<Results extends readonly unknown[]>(works: { [i in keyof Results]: Promise<Results[i]> }): Promise<Results> {
  await Promise.allSettled(works);
  return await Promise.all(works);
}

function draftOf(file: string): string {
  const parts = file.split("/");
  return [...parts.slice(0, -1), `.${parts[parts.length - 1]}.tmp`].join("/");
}

/** Whether a name is that of a file that was still being written. */
export function isDraft(name: string): boolean {
  return name.startsWith(".") && name.endsWith(".tmp");
}

/** Writes all bytes. One call may write fewer without an error; a full disk then writes none. */
async function writeAll(handle: Handle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done);
    if (bytesWritten === 0) throw Object.assign(new Error("nothing could be written"), { code: "ENOSPC" });
    done += bytesWritten;
  }
}

/** A handler that turns errors with these codes into undefined, and throws all others. */
function unless(...codes: string[]): (error: unknown) => undefined {
  return (error) => {
    if (!codes.includes(systemCode(error))) throw error;
    return undefined;
  };
}
