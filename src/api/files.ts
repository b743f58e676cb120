import type { Table } from "apache-arrow";
import * as v from "valibot";
import { checkEntries, type Entry, oneOf, Problems } from "../check.ts";
import { compressionsOf, type IpcCompression, type ParquetCompression } from "../options/options.ts";
import { DEFAULTS } from "../options/table.ts";
import { checkTable } from "../sweep/checked-table.ts";
import type { IpcForm } from "../table/ipc.ts";

/** How Arrow IPC is compressed: "none" if not given, or "zstd", which asks Node 22.15 or later, and a reader that has it. */
export interface IpcCompressionOptions {
  compression?: IpcCompression;
}

/** How Arrow IPC is written: as a "stream" if not given, or as a "file", which is read from its end. */
export interface IpcOptions extends IpcCompressionOptions {
  form?: IpcForm;
}

/** How a Parquet file is compressed: "none" if not given, "snappy", which every reader has, or "zstd", which asks Node 22.15 or later. */
export interface ParquetOptions {
  compression?: ParquetCompression;
}

const forms = ["file", "stream"] as const satisfies readonly IpcForm[];
const DEFAULT_FORM = "stream";
const entryOf = (names: readonly string[]): Entry => ({ schema: v.picklist(names), says: oneOf(names.map((name) => `"${name}"`)) });
const ipcCompression: Record<string, Entry> = { compression: entryOf(compressionsOf.arrow) };
const ipcEntries: Record<string, Entry> = { ...ipcCompression, form: entryOf(forms) };
const parquetEntries: Record<string, Entry> = { compression: entryOf(compressionsOf.parquet) };

/**
 * A table of gridSearch or simulate as Arrow IPC, which pyarrow, pandas, Polars, DuckDB-Wasm and Arquero read, whichever copy of
 * apache-arrow they have: a "stream" (.arrows) if nothing is said, as theirs, or a "file" (.arrow). Compressed by zstd where that is asked
 * for. Throws E_TABLE_WIDTH for a wide table with more columns than readers in Rust take, and E_COMPRESSION where there is no zstd. What
 * writes it is loaded when it is first called.
 */
export async function tableToIPC(table: Table, options: IpcForm | IpcOptions = {}): Promise<Uint8Array> {
  checkTable("tableToIPC", table);
  const given = typeof options === "string" ? { form: options } : options;
  checkOptions("tableToIPC", given, ipcEntries);
  const { form = DEFAULT_FORM, compression = DEFAULTS.files.compression } = given;
  const [{ encodeIPC }, { checkWidth }] = await Promise.all([import("../table/ipc.ts"), import("../sweep/width.ts")]);
  checkWidth(table.schema);
  return encodeIPC(table, form, compression);
}

/**
 * A table of gridSearch or simulate as the bytes of a Parquet file, which DuckDB, pandas and Polars read: numbers, texts, and the
 * metadata of table and columns. Throws E_TABLE_WIDTH as tableToIPC, E_CASE_NAME for names that differ by their case alone, and
 * E_COMPRESSION where there is no zstd. What writes it is loaded when it is first called.
 */
export async function tableToParquet(table: Table, options: ParquetOptions = {}): Promise<Uint8Array> {
  checkTable("tableToParquet", table);
  checkOptions("tableToParquet", options, parquetEntries);
  const { encodeParquet } = await import("../store/format/formats.ts");
  return await encodeParquet(table, options.compression ?? DEFAULTS.files.compression);
}

/** Throws E_TYPE and E_UNKNOWN_OPTION for options that a writer of tables does not have. */
function checkOptions(name: string, options: object, entries: Record<string, Entry>): void {
  const problems = new Problems();
  checkEntries(problems, options, entries, [name]);
  problems.throwIfAny();
}

/** Throws for options that batchesToIPC does not have. */
export function checkBatchesOptions(options: IpcCompressionOptions): void {
  checkOptions("batchesToIPC", options, ipcCompression);
}

/** A table as the text of a CSV file: names, then a line for each row; null is empty, NaN and Infinity are words. Metadata are lost. */
export async function tableToCSV(table: Table): Promise<string> {
  checkTable("tableToCSV", table);
  const { csvOf } = await import("../table/csv.ts");
  return Array.from(csvOf(table)).join("");
}
