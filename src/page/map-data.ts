import { extentOf } from "../figure/scale.ts";
import { type Grid, gridOf } from "./grid.ts";
import type { FailedPoint, MapPart, MapProgress } from "./protocol.ts";
import { shownLabels } from "./signal-labels.ts";
import { type Display, type Shown, type State, shownOf } from "./state.ts";

/** A point between those of the grid, where a line bends. */
export interface Between {
  value: number;
  low: number;
  high: number;
  failed: FailedPoint | undefined;
}

/** The numbers of one figure as far as they have come. */
export class MapData {
  readonly state: State;
  /** Which of the state's figures it is of: 0 is the first. */
  readonly layer: number;
  readonly shown: Shown;
  /** What it shows, as it is told from the state's other figures. */
  readonly label: string;
  /** How it is drawn: the state's, until another is chosen for what has been computed. */
  display: Display;
  readonly grid: Grid;
  /** The feature at each point, x first; NaN where there is none, or not yet. Across replicates, its mean. */
  readonly values: Float64Array;
  /** Ends of the mean's confidence interval, where points have replicates. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** The stride of the level that a point came with; 0 where it has not come. */
  readonly strides: Uint16Array;
  /** Point → what became of it, where it did not end well. */
  readonly failures = new Map<number, FailedPoint>();
  /** Value along x → what was computed there, between points of the grid. */
  readonly between = new Map<number, Between>();
  /** Texts that the values are numbers of, for a feature that is a text. */
  readonly texts: string[] = [];
  name = "";
  unit = "";
  done = 0;
  progress: MapProgress;
  finished = false;
  /** Whether it was ended before all points were there. */
  stopped = false;
  /** Whether it was computed when the page was built. */
  ofBuild = false;
  /** Parts from coarse to fine, in whatever order they come: what is finer covers what is coarser. */
  readonly parts: MapPart[] = [];

  constructor(state: State, layer = 0) {
    this.state = state;
    this.layer = layer;
    this.shown = shownOf(state)[layer];
    this.label = shownLabels(shownOf(state))[layer];
    this.display = state.display;
    this.grid = gridOf(state);
    const { count } = this.grid;
    const empty = () => new Float64Array(count).fill(Number.NaN);
    [this.values, this.low, this.high] = [empty(), empty(), empty()];
    this.strides = new Uint16Array(count);
    this.progress = { done: 0, total: count, eta: Number.POSITIVE_INFINITY };
  }

  get isText(): boolean {
    return this.texts.length > 0;
  }

  /** Whether neighbours may be joined by a line: not those of a list, which says nothing of what is between. */
  get isOrdered(): boolean {
    return this.state.axes[0]?.scale !== "list";
  }

  add(part: MapPart): void {
    const { name, unit, texts, values, low, high } = part.layers[this.layer];
    [this.name, this.unit] = [name, unit];
    const numbers = texts?.map((text) => this.#textNumber(text));
    const numberAt = (i: number) => (numbers ? numbers[values[i]] : values[i]);
    const failed = new Map(part.failed.map((each) => [each.place, each]));
    if (part.between) {
      part.between.forEach((x, i) => {
        const ends = { low: low?.[i] ?? Number.NaN, high: high?.[i] ?? Number.NaN };
        this.between.set(x, { value: numberAt(i), ...ends, failed: failed.get(i) });
      });
      return;
    }
    part.points.forEach((point, i) => {
      this.values[point] = numberAt(i);
      this.low[point] = low?.[i] ?? Number.NaN;
      this.high[point] = high?.[i] ?? Number.NaN;
      this.strides[point] = part.stride;
      const failure = failed.get(i);
      if (failure) this.failures.set(point, failure);
    });
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

  /** All numbers that have come: of the grid, and between its points. */
  numbers(): Float64Array {
    if (this.between.size === 0) return this.values;
    return Float64Array.from([...this.values, ...Array.from(this.between.values(), ({ value }) => value)]);
  }

  /** Least and largest of the finite values; undefined where there are none. */
  range(): [number, number] | undefined {
    return extentOf(this.numbers());
  }
}
