import { type Block, type InputSource, type Job, pointOf } from "../sweep/job.ts";
import { noiseStream, signalColumn } from "../sweep/streams.ts";
import { type Allocate, LANE_BYTES } from "./allocate.ts";
import type { NoiseExports } from "./core.ts";
import { allocateTree, type TreeLayout, writeNoiseSource, writeStreams, writeTree } from "./noise.ts";
import * as structs from "./structs.generated.ts";

/** Where samples of input sources are made. */
export interface InputLayout {
  n: number;
  sources: number;
  scratch: number;
  /** For each source, a table of streams, one a lane. */
  streams: number[];
  /** The tree of each source that is an Ornstein-Uhlenbeck process. */
  trees: (TreeLayout | undefined)[];
  /** First byte of each source's samples. */
  samples: number[];
}

type SourceOf<Kind extends InputSource["kind"]> = Extract<InputSource, { kind: Kind }>;

/** Where and for which steps samples are wanted. */
interface Chunk {
  job: Job;
  at: InputLayout;
  block: Block;
  memory: WebAssembly.Memory;
  step: number;
  steps: number;
}

/** Whether a source's samples change in time. */
export function isSampled(source: InputSource): boolean {
  return source.kind !== "constant";
}

/** Sample-and-hold interval of a source, in steps. */
export function holdOf(source: InputSource): number {
  return source.kind === "noise" ? source.hold : 1;
}

/** Whether each lane has its own samples of source `i`. */
export function isPerLane({ inputSources, replicates, model }: Job, i: number): boolean {
  const source = inputSources[i];
  // One lane alone shares its noise with no other.
  const isOwn = source.kind === "noise" && !model.isSingle && (!source.noise.shared || replicates.each > 1);
  return source.kind === "columns" || isOwn;
}

/** Whether a source is a process, whose samples a tree makes. */
function isProcess(source: InputSource): boolean {
  return source.kind === "noise" && source.noise.noise === "ornsteinUhlenbeck";
}

/** Bytes from one sample of source `i` to the next. */
export function strideOf(job: Job, n: number, i: number): number {
  return isPerLane(job, i) ? n * LANE_BYTES : LANE_BYTES;
}

/** Number of the sample with which the buffer of source `i` begins when step `step` comes next: noise is made in groups. */
export function firstSampleMade(job: Job, i: number, step: number): number {
  const source = job.inputSources[i];
  if (source.kind !== "noise" || isProcess(source)) return step;
  const sample = Math.floor(step / source.hold);
  return isPerLane(job, i) ? sample - (sample % 2) : sample - (sample % 8);
}

/** Allocates what noise is drawn from, for n lanes and inputs of which a sample lasts `step`. */
export function allocateSources(
  allocate: Allocate,
  job: Job,
  { n, step }: { n: number; step: number },
): Omit<InputLayout, "n" | "samples"> {
  const { inputSources } = job;
  const lanes = inputSources.map((_, i) => (isPerLane(job, i) ? n : 0));
  return {
    sources: allocate(inputSources.length * structs.NoiseSource.size),
    streams: inputSources.map((_, i) => allocate(lanes[i] > 0 ? (n + 2) * 4 : 0)),
    trees: inputSources.map((source, i) => (isProcess(source) ? allocateTree(allocate, step, lanes[i]) : undefined)),
    scratch: allocate(structs.SCRATCH_BYTES),
  };
}

function sourceAddress(at: InputLayout, i: number): number {
  return at.sources + i * structs.NoiseSource.size;
}

/** Tells each noise source which streams the block's lanes draw from. */
export function prepareSources(job: Job, at: InputLayout, block: Block, memory: WebAssembly.Memory): void {
  job.inputSources.forEach((input, i) => {
    if (input.kind !== "noise") return;
    const source = sourceAddress(at, i);
    const { targets, target, noise, variable } = input;
    const stream = (_: unknown, lane: number) => {
      return noiseStream(job.replicates, pointOf(job, block, lane), { shared: noise.shared, targets, target });
    };
    const shared = job.model.isSingle ? stream(0, 0) : 0;
    writeNoiseSource(memory, source, noise, { stream: shared, streams: at.streams[i], variable });
    const tree = at.trees[i];
    if (tree) writeTree(memory, tree, { source, scratch: at.scratch }, noise);
    if (isPerLane(job, i)) writeStreams(memory, at.streams[i], Int32Array.from({ length: at.n }, stream));
  });
}

/** Puts the samples that the next steps need into each source's buffer. */
export function fillSamples(chunk: Chunk, noise: NoiseExports | undefined): void {
  chunk.job.inputSources.forEach((source, i) => {
    if (source.kind === "noise" && noise) fillNoise(chunk, source, i, noise);
    else if (source.kind === "shared") fillShared(chunk, source, i);
    else if (source.kind === "columns") fillColumns(chunk, source, i);
  });
}

function fillNoise({ job, at, step, steps }: Chunk, { hold }: SourceOf<"noise">, i: number, noise: NoiseExports): void {
  const first = firstSampleMade(job, i, step);
  const count = Math.floor((step + steps - 1) / hold) + 1 - first;
  const source = sourceAddress(at, i);
  const to = at.samples[i];
  const tree = at.trees[i];
  if (tree) noise.ornsteinUhlenbeck(tree.tree, step, steps, to);
  else if (isPerLane(job, i)) noise.laneSamples(source, at.scratch, first / 2, count, to, at.n);
  else noise.sharedSamples(source, at.scratch, first / 2, count, to);
}

function fillShared({ at, memory, step, steps }: Chunk, { samples }: SourceOf<"shared">, i: number): void {
  new Float64Array(memory.buffer).set(samples.subarray(step, step + steps), at.samples[i] / 8);
}

function fillColumns({ job, at, block, memory, step, steps }: Chunk, source: SourceOf<"columns">, i: number): void {
  const { data, columns } = source;
  const to = new Float64Array(memory.buffer, at.samples[i], steps * at.n);
  for (let lane = 0; lane < at.n; lane++) {
    const column = signalColumn(job.replicates, pointOf(job, block, lane), source);
    for (let k = 0; k < steps; k++) to[k * at.n + lane] = data[(step + k) * columns + column];
  }
}
