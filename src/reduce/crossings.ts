import type { SampleWindow } from "../kernel/kernel.ts";
import type { NoiseFloor } from "../kernel/noise-floor.ts";
import type { Reducer, Series } from "./reducer.ts";

/**
 * How often each trace crosses a level upwards: samples at or above it whose predecessor is below, and before which the trace has been
 * below by more than the noise floor since it last crossed. What the floor is, is known at the end alone: until then the depths of
 * all excursions are counted, by their powers of two.
 */
export class Crossings implements Reducer<{ crossings: Float64Array }> {
  readonly #series: Series;
  readonly #lanes: readonly Excursions[];

  constructor(series: Series, level: number) {
    this.#series = series;
    this.#lanes = Array.from({ length: series.lanes }, () => new Excursions(level));
  }

  add({ samples, variables, n, data }: SampleWindow): void {
    const { variable } = this.#series;
    this.#lanes.forEach((lane, i) => {
      lane.add(data, { from: variable * n + i, stride: variables * n, samples });
    });
  }

  finish(floor?: NoiseFloor): { crossings: Float64Array } {
    return { crossings: Float64Array.from(this.#lanes, (lane, i) => lane.deeperThan((size) => floor?.of(i, size) ?? 0)) };
  }
}

/** Powers of two that are told apart; what is beyond them counts as the next of them. */
const LEAST = -300;
const MOST = 100;

/** The excursions of one trace below a level that have ended: how many there were of each depth. */
class Excursions {
  readonly #level: number;
  /** How far the trace is below the level, or was since it crossed it; 0 where it is not below. */
  #depth = 0;
  /** Largest |x| of the trace. */
  #size = 0;
  #all = 0;
  readonly #depths = new Uint32Array(MOST - LEAST + 1);

  constructor(level: number) {
    this.#level = level;
  }

  add(data: Float64Array, { from, stride, samples }: { from: number; stride: number; samples: number }): void {
    const level = this.#level;
    let depth = this.#depth;
    let size = this.#size;
    for (let s = 0, i = from; s < samples; s++, i += stride) {
      const x = data[i];
      size = Math.max(size, Math.abs(x));
      if (x < level) depth = Math.max(depth, level - x);
      else if (depth > 0) {
        this.#all++;
        this.#depths[powerOf(depth) - LEAST]++;
        depth = 0;
      }
    }
    this.#depth = depth;
    this.#size = size;
  }

  /** How many went deeper than the floor of a trace of their size: by a factor of one to two. */
  deeperThan(floorOf: (size: number) => number): number {
    if (this.#all === 0) return 0;
    const floor = floorOf(this.#size);
    if (!(floor > 0)) return this.#all;
    return this.#depths.subarray(powerOf(floor) - LEAST + 1).reduce((sum, count) => sum + count, 0);
  }
}

const view = new DataView(new ArrayBuffer(8));

/** The power of two at or below a number above 0, as far as they are told apart. */
function powerOf(x: number): number {
  view.setFloat64(0, x);
  return Math.min(Math.max(((view.getUint16(0) >> 4) & 0x7ff) - 1023, LEAST), MOST);
}
