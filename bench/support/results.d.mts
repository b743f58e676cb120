/** A row of results.md: what was asked, what was found, the target, and whether it is met. */
export interface Row {
  question: string;
  found: string;
  ratio: string;
  target: string;
  met: string;
}

export function sectionOf(rows: readonly Row[], details: readonly string[], measured: { date: string; machine: string }): string[];

export function withSection(
  text: string,
  name: string,
  lines: readonly string[],
  order: readonly string[],
  introduction?: readonly string[],
): string;
