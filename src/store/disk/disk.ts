import { sanitize } from "../../errors.ts";
import type { Host } from "../../platform/node-host.ts";
import { storeError } from "../errors.ts";
import type { FileEntry } from "../format/manifest-schema.ts";
import { LocalFolder } from "./local-folder.ts";
import { MANY, Readers } from "./readers.ts";
import { gathered, type Pieces, type PutOptions, type Storage } from "./storage.ts";

/** Largest file that is read without a known size: only shards are larger, and their size is in the manifest. */
const MAX_BYTES = 1e9;

/** Bytes that are read at a time of a file that is only checked. */
const PIECE = 16 * 2 ** 20;

/** The files of a store, by their names in it, with their checksums. */
export class Disk {
  readonly storage: Storage;
  readonly host: Host;
  /** Threads that read many files, where there are some. */
  readonly readers: Readers | undefined;

  constructor(storage: Storage, host: Host, readers?: Readers) {
    this.storage = storage;
    this.host = host;
    this.readers = readers;
  }

  /** Works with this disk, of which about so many files are to be read: those of a folder by threads, if there are many. */
  async withReaders<Result>(files: number, work: (disk: Disk) => Promise<Result>): Promise<Result> {
    const readers = this.local && this.host.readsFast && files >= MANY ? Readers.start() : undefined;
    if (!readers) return await work(this);
    try {
      return await work(new Disk(this.storage, this.host, readers));
    } finally {
      await readers.end();
    }
  }

  /** The store's path or URL. */
  get directory(): string {
    return this.storage.location;
  }

  /** The folder of a file system that the store is in; undefined where it is elsewhere. */
  get local(): LocalFolder | undefined {
    return this.storage instanceof LocalFolder ? this.storage : undefined;
  }

  /** The same for what a file system alone can do. Throws E_STORE_LOCAL elsewhere; `what` is the subject of its message. */
  needLocal(what: string): LocalFolder {
    const { local } = this;
    if (local) return local;
    const message = `${what} needs a directory of a file system, and ${sanitize(this.directory)} is none`;
    throw storeError("E_STORE_LOCAL", `${message}; use a copy of it in one`);
  }

  /** Sorted names in a folder; none if there is no such folder. */
  async names(folder = "."): Promise<string[]> {
    return await this.storage.list(folder);
  }

  /** Bytes of a file; undefined if there is none. None of one that is larger than any of ours, which is damaged, as an empty one is. */
  async read(file: string): Promise<Uint8Array | undefined> {
    const found = await this.#fitting(file, (bytes) => bytes <= MAX_BYTES);
    return typeof found === "number" ? new Uint8Array(0) : found;
  }

