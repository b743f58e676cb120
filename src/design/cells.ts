/** A box between neighbours of a grid of one key or two: an interval, or a cell with four corners. */
interface Cell {
  low: readonly number[];
  high: readonly number[];
}

/** A grid of one or two keys that is made finer where the corners of its cells differ. Points are numbered as they come: first those of the grid. */
export class Cells {
  readonly #numbers = new Map<string, number>();
  #cells: readonly Cell[];
  #count: number;

  /** `axes` has the values of each key, in any order; `points` a column of values for each key, those of every combination among them. */
  constructor(axes: readonly Float64Array[], points: readonly ArrayLike<number>[]) {
    this.#count = points[0].length;
    for (let point = this.#count - 1; point >= 0; point--) this.#numbers.set(nameOf(points.map((column) => column[point])), point);
    const intervals = axes.map((values) => {
      const rising = [...new Set(values)].sort((a, b) => a - b);
      return rising.slice(1).map((high, i) => ({ low: rising[i], high }));
    });
    this.#cells = product(intervals).map((sides) => ({ low: sides.map(({ low }) => low), high: sides.map(({ high }) => high) }));
  }

  /**
   * Halves every cell whose corners differ, in its keys all, and gives the points that this adds, at most `most`: those of a cell come
   * together or not at all. `isLimited` tells whether there were more. What is not halved is not looked at again.
   */
  halve(differ: (corners: readonly number[]) => boolean, most: number): { points: number[][]; isLimited: boolean } {
    const points: number[][] = [];
    const halves: Cell[] = [];
    let isLimited = false;
    for (const cell of this.#cells) {
      const middle = cell.low.map((low, key) => low + (cell.high[key] - low) / 2);
      // Where there is no double between two neighbours they are as near as can be.
      if (middle.some((value, key) => value === cell.low[key] || value === cell.high[key])) continue;
      if (!differ(this.#corners(cell))) continue;
      const added = product(middle.map((value, key) => [cell.low[key], value, cell.high[key]])).filter(
        (point) => !this.#numbers.has(nameOf(point)),
      );
      if (points.length + added.length > most) {
        isLimited = true;
        continue;
      }
      for (const point of added) {
        this.#numbers.set(nameOf(point), this.#count++);
        points.push(point);
      }
      for (const sides of product(
        middle.map((value, key) => [
          [cell.low[key], value],
          [value, cell.high[key]],
        ]),
      ))
        halves.push({ low: sides.map(([low]) => low), high: sides.map(([, high]) => high) });
    }
    this.#cells = halves;
    return { points, isLimited };
  }

  #corners({ low, high }: Cell): number[] {
    return product(low.map((value, key) => [value, high[key]])).map((corner) => this.#numbers.get(nameOf(corner)) ?? 0);
  }
}

function nameOf(point: readonly number[]): string {
  return point.join(" ");
}

/** Every combination of an item of each list; the last list goes fastest. */
function product<Item>(lists: readonly (readonly Item[])[]): Item[][] {
  return lists.reduce<Item[][]>((made, list) => made.flatMap((items) => list.map((item) => [...items, item])), [[]]);
}
