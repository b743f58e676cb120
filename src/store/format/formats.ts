import type { RecordBatch } from "apache-arrow/recordbatch";
import type { Field, Schema } from "apache-arrow/schema";
import { Table } from "apache-arrow/table";

import { DataType } from "apache-arrow/type";
import { refusal } from "../../errors.ts";
import { caseText, sameButForCase } from "../../lookalike.ts";
import type { IpcCompression, ParquetCompression, StoreFormat } from "../../options/options.ts";
import { DEFAULTS } from "../../options/table.ts";
import { unzstd, zstd } from "../../platform/environment.ts";
import { TimeSlice } from "../../platform/time-slice.ts";
import { columnsOf } from "../../sweep/columns.ts";
import { checkWidth } from "../../sweep/width.ts";
import { batch, isFloat32 } from "../../table/arrow.ts";
import { version } from "../../version.ts";
import { dataOf, emptyColumn, isNumeric, readColumn, setValue } from "./columns.ts";

/** Encoding of a table as the bytes of a file, and back. */
interface Format {
  extension: string;
  encode(table: Table, compression?: ParquetCompression): Promise<Uint8Array>;
  /** The bytes of the file of batches of one schema, as they come: of one batch those that `encode` makes of its table. */
  stream(schema: Schema, batches: AsyncIterable<RecordBatch>, compression?: ParquetCompression): AsyncIterable<Uint8Array>;
  decode(bytes: Uint8Array): Promise<Table>;
}

/** File formats of a store. Their libraries are loaded on first use, because most sweeps are not stored. */
export const formats = {
  arrow: {
    extension: ".arrow",
    encode: async (table, compression: ParquetCompression = DEFAULTS.files.compression) =>
      (await import("../../table/ipc.ts")).encodeIPC(table, "file", ofIpc(compression)),
    stream: async function* (schema, batches, compression: ParquetCompression = DEFAULTS.files.compression) {
      yield* (await import("../../table/ipc.ts")).encodeBatches(batches, schema, ofIpc(compression), "file");
    },
    decode: async (bytes) => (await import("../../table/ipc.ts")).decodeIPC(bytes),
  },
  parquet: {
    extension: ".parquet",
    encode: encodeParquet,
    stream: parquetBytes,
    decode: decodeParquet,
  },
} satisfies Record<StoreFormat, Format>;

/** Files of Arrow are compressed by zstd or not at all. */
function ofIpc(compression: ParquetCompression): IpcCompression {
  return compression === "zstd" ? compression : "none";
}

/** Rows of a row group. The writer yields to the event loop after each. */
const GROUP_ROWS = 32768;

/** Key under which Arrow's own Parquet writers keep the schema (types and column metadata), an IPC message in base64. */
const SCHEMA_KEY = "ARROW:schema";

/** A table as a Parquet file, with dictionaries where they save half. Schema metadata become the file's key-value metadata. */
export async function encodeParquet(table: Table, compression: ParquetCompression = DEFAULTS.files.compression): Promise<Uint8Array> {
  const { writer, parquet } = await parquetWriter(table.schema, compression);
  await parquet.write({ columnData: columnDataOf(table), rowGroupSize: GROUP_ROWS });
  await parquet.finish();
  return new Uint8Array(writer.getBuffer());
}

/**
 * The bytes of the same file, a row group at a time, so that no more of it is held. A piece is of use until the next is asked for: its memory
 * is written anew. Throws, before there is any, what encodeParquet throws.
 */
export async function parquetPieces(table: Table, compression: ParquetCompression): Promise<AsyncIterable<Uint8Array>> {
  const { writer, parquet } = await parquetWriter(table.schema, compression);
  const columns = columnDataOf(table);
  const taken = () => {
    const bytes = writer.getBytes();
    writer.index = 0;
    return bytes;
  };
  return (async function* () {
    for (let first = 0; first < table.numRows; first += GROUP_ROWS) {
      const ofGroup = ({ data, ...column }: (typeof columns)[number]) => ({ ...column, data: rowsOf(data, first, first + GROUP_ROWS) });
      await parquet.write({ columnData: columns.map(ofGroup), rowGroupSize: GROUP_ROWS });
      yield taken();
    }
    await parquet.finish();
    yield taken();
  })();
}

/** Some rows of a column, for a writer that keeps none of them: numbers are not copied. */
function rowsOf<Values extends { slice(first: number, end: number): Values }>(values: Values, first: number, end: number): Values {
  return "subarray" in values && typeof values.subarray === "function" ? values.subarray(first, end) : values.slice(first, end);
}

