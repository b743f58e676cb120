import { type Data, makeData } from "apache-arrow/data";
import type { RecordBatch } from "apache-arrow/recordbatch";
import { Field, Schema } from "apache-arrow/schema";
import type { Table } from "apache-arrow/table";
import { type DataType, Float64, Int32, DataType as Kind, Utf8 } from "apache-arrow/type";
import { FAILED_AT, FAILED_VARIABLE } from "../../sweep/columns.ts";
import { countOf, type Numbers } from "../../sweep/selection.ts";
import { batch, Nulls } from "../../table/arrow.ts";

/** Points whose rows are one batch of the map: four row groups of a Parquet file, and some tens of MB. */
export const MAP_POINTS = 131_072;

/** Rows of some points, which are in rising order: columns in the order of the schema's fields. */
export interface MapPart {
  points: Numbers;
  schema: Schema;
  columns: readonly Data<DataType>[];
}

/** The rows of a table of one batch. */
export function partOf(points: Numbers, { schema, batches }: Table): MapPart {
  return { points, schema, columns: batches[0]?.data.children ?? [] };
}

/** The rows of the map of shards, which are read one by one. */
export interface MapParts {
  /** The first point of each, in rising order. */
  firsts: ArrayLike<number>;
  /** Rows of part `i`. */
  read: (i: number) => Promise<MapPart>;
  /** Told of parts of which nothing is needed any more. */
  done?: (part: MapPart) => void;
}

/** Memory of the columns of batches, each of which is of use until the one after the next is made: fresh memory costs more than what is done in it. */
export class BatchMemory {
  #now = new Map<string, ArrayBuffer>();
  #before = new Map<string, ArrayBuffer>();

