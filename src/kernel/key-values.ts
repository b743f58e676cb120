import { isMade, type KeyValues, type MadeValues } from "../sweep/key-values.ts";
import { madeValues } from "./recipes.ts";

/** The value of point number `point`. */
export function valueAt(column: KeyValues, point: number): number {
  if (column instanceof Float64Array) return column[point];
  // Exact for every whole number that doubles have: a quotient that is not whole is further from the next one than it is rounded.
  const number = Math.floor(point / column.each);
  return isMade(column) ? madeValueAt(column, number) : column.values[number % column.values.length];
}

/** Values that are made at a time: the next one that is asked for is mostly a neighbour. */
const PIECE = 1024;
const lastPieces = new WeakMap<MadeValues, { first: number; values: Float64Array }>();

function madeValueAt(column: MadeValues, number: number): number {
  const { recipe } = column;
  const first = number - (number % PIECE);
  let piece = lastPieces.get(column);
  if (piece?.first !== first) {
    piece = { first, values: madeValues(recipe, { first, end: Math.min(recipe.n, first + PIECE) }) };
    lastPieces.set(column, piece);
  }
  return piece.values[number - first];
}

/** The values of the points from `first` to before `end`: those of all of them may be the array itself. */
export function valuesIn(column: KeyValues, first = 0, end = column.length): Float64Array {
  if (column instanceof Float64Array) return first === 0 && end === column.length ? column : column.slice(first, end);
  const { each } = column;
  const start = Math.floor(first / each);
  const made = isMade(column) ? madeValues(column.recipe, { first: start, end: Math.ceil(end / each) }) : undefined;
  if (made && each === 1) return made;
  const ofNumber = (number: number) =>
    isMade(column) ? (made?.[number - start] ?? Number.NaN) : column.values[number % column.values.length];
  const values = new Float64Array(end - first);
  for (let point = first, number = start; point < end; number++) {
    const next = Math.min(end, (number + 1) * each);
    values.fill(ofNumber(number), point - first, next - first);
    point = next;
  }
  return values;
}

/** Values that are looked at at a time where all of a recipe are. */
const AT_ONCE = 2 ** 16;

/** Every value that some point has, each at least once: in pieces, of which none is kept. */
export function* distinctValues(column: KeyValues): Generator<Float64Array> {
  if (column instanceof Float64Array) yield column;
  else if (!isMade(column)) yield column.values;
  else {
    const { recipe } = column;
    for (let first = 0; first < recipe.n; first += AT_ONCE) yield madeValues(recipe, { first, end: Math.min(recipe.n, first + AT_ONCE) });
  }
}
