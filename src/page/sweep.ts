import type { Table } from "apache-arrow";
import { gridSearch, spectrum } from "../index.ts";
import { gridOf, outputNames, pointAt } from "./grid.ts";
import { type ReadModel, searchOptions } from "./models.ts";
import type { MapPart, MapProgress, Trace, Traces } from "./protocol.ts";
import type { State } from "./state.ts";

/** How long one part of a sweep should take, in ms; the fewest points that keep all workers busy; and parts that run at a time. */
const PART = 300;
const LEAST = 512;
const AT_ONCE = 2;

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

  async #compute(stride: number, points: Uint32Array): Promise<void> {
    const { template: circuit, description } = this.#model;
    const grid = gridOf(this.#state);
    const values = Array.from(points, (point) => pointAt(this.#state, grid, point));
    const options = searchOptions(this.#state, { description, circuit }, { points: values, map: true });
    const onProgress = ({ done }: { done: number }) => {
      this.#underway.set(points, done);
      this.#tell();
    };
    const { resultsMap } = await gridSearch({ ...options, results: false, signal: this.#signal, onProgress });
    this.#underway.delete(points);
    this.#done += points.length;
    this.#tell();
    this.#listener.part({ stride, points: points.slice(), ...featureOf(resultsMap, outputNames(this.#state).signal) }, resultsMap);
  }

  #tell(): void {
    const fresh = [...this.#underway.values()].reduce((sum, points) => sum + points, this.#done);
    const done = fresh + this.#computed.size;
    const eta = ((performance.now() - this.#start) / 1000 / Math.max(1, fresh)) * (this.#total - done);
    this.#listener.progress({ done, total: this.#total, eta });
  }
}

/** The feature's column of a map, and which points failed. */
function featureOf(map: Table, output: string): Omit<MapPart, "stride" | "points"> {
  const fields = map.schema.fields.filter(({ metadata }) => metadata.has("feature"));
  const field = fields.find(({ metadata }) => metadata.get("output") === output) ?? fields[0];
  const column = map.getChild(field.name);
  const failed = Array.from(map.getChild("status") ?? [], String).flatMap((status, i) => (status === "ok" ? [] : [[i, status] as const]));
  const about = { failed, name: field.name, unit: field.metadata.get("unit") ?? "" };
  const isText = String(field.type) === "Utf8";
  if (!isText) return { values: Float64Array.from(column ?? [], (value) => (typeof value === "number" ? value : Number.NaN)), ...about };
  const status = map.getChild("status");
  // Of a point that failed, the figure tells how.
  const all = Array.from(column ?? [], (value, i) => String(value ?? status?.get(i)));
  const texts = [...new Set(all)];
  return { values: Float64Array.from(all, (text) => texts.indexOf(text)), texts, ...about };
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

/** The fewest samples of a spectrum. */
const SPECTRUM = 8;

/** The traces, spectra and phase planes of some points, in this thread: they are wanted at once. */
export async function tracesOf(
  state: State,
  { template: circuit, description }: ReadModel,
  points: readonly (readonly number[])[],
  signal: AbortSignal,
): Promise<Traces> {
  const options = searchOptions(state, { description, circuit }, { points, map: false });
  const { results, resultsMap } = await gridSearch({ ...options, workers: 0, signal });
  const names = outputNames(state);
  const [of, beside] = [names.signal, names.plane].map((name) => columnsOf(results, name));
  const { metadata } = resultsMap.schema;
  const samplingStep = Number(metadata.get("samplingStepSize"));
  const [status, failedAt, variable] = ["status", "failedAt", "failedVariable"].map((name) => resultsMap.getChild(name));
  let frequencies: Float64Array = new Float64Array(0);
  const traces = points.map((_, i): Trace => {
    const values = of[i].values;
    const isWhole = values.length >= SPECTRUM && values.every(Number.isFinite);
    const found = isWhole ? spectrum(values, samplingStep) : undefined;
    if (found) frequencies = found.frequency;
    const failed: unknown = failedAt?.get(i);
    return {
      signal: values,
      plane: beside[i].values,
      density: found?.density ?? new Float64Array(0),
      failedAt: typeof failed === "number" ? failed : Number.NaN,
      status: [status?.get(i), variable?.get(i)].filter((text) => typeof text === "string").join(": slope of "),
    };
  });
  const units = { time: metadata.get("timeUnit") ?? "", signal: of[0]?.unit ?? "", plane: beside[0]?.unit ?? "" };
  return { times: copyOf(results, "time"), frequencies, traces, units };
}

/** The first column of an output for each point: a path may match several nodes, and a complex variable has two parts. */
function columnsOf(results: Table, output: string): { values: Float64Array; unit: string }[] {
  const first = new Map<string, { values: Float64Array; unit: string }>();
  for (const { name, metadata } of results.schema.fields) {
    const key = metadata.get("key") ?? "";
    const isOf = metadata.get("output") === output || metadata.get("output")?.replace(/\.re$/, "") === output;
    if (isOf && key !== "" && !first.has(key)) first.set(key, { values: copyOf(results, name), unit: metadata.get("unit") ?? "" });
  }
  return [...first.values()];
}

/** A column's values in a buffer of their own, which can be given to another thread. */
function copyOf(results: Table, name: string): Float64Array {
  const values: unknown = results.getChild(name)?.toArray();
  return values instanceof Float64Array ? values.slice() : new Float64Array(0);
}
