import { Data, makeData } from "apache-arrow/data";
import { Utf8 } from "apache-arrow/type";
import type { TimeSlice } from "../platform/time-slice.ts";
import { type Names, nameList, nameOf } from "../sweep/points.ts";
import { manyStrings, Nulls } from "./arrow.ts";

/** A column of texts of which few differ: each is encoded once. */
export class RepeatedTexts {
  /** The number of each row's text; "" where none was set. */
  readonly #rows: Uint32Array;
  readonly #numbers = new Map([["", 0]]);

  constructor(length: number) {
    this.#rows = new Uint32Array(length);
  }

  set(row: number, text: string): void {
    this.#rows[row] = this.#numberOf(text);
  }

  /** Sets the rows from `first` to before `end`. */
  fill(first: number, end: number, text: string): void {
    this.#rows.fill(this.#numberOf(text), first, end);
  }

  #numberOf(text: string): number {
    let number = this.#numbers.get(text);
    if (number === undefined) {
      number = this.#numbers.size;
      this.#numbers.set(text, number);
    }
    return number;
  }

  data(nulls?: Nulls): Data<Utf8> {
    return makeData({ type: new Utf8(), length: this.#rows.length, ...(nulls?.buffers ?? { nullCount: 0 }), ...this.#encoded() });
  }

  /** Null where the text is "". */
  dataOrNull(): Data<Utf8> {
    const { length } = this.#rows;
    if (this.#numbers.size === 1) return noTexts(length);
    const nulls = new Nulls(length);
    for (let row = 0; row < this.#rows.length; row++) if (this.#rows[row] === 0) nulls.add(row);
    return this.data(nulls);
  }

  #encoded(): { valueOffsets: Int32Array; data: Uint8Array } {
    const encoder = new TextEncoder();
    const encoded = Array.from(this.#numbers.keys(), (text) => encoder.encode(text));
    const rows = this.#rows;
    const valueOffsets = new Int32Array(rows.length + 1);
    for (let row = 0, offset = 0, last = -1, size = 0; row < rows.length; row++) {
      if (rows[row] !== last) {
        last = rows[row];
        size = encoded[last].length;
      }
      offset += size;
      valueOffsets[row + 1] = offset;
    }
    const data = new Uint8Array(valueOffsets[rows.length]);
    for (let first = 0, end = 1; first < rows.length; first = end, end++) {
      while (end < rows.length && rows[end] === rows[first]) end++;
      writeRepeated(data, valueOffsets[first], encoded[rows[first]], end - first);
    }
    return { valueOffsets, data };
  }
}

/** Writes bytes so many times, one after the other: long runs in few calls. */
function writeRepeated(to: Uint8Array, start: number, bytes: Uint8Array, times: number): void {
  const end = start + times * bytes.length;
  if (end === start) return;
  for (let i = 0; i < bytes.length; i++) to[start + i] = bytes[i];
  for (let filled = start + bytes.length; filled < end; filled += filled - start) {
    to.copyWithin(filled, start, Math.min(filled, start + end - filled));
  }
}

/** A column of nothing but nulls. */
function noTexts(length: number): Data<Utf8> {
  const nullBitmap = new Uint8Array(Math.ceil(length / 64) * 8);
  return makeData({
    type: new Utf8(),
    ...{ length, nullCount: length, nullBitmap },
    ...{ valueOffsets: new Int32Array(length + 1), data: new Uint8Array(0) },
  });
}

/** Names that are written before the event loop may have its turn. */
const TOGETHER = 65536;
const DIGIT_0 = 48;

/** The names of points. Those that are made of numbers are written digit by digit: a text of each would take ten times as long. */
export async function pointNames(names: Names, pause: TimeSlice): Promise<Data<Utf8>> {
  if (names.own || names.labels) return manyStrings(nameList(names), pause);
  const { length } = names;
  const valueOffsets = nameOffsets(names);
  const data = new Uint8Array(valueOffsets[length]);
  for (let from = 0; from < length; from += TOGETHER) {
    writeNames(names, { data, valueOffsets }, from, Math.min(length, from + TOGETHER));
    await pause.yieldIfOver();
  }
  return makeData({ type: new Utf8(), length, nullCount: 0, valueOffsets, data });
}

/** What stands before the numbers of a name, and between them, in UTF-8. */
function fixedParts({ circuit, replicates }: Names): { before: Uint8Array; between: Uint8Array } {
  const encoder = new TextEncoder();
  return { before: encoder.encode(`${circuit}_`), between: encoder.encode(replicates > 1 ? "_r" : "") };
}

function nameOffsets(names: Names): Int32Array {
  const { length, replicates, first = 0 } = names;
  const { before, between } = fixedParts(names);
  const fixed = before.length + between.length;
  const valueOffsets = new Int32Array(length + 1);
  if (replicates === 1) {
    for (let i = 0, end = 0; i < length; i = end) {
      const digits = digitsOf(first + i);
      end = Math.min(length, Number(`1e${digits}`) - first);
      const size = fixed + digits;
      let offset = valueOffsets[i];
      for (let row = i; row < end; row++) {
        offset += size;
        valueOffsets[row + 1] = offset;
      }
    }
    return valueOffsets;
  }
  for (let i = 0; i < length; i++) {
    const point = first + i;
    const digits = digitsOf(Math.floor(point / replicates)) + digitsOf(point % replicates);
    valueOffsets[i + 1] = valueOffsets[i] + fixed + digits;
  }
  return valueOffsets;
}

/** Where names are written. */
interface Written {
  data: Uint8Array;
  valueOffsets: Int32Array;
}

/** Names that are written by copying those before them: their last three digits are the same. */
const COPIED = 1000;

/** Writes names `from` to before `to`; those before them are there. Engines make far better code of a loop that waits for nothing. */
function writeNames(names: Names, { data, valueOffsets }: Written, from: number, to: number): void {
  const { replicates, first = 0 } = names;
  const { before, between } = fixedParts(names);
  for (let i = from; i < to; i++) {
    const point = first + i;
    if (replicates === 1 && point % COPIED === 0 && i >= COPIED && i + COPIED <= to && digitsOf(point) === digitsOf(point - COPIED)) {
      copyNames({ data, valueOffsets }, i, point / COPIED);
      i += COPIED - 1;
      continue;
    }
    let end = valueOffsets[i + 1];
    if (replicates > 1) {
      end = writeNumber(data, end, point % replicates);
      end -= between.length;
      data.set(between, end);
    }
    writeNumber(data, end, replicates > 1 ? Math.floor(point / replicates) : point);
    for (let letter = 0, at = valueOffsets[i]; letter < before.length; letter++) data[at++] = before[letter];
  }
}

/** Writes the names from row `i` on that begin with the digits of `leading`: those before them, with the digits that have changed. */
function copyNames({ data, valueOffsets }: Written, i: number, leading: number): void {
  const start = valueOffsets[i];
  const end = valueOffsets[i + COPIED];
  const size = (end - start) / COPIED;
  data.copyWithin(start, valueOffsets[i - COPIED], start);
  let rest = leading;
  for (let place = size - 4; ; place--) {
    const digit = rest % 10;
    for (let at = start + place; at < end; at += size) data[at] = DIGIT_0 + digit;
    if (digit !== 0) return;
    rest = (rest - digit) / 10;
  }
}

/** Decimal digits of a whole number from 0. */
function digitsOf(number: number): number {
  let digits = 1;
  for (let least = 10; number >= least; least *= 10) digits++;
  return digits;
}

/** Writes the digits of a whole number below 2^32 that end before `end`; tells where they begin. */
function writeNumber(to: Uint8Array, end: number, number: number): number {
  let at = end;
  let rest = number;
  do {
    const tens = (rest / 10) >>> 0;
    to[--at] = DIGIT_0 + rest - 10 * tens;
    rest = tens;
  } while (rest > 0);
  return at;
}

/** Where the bitmap stands among the buffers of Arrow's data. */
const VALIDITY = 2;
const none: never[] = [];

/** The names of some points, each in `times` rows one after the other. They are written when they are asked for. */
export class RepeatedNames extends Data<Utf8> {
  readonly #names: Names;
  readonly #points: readonly number[];
  readonly #times: number;
  #written: { valueOffsets: Int32Array; values: Uint8Array } | undefined;

  constructor(names: Names, points: readonly number[], times: number) {
    super(new Utf8(), 0, points.length * times, 0, { [VALIDITY]: new Uint8Array(0) }, none, undefined, none);
    this.#names = names;
    this.#points = points;
    this.#times = times;
  }

  #write(): { valueOffsets: Int32Array; values: Uint8Array } {
    const encoder = new TextEncoder();
    const texts = this.#points.map((point) => encoder.encode(nameOf(this.#names, point)));
    const valueOffsets = new Int32Array(this.length + 1);
    const values = new Uint8Array(texts.reduce((sum, { length }) => sum + length * this.#times, 0));
    let [row, end] = [0, 0];
    for (const text of texts) {
      writeRepeated(values, end, text, this.#times);
      for (let i = 0; i < this.#times; i++) {
        end += text.length;
        valueOffsets[++row] = end;
      }
    }
    return { valueOffsets, values };
  }

  static {
    const get = (part: "valueOffsets" | "values") =>
      function (this: RepeatedNames) {
        this.#written ??= this.#write();
        return this.#written[part];
      };
    Object.defineProperty(RepeatedNames.prototype, "valueOffsets", { get: get("valueOffsets") });
    Object.defineProperty(RepeatedNames.prototype, "values", { get: get("values") });
  }
}
