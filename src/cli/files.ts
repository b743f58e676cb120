import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { basename, dirname, extname, join, resolve } from "node:path";
import type { Table } from "apache-arrow";
import { oneOf } from "../check.ts";
import { sanitize } from "../errors.ts";
import { compressionsOf, type ParquetCompression } from "../options/options.ts";
import { DEFAULTS } from "../options/table.ts";
import { messageOf, UsageError } from "./usage.ts";

/** Bytes of the largest file that Node reads in one piece. */
export const MOST_READ = 2 ** 31 - 1;

/** The name of a file that stands for stdout. */
export const STDOUT = "-";

type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
type TableWriter = (table: Table, compression: ParquetCompression) => Promise<Chunks>;
export type Compression = ParquetCompression;

/** How files of tables can be compressed, by their extension, and how they are written. */
export const tableWriters: Record<string, { compressions: readonly Compression[]; write: TableWriter }> = {
  ".arrow": { compressions: compressionsOf.arrow, write: ipcWriter("file") },
  ".arrows": { compressions: compressionsOf.arrow, write: ipcWriter("stream") },
  ".parquet": {
    compressions: compressionsOf.parquet,
    write: async (table, compression) => (await import("../store/format/formats.ts")).parquetPieces(table, compression),
  },
  ".csv": { compressions: [], write: async (table) => encoded((await import("../table/csv.ts")).csvOf(table)) },
};

function ipcWriter(form: "file" | "stream"): TableWriter {
  return async (table, compression) =>
    (await import("../table/ipc.ts")).ipcPieces(table, form, compression === "zstd" ? compression : "none");
}

/** Text as bytes, piece by piece. */
function* encoded(pieces: Iterable<string>): Generator<Uint8Array> {
  const encoder = new TextEncoder();
  for (const piece of pieces) yield encoder.encode(piece);
}

/** Whether a file of that name is of a kind that engines of SQL open by themselves, and of one that has a schema of Arrow. */
export function kindOfFile(file: string): { isParquet: boolean; hasSchema: boolean } {
  const extension = extname(file);
  return { isParquet: extension === ".parquet", hasSchema: extension !== ".csv" };
}

/** Forms of figures by the extension of the file. */
const figureFormats = [".svg", ".png"];

/** The package that draws PNG; who installs massgrid need not have it. */
const PNG_PACKAGE = "@resvg/resvg-js";

/** Throws a UsageError for a figure that cannot be written: of another form, or as PNG where nothing draws it. */
export async function checkFigure(option: string, file: string | undefined): Promise<void> {
  checkExtension(option, file, figureFormats);
  if (file === undefined || extname(file) !== ".png") return;
  try {
    await import("@resvg/resvg-js");
  } catch (cause) {
    const message = `PNG is drawn by the package ${PNG_PACKAGE}, which is not installed: npm install ${PNG_PACKAGE}, or write .svg`;
    throw new UsageError(`${option} ${file}: ${message}`, { cause });
  }
}

/** Throws a UsageError for a compression that the file that is asked for does not have. */
export function checkCompression({ out, compression }: { out?: string; compression?: Compression }): void {
  if (compression === undefined) return;
  const extension = out === STDOUT ? ".arrows" : extname(out ?? "");
  const { compressions } = tableWriters[extension] ?? { compressions: [] };
  if (compressions.includes(compression)) return;
  const having = Object.entries(tableWriters).flatMap(([name, writer]) => (writer.compressions.includes(compression) ? [name] : []));
  throw new UsageError(`--compression ${compression} is of ${oneOf(having)}: it needs --out with a name that ends so`);
}

/** Throws a UsageError for a file whose name does not end in what is known. */
export function checkExtension(option: string, file: string | undefined, known: readonly string[]): void {
  if (file === undefined || known.includes(extname(file))) return;
  throw new UsageError(`${option} ${file}: the name must end in ${oneOf(known)}`);
}

/** Name of the map's file beside that of the results: out/a.arrow → out/a.map.arrow. */
export function mapFileOf(file: string): string {
  return fileBeside(file, "map");
}

