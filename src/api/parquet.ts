import type { Table } from "apache-arrow";

/**
 * A table of gridSearch or simulate as the bytes of a Parquet file, which DuckDB, pandas and Polars read: numbers, texts, and the
 * metadata of table and columns. What writes it is loaded when it is first called.
 */
export async function tableToParquet(table: Table): Promise<Uint8Array> {
  const { encodeParquet } = await import("../store/format/formats.ts");
  return await encodeParquet(table);
}
