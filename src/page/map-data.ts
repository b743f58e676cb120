import { extentOf } from "../figure/scale.ts";
import { type Grid, gridOf } from "./grid.ts";
import type { MapPart, MapProgress } from "./protocol.ts";
import type { State } from "./state.ts";

/** A figure's numbers as far as they have come. */
export class MapData {
  readonly state: State;
  readonly grid: Grid;
  /** The feature at each point, x first; NaN where there is none, or not yet. */
  readonly values: Float64Array;
  /** The stride of the level that a point came with; 0 where it has not come. */
  readonly strides: Uint16Array;
  /** Point → what became of it, where it did not end well. */
  readonly failed = new Map<number, string>();
  /** Texts that the values are numbers of, for a feature that is a text. */
  readonly texts: string[] = [];
  name = "";
  unit = "";
  done = 0;
  progress: MapProgress;
  finished = false;
  /** Whether it was ended before all points were there. */
  stopped = false;
  /** Parts from coarse to fine, in whatever order they come: what is finer covers what is coarser. */
  readonly parts: MapPart[] = [];

  constructor(state: State) {
    this.state = state;
    this.grid = gridOf(state);
    const { count } = this.grid;
    this.values = new Float64Array(count).fill(Number.NaN);
    this.strides = new Uint16Array(count);
    this.progress = { done: 0, total: count, eta: Number.POSITIVE_INFINITY };
  }

  get isText(): boolean {
    return this.texts.length > 0;
  }

  add(part: MapPart): void {
    this.name = part.name;
    this.unit = part.unit;
    const numbers = part.texts?.map((text) => this.#textNumber(text));
    part.points.forEach((point, i) => {
      const value = part.values[i];
      this.values[point] = numbers ? numbers[value] : value;
      this.strides[point] = part.stride;
    });
    for (const [i, status] of part.failed) this.failed.set(part.points[i], status);
    this.done += part.points.length;
    const finer = this.parts.findIndex(({ stride }) => stride < part.stride);
    this.parts.splice(finer < 0 ? this.parts.length : finer, 0, part);
  }

  /** Points that have been computed. */
  computed(): Uint32Array {
    return Uint32Array.from(this.strides.keys()).filter((point) => this.strides[point] > 0);
  }

  #textNumber(text: string): number {
    const index = this.texts.indexOf(text);
    return index < 0 ? this.texts.push(text) - 1 : index;
  }

  /** Least and largest of the finite values; undefined where there are none. */
  range(): [number, number] | undefined {
    return extentOf(this.values);
  }
}
