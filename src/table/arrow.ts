import { type Data, makeData } from "apache-arrow/data";
import { Precision } from "apache-arrow/enum";
import { RecordBatch } from "apache-arrow/recordbatch";
import { Field, Schema } from "apache-arrow/schema";
import { Table } from "apache-arrow/table";
import { DataType, Dictionary, Float32, Float64, Int32, Struct, Utf8 } from "apache-arrow/type";
import type { Vector } from "apache-arrow/vector";
import type { Plan } from "../plan/plan.ts";
import type { TimeSlice } from "../platform/time-slice.ts";
import type { Column } from "../sweep/columns.ts";
import type { Samples, TraceType } from "../sweep/trace-type.ts";

/** A column as a field of a schema; `stored` is the type of what it holds, where that is not a column's usual one. */
export function fieldOf({ name, type, nullable, metadata }: Column, stored?: DataType): Field {
  return new Field(name, stored ?? (type === "text" ? new Utf8() : new Float64()), nullable, new Map(metadata));
}

/** What the tables say of the sweep as a whole. */
export function sweepMetadata({ jobs, clock, timeUnit }: Plan): Map<string, string> {
  const [job] = jobs;
  const { model, solver } = job;
  const stepping = job.adaptive
    ? { rtol: job.adaptive.rtol, atol: job.adaptive.atol }
    : { stepSize: job.clock.stepSize, steps: job.clock.steps };
  const facts = { model: model.name, solver: solver.name, ...stepping, samplingStepSize: clock.samplingStep, timeUnit };
  return new Map(Object.entries(facts).map(([key, value]) => [key, String(value)]));
}

/** Numbers without nulls, around the caller's buffer. */
export function numbers(values: Float64Array): Data<Float64> {
  return makeData({ type: new Float64(), length: values.length, nullCount: 0, data: values });
}

/** The type of a column of traces. */
export function traceFieldType(type: TraceType): Float32 | Float64 {
  return type === "float32" ? new Float32() : new Float64();
}

/** Whether a column has numbers of 32 bits. */
export function isFloat32(type: DataType): boolean {
  return DataType.isFloat(type) && type.precision === Precision.SINGLE;
}

/** Numbers of traces, around the caller's buffer. */
export function samples(values: Samples): Data<Float32> | Data<Float64> {
  if (values instanceof Float64Array) return numbers(values);
  return makeData({ type: new Float32(), length: values.length, nullCount: 0, data: values });
}

/** Numbers, null where they are NaN. */
export function numbersOrNull(values: Float64Array): Data<Float64> {
  const nullBitmap = new Uint8Array(Math.ceil(values.length / 64) * 8);
  let nullCount = 0;
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i])) nullCount++;
    else nullBitmap[i >> 3] |= 1 << (i & 7);
  }
  return makeData({ type: new Float64(), length: values.length, nullCount, nullBitmap, data: values });
}

/** Strings that are encoded together: one call for each would take ten times as long, and an array for each far more memory. */
const TOGETHER = 1024;

/** Strings, of which groups are read one after the other. */
export interface Texts {
  length: number;
  slice(first: number, end: number): readonly string[];
}

/** Strings without nulls. */
export function strings(values: Texts): Data<Utf8> {
  const work = encoded(values);
  let step = work.next();
  while (!step.done) step = work.next();
  return step.value;
}

/** Strings, null where they are empty. */
export function stringsOrNull(values: readonly string[]): Data<Utf8> {
  const { valueOffsets, values: data } = strings(values);
  const nullBitmap = new Uint8Array(Math.ceil(values.length / 64) * 8);
  let nullCount = 0;
  values.forEach((value, i) => {
    if (value === "") nullCount++;
    else nullBitmap[i >> 3] |= 1 << (i & 7);
  });
  return makeData({ type: new Utf8(), length: values.length, nullCount, nullBitmap, valueOffsets, data });
}

/** The same for many strings: the event loop gets its turn. */
export async function manyStrings(values: Texts, pause: TimeSlice): Promise<Data<Utf8>> {
  const work = encoded(values);
  let step = work.next();
  for (; !step.done; step = work.next()) await pause.yieldIfOver();
  return step.value;
}

/** Encodes strings, and yields from time to time. */
function* encoded(values: Texts): Generator<void, Data<Utf8>> {
  const encoder = new TextEncoder();
  const valueOffsets = new Int32Array(values.length + 1);
  const parts: Uint8Array[] = [];
  for (let first = 0; first < values.length; first += TOGETHER) {
    const group = values.slice(first, first + TOGETHER);
    const text = group.join("");
    const whole = encoder.encode(text);
    const isAscii = whole.length === text.length;
    // A unit of UTF-16 takes three bytes of UTF-8 at most.
    const bytes = isAscii ? whole : new Uint8Array(3 * text.length);
    let end = 0;
    for (const [i, value] of group.entries()) {
      const written = isAscii ? value.length : encoder.encodeInto(value, bytes.subarray(end)).written;
      valueOffsets[first + i + 1] = valueOffsets[first + i] + written;
      end += written;
    }
    parts.push(bytes.subarray(0, end));
    yield;
  }
  const data = new Uint8Array(valueOffsets[values.length]);
  let end = 0;
  for (const part of parts) {
    data.set(part, end);
    end += part.length;
  }
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

/**
 * A batch of columns, all of `length` rows. What RecordBatch would make of a schema and its columns is put in place as it is: to
 * see that they fit, Arrow compares every field with every other, which takes seconds where there are 10 000 columns.
 */
export function batch(schema: Schema, fields: Field[], length: number, children: Data<DataType>[]): RecordBatch {
  const data = makeData({ type: new Struct(fields), length, nullCount: 0, children });
  const empty = new RecordBatch(new Schema([]), makeData({ type: new Struct([]), length: 0, nullCount: 0, children: [] }));
  return Object.assign(empty, { schema, data });
}

/**
 * A batch of columns whose `schema` has its fields when they are asked for, and which makes their data when those are. Nothing else of it
 * needs them.
 */
export function lazyBatch(schema: Schema, length: number, children: () => Data<DataType>[]): RecordBatch {
  const made = batch(schema, [], length, []);
  lazily(made.data.type, "children", () => schema.fields);
  lazily(made.data, "children", children);
  return made;
}

/** Gives an object a property that is made when it is first read. */
export function lazily<Name extends string, Value>(owner: { readonly [N in Name]: Value }, name: Name, make: () => Value): void {
  const kept = { configurable: true, enumerable: true };
  const get = () => {
    const value = make();
    Object.defineProperty(owner, name, { ...kept, writable: true, value });
    return value;
  };
  Object.defineProperty(owner, name, { ...kept, get });
}

/** A table of one batch of columns and their data; `metadata` is what it says of itself. */
export function tableOf(columns: readonly Column[], children: Data<DataType>[], metadata?: Map<string, string>): Table {
  const fields = columns.map((column, i) => fieldOf(column, children[i].type));
  const schema = new Schema(fields, metadata);
  return new Table(schema, [batch(schema, schema.fields, children[0].length, children)]);
}
