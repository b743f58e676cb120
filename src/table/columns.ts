import { type Data, makeData } from "apache-arrow/data";
import { RecordBatch } from "apache-arrow/recordbatch";
import type { Field, Schema } from "apache-arrow/schema";
import { type DataType, Dictionary, Float64, Int32, Struct, Utf8 } from "apache-arrow/type";
import { Vector } from "apache-arrow/vector";

/** Numbers without nulls, around the caller's buffer. */
export function numbers(values: Float64Array): Data<Float64> {
  return makeData({ type: new Float64(), length: values.length, nullCount: 0, data: values });
}

/** Numbers, null where they are NaN. */
export function numbersOrNull(values: Float64Array): Data<Float64> {
  const nullBitmap = new Uint8Array(Math.ceil(values.length / 64) * 8);
  let nullCount = 0;
  values.forEach((value, i) => {
    if (Number.isNaN(value)) nullCount++;
    else nullBitmap[i >> 3] |= 1 << (i & 7);
  });
  return makeData({ type: new Float64(), length: values.length, nullCount, nullBitmap, data: values });
}

/** Strings without nulls. */
export function strings(values: readonly string[]): Data<Utf8> {
  const encoder = new TextEncoder();
  // A unit of UTF-16 takes three bytes of UTF-8 at most. One buffer for all: an array for each of a million names is 300 MB.
  const room = new Uint8Array(3 * values.reduce((sum, value) => sum + value.length, 0));
  const valueOffsets = new Int32Array(values.length + 1);
  values.forEach((value, i) => {
    valueOffsets[i + 1] = valueOffsets[i] + encoder.encodeInto(value, room.subarray(valueOffsets[i])).written;
  });
  const data = room.slice(0, valueOffsets[values.length]);
  return makeData({ type: new Utf8(), length: values.length, nullCount: 0, valueOffsets, data });
}

/** The type of names that repeat: a dictionary, always the same one within a table. */
export type NameType = Dictionary<Utf8, Int32>;

export function nameType(): NameType {
  return new Dictionary(new Utf8(), new Int32(), 0);
}

/** Names by their number in a list. */
export function names(type: NameType, indices: Int32Array, dictionary: Vector<Utf8>): Data<NameType> {
  return makeData({ type, length: indices.length, nullCount: 0, data: indices, dictionary });
}

/** A list of strings as a vector, for dictionaries. */
export function stringVector(values: readonly string[]): Vector<Utf8> {
  return new Vector([strings(values)]);
}

/** A batch of columns. */
export function batch(schema: Schema, fields: Field[], length: number, children: Data<DataType>[]): RecordBatch {
  return new RecordBatch(schema, makeData({ type: new Struct(fields), length, nullCount: 0, children }));
}
