import { type Data, makeData } from "apache-arrow/data";
import { Precision } from "apache-arrow/enum";
import { RecordBatch } from "apache-arrow/recordbatch";
import { Field, Schema } from "apache-arrow/schema";
import { Table } from "apache-arrow/table";
import { DataType, Float32, Float64, Int32, Struct, Utf8 } from "apache-arrow/type";
import { fingerprintOf } from "../model/fingerprint.ts";
import type { Plan } from "../plan/plan.ts";
import type { TimeSlice } from "../platform/time-slice.ts";
import { type Arithmetic, EXACT } from "../sweep/arithmetic.ts";
import type { Column } from "../sweep/columns.ts";
import { type Job, seedsOf } from "../sweep/job.ts";
import type { Samples, TraceType } from "../sweep/trace-type.ts";
import { version } from "../version.ts";

const types = { number: Float64, integer: Int32, text: Utf8 };

/** A column as a field of a schema; `stored` is the type of what it holds, where that is not a column's usual one. */
export function fieldOf({ name, type, nullable, metadata }: Column, stored: DataType = new types[type]()): Field {
  return new Field(name, stored, nullable, new Map(metadata));
}

/** What the tables say of the sweep as a whole. */
export function sweepMetadata({ jobs, clock, timeUnit }: Plan): Map<string, string> {
  const [job] = jobs;
  const { model, solver } = job;
  const stepping = job.adaptive
    ? { rtol: job.adaptive.rtol, atol: job.adaptive.atol }
    : { stepSize: job.clock.stepSize, steps: job.clock.steps };
  const seeds = seedsOf(jobs).join(", ");
  const origin = { massgrid: version, modelHash: fingerprintOf(model), ...(seeds === "" ? {} : { seeds }) };
  const steps = { ...stepping, samplingStepSize: clock.samplingStep, timeUnit };
  const facts = { model: model.name, solver: solver.name, ...steps, ...inexact(job), ...origin };
  return new Map(Object.entries(facts).map(([key, value]) => [key, String(value)]));
}

/** What is said of an arithmetic that is not the exact one. */
function inexact({ arithmetic: { fastMath, precision } }: Job): Partial<Arithmetic> {
  return { ...(fastMath ? { fastMath } : {}), ...(precision === EXACT.precision ? {} : { precision }) };
}

/** Which rows of a column have no value. A bitmap is made for the first of them: most columns have none. */
export class Nulls {
  readonly #length: number;
  #bitmap: Uint8Array | undefined;
  #count = 0;

  constructor(length: number) {
    this.#length = length;
  }

  /** The rows that have no number. */
  static whereNaN(values: Float64Array): Nulls {
    const nulls = new Nulls(values.length);
    const bitmap = new Uint8Array(bitmapBytes(values.length));
    let count = 0;
    // A byte of the bitmap at a time: most columns that have nulls have nothing else.
    for (let first = 0; first < values.length; first += 8) {
      let bits = 0;
      for (let row = first; row < first + 8 && row < values.length; row++) {
        if (Number.isNaN(values[row])) count++;
        else bits |= 1 << (row - first);
      }
      bitmap[first >> 3] = bits;
    }
    nulls.#count = count;
    if (count > 0) nulls.#bitmap = bitmap;
    return nulls;
  }

  add(row: number): void {
    this.#bitmap ??= wholeBitmap(this.#length);
    const bit = 1 << (row & 7);
    if ((this.#bitmap[row >> 3] & bit) === 0) return;
    this.#bitmap[row >> 3] &= ~bit;
    this.#count++;
  }

  has(row: number): boolean {
    return this.#bitmap !== undefined && (this.#bitmap[row >> 3] & (1 << (row & 7))) === 0;
  }

  /** As Arrow has them. */
  get buffers(): { nullCount: number; nullBitmap?: Uint8Array } {
    return { nullCount: this.#count, ...(this.#bitmap ? { nullBitmap: this.#bitmap } : {}) };
  }
}

/** Bytes of a bitmap of so many rows, in the words of Arrow. */
function bitmapBytes(length: number): number {
  return Math.ceil(length / 64) * 8;
}

/** A bitmap in which every row has a value. */
function wholeBitmap(length: number): Uint8Array {
  const bitmap = new Uint8Array(bitmapBytes(length));
  bitmap.fill(255, 0, length >> 3);
  if ((length & 7) !== 0) bitmap[length >> 3] = (1 << (length & 7)) - 1;
  return bitmap;
}

const noNulls = { nullCount: 0 };

/** Numbers, around the caller's buffer. */
export function numbers(values: Float64Array, nulls?: Nulls): Data<Float64> {
  return makeData({ type: new Float64(), length: values.length, ...(nulls?.buffers ?? noNulls), data: values });
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
  return numbers(values, Nulls.whereNaN(values));
}

/** Numbers as a column has them: 32-bit integers, or doubles around the caller's buffer. */
export function numbersAs({ type }: Pick<Column, "type">, values: Float64Array): Data<Float64 | Int32> {
  if (type !== "integer") return numbers(values);
  return makeData({ type: new Int32(), length: values.length, nullCount: 0, data: Int32Array.from(values) });
}

/** 32-bit integers, null where they are NaN. */
export function integersOrNull(values: Float64Array): Data<Int32> {
  return makeData({ type: new Int32(), length: values.length, ...Nulls.whereNaN(values).buffers, data: Int32Array.from(values) });
}

/** Strings that are encoded together: one call for each would take ten times as long, and an array for each far more memory. */
const TOGETHER = 1024;

/** Strings, of which groups are read one after the other. */
export interface Texts {
  length: number;
  slice(first: number, end: number): readonly string[];
}

export function strings(values: Texts, nulls?: Nulls): Data<Utf8> {
  const work = encoded(values);
  let step = work.next();
  while (!step.done) step = work.next();
  const { valueOffsets, values: data } = step.value;
  return nulls ? makeData({ type: new Utf8(), length: values.length, ...nulls.buffers, valueOffsets, data }) : step.value;
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
