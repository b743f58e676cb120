/**
 * Values of a grid key, one a point: as they are, or as what each follows from, so that a grid of every combination is held as its axes.
 * Plain data, which crosses threads.
 */
export type KeyValues = Float64Array | RepeatedValues;

/** The value of point i is values[⌊i / each⌋ mod values.length]. */
export interface RepeatedValues {
  values: Float64Array;
  /** Points that have a value, one after the other. */
  each: number;
  /** Points in all. */
  length: number;
}

/** The value of point number `point`. */
export function valueAt(column: KeyValues, point: number): number {
  if (column instanceof Float64Array) return column[point];
  const { values, each } = column;
  // Exact for every whole number that doubles have: a quotient that is not whole is further from the next one than it is rounded.
  return values[Math.floor(point / each) % values.length];
}

/** The values of the points from `first` to before `end`: those of all of them may be the array itself. */
export function valuesIn(column: KeyValues, first = 0, end = column.length): Float64Array {
  if (column instanceof Float64Array) return first === 0 && end === column.length ? column : column.slice(first, end);
  const { values, each } = column;
  const made = new Float64Array(end - first);
  for (let point = first, number = Math.floor(first / each); point < end; number++) {
    const next = Math.min(end, (number + 1) * each);
    made.fill(values[number % values.length], point - first, next - first);
    point = next;
  }
  return made;
}

/** Every value that some point has, each at least once. */
export function distinctValues(column: KeyValues): Float64Array {
  return column instanceof Float64Array ? column : column.values;
}

/** Each value so many times, one after the other. */
export function repeated(column: KeyValues, times: number): RepeatedValues {
  if (column instanceof Float64Array) return { values: column, each: times, length: column.length * times };
  return { ...column, each: column.each * times, length: column.length * times };
}
