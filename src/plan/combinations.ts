import { isMade, type KeyValues, type RepeatedValues } from "../sweep/key-values.ts";
import type { PointNumbers } from "../sweep/point-numbers.ts";

/** The combinations of some grid keys' values, numbered in the order of the first points that have them. */
export interface Combinations {
  count: number;
  /** The first point that has a combination. */
  firstPoint: (number: number) => number;
  /** The points of groups that have each combination once. */
  pointsOf: (groups: readonly (readonly number[])[]) => PointNumbers[];
}

/**
 * The combinations of the values of keys number `keys`: of a grid of every combination as many as the product of these keys' values, else
 * one a point.
 */
export function combinationsOf(values: readonly KeyValues[], keys: ReadonlySet<number>, points: number): Combinations {
  const columns = [...keys].map((key) => values[key]);
  return isProduct(columns) ? ofProduct(columns, points) : ofPoints(points);
}

function ofPoints(points: number): Combinations {
  return { count: points, firstPoint: (number) => number, pointsOf: (groups) => groups.map((group) => Uint32Array.from(group)) };
}

/** Whether every combination of some columns' values is there: each is repeated by itself, or by the others. Columns of a list are repeated alike. */
function isProduct(columns: readonly KeyValues[]): columns is readonly RepeatedValues[] {
  const lengths = columns.flatMap((column) => {
    if (isListed(column)) return [0];
    return column.values.length > 1 ? [column.each] : [];
  });
  return !lengths.includes(0) && new Set(lengths).size === lengths.length && !columns.some(isListed);
}

/** Whether a column is a list with a value for each point, or a recipe for one. */
function isListed(column: KeyValues): column is Exclude<KeyValues, RepeatedValues> {
  return column instanceof Float64Array || isMade(column);
}

function ofProduct(columns: readonly RepeatedValues[], points: number): Combinations {
  // The slowest first: so their numbers rise with the points.
  const axes = [...columns].sort((a, b) => b.each - a.each);
  const count = axes.reduce((product, { values }) => product * values.length, 1);
  const firstPoint = (number: number) => {
    let [point, rest] = [0, number];
    for (const { values, each } of axes.toReversed()) {
      point += (rest % values.length) * each;
      rest = Math.floor(rest / values.length);
    }
    return point;
  };
  const numberOf = (point: number) =>
    axes.reduce((number, { values, each }) => number * values.length + (Math.floor(point / each) % values.length), 0);
  const pointsOf = (groups: readonly (readonly number[])[]): PointNumbers[] => {
    const varied = axes.filter(({ values }) => values.length > 1);
    if (varied.length === 1) {
      const [{ values, each }] = varied;
      const share = points / values.length;
      return groups.map((group) => {
        return { kind: "axis", chosen: Uint32Array.from(group), values: values.length, each, length: group.length * share };
      });
    }
    return listed(groups, { count, points, numberOf });
  };
  return { count, firstPoint, pointsOf };
}

/** The points of each group in lists: several keys that part a grid leave no pattern that could be told. */
function listed(
  groups: readonly (readonly number[])[],
  { count, points, numberOf }: { count: number; points: number; numberOf: (point: number) => number },
): Uint32Array[] {
  const groupOf = new Uint32Array(count);
  groups.forEach((group, i) => {
    for (const number of group) groupOf[number] = i;
  });
  const lists = groups.map((group) => new Uint32Array((group.length * points) / count));
  const ends = new Uint32Array(groups.length);
  for (let point = 0; point < points; point++) {
    const group = groupOf[numberOf(point)];
    lists[group][ends[group]++] = point;
  }
  return lists;
}