  /** The bytes of a file whose size fits, and else its size; undefined if there is none. */
  async #fitting(file: string, fits: (bytes: number) => boolean): Promise<Uint8Array | number | undefined> {
    const { storage } = this;
    if (storage.getFitting) return await storage.getFitting(file, fits);
    const size = await storage.size(file);
    return size === undefined || !fits(size) ? size : await storage.get(file);
  }

  /** What the size of a file says is wrong with it; undefined where it is that of its entry. */
  async sizeFault({ file, bytes }: FileEntry): Promise<string | undefined> {
    return wrongSize(await this.storage.size(file), bytes);
  }

  /** The bytes of a file that matches its entry; otherwise what is wrong with it, such as "is missing". */
  async checked(entry: FileEntry): Promise<Uint8Array | string> {
    const read = await this.#fitting(entry.file, (bytes) => bytes === entry.bytes);
    if (!(read instanceof Uint8Array)) return wrongSize(read, entry.bytes) ?? "is missing, or no file";
    return checksumFault(entry, await this.host.hash(read)) ?? read;
  }

  /** What is wrong with a file that should match its entry; undefined if nothing is. Of a large one a piece is read after the other. */
  async fault(entry: FileEntry): Promise<string | undefined> {
    const { storage } = this;
    if (entry.bytes <= PIECE || !storage.getRange) {
      const found = await this.checked(entry);
      return typeof found === "string" ? found : undefined;
    }
    const fault = await this.sizeFault(entry);
    if (fault !== undefined) return fault;
    const hash = this.host.hasher();
    for (let first = 0; first < entry.bytes; first += PIECE) {
      const bytes = await storage.getRange(entry.file, { first, bytes: Math.min(PIECE, entry.bytes - first) });
      if (!bytes) return "is missing, or no file";
      hash.add(bytes);
    }
    return checksumFault(entry, hash.hex());
  }

  /** As `read` and `checked`, of many files of a folder, in their order. */
  async readMany(folder: string, names: readonly string[]): Promise<(Uint8Array | undefined)[]> {
    const found = await this.#byThreads(folder, (readers, path) => readers.read({ folder: path, names }));
    return await several([...names.keys()], async (i) => found?.[i] ?? (await this.read(`${folder}/${names[i]}`)));
  }

  async checkedMany(folder: string, entries: readonly FileEntry[]): Promise<(Uint8Array | string)[]> {
    const wanted = {
      names: entries.map(({ file }) => file.slice(folder.length + 1)),
      bytes: entries.map(({ bytes }) => bytes),
      hashes: entries.map(({ sha256 }) => sha256),
    };
    const found = await this.#byThreads(folder, (readers, path) => readers.read({ folder: path, ...wanted }));
    return await several([...entries.keys()], async (i) => found?.[i] ?? (await this.checked(entries[i])));
  }

  /** What the sizes of many files of a folder say is wrong with them. */
  async sizeFaults(folder: string, entries: readonly FileEntry[]): Promise<(string | undefined)[]> {
    const names = entries.map(({ file }) => file.slice(folder.length + 1));
    const found = await this.#byThreads(folder, (readers, path) => readers.sizes({ folder: path, names }));
    return await several([...entries.keys()], async (i) =>
      wrongSize(found?.[i] ?? (await this.storage.size(entries[i].file)), entries[i].bytes),
    );
  }

  /** What threads tell of a folder; undefined where there are none, or none may read it. */
  async #byThreads<Found>(folder: string, read: (readers: Readers, path: string) => Promise<Found>): Promise<Found | undefined> {
    const { readers, local } = this;
    const path = readers && (await local?.pathInside(folder));
    return readers && path !== undefined ? await read(readers, path) : undefined;
  }

  /** Writes a file atomically. Throws what the pieces of its content throw. */
  async write(file: string, content: Uint8Array | Pieces | string, options?: PutOptions): Promise<FileEntry> {
    if (typeof content === "function" && this.storage.putPieces) return await this.#writePieces(file, content, options);
    const bytes = typeof content === "function" ? await gathered(content) : bytesOfContent(content);
    const [sha256] = await together([this.host.hash(bytes), this.storage.put(file, bytes, options)]);
    return { file, bytes: bytes.length, sha256 };
  }

  async #writePieces(file: string, pieces: Pieces, options?: PutOptions): Promise<FileEntry> {
    const { host } = this;
    let hash = host.hasher();
    let bytes = 0;
    let thrown: { error: unknown } | undefined;
    const counted = async function* () {
      hash = host.hasher();
      bytes = 0;
      try {
        for await (const piece of pieces()) {
          bytes += piece.length;
          yield piece;
          // A folder writes it meanwhile.
          hash.add(piece);
        }
      } catch (error) {
        thrown = { error };
        throw error;
      }
    };
    await this.storage.putPieces?.(file, counted, options).catch((error) => {
      throw thrown ? thrown.error : error;
    });
    return { file, bytes, sha256: hash.hex() };
  }

  /** Writes a file if there is none yet. Where it is no local one, another that is written at the same time may stand there instead. */
  async create(file: string, content: Uint8Array | string): Promise<void> {
    const bytes = bytesOfContent(content);
    if (this.local) await this.local.create(file, bytes);
    else if ((await this.storage.size(file)) === undefined) await this.storage.put(file, bytes);
  }

  async remove(name: string): Promise<void> {
    const { readers, local } = this;
    if (local) await local.remove(name, readers);
    else await this.storage.remove(name);
  }
}

function wrongSize(size: number | undefined, bytes: number): string | undefined {
  if (size === undefined) return "is missing, or no file";
  return size === bytes ? undefined : `has ${size} bytes instead of ${bytes}`;
}

function checksumFault({ sha256 }: FileEntry, found: string): string | undefined {
  return found === sha256 ? undefined : `does not match its checksum: sha256 ${found.slice(0, 12)}… instead of ${sha256.slice(0, 12)}…`;
}

function bytesOfContent(content: Uint8Array | string): Uint8Array {
  return typeof content === "string" ? new TextEncoder().encode(content) : content;
}

/** Awaits all promises, even if one rejects: nothing may still run when the error is thrown. */
export async function together<Results extends readonly unknown[]>(works: { [i in keyof Results]: Promise<Results[i]> }): Promise<Results> {
  await Promise.allSettled(works);
  return await Promise.all(works);
}

/** Files that are read at a time where there are many small ones. */
const AT_ONCE = 16;

/** Works at some items at a time; results are in the order of the items. Where one fails, none is begun any more. */
export async function several<Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const i = next++;
      try {
        results[i] = await work(items[i]);
      } catch (error) {
        next = items.length;
        throw error;
      }
    }
  };
  await together(Array.from({ length: Math.min(AT_ONCE, items.length) }, worker));
  return results;
}
