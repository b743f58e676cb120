import { isFine } from "../figure/scale.ts";
import type { MapData } from "./map-data.ts";

/** A point of a figure against one axis: of the grid, or between two of its points, where `index` is -1. */
interface Entry {
  x: number;
  index: number;
  value: number;
  low: number;
  high: number;
  /** How it failed; undefined where it ended well. */
  status: string | undefined;
  /** Whether it has been computed. */
  isHere: boolean;
}

/** The points of a map with one axis, from left to right, on the page and in its downloads. */
export class AlongLine {
  readonly entries: readonly Entry[];
  /** Whether a line joins them: not where it would tell what nobody has computed. */
  readonly isLine: boolean;
  readonly #map: MapData;

  constructor(map: MapData) {
    this.#map = map;
    const { grid, values, low, high, between, strides, failures } = map;
    const ofGrid = Array.from(grid.x, (x, index): Entry => {
      const numbers = { value: values[index], low: low[index], high: high[index] };
      return { x, index, ...numbers, status: failures.get(index)?.status, isHere: strides[index] > 0 };
    });
    const others = Array.from(between, ([x, { failed, ...numbers }]): Entry => {
      return { x, index: -1, ...numbers, status: failed?.status, isHere: true };
    });
    this.entries = [...ofGrid, ...others].sort((a, b) => a.x - b.x);
    const come = this.entries.filter(({ isHere }) => isHere).map(({ x }) => x);
    this.isLine = map.isOrdered && isFine(come, map.state.axes[0]?.scale === "log");
  }

  /** The figure's height somewhere along x: of a point, or of the line between two; NaN where nothing has been computed. */
  heightAt(x: number, isLogHeight: boolean): number {
    const after = this.entries.findIndex((entry) => entry.x >= x);
    const [left, right] = [this.entries[after - 1], this.entries[after]];
    if (right === undefined) return Number.NaN;
    if (right.x === x) return right.value;
    if (left === undefined || !this.isLine || this.#map.isText) return Number.NaN;
    const isLog = this.#map.state.axes[0].scale === "log";
    const [from, at, to] = [left.x, x, right.x].map((value) => (isLog ? Math.log(value) : value));
    const part = (at - from) / (to - from);
    return isLogHeight ? left.value * (right.value / left.value) ** part : left.value + part * (right.value - left.value);
  }
}
