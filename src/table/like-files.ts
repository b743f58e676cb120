import type { Data } from "apache-arrow/data";
import { BufferType } from "apache-arrow/enum";
import type { Schema } from "apache-arrow/schema";
import type { Table } from "apache-arrow/table";
import { DataType } from "apache-arrow/type";
import { decodeIPC } from "./ipc.ts";

/** Bytes of a file, by the first of them. */
interface Span {
  first: number;
  bytes: number;
}

/** The arrays of columns of numbers and texts. */
type Values = Float64Array | Float32Array | Int32Array | Uint8Array;

/** A column, and where in the bytes of its file its arrays are. */
interface Place {
  data: Data<DataType>;
  arrays: readonly { kind: BufferType; array: Values; span: Span }[];
}

/** The columns of a file of one batch. */
export interface FileColumns {
  schema: Schema;
  columns: readonly Data<DataType>[];
}

/** What is known of a file: a copy of its bytes, its schema, and where its columns are. */
interface Known {
  bytes: Uint8Array;
  schema: Schema;
  places: readonly Place[];
  /** What is no array of a column: schema, places of columns, numbers of nulls, and what fills the space between. */
  others: readonly Span[];
}

/** Bytes to which arrays are aligned. */
const ALIGNED = 8;

/**
 * Reads files of Arrow IPC that are like one another, such as the rows of the map of shards. Of a file in which all but the numbers and texts of
 * its columns are the bytes of the one before, nothing else is read again: columns are where they were.
 */
export class LikeFiles {
  #known: Known | undefined;

  /** The columns of the first batch. Throws as decodeIPC does. */
  decode(bytes: Uint8Array): FileColumns {
    const known = this.#known;
    if (known && isLike(known, bytes)) return { schema: known.schema, columns: known.places.map((place) => columnIn(place, bytes)) };
    const table = decodeIPC(bytes);
    this.#known = knownOf(bytes, table);
    return { schema: table.schema, columns: table.batches[0]?.data.children ?? [] };
  }
}

function isLike({ bytes: before, others }: Known, bytes: Uint8Array): boolean {
  if (bytes.length !== before.length || bytes.byteOffset % ALIGNED !== 0) return false;
  for (const { first, bytes: count } of others) {
    for (let at = first; at < first + count; at++) if (bytes[at] !== before[at]) return false;
  }
  return true;
}

/** Undefined for a table of several batches, of other columns, or one whose arrays are not within the bytes, as those that were compressed. */
function knownOf(bytes: Uint8Array, table: Table): Known | undefined {
  if (table.batches.length !== 1) return undefined;
  const places: Place[] = [];
  for (const data of table.batches[0].data.children) {
    const place = placeOf(bytes, data);
    if (!place) return undefined;
    places.push(place);
  }
  const spans = places.flatMap(({ arrays }) => arrays.map(({ span }) => span)).sort((a, b) => a.first - b.first);
  const others: Span[] = [];
  let end = 0;
  for (const { first, bytes: count } of spans) {
    if (first < end) return undefined;
    others.push({ first: end, bytes: first - end });
    end = first + count;
  }
  others.push({ first: end, bytes: bytes.length - end });
  return { bytes: bytes.slice(), schema: table.schema, places, others };
}

function placeOf(bytes: Uint8Array, data: Data): Place | undefined {
  const { type, offset } = data;
  const isPlain = DataType.isInt(type) || DataType.isFloat(type) || DataType.isUtf8(type);
  if (!isPlain || offset !== 0) return undefined;
  const arrays: Place["arrays"][number][] = [];
  const all: readonly [BufferType, unknown][] = [
    [BufferType.OFFSET, data.valueOffsets],
    [BufferType.DATA, data.values],
    [BufferType.VALIDITY, data.nullBitmap],
  ];
  for (const [kind, array] of all) {
    if (array === undefined || array === null || (areValues(array) && array.length === 0)) continue;
    if (!areValues(array) || array.buffer !== bytes.buffer) return undefined;
    const span = { first: array.byteOffset - bytes.byteOffset, bytes: array.byteLength };
    if (span.first < 0 || span.first + span.bytes > bytes.length) return undefined;
    arrays.push({ kind, array, span });
  }
  return { data, arrays };
}

function areValues(array: unknown): array is Values {
  return [Float64Array, Float32Array, Int32Array, Uint8Array].some((kind) => array instanceof kind);
}

/** The same column of other bytes. */
function columnIn({ data, arrays }: Place, bytes: Uint8Array): Data<DataType> {
  const buffers = data.buffers;
  for (const { kind, array, span } of arrays) buffers[kind] = valuesIn(bytes, span, array);
  return data.clone(data.type, 0, data.length, data.nullCount, buffers);
}

/** Values of the kind of an array. */
function valuesIn({ buffer, byteOffset }: Uint8Array, { first, bytes }: Span, like: Values): Values {
  const at = byteOffset + first;
  if (like instanceof Float64Array) return new Float64Array(buffer, at, bytes / 8);
  if (like instanceof Float32Array) return new Float32Array(buffer, at, bytes / 4);
  if (like instanceof Int32Array) return new Int32Array(buffer, at, bytes / 4);
  return new Uint8Array(buffer, at, bytes);
}
