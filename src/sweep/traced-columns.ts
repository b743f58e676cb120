import { type Column, KEY, outputFacts } from "./columns.ts";

/** What the metadata of a wide column say beside the values of the grid's keys. */
const wideMetadata: readonly string[] = [...outputFacts, KEY];

/** The point and output that a column of traces is of: the point undefined where a column has those of all, as in the long layout. */
export function tracedBy({ name, metadata }: Pick<Column, "name" | "metadata">): { point: string | undefined; output: string } {
  const point = metadata.get(KEY);
  if (point === undefined) return { point, output: name };
  const output = metadata.get("output") ?? "";
  return { point, output: output + name.slice(`${output}/${point}`.length) };
}

/** A point's values of the grid's keys, as the metadata of its wide columns have them. */
export function gridValuesOf({ metadata }: Pick<Column, "metadata">): Map<string, number> {
  return new Map([...metadata].filter(([name]) => !wideMetadata.includes(name)).map(([name, value]) => [name, Number(value)]));
}
