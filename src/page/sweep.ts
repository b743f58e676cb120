import type { Table } from "apache-arrow";
import { gridSearch } from "../index.ts";
import { gridOf, pointAt } from "./grid.ts";
import { layersOf } from "./layers.ts";
import { type ReadModel, searchOptions } from "./models.ts";
import type { MapPart, MapProgress } from "./protocol.ts";
import { bending, canBend, type Sample } from "./refine.ts";
import type { State } from "./state.ts";

/** How long one part of a sweep should take, in ms; the fewest points that keep all workers busy; and parts that run at a time. */
const PART = 300;
const LEAST = 512;
const AT_ONCE = 2;
/** How often points are put between those of a line; each time where it bends. */
const ROUNDS = 5;

/** What a sweep tells while it runs. */
export interface Listener {
  part(part: MapPart, map: Table): void;
  progress(progress: MapProgress): void;
}

/** What is swept. */
export interface Swept {
  state: State;
  model: ReadModel;
  /** Points that are there already. */
  computed?: Uint32Array;
}

/** The feature at every point of a state's grid, coarse points first; each point is computed once. */
export async function sweep(swept: Swept, listener: Listener, signal: AbortSignal): Promise<void> {
  await new Sweep(swept, listener, signal).run();
}

class Sweep {
  readonly #state: State;
  readonly #model: ReadModel;
  readonly #listener: Listener;
  readonly #signal: AbortSignal;
  readonly #start = performance.now();
  readonly #running = new Set<Promise<void>>();
  /** Points of each part that runs that are done. */
  readonly #underway = new Map<Uint32Array, number>();
  readonly #computed: ReadonlySet<number>;
  /** Samples of the line, by where they lie along x. */
  readonly #line = new Map<number, Sample>();
  #done = 0;
  #total = 0;

  constructor({ state, model, computed = new Uint32Array(0) }: Swept, listener: Listener, signal: AbortSignal) {
    this.#state = state;
    this.#model = model;
    this.#computed = new Set(computed);
    this.#listener = listener;
    this.#signal = signal;
  }

  async run(): Promise<void> {
    const { x, y, count } = gridOf(this.#state);
    this.#total = count;
    for (const { stride, points: all } of levels(x.length, y.length)) {
      const points = this.#computed.size === 0 ? all : all.filter((point) => !this.#computed.has(point));
      for (const part of parts(points, () => this.#size())) {
        this.#signal.throwIfAborted();
        await this.#begin(stride, part);
      }
    }
    await Promise.all(this.#running);
    if (canBend(this.#state)) await this.#refine();
  }

  /** Computes points between those of the grid, where a line bends. */
  async #refine(): Promise<void> {
    const { x } = gridOf(this.#state);
    const isLog = this.#state.axes[0].scale === "log";
    for (let round = 0; round < ROUNDS; round++) {
      const left = x.length - (this.#line.size - x.length);
      const between = bending([...this.#line.values()], { isLog, most: Math.min(left, x.length / 2), narrowest: 2 ** -ROUNDS / x.length });
      if (between.length === 0) return;
      this.#signal.throwIfAborted();
      await this.#compute(1, new Uint32Array(0), between);
    }
  }

  /** Points of the next part: as many as took PART ms so far. */
  #size(): number {
    if (this.#done === 0) return LEAST;
    return Math.max(LEAST, (PART * this.#done) / (performance.now() - this.#start));
  }

  /** Begins a part when there is room: while one is computed, the next is prepared. */
  async #begin(stride: number, points: Uint32Array): Promise<void> {
    while (this.#running.size >= AT_ONCE) await Promise.race(this.#running);
    const running = this.#compute(stride, points).finally(() => {
      this.#running.delete(running);
      this.#underway.delete(points);
    });
    this.#running.add(running);
    // What it throws is met where it is awaited: in the race, or at the end.
    running.catch(() => {});
  }

  /** Computes points of the grid, or points between them. */
  async #compute(stride: number, points: Uint32Array, between?: Float64Array): Promise<void> {
    const { template: circuit, description } = this.#model;
    const grid = gridOf(this.#state);
    const values = between ? Array.from(between, (x) => [x]) : Array.from(points, (point) => pointAt(this.#state, grid, point));
    const options = searchOptions(this.#state, { description, circuit }, { points: values, map: true });
    const onProgress = ({ done }: { done: number }) => {
      if (between) return;
      this.#underway.set(points, done);
      this.#tell();
    };
    const { resultsMap } = await gridSearch({ ...options, results: false, signal: this.#signal, onProgress });
    this.#underway.delete(points);
    this.#done += points.length;
    this.#tell();
    const { layers, failed } = layersOf(resultsMap, this.#state);
    if (canBend(this.#state)) {
      const ys = layers.flatMap((layer) => (layer.texts ? [] : [layer.values]));
      values.forEach(([x], i) => void this.#line.set(x, { x, y: ys.map((each) => each[i]) }));
    }
    this.#listener.part({ stride, points: points.slice(), ...(between ? { between } : {}), layers, failed }, resultsMap);
  }

  #tell(): void {
    const fresh = [...this.#underway.values()].reduce((sum, points) => sum + points, this.#done);
    const done = fresh + this.#computed.size;
    const eta = ((performance.now() - this.#start) / 1000 / Math.max(1, fresh)) * (this.#total - done);
    this.#listener.progress({ done, total: this.#total, eta });
  }
}

/** Points of a grid that are computed together: those on every `stride`-th row and column that no coarser level has had. */
export interface Level {
  stride: number;
  /** Numbers of the points: x + width * y. */
  points: Uint32Array;
}

/** The first level has at most so many points: it is there at once. */
const FIRST = 64;

/** A grid from coarse to fine: nested, each point once, the first level at most 64 points. */
export function* levels(width: number, height: number): Generator<Level> {
  let stride = 1;
  while (Math.ceil(width / stride) * Math.ceil(height / stride) > FIRST) stride *= 2;
  for (let before = 0; stride >= 1; before = stride, stride /= 2) yield { stride, points: pointsOf(width, height, { stride, before }) };
}

/** The points at one stride but for those at the stride before it, which was twice as long; 0: there was none. */
function pointsOf(width: number, height: number, { stride, before }: { stride: number; before: number }): Uint32Array {
  const points: number[] = [];
  for (let y = 0; y < height; y += stride) {
    const isOldRow = before > 0 && y % before === 0;
    const [first, step] = isOldRow ? [stride, before] : [0, stride];
    for (let x = first; x < width; x += step) points.push(x + width * y);
  }
  return Uint32Array.from(points);
}

/** Parts of a list, at most `size` long. */
export function* parts(points: Uint32Array, size: () => number): Generator<Uint32Array> {
  for (let start = 0; start < points.length; ) {
    const end = Math.min(points.length, start + Math.max(1, Math.floor(size())));
    // A short rest goes with the part before it.
    const stop = points.length - end < (end - start) / 4 ? points.length : end;
    yield points.subarray(start, stop);
    start = stop;
  }
}
