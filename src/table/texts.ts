import { type Data, makeData } from "apache-arrow/data";
import { Utf8 } from "apache-arrow/type";
import type { TimeSlice } from "../platform/time-slice.ts";
import { type Names, nameList } from "../sweep/points.ts";
import { manyStrings } from "./arrow.ts";

/** A column of texts of which few differ: each is encoded once. */
export class RepeatedTexts {
  /** The number of each row's text; "" where none was set. */
  readonly #rows: Uint32Array;
  readonly #numbers = new Map([["", 0]]);

  constructor(length: number) {
    this.#rows = new Uint32Array(length);
  }

  set(row: number, text: string): void {
    let number = this.#numbers.get(text);
    if (number === undefined) {
      number = this.#numbers.size;
      this.#numbers.set(text, number);
    }
    this.#rows[row] = number;
  }

  /** Without nulls. */
  data(): Data<Utf8> {
    return makeData({ type: new Utf8(), length: this.#rows.length, nullCount: 0, ...this.#encoded() });
  }

  /** Null where the text is "". */
  dataOrNull(): Data<Utf8> {
    const { length } = this.#rows;
    const nullBitmap = new Uint8Array(Math.ceil(length / 64) * 8);
    let nullCount = length;
    for (let row = 0; row < length; row++) {
      if (this.#rows[row] === 0) continue;
      nullCount--;
      nullBitmap[row >> 3] |= 1 << (row & 7);
    }
    return makeData({ type: new Utf8(), length, nullCount, nullBitmap, ...this.#encoded() });
  }

  #encoded(): { valueOffsets: Int32Array; data: Uint8Array } {
    const encoder = new TextEncoder();
    const encoded = Array.from(this.#numbers.keys(), (text) => encoder.encode(text));
    const rows = this.#rows;
    const valueOffsets = new Int32Array(rows.length + 1);
    for (let row = 0; row < rows.length; row++) valueOffsets[row + 1] = valueOffsets[row] + encoded[rows[row]].length;
    const data = new Uint8Array(valueOffsets[rows.length]);
    for (let row = 0, to = 0; row < rows.length; row++) {
      const bytes = encoded[rows[row]];
      for (let i = 0; i < bytes.length; i++) data[to++] = bytes[i];
    }
    return { valueOffsets, data };
  }
}

/** Names that are written before the event loop may have its turn. */
const TOGETHER = 65536;
const DIGIT_0 = 48;

/** The names of points. Those that are made of numbers are written digit by digit: a text of each would take ten times as long. */
export async function pointNames(names: Names, pause: TimeSlice): Promise<Data<Utf8>> {
  if (names.own || names.labels) return manyStrings(nameList(names), pause);
  const { length, circuit, replicates } = names;
  const encoder = new TextEncoder();
  const [before, between] = [encoder.encode(`${circuit}_`), encoder.encode(replicates > 1 ? "_r" : "")];
  const valueOffsets = new Int32Array(length + 1);
  const fixed = before.length + between.length;
  for (let point = 0; point < length; point++) {
    const digits = replicates > 1 ? digitsOf(Math.floor(point / replicates)) + digitsOf(point % replicates) : digitsOf(point);
    valueOffsets[point + 1] = valueOffsets[point] + fixed + digits;
  }
  const data = new Uint8Array(valueOffsets[length]);
  for (let point = 0; point < length; point++) {
    let end = valueOffsets[point + 1];
    if (replicates > 1) {
      end = writeNumber(data, end, point % replicates);
      end -= between.length;
      data.set(between, end);
    }
    writeNumber(data, end, replicates > 1 ? Math.floor(point / replicates) : point);
    for (let i = 0, to = valueOffsets[point]; i < before.length; i++) data[to++] = before[i];
    if (point % TOGETHER === TOGETHER - 1) await pause.yieldIfOver();
  }
  return makeData({ type: new Utf8(), length, nullCount: 0, valueOffsets, data });
}

/** Decimal digits of a whole number from 0. */
function digitsOf(number: number): number {
  let digits = 1;
  for (let least = 10; number >= least; least *= 10) digits++;
  return digits;
}

/** Writes the digits of a whole number that end before `end`; tells where they begin. */
function writeNumber(to: Uint8Array, end: number, number: number): number {
  let at = end;
  let rest = number;
  do {
    const tens = Math.floor(rest / 10);
    to[--at] = DIGIT_0 + rest - 10 * tens;
    rest = tens;
  } while (rest > 0);
  return at;
}
