import type { Schema } from "apache-arrow/schema";
import { refusal } from "../errors.ts";

/**
 * The tables of Flatbuffers that readers in Rust (Polars, DataFusion, delta-rs, Lance) verify in a schema before they take it for damaged:
 * one for the schema, two for each field and one for each entry of metadata.
 */
const MOST_TABLES = 1_000_000;

/** Tables of Flatbuffers in a schema of so many columns, each with so many entries of metadata. */
export function tablesOf(columns: number, entries: number): number {
  return 1 + columns * (2 + entries);
}

/** What is to be said of a table that has too many columns for files; undefined of one that has not. */
export function widthText(columns: number, tables: number): string | undefined {
  if (tables <= MOST_TABLES) return undefined;
  const more = `more than the ${MOST_TABLES.toLocaleString("en")} that readers in Rust, such as Polars and DataFusion, allow`;
  return `a file of ${columns.toLocaleString("en")} columns has ${tables.toLocaleString("en")} entries in its schema, ${more}; use layout: "long"`;
}

/** Throws E_TABLE_WIDTH for a table with more columns, and metadata of columns, than readers in Rust take from a file. */
export function checkWidth({ fields }: Schema): void {
  let tables = 1;
  for (const field of fields) tables += tablesOf(1, field.metadata.size) - 1;
  const text = widthText(fields.length, tables);
  if (text !== undefined) throw refusal("E_TABLE_WIDTH", text, { path: ["table"] });
}
