import { sanitize } from "../errors.ts";

/** Columns side by side: the first and last to the left, numbers to the right. */
export function align(cells: readonly string[][]): string[] {
  // Names are a spec's and a template's own; a terminal must not take them for orders.
  const columns = cells.map((column) => column.map(sanitize));
  const widths = columns.map((column) => Math.max(...column.map((cell) => cell.length)));
  return columns[0].map((_, row) =>
    columns
      .map((column, i) => (i === 0 || i === columns.length - 1 ? column[row].padEnd(widths[i]) : column[row].padStart(widths[i])))
      .join("  ")
      .trimEnd(),
  );
}
