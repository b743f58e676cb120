import { sanitize } from "../errors.ts";
import { largest } from "../lists.ts";

/** Letters of a line, as far as its text can be broken. */
export const WIDTH = 100;
/** Between two columns. */
const GAP = "  ";
/** A last column with less room than this begins its further lines at the left. */
const NARROWEST = 20;

/** Text in lines of at most WIDTH letters, broken at spaces; the first begins with `indent`, the others with `hanging`. */
export function wrapped(text: string, indent = "", hanging = indent): string[] {
  const lines: string[] = [];
  let line = indent;
  let isEmpty = true;
  for (const word of text.split(" ")) {
    if (!isEmpty && width(line) + 1 + width(word) > WIDTH) {
      lines.push(line);
      line = hanging;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line].map((text) => text.trimEnd());
}

/** Rows of cells as columns side by side; what does not fit into a line goes on below the last column. */
export function columns(rows: readonly (readonly string[])[], indent = ""): string[] {
  const count = largest(rows.map((row) => row.length));
  const widths = Array.from({ length: Math.max(0, count - 1) }, (_, i) => largest(rows.map((row) => width(row[i] ?? ""))));
  const start = widths.reduce((sum, size) => sum + size + GAP.length, indent.length);
  const hanging = start + NARROWEST > WIDTH ? `${indent}${GAP}` : " ".repeat(start);
  return rows.flatMap((row) => {
    const cells = widths.map((size, i) => padded(row[i] ?? "", size) + GAP);
    return wrapped(row[count - 1] ?? "", indent + cells.join(""), hanging);
  });
}

function padded(text: string, size: number): string {
  return text + " ".repeat(Math.max(0, size - width(text)));
}

/** Letters of a text: what is outside of the basic plane counts once. */
export function width(text: string): number {
  return Array.from(text).length;
}

/** Columns side by side: the first and last to the left, numbers to the right. */
export function align(cells: readonly string[][]): string[] {
  // Names are a spec's and a template's own; a terminal must not take them for orders.
  const columns = cells.map((column) => column.map(sanitize));
  const widths = columns.map((column) => largest(column.map((cell) => cell.length)));
  return columns[0].map((_, row) =>
    columns
      .map((column, i) => (i === 0 || i === columns.length - 1 ? column[row].padEnd(widths[i]) : column[row].padStart(widths[i])))
      .join("  ")
      .trimEnd(),
  );
}