/** Name of a file of another table beside one: out/a.arrow → out/a.cycles.arrow. */
export function fileBeside(file: string, name: string): string {
  const extension = extname(file);
  return `${file.slice(0, file.length - extension.length)}.${name}${extension}`;
}

/** Name of the results' file beside that of a map; undefined for a name that no map has: out/a.map.arrow → out/a.arrow. */
export function resultsFileOf(file: string): string | undefined {
  const extension = extname(file);
  const stem = file.slice(0, file.length - extension.length);
  return stem.endsWith(".map") ? `${stem.slice(0, -".map".length)}${extension}` : undefined;
}

/** Makes the folder of a file, so that a sweep does not run in vain. One by one: Node's recursive mkdir never ends in /proc. */
export function prepareFolder(file: string): void {
  const missing: string[] = [];
  for (let folder = dirname(resolve(file)); !existsSync(folder); folder = dirname(folder)) missing.unshift(folder);
  for (const folder of missing) mkdirSync(folder);
}

/** Writes a table in the format that the file's extension names. */
export async function writeTable(file: string, table: Table, compression: Compression = DEFAULTS.files.compression): Promise<void> {
  await writeWhole(file, await tableWriters[extname(file)].write(table, compression));
}

/**
 * Writes a file in one piece: under another name first, synced, then renamed; a failure leaves no half file behind. Throws an Error that names the file
 * and what the system says, such as ENOSPC.
 */
export async function writeWhole(file: string, chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void> {
  try {
    await writeDraft(file, chunks);
  } catch (error) {
    throw new Error(`${sanitize(file)} cannot be written: ${sanitize(messageOf(error))}`, { cause: error });
  }
}

async function writeDraft(file: string, chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void> {
  const draft = join(dirname(file), `.${basename(file)}.${process.pid}.tmp`);
  const handle = openSync(draft, "w");
  try {
    const pieces = new GatheredWrites(handle);
    for await (const chunk of chunks) pieces.add(chunk);
    pieces.flush();
    fsyncSync(handle);
  } catch (error) {
    closeSync(handle);
    rmSync(draft, { force: true });
    throw error;
  }
  closeSync(handle);
  renameSync(draft, file);
}

/** Bytes of small pieces that are written together; a piece of a sixteenth of that is written as it is. */
const TOGETHER = 2 ** 20;

/** Writes pieces of any size in large writes: small ones are put together, large ones are not copied. Keeps no piece. */
class GatheredWrites {
  readonly #handle: number;
  readonly #small = new Uint8Array(TOGETHER);
  #length = 0;

  constructor(handle: number) {
    this.#handle = handle;
  }

  add(piece: Uint8Array): void {
    const isLarge = piece.length >= TOGETHER / 16;
    if (isLarge || this.#length + piece.length > TOGETHER) this.flush();
    if (isLarge) writeAll(this.#handle, piece);
    else {
      this.#small.set(piece, this.#length);
      this.#length += piece.length;
    }
  }

  flush(): void {
    writeAll(this.#handle, this.#small.subarray(0, this.#length));
    this.#length = 0;
  }
}

/** Writes all bytes: one call may write fewer than it was given, and a full disk then writes none. */
function writeAll(handle: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) {
    const written = writeSync(handle, bytes, done, bytes.length - done);
    if (written === 0) throw new Error("ENOSPC: no space left on device");
    done += written;
  }
}

/** A file, and what writes it. */
export type FileWork = [file: string, write: (file: string) => Promise<void>];

/** Writes files one after the other; returns their names. Where one cannot be written, those before it are whole, which is told. */
export async function writeFilesInTurn(works: readonly FileWork[]): Promise<string[]> {
  const written: string[] = [];
  for (const [file, write] of works) {
    try {
      await write(file);
    } catch (error) {
      if (written.length === 0) throw error;
      throw new Error(`${messageOf(error)}; ${written.join(", ")} ${written.length > 1 ? "are" : "is"} whole`, { cause: error });
    }
    written.push(file);
  }
  return written;
}
