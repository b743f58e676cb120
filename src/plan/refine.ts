import type { Problems } from "../check.ts";
import { listed, sanitize } from "../errors.ts";
import { valuesIn } from "../kernel/key-values.ts";
import { nearest } from "../nearest.ts";
import type { NormalOptions } from "../options/defaults.ts";
import { type Column, LEVEL } from "../sweep/columns.ts";
import { featureOf, isTelling } from "../sweep/grown-columns.ts";
import type { Grid } from "../sweep/points.ts";

/** How a sweep is refined, resolved. */
export interface Refinement {
  /** The column of the map whose values tell neighbours apart. */
  column: string;
  depth: number;
  maxPoints: number;
  change: number;
  /** Values of each key of the grid. */
  axes: readonly Float64Array[];
}

/** What is known of the sweep; the grid undefined where it is at fault. */
interface RefinedSweep {
  grid: Grid | undefined;
  /** Of the map. */
  columns: readonly Column[];
  /** What has values of its own for each point, by the names of options. */
  ofPoints: readonly string[];
}

/** Finds what `refine` looks at, and tells what cannot be refined. */
export function resolveRefine(
  problems: Problems,
  { refine, follow, replicates, store }: Pick<NormalOptions, "refine" | "follow" | "replicates" | "store">,
  { grid, columns, ofPoints }: RefinedSweep,
): Refinement | undefined {
  if (refine === false || typeof refine.feature !== "string") return undefined;
  const add = (message: string, ...path: string[]) => problems.add("E_REFINE", ["refine", ...path], message);
  if (follow !== false)
    add("points that are added between others have no place where points follow each other; leave out refine, or follow");
  if (store !== undefined) add("a stored sweep has its points before it begins; leave out store, and write the map that is returned");
  if (replicates > 1) add(`refine looks at one run of each point, but there are ${replicates} replicates; leave them out`);
  for (const option of ofPoints) add(`${option} has values for each point, and added points have none; give what holds for all of them`);
  if (grid?.keys.includes(LEVEL)) {
    const message = `the grid key ${LEVEL} is a column of a map that is refined; choose another name, such as rename: { ${LEVEL}: "${LEVEL}_" }`;
    problems.add("E_RESERVED_NAME", ["paramGrid", LEVEL], message);
  }
  if (grid && (grid.keys.length > 2 || (grid.keys.length === 2 && !grid.permute))) {
    const found = grid.keys.length > 2 ? `${grid.keys.length} keys` : "a list of points of two keys";
    add(`refine halves the intervals of one key, or the cells of a product of two (permuteGrid: true), but ${found} were found`);
  }
  if (grid?.names || grid?.labels)
    add("refine adds points, which would have no names beside those of the grid's table; leave out its names");
  const { feature, depth, maxPoints, change } = refine;
  const known = columns.filter(isTelling);
  const called = known.filter((column) => featureOf(column) === feature);
  const column = known.find(({ name }) => name === feature) ?? (called.length === 1 ? called[0] : undefined);
  if (!column) {
    const names = (called.length > 1 ? called : known).map(({ name }) => name);
    const suggestion = nearest(feature, names);
    const hint = suggestion === undefined || called.length > 1 ? `there are: ${listed(names)}` : `did you mean ${suggestion}?`;
    const what = called.length > 1 ? `several outputs have the feature ${sanitize(feature)}` : `the map has no column ${sanitize(feature)}`;
    problems.add("E_REFINE", ["refine", "feature"], `${what}; ${hint}`);
  }
  return grid && column && { column: column.name, depth, maxPoints, change, axes: grid.values.map((values) => valuesIn(values)) };
}
