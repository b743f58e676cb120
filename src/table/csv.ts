import type { Table } from "apache-arrow/table";
import { Vector } from "apache-arrow/vector";

/** Rows of a piece of text. */
const TOGETHER = 4096;

/**
 * A table as the text of a CSV file, piece by piece (RFC 4180, lines that end in \n): a line of names, then one for each row. Numbers are
 * the shortest decimals that are read as the same double; NaN, Infinity and -Infinity are words; null is nothing, and an empty text "".
 */
export function* csvOf({ schema, batches }: Table): Generator<string> {
  yield `${schema.fields.map(({ name }) => cellOf(name)).join(",")}\n`;
  for (const { data } of batches) {
    const columns = data.children.map((child) => new Vector([child]));
    for (let first = 0; first < data.length; first += TOGETHER) {
      let text = "";
      for (let row = first; row < Math.min(first + TOGETHER, data.length); row++) {
        text += columns[0] === undefined ? "\n" : cellOf(columns[0].get(row));
        for (let i = 1; i < columns.length; i++) text += `,${cellOf(columns[i].get(row))}`;
        text += "\n";
      }
      yield text;
    }
  }
}

function cellOf(value: unknown): string {
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (value === null || value === undefined) return "";
  const text = String(value);
  return text === "" || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
