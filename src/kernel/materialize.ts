import { kindOf, Problems } from "../check.ts";
import { newMemory } from "../model/wasm.ts";
import { isNoise, type Noise } from "../sweep/input.ts";
import { sourceNumber } from "../sweep/streams.ts";
import { wholeNumber } from "../whole.ts";
import { allocator, LANE_BYTES } from "./allocate.ts";
import { linkNoise } from "./core.ts";
import { allocateTree, SPARE_SAMPLES, writeNoiseSource, writeTree } from "./noise.ts";
import { NoiseSource, SCRATCH_BYTES } from "./structs.generated.ts";

/** How many samples: steps, and the step where the source has a `hold`; and which input they are for, where it is not the first of its seed. */
export type Steps = number | { steps: number; stepSize?: number; path?: string };

/** A shared source has one signal, an independent one a column for each point; either, where the type does not say which it is. */
export type Samples<Source extends Noise> = Source extends { shared: true }
  ? Float64Array
  : Float64Array | { data: Float64Array; columns: number };

/**
 * The very samples that a sweep draws from a noise source.
 *
 * A shared source gives a Float64Array with a sample a step. An independent one gives `{ data, columns }` with a column for
 * each of `points` (points times targets, where an input's path matches several nodes): sample i of column j is
 * `data[i * columns + j]`. Either can be used as an input in the place of the source, and gives the same bits.
 * `steps` is a number, or `{ steps, stepSize }` where the source has a `hold` or is an Ornstein-Uhlenbeck process. Of inputs whose noise
 * has one seed the first in the model draws these samples, and each other those that `path`, its full path, gives. Throws a MassgridError for what is none of these.
 */
export function materialize<Source extends Noise>(noise: Source, points: number, steps: Steps): Samples<Source>;
export function materialize(noise: Noise, points: number, steps: Steps): Float64Array | { data: Float64Array; columns: number } {
  const { count, hold, stepSize } = check(noise, points, steps);
  const variable = typeof steps === "object" && steps.path !== undefined ? sourceNumber(steps.path) : 0;
  const made = Math.ceil(count / hold);
  const at = layoutOf(made, stepSize);
  const memory = newMemory(at.pages);
  const generator = linkNoise(memory);
  const stream = (index: number): Float64Array => {
    writeNoiseSource(memory, at.source, noise, { stream: index, streams: 0, variable });
    if (at.tree) {
      writeTree(memory, at.tree, at, noise);
      generator.ornsteinUhlenbeck(at.tree.tree, 0, made, at.samples);
    } else generator.sharedSamples(at.source, at.scratch, 0, made, at.samples);
    return new Float64Array(memory.buffer, at.samples, made);
  };
  if (noise.shared) {
    const samples = stream(0);
    return Float64Array.from({ length: count }, (_, i) => samples[Math.floor(i / hold)]);
  }
  const data = new Float64Array(count * points);
  for (let column = 0; column < points; column++) {
    const samples = stream(column);
    for (let i = 0; i < count; i++) data[i * points + column] = samples[Math.floor(i / hold)];
  }
  return { data, columns: points };
}

/** Memory for `samples` samples of one stream: a NoiseSource, scratch, a tree where there is a step, the samples. */
function layoutOf(samples: number, stepSize: number | undefined) {
  const { allocate, pages } = allocator();
  const source = allocate(NoiseSource.size);
  const scratch = allocate(SCRATCH_BYTES);
  const tree = stepSize === undefined ? undefined : allocateTree(allocate, stepSize, 0);
  const first = allocate((samples + SPARE_SAMPLES) * LANE_BYTES);
  return { source, scratch, tree, samples: first, pages: pages() };
}

function check(noise: unknown, points: unknown, steps: unknown): { count: number; hold: number; stepSize?: number } {
  const problems = new Problems();
  const given = typeof steps === "object" && steps !== null ? steps : { steps };
  const count = "steps" in given ? given.steps : undefined;
  const stepSize = "stepSize" in given ? given.stepSize : undefined;
  if (!isNoise(noise)) {
    const found = `but ${kindOf(noise)} was found`;
    problems.add("E_TYPE", ["noise"], `materialize takes uniformNoise(...), normalNoise(...) or ornsteinUhlenbeck(...), ${found}`);
  }
  if ("path" in given && given.path !== undefined && typeof given.path !== "string")
    problems.add("E_TYPE", ["path"], `path must be the full path of an input, but ${kindOf(given.path)} was found`);
  if (!isCount(points)) problems.add("E_TYPE", ["points"], `points must be a whole number above 0, but ${kindOf(points)} was found`);
  if (!isCount(count)) problems.add("E_TYPE", ["steps"], `steps must be a whole number above 0, but ${kindOf(count)} was found`);
  problems.throwIfAny();
  const times = isNoise(noise) ? timesOf(problems, noise, stepSize) : { hold: 1 };
  problems.throwIfAny();
  return { count: Number(count), ...times };
}

/** Steps that a sample lasts, and the step where samples depend on it. */
function timesOf(problems: Problems, { noise, hold }: Noise, stepSize: unknown): { hold: number; stepSize?: number } {
  const step = typeof stepSize === "number" && stepSize > 0 && Number.isFinite(stepSize) ? stepSize : undefined;
  if (noise === "ornsteinUhlenbeck") {
    if (step !== undefined) return { hold: 1, stepSize: step };
    problems.add("E_STEP", ["steps"], "an Ornstein-Uhlenbeck process needs the step too: materialize(noise, points, { steps, stepSize })");
  } else if (hold !== undefined) {
    const held = step === undefined ? undefined : wholeNumber(hold / step);
    if (held !== undefined) return { hold: held };
    const message = `a source with hold ${hold} needs the step too: materialize(noise, points, { steps, stepSize }), hold a whole multiple of stepSize`;
    problems.add("E_HOLD", ["steps"], message);
  }
  return { hold: 1 };
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0;
}
