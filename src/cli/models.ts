import { sanitize } from "../errors.ts";
import { nearest } from "../nearest.ts";
import { bundled, type FoundCircuit } from "./circuits.ts";
import { listText } from "./listing.ts";
import { UsageError } from "./usage.ts";

/** Prints the bundled circuits whose path or description has a text in it; all of them without one. */
export function models(text = ""): void {
  const known = bundled();
  const wanted = text.toLowerCase();
  const found = known.filter(({ path, circuit }) => `${path}\n${circuit.description}`.toLowerCase().includes(wanted));
  if (found.length === 0)
    throw new UsageError(`no bundled model has "${sanitize(text)}" in its path or description; ${hintFor(wanted, known)}`);
  console.log(listText(found));
}

/** The nearest word of the paths and descriptions. */
function hintFor(text: string, known: readonly FoundCircuit[]): string {
  const paths = known.map(({ path }) => path.toLowerCase());
  const words = known.flatMap(({ path, circuit }) => `${path}\n${circuit.description}`.toLowerCase().split(/[^a-z0-9_-]+/));
  const suggestion = nearest(text, [...paths, ...words.filter((word) => word.length > 2)]);
  return suggestion === undefined ? '"massgrid models" lists them all' : `did you mean ${suggestion}?`;
}
