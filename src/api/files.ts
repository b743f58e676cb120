import type { Table } from "apache-arrow";
import * as v from "valibot";
import { checkEntries, type Entry, kindOf, oneOf, Problems } from "../check.ts";
import { refusal } from "../errors.ts";

/** How Arrow IPC is written: as a file, which is read from its end, or as a stream. */
export type IpcForm = (typeof forms)[number];
const forms = ["file", "stream"] as const;

/** How a Parquet file is compressed: "snappy" if not given, which every reader has; "zstd" is smaller, and asks Node 22.15 or later. */
export interface ParquetOptions {
  compression?: (typeof compressions)[number];
}
const compressions = ["snappy", "zstd", "none"] as const;
const entries: Record<string, Entry> = {
  compression: { schema: v.picklist(compressions), says: oneOf(compressions.map((name) => `"${name}"`)) },
};

/**
 * A table of gridSearch or simulate as Arrow IPC, which pyarrow, pandas, Polars, DuckDB-Wasm and Arquero read, whichever copy of
 * apache-arrow they have: "stream" (.arrows) if not given, as theirs, or "file" (.arrow). Not compressed. Throws E_TABLE_WIDTH for a wide table with
 * more columns than readers in Rust take. What writes it is loaded when it is first called.
 */
export async function tableToIPC(table: Table, form: IpcForm = "stream"): Promise<Uint8Array> {
  checkTable("tableToIPC", table);
  if (!forms.includes(form)) {
    const says = oneOf(forms.map((name) => `"${name}"`));
    throw refusal("E_TYPE", `tableToIPC writes ${says}, but ${kindOf(form)} was found`, { path: ["form"] });
  }
  const [{ tableToIPC: write }, { checkWidth }] = await Promise.all([
    import("apache-arrow/ipc/serialization"),
    import("../sweep/width.ts"),
  ]);
  checkWidth(table.schema);
  return write(table, form);
}

/**
 * A table of gridSearch or simulate as the bytes of a Parquet file, which DuckDB, pandas and Polars read: numbers, texts, and the
 * metadata of table and columns. Throws E_TABLE_WIDTH as tableToIPC, E_CASE_NAME for names that differ by their case alone, and
 * E_COMPRESSION where there is no zstd. What writes it is loaded when it is first called.
 */
export async function tableToParquet(table: Table, options: ParquetOptions = {}): Promise<Uint8Array> {
  checkTable("tableToParquet", table);
  const problems = new Problems();
  checkEntries(problems, options, entries, ["tableToParquet"]);
  problems.throwIfAny();
  const { encodeParquet } = await import("../store/format/formats.ts");
  return await encodeParquet(table, options.compression ?? "snappy");
}

/** A table as the text of a CSV file: names, then a line for each row; null is empty, NaN and Infinity are words. Metadata are lost. */
export async function tableToCSV(table: Table): Promise<string> {
  checkTable("tableToCSV", table);
  const { csvOf } = await import("../table/csv.ts");
  return Array.from(csvOf(table)).join("");
}

function checkTable(name: string, table: unknown): void {
  const isTable = typeof table === "object" && table !== null && "schema" in table && "batches" in table;
  if (!isTable) throw refusal("E_TYPE", `${name} takes an Arrow Table, but ${kindOf(table)} was found`, { path: ["table"] });
}