  /** A batch begins. */
  begin(): void {
    [this.#now, this.#before] = [this.#before, this.#now];
  }

  /** Some bytes, with whatever is in them. */
  take(name: string, bytes: number): ArrayBuffer {
    const found = this.#now.get(name);
    if (found && found.byteLength >= bytes) return found;
    const made = new ArrayBuffer(bytes);
    this.#now.set(name, made);
    return made;
  }
}

/** Thrown where a part has a column that the schema lacks. */
export class MissingColumn extends Error {}

/** A schema of the map with the column failedVariable, which it has where a point failed in a state that is known. */
export function withVariables(schema: Schema): Schema {
  if (schema.fields.some(({ name }) => name === FAILED_VARIABLE)) return schema;
  const fields = schema.fields.flatMap((field) =>
    field.name === FAILED_AT ? [field, new Field(FAILED_VARIABLE, new Utf8(), true)] : [field],
  );
  return new Schema(fields, schema.metadata);
}

/** Consecutive rows of a part, and the point of the first. */
interface Piece {
  part: MapPart;
  row: number;
  rows: number;
  point: number;
}

/** A part of which not all rows have been taken yet. */
interface OpenPart {
  part: MapPart;
  /** Rows that have been taken. */
  taken: number;
}

/** Parts that are read at a time. */
const AT_ONCE = 8;

/**
 * The map of parts in the order of the grid: a batch for each `size` points, of those of them that are in some part. No more is held than
 * what a batch is made of. Throws MissingColumn.
 */
export async function* mapBatches(
  { firsts, read, done }: MapParts,
  schema: Schema,
  { size = MAP_POINTS, memory }: { size?: number; memory?: BatchMemory | undefined } = {},
): AsyncGenerator<RecordBatch, undefined> {
  let open: OpenPart[] = [];
  let next = 0;
  let window = 0;
  while (next < firsts.length || open.length > 0) {
    if (open.length === 0) window = Math.floor(firsts[next] / size) * size;
    const end = window + size;
    let last = next;
    while (last < firsts.length && firsts[last] < end) last++;
    for (; next < last; next = Math.min(last, next + AT_ONCE)) {
      const group = Array.from({ length: Math.min(last - next, AT_ONCE) }, (_, i) => read(next + i));
      for (const part of await Promise.all(group)) open.push({ part, taken: 0 });
    }
    const pieces = open.flatMap((part) => piecesBefore(part, end)).sort((a, b) => a.point - b.point);
    memory?.begin();
    const batch = pieces.length > 0 ? batchOf(schema, pieces, memory) : undefined;
    const isOpen = ({ part: { points }, taken }: OpenPart) => taken < countOf(points);
    if (done) for (const each of open) if (!isOpen(each)) done(each.part);
    open = open.filter(isOpen);
    window = end;
    if (batch) yield batch;
  }
  return undefined;
}

function pointIn(points: Numbers, row: number): number {
  return "first" in points ? points.first + row : points[row];
}

/** Takes the rows of a part of the points before `end`. */
function piecesBefore(open: OpenPart, end: number): Piece[] {
  const { part } = open;
  const { points } = part;
  const count = countOf(points);
  const pieces: Piece[] = [];
  while (open.taken < count && pointIn(points, open.taken) < end) {
    const row = open.taken;
    const point = pointIn(points, row);
    let rows = "first" in points ? Math.min(count - row, end - point) : 1;
    while (!("first" in points) && row + rows < count && points[row + rows] === point + rows && point + rows < end) rows++;
    pieces.push({ part, row, rows, point });
    open.taken += rows;
  }
  return pieces;
}

function batchOf(schema: Schema, pieces: readonly Piece[], memory: BatchMemory | undefined): RecordBatch {
  const length = pieces.reduce((sum, { rows }) => sum + rows, 0);
  const known = new Set(schema.fields.map(({ name }) => name));
  // Where each schema has the column of a name.
  const places = new Map<Schema, Map<string, number>>();
  for (const { part } of pieces) {
    const { fields } = part.schema;
    if (places.has(part.schema)) continue;
    if (fields.some(({ name }) => !known.has(name))) throw new MissingColumn();
    places.set(part.schema, new Map(fields.map(({ name }, i) => [name, i])));
  }
  const columnIn = ({ schema: own, columns }: MapPart, name: string) => columns[places.get(own)?.get(name) ?? -1];
  return batch(
    schema,
    schema.fields,
    length,
    schema.fields.map((field) => {
      const own = pieces.map(({ part, row, rows }) => ({ data: columnIn(part, field.name), row, rows }));
      return columnOf(field, {
        rows: own,
        length,
        take: (part, bytes) => memory?.take(`${field.name} ${part}`, bytes) ?? new ArrayBuffer(bytes),
      });
    }),
  );
}

/** Rows of a column to be, how many there are, and what gives memory to each part of it. */
interface NewColumn {
  rows: readonly Rows[];
  length: number;
  take: (part: "values" | "offsets", bytes: number) => ArrayBuffer;
}

/** A column's rows, one after the other; those of a part that lacks it are null. */
function columnOf(field: Field, { rows: columns, length, take }: NewColumn): Data<DataType> {
  const nulls = new Nulls(length);
  let at = 0;
  for (const { data, row, rows } of columns) {
    if (!data || data.nullCount > 0) addNulls(nulls, at, { data, row, rows });
    at += rows;
  }
  const validity = field.nullable ? nulls.buffers : { nullCount: 0 };
  if (Kind.isUtf8(field.type)) return makeData({ type: new Utf8(), length, ...validity, ...textsOf({ rows: columns, length, take }) });
  const { type } = field;
  const values = Kind.isInt(type)
    ? new Int32Array(take("values", 4 * length), 0, length)
    : new Float64Array(take("values", 8 * length), 0, length);
  let end = 0;
  for (const { data, row, rows } of columns) {
    if (data) values.set(data.values.subarray(row, row + rows), end);
    else values.fill(Number.NaN, end, end + rows);
    end += rows;
  }
  if (values instanceof Int32Array) return makeData({ type: new Int32(), length, ...validity, data: values });
  return makeData({ type: new Float64(), length, ...validity, data: values });
}

/** Notes which of some rows have no value, by the bits of their column: to ask it row by row takes ten times as long. */
function addNulls(nulls: Nulls, at: number, { data, row, rows }: Rows): void {
  const bits: Uint8Array | undefined = data && data.nullCount < data.length ? data.nullBitmap : undefined;
  const first = (data?.offset ?? 0) + row;
  for (let i = 0; i < rows; i++) if (!bits || ((bits[(first + i) >> 3] >> ((first + i) & 7)) & 1) === 0) nulls.add(at + i);
}

/** Some rows of a column; no data where there is no such column. */
interface Rows {
  data: Data | undefined;
  row: number;
  rows: number;
}

function textsOf({ rows: columns, length, take }: NewColumn): { valueOffsets: Int32Array; data: Uint8Array } {
  const valueOffsets = new Int32Array(take("offsets", 4 * (length + 1)), 0, length + 1);
  valueOffsets[0] = 0;
  let at = 0;
  for (const { data, row, rows } of columns) {
    const offsets: Int32Array | undefined = data?.valueOffsets;
    const shift = valueOffsets[at] - (offsets?.[row] ?? 0);
    for (let i = 1; i <= rows; i++) valueOffsets[at + i] = offsets ? offsets[row + i] + shift : valueOffsets[at];
    at += rows;
  }
  const bytes = new Uint8Array(take("values", valueOffsets[length]), 0, valueOffsets[length]);
  let end = 0;
  for (const { data, row, rows } of columns) {
    if (!data) continue;
    const offsets: Int32Array = data.valueOffsets;
    bytes.set(data.values.subarray(offsets[row], offsets[row + rows]), end);
    end += offsets[row + rows] - offsets[row];
  }
  return { valueOffsets, data: bytes };
}
