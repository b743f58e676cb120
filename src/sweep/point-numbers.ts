/** The points of a job in the order of its positions, where it does not have all points: as a list, or as what they follow from. Plain data. */
export type PointNumbers = Uint32Array | PointsOnAxis | PointRuns;

/** Points of a grid of every combination that have some of a key's values: those whose number ⌊point / each⌋ mod values is among `chosen`. */
export interface PointsOnAxis {
  kind: "axis";
  /** In rising order. */
  chosen: Uint32Array;
  values: number;
  each: number;
  length: number;
}

/** Runs of positions one after the other: those of run i begin with position `starts[i]`, which is position `firsts[i]` of all points, or of others. */
export interface PointRuns {
  kind: "runs";
  starts: Float64Array;
  firsts: Float64Array;
  of: PointNumbers | undefined;
  length: number;
}

/** The number of the point at a position. */
export function numberAt(points: PointNumbers | undefined, position: number): number {
  if (points === undefined) return position;
  if (points instanceof Uint32Array) return points[position];
  if (points.kind === "axis") {
    const { chosen, values, each } = points;
    const round = Math.floor(position / each);
    return (Math.floor(round / chosen.length) * values + chosen[round % chosen.length]) * each + (position % each);
  }
  const run = lastUpTo(points.starts, position);
  return numberAt(points.of, points.firsts[run] + position - points.starts[run]);
}

/** The index of the last of some numbers in rising order that is not above a value; the first is not. */
export function lastUpTo(numbers: ArrayLike<number>, value: number): number {
  let [low, high] = [0, numbers.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (numbers[middle] <= value) low = middle;
    else high = middle;
  }
  return low;
}
