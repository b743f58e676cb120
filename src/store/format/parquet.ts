import type { Data } from "apache-arrow/data";
import { Table } from "apache-arrow/table";
import { DataType } from "apache-arrow/type";
import { Vector } from "apache-arrow/vector";
import { TimeSlice } from "../../platform/time-slice.ts";
import { columnsOf } from "../../sweep/columns.ts";
import { batch, type NameType, names, nameType, strings } from "../../table/arrow.ts";
import { version } from "../../version.ts";
import { type Column, dataOf, emptyColumn, readColumn } from "./column.ts";

/** Rows that are encoded before others get a turn: a group of rows is what the writer makes in one go. */
const GROUP_ROWS = 32768;

/** Where Arrow's own Parquet writers put the schema, as an IPC message in base64: types and metadata of columns come back from it. */
const SCHEMA_KEY = "ARROW:schema";

/** A table as a Parquet file: snappy, with dictionaries where they save half. Metadata of the schema become the file's. */
export async function encodeParquet(table: Table): Promise<Uint8Array> {
  const { ByteWriter, ParquetWriter, schemaFromColumnData } = await import("hyparquet-writer");
  const { tableToIPC } = await import("apache-arrow/ipc/serialization");
  const { schema } = table;
  const roles = columnsOf(table).map(({ role }) => role);
  const columnData = schema.fields.map((field, i) => {
    const type = DataType.isFloat(field.type) ? ("DOUBLE" as const) : ("STRING" as const);
    const column = readColumn(table, field);
    const data = field.nullable ? withNulls(column) : column;
    // Readers skip rows by the ranges of grid values and times; those of names and outputs would cost a third of the time.
    const statistics = type === "DOUBLE" && !["output", "feature", "bound"].includes(roles[i]);
    return { name: field.name, data, type, nullable: field.nullable, statistics };
  });
  const message = tableToIPC(new Table(schema, []), "stream");
  const kvMetadata = [...schema.metadata, [SCHEMA_KEY, toBase64(message)]].map(([key, value]) => ({ key, value }));
  const pause = new TimeSlice();
  const writer = Object.assign(new ByteWriter(), { flush: () => pause.yieldToEventLoop() });
  const createdBy = `massgrid version ${version}`;
  const parquet = new ParquetWriter({ writer, schema: schemaFromColumnData({ columnData }), kvMetadata, createdBy });
  await parquet.write({ columnData, rowGroupSize: GROUP_ROWS });
  await parquet.finish();
  return new Uint8Array(writer.getBuffer());
}

/** The table of a file that encodeParquet made. */
export async function decodeParquet(bytes: Uint8Array): Promise<Table> {
  const { parquetMetadata, parquetRead } = await import("hyparquet");
  const { tableFromIPC } = await import("apache-arrow/ipc/serialization");
  const file = bytes.slice().buffer;
  const metadata = parquetMetadata(file);
  const message = metadata.key_value_metadata?.find(({ key }) => key === SCHEMA_KEY)?.value ?? "";
  const { schema } = tableFromIPC(Uint8Array.from(atob(message), (c) => c.charCodeAt(0)));
  const rows = Number(metadata.num_rows);
  const columns = new Map(schema.fields.map((field) => [field.name, emptyColumn(field, rows)]));
  await parquetRead({
    file,
    metadata,
    onChunk: ({ columnName, columnData, rowStart }) => put(columns.get(columnName) ?? [], columnData, rowStart),
  });
  const type = nameType();
  const children = schema.fields.map((field) => {
    const column = columns.get(field.name) ?? [];
    return DataType.isDictionary(field.type) ? withDictionary(type, column) : dataOf(field, column);
  });
  return new Table(schema, [batch(schema, schema.fields, rows, children)]);
}

function withNulls(column: ArrayLike<unknown>): unknown[] {
  return Array.from(column, (value) => (Number.isNaN(value) ? null : value));
}

function withDictionary(type: NameType, column: ArrayLike<unknown>): Data<NameType> {
  const codes = new Map<unknown, number>();
  const indices = Int32Array.from(column, (value) => {
    const code = codes.get(value) ?? codes.size;
    codes.set(value, code);
    return code;
  });
  return names(type, indices, new Vector([strings(Array.from(codes.keys(), String))]));
}

/** Puts values that were read into a column; a null is NaN in it. */
function put(column: Column, values: ArrayLike<unknown>, start: number): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (column instanceof Float64Array) column[start + i] = typeof value === "number" ? value : Number.NaN;
    else column[start + i] = String(value);
  }
}

function toBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}
