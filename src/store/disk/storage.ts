/** How a file is put. */
export interface PutOptions {
  /**
   * false: what is put may be lost when the power fails, and another may then stand there, or a part of it: of what can be made again, and
   * tells whether it is whole. true if not given.
   */
  lasting?: boolean;
}

/** Pieces of a file, which are made again where a put is tried again, and stay as they are. An error of theirs ends the put. */
export type Pieces = () => AsyncIterable<Uint8Array>;

/** A part of a file. */
export interface ByteRange {
  first: number;
  bytes: number;
}

/** The bytes of all pieces together. */
export async function gathered(made: Pieces): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of made()) pieces.push(piece);
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const piece of pieces) {
    all.set(piece, end);
    end += piece.length;
  }
  return all;
}

/**
 * Where the files of a store are: a folder of a file system, or a prefix of a bucket. Shards, notes, manifest, openSweep, verifySweep,
 * finishSweep and sweepStatus need these five verbs and nothing else; what a file system alone can do (a lock, links, its free space) is
 * in `LocalFolder`.
 *
 * Names are relative paths with "/" between their parts, made by massgrid of letters, digits, ".", "-" and "_": none ever comes from a file.
 * Any number of processes may use a store at once. What they rely on:
 *
 * - `put` is atomic: whoever reads has all of what was there before, or all of what was put, and what is there once it resolves is lasting.
 *   Where two put at once, one of the two stands there afterwards. Folders need not be made.
 * - A put that was repeated, since its answer was lost, changes nothing: bytes are the same each time, or it does not matter whose stand.
 *   Nothing relies on conditions, such as "unless there is one".
 * - Once `put` resolves, `get`, `size` and `list` of every process tell of it (a file system whose attributes are cached may be a moment
 *   behind: what is then missed is computed twice).
 * - A failure is a StoreError: E_DISK_FULL or E_IO, after whatever is worth another try has been tried. Neither bytes nor messages have keys
 *   or passwords.
 */
export interface Storage {
  /** The path or URL that was given, as messages name it. */
  readonly location: string;
  /** The bytes of a file; undefined if there is none. What is no file (a folder, a link) counts as none. */
  get(name: string): Promise<Uint8Array | undefined>;
  put(name: string, bytes: Uint8Array, options?: PutOptions): Promise<void>;
  /** Sorted names of the files and folders that are directly in a folder, "." being the store itself; none if there is no such folder. */
  list(folder: string): Promise<string[]>;
  /** Removes a file, or a folder with all that is in it; nothing happens if there is none. */
  remove(name: string): Promise<void>;
  /** Bytes of a file; undefined if there is none. */
  size(name: string): Promise<number | undefined>;
  /** As `get` and `put`, of a part of a file, and of pieces one after the other. Without these, the map of a whole sweep is held at once. */
  getRange?(name: string, range: ByteRange): Promise<Uint8Array | undefined>;
  putPieces?(name: string, pieces: Pieces, options?: PutOptions): Promise<void>;
  /** As `get`, of a file whose size fits, and else its size: in one step what `size` and `get` tell in two. */
  getFitting?(name: string, fits: (bytes: number) => boolean): Promise<Uint8Array | number | undefined>;
}
