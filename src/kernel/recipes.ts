import { type Noise, normalNoise, uniformNoise } from "../sweep/input.ts";
import type { RandomRecipe, Recipe } from "../sweep/recipe.ts";
import { coordinates, directionNumbers, WHOLE } from "../sweep/sobol.ts";
import { spacedValue } from "../sweep/spaced.ts";
import { allocator, LANE_BYTES } from "./allocate.ts";
import { linkNoise, type NoiseExports } from "./core.ts";
import { SPARE_SAMPLES, writeNoiseSource } from "./noise.ts";
import { NoiseSource, SCRATCH_BYTES } from "./structs.generated.ts";

/** Values number `first` to before `end`. */
export interface Span {
  first: number;
  end: number;
}

/** Values of a recipe. Each follows from its number alone, whichever are made with it; of a Latin hypercube the order of all parts is made first, and kept. */
export function madeValues(recipe: Recipe, span: Span): Float64Array {
  if (recipe.kind === "sobol") {
    const { dimension, seed, from, by } = recipe;
    const shift = seed === null ? 0 : Math.floor(randomNumbers("uniform", { seed, stream: dimension }, { first: 0, end: 1 })[0] * WHOLE);
    return stretched(coordinates(directionNumbers(dimension), span, shift), from, by);
  }
  if ("stream" in recipe) {
    const { kind, from, by } = recipe;
    return stretched(kind === "latin" ? latinPlaces(recipe, span) : randomNumbers(kind, recipe, span), from, by);
  }
  const valueAt = spacedValue(recipe);
  return Float64Array.from({ length: span.end - span.first }, (_, i) => valueAt(span.first + i));
}

/** from + by x, in the place of x. */
function stretched(values: Float64Array, from: number, by: number): Float64Array {
  for (let i = 0; i < values.length; i++) values[i] = from + by * values[i];
  return values;
}

/** Orders of the parts of Latin hypercubes, 4 bytes a part. */
const orders = new WeakMap<RandomRecipe, Uint32Array>();

/** Places on [0, 1): in each of n equal parts there is one. */
function latinPlaces(recipe: RandomRecipe, span: Span): Float64Array {
  const { n, seed, stream } = recipe;
  const order = orders.get(recipe) ?? shuffled(n, { seed, stream: 2 * stream });
  orders.set(recipe, order);
  const places = randomNumbers("uniform", { seed, stream: 2 * stream + 1 }, span);
  for (let i = 0; i < places.length; i++) places[i] = (order[span.first + i] + places[i]) / n;
  return places;
}

/** Numbers that are made at a time. */
const PIECE = 4096;

/** The numbers below n in a random order (Fisher & Yates): where each goes depends on all that went before, so that none can be had alone. */
function shuffled(n: number, source: StreamOfSeed): Uint32Array {
  const order = new Uint32Array(n);
  for (let i = 0; i < n; i++) order[i] = i;
  for (let end = n; end > 0; end = end - PIECE) {
    const first = Math.max(0, end - PIECE);
    const random = randomNumbers("uniform", source, { first, end });
    for (let i = end - 1; i >= Math.max(1, first); i--) {
      const other = Math.floor(random[i - first] * (i + 1));
      const moved = order[i];
      order[i] = order[other];
      order[other] = moved;
    }
  }
  return order;
}

interface StreamOfSeed {
  seed: number;
  stream: number;
}

/** What makes random numbers, in a small memory of its own, once a thread. */
let generator: { memory: WebAssembly.Memory; exports: NoiseExports; source: number; scratch: number; samples: number } | undefined;

function newGenerator(): NonNullable<typeof generator> {
  const { allocate, pages } = allocator();
  const source = allocate(NoiseSource.size);
  const scratch = allocate(SCRATCH_BYTES);
  const samples = allocate((PIECE + SPARE_SAMPLES) * LANE_BYTES);
  const memory = new WebAssembly.Memory({ initial: pages() });
  return { memory, exports: linkNoise(memory), source, scratch, samples };
}

const kinds: Record<"uniform" | "normal", (seed: number) => Noise> = {
  uniform: (seed) => uniformNoise({ low: 0, high: 1, seed, shared: false }),
  normal: (seed) => normalNoise({ mean: 0, sd: 1, seed, shared: false }),
};

/** Uniform numbers on [0, 1), or normal ones of mean 0 and sd 1: those that `materialize` gives as column `stream`. */
function randomNumbers(kind: "uniform" | "normal", { seed, stream }: StreamOfSeed, { first, end }: Span): Float64Array {
  generator ??= newGenerator();
  const { memory, exports, source, scratch, samples } = generator;
  writeNoiseSource(memory, source, kinds[kind](seed), { stream, streams: 0 });
  const made = new Float64Array(end - first);
  for (let from = first; from < end; ) {
    // Samples come in pairs.
    const even = from - (from % 2);
    const to = Math.min(end, even + PIECE);
    exports.sharedSamples(source, scratch, even / 2, to - even, samples);
    made.set(new Float64Array(memory.buffer, samples + (from - even) * LANE_BYTES, to - from), from - first);
    from = to;
  }
  return made;
}
