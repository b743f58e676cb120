import type { Data } from "apache-arrow/data";
import { DataType } from "apache-arrow/type";
import { Vector } from "apache-arrow/vector";

/** Rows of a column of texts that stand together and have one text, from `first` to before `end`; null is a text of its own. */
export interface Run {
  text: string | null;
  first: number;
  end: number;
}

/** The runs of equal texts of a column, in order. Each is read once: a name that repeats costs a comparison a row, and no text. */
export function* runsOf(data: Data): Generator<Run> {
  if (data.length === 0) return;
  const isSame = sameAsBefore(data);
  const vector = new Vector([data]);
  const text = (row: number) => {
    const value: unknown = vector.get(row);
    return value === null ? null : String(value);
  };
  let first = 0;
  for (let row = 1; row <= data.length; row++) {
    if (row < data.length && isSame(row)) continue;
    yield { text: text(first), first, end: row };
    first = row;
  }
}

/** The texts of a column; "" where there is none. */
export function textsOf(data: Data): string[] {
  const texts = new Array<string>(data.length);
  for (const { text, first, end } of runsOf(data)) texts.fill(text ?? "", first, end);
  return texts;
}

/** Tells whether a row has the text of the row before it. Files that others wrote may have texts of any of Arrow's kinds. */
function sameAsBefore(data: Data): (row: number) => boolean {
  const { type, values, valueOffsets, nullCount } = data;
  if (nullCount === 0 && DataType.isDictionary(type)) return (row) => values[row] === values[row - 1];
  if (nullCount === 0 && DataType.isUtf8(type)) {
    const bytes: Uint8Array = values;
    const offsets: Int32Array = valueOffsets;
    return (row) => {
      const [before, first, end] = [offsets[row - 1], offsets[row], offsets[row + 1]];
      if (end - first !== first - before) return false;
      // Names that differ do so at their ends.
      for (let i = end - 1, j = first - 1; i >= first; i--, j--) if (bytes[i] !== bytes[j]) return false;
      return true;
    };
  }
  const vector = new Vector([data]);
  return (row) => vector.get(row) === vector.get(row - 1);
}