/** The bytes of a Parquet file of batches, as they come. A batch's rows are row groups of their own. */
async function* parquetBytes(
  schema: Schema,
  batches: AsyncIterable<RecordBatch>,
  compression: ParquetCompression = DEFAULTS.files.compression,
): AsyncGenerator<Uint8Array> {
  const { writer, parquet } = await parquetWriter(schema, compression);
  const taken = () => {
    const bytes = writer.getBytes().slice();
    writer.index = 0;
    return bytes;
  };
  for await (const batch of batches) {
    await parquet.write({ columnData: columnDataOf(new Table(schema, [batch])), rowGroupSize: GROUP_ROWS });
    yield taken();
  }
  await parquet.finish();
  yield taken();
}

async function parquetWriter(schema: Schema, compression: ParquetCompression) {
  const { ByteWriter, ParquetWriter, schemaFromColumnData } = await import("hyparquet-writer");
  const { tableToIPC } = await import("apache-arrow/ipc/serialization");
  checkWidth(schema);
  checkNames(schema.fields.map(({ name }) => name));
  const message = tableToIPC(new Table(schema, []), "stream");
  const kvMetadata = [...schema.metadata, [SCHEMA_KEY, btoa(Array.from(message, (byte) => String.fromCharCode(byte)).join(""))]].map(
    ([key, value]) => ({ key, value }),
  );
  const slice = new TimeSlice();
  const writer = Object.assign(new ByteWriter(), { flush: () => slice.yieldToEventLoop() });
  const columnData = schema.fields.map((field) => ({ name: field.name, data: [], type: parquetType(field), nullable: field.nullable }));
  const options = { schema: schemaFromColumnData({ columnData }), kvMetadata, createdBy: `massgrid version ${version}` };
  return { writer, parquet: new ParquetWriter({ writer, ...options, ...codecOf(compression) }) };
}

/** The columns of a table as the writer takes them. */
function columnDataOf(table: Table) {
  const roles = columnsOf(table).map(({ role }) => role);
  return table.schema.fields.map((field, i) => {
    const type = parquetType(field);
    const { values, nulls } = readColumn(table, field);
    const whole = type === "INT32" ? Int32Array.from(values, Number) : values;
    const data =
      nulls.buffers.nullCount > 0 ? Array.from<unknown, unknown>(values, (value, row) => (nulls.has(row) ? null : value)) : whole;
    // Readers skip row groups by the ranges of grid values and times; statistics of names and outputs would cost a third of the time.
    const statistics = type !== "STRING" && !["output", "feature", "bound", "quantile", "fraction", "state"].includes(roles[i]);
    return { name: field.name, data, type, nullable: field.nullable, statistics };
  });
}

/** How pages are compressed. Snappy is the writer's own; zstd is Node's. */
function codecOf(compression: ParquetCompression) {
  if (compression === "snappy") return {};
  if (compression === "none") return { codec: "UNCOMPRESSED" as const };
  const compress = zstd();
  return { codec: "ZSTD" as const, compressors: { ZSTD: compress } };
}

/** Throws E_CASE_NAME for names that differ by their case alone: engines of SQL open the file, or do not. */
function checkNames(names: readonly string[]): void {
  for (const [first, second] of sameButForCase(names)) {
    throw refusal("E_CASE_NAME", `${caseText(first, second)}; give one of the two another name`, { path: [second] });
  }
}

function parquetType(field: Field): "DOUBLE" | "FLOAT" | "INT32" | "STRING" {
  if (!isNumeric(field)) return "STRING";
  if (DataType.isInt(field.type)) return "INT32";
  return isFloat32(field.type) ? "FLOAT" : "DOUBLE";
}

/** The table of a file written by encodeParquet. */
async function decodeParquet(bytes: Uint8Array): Promise<Table> {
  const { parquetMetadata, parquetRead } = await import("hyparquet");
  const { decodeIPC } = await import("../../table/ipc.ts");
  const file = bytes.slice().buffer;
  const metadata = parquetMetadata(file);
  const message = metadata.key_value_metadata?.find(({ key }) => key === SCHEMA_KEY)?.value ?? "";
  const { schema } = decodeIPC(Uint8Array.from(atob(message), (c) => c.charCodeAt(0)));
  const rows = Number(metadata.num_rows);
  const columns = new Map(schema.fields.map((field) => [field.name, emptyColumn(field, rows)]));
  await parquetRead({
    file,
    metadata,
    compressors: { ZSTD: unzstd },
    onChunk: ({ columnName, columnData, rowStart }) => {
      const column = columns.get(columnName);
      if (column) for (let i = 0; i < columnData.length; i++) setValue(column, rowStart + i, columnData[i]);
    },
  });
  const children = schema.fields.map((field) => dataOf(field, columns.get(field.name) ?? emptyColumn(field, rows)));
  return new Table(schema, [batch(schema, schema.fields, rows, children)]);
}
