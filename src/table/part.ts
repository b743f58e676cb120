import { valueAt, valuesIn } from "../kernel/key-values.ts";
import { givenNames, nameOf, type Points } from "../sweep/points.ts";
import { type Part, pointsOfPart, type Range, type Sweep } from "../sweep/selection.ts";

/** A part as a sweep for tables, whose points 0, 1, 2, ... are those of the part with their names and values. It is not one to run. */
export function renumbered<S extends Sweep>(sweep: S, part: Part): S {
  const { points, jobs } = sweep;
  const { names, columns } =
    jobs[part.job].points || !("first" in part.positions) ? scattered(sweep, part) : consecutive(points, part.positions);
  return { ...sweep, jobs: [{ ...jobs[part.job], points: undefined }], points: { ...points, names, columns, axes: undefined }, blocks: [] };
}

function scattered(sweep: Sweep, part: Part): Pick<Points, "names" | "columns"> {
  const { names, columns } = sweep.points;
  const chosen = pointsOfPart(sweep, part);
  return {
    names: givenNames(chosen.map((point) => nameOf(names, point))),
    columns: columns.map((column) => Float64Array.from(chosen, (point) => valueAt(column, point))),
  };
}

/** The same of points that follow one another, whose names need not be made. */
function consecutive({ names, columns }: Points, { first, count }: Range): Pick<Points, "names" | "columns"> {
  return {
    names: { ...names, first: (names.first ?? 0) + first, length: count },
    columns: columns.map((column) => valuesIn(column, first, first + count)),
  };
}
