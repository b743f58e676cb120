import { isRecord, type Problems } from "../check.ts";
import { sanitize } from "../errors.ts";
import { NOISE_DEFAULTS } from "../sweep/input.ts";
import { designOf, readDesign } from "./design.ts";
import { readValues } from "./values.ts";

/** The grid of a spec: values for each key, or a design that makes all of it. Undefined where it is nothing that can be read. */
export function readGrid(problems: Problems, paramGrid: unknown, permuteGrid: unknown): Record<string, unknown> | undefined {
  if (!isRecord(paramGrid)) return undefined;
  const design = designOf(paramGrid);
  const form = design === undefined ? undefined : paramGrid[design];
  if (design === undefined || !isRecord(form)) {
    if (permuteGrid !== true) checkSeeds(problems, paramGrid);
    return Object.fromEntries(Object.entries(paramGrid).map(([key, value]) => [key, readValues(problems, ["paramGrid", key], value)]));
  }
  for (const key of Object.keys(paramGrid).filter((other) => other !== design)) {
    const message = `${sanitize(design)} makes the whole grid, so that ${sanitize(key)} cannot stand beside it; give it a range there too`;
    problems.add("E_GRID_SHAPE", ["paramGrid", key], message);
  }
  if (permuteGrid === true) {
    const message = `${sanitize(design)} makes points, of which permuteGrid would combine every value with every other; leave it out`;
    problems.add("E_GRID_SHAPE", ["permuteGrid"], message);
  }
  return readDesign(problems, design, form);
}

/** Refuses keys that are drawn from one seed, row by row: they would rise and fall together, and be no two samples. */
function checkSeeds(problems: Problems, paramGrid: Record<string, unknown>): void {
  const first = new Map<unknown, string>();
  for (const [key, value] of Object.entries(paramGrid)) {
    const [name, form] = (isRecord(value) ? Object.entries(value) : [])[0] ?? [];
    if ((name !== "uniformSample" && name !== "normalSample") || !isRecord(form)) continue;
    const { seed = NOISE_DEFAULTS.seed } = form;
    const other = first.get(seed);
    if (other === undefined) first.set(seed, key);
    else {
      const message = `${sanitize(other)} and ${sanitize(key)} have one seed, ${sanitize(String(seed))}, and would rise and fall together; give each its own`;
      problems.add("E_GRID_SHAPE", ["paramGrid", key, name, "seed"], message);
    }
  }
}
