import { type Block, type FixedJob, type Job, pointOf, type WienerTerm } from "../sweep/job.ts";
import { noiseStream } from "../sweep/streams.ts";
import { type Allocate, LANE_BYTES } from "./allocate.ts";
import type { NoiseExports } from "./core.ts";
import { valueAt } from "./key-values.ts";
import { type Rows, rowAddress, rowIndex } from "./memory.ts";
import { allocateTree, type TreeLayout, writeNoiseSource, writeStreams, writeTree } from "./noise.ts";
import * as structs from "./structs.generated.ts";
import { writeStruct } from "./structs.ts";

// Memory of noise on variables (assembly/wiener.ts):
//
//   WienerNoise | NoiseTerms | a tree, a NoiseSource and streams for each term | rows: computed intensities, at a stage too; for each
//   term, its intensity if it is a number, and its input without noise | increments of each term for one chunk

export interface WienerLayout {
  header: number;
  terms: number;
  trees: TreeLayout[];
  sources: number[];
  streams: number[];
  /** Rows that the model computes: at the beginning of a step, and at a stage. */
  atStart: number;
  atStage: number;
  numbers: number[];
  /** Inputs without their noise. */
  bases: number[];
  increments: number[];
}

/** Where noise stands in a fixed-step block. */
type Noisy = Rows & { wiener: WienerLayout; scratch: number };

/** Whether each lane has its own path. */
export function isPathPerLane({ replicates, model }: Pick<Job, "replicates" | "model">, { shared }: WienerTerm): boolean {
  return !model.isSingle && (!shared || replicates.each > 1);
}

function computedRows(wiener: readonly WienerTerm[]): number {
  return wiener.filter(({ sd }) => sd.kind === "computed").length;
}

/** Allocates the noise of a block of n lanes. */
export function allocateWiener(allocate: Allocate, job: FixedJob, { n, chunkSteps }: { n: number; chunkSteps: number }): WienerLayout {
  const { wiener, clock } = job;
  const rows = (count: number) => allocate(count * n * LANE_BYTES);
  const lanesOf = (term: WienerTerm) => (isPathPerLane(job, term) ? n : 0);
  const computed = computedRows(wiener);
  return {
    header: allocate(structs.WienerNoise.size),
    terms: allocate(wiener.length * structs.NoiseTerm.size),
    trees: wiener.map((term) => allocateTree(allocate, clock.stepSize, lanesOf(term))),
    sources: wiener.map(() => allocate(structs.NoiseSource.size)),
    streams: wiener.map((term) => allocate((lanesOf(term) + 2) * 4)),
    atStart: rows(computed),
    atStage: rows(computed),
    numbers: wiener.map(({ sd }) => rows(sd.kind === "number" || sd.kind === "key" ? 1 : 0)),
    bases: wiener.map(({ kind }) => rows(kind === "input" ? 1 : 0)),
    increments: wiener.map((term) => allocate(chunkSteps * Math.max(1, lanesOf(term)) * LANE_BYTES)),
  };
}

/** Writes a block's intensities that are numbers, its inputs without noise, and its paths, once its parameters and inputs are written. */
export function prepareWiener(job: Job, at: Noisy, block: Block, memory: WebAssembly.Memory): void {
  const f64 = new Float64Array(memory.buffer);
  const { numbers, bases, sources, streams, trees } = at.wiener;
  job.wiener.forEach((term, i) => {
    const { kind, row, sd, seed, variable } = term;
    const number = numbers[i] / LANE_BYTES;
    if (sd.kind === "number") f64.fill(sd.value, number, number + at.n);
    if (sd.kind === "key")
      for (let lane = 0; lane < at.n; lane++) f64[number + lane] = valueAt(job.values[sd.key], pointOf(job, block, lane));
    if (kind === "input") {
      const index = rowIndex(job, at, { kind, row });
      f64.copyWithin(bases[i] / LANE_BYTES, index, index + at.n);
    }
    const normal = { noise: "normal", offset: 0, scale: 1, seed } as const;
    const stream = (_: unknown, lane: number) => noiseStream(job.replicates, pointOf(job, block, lane), term);
    // One lane alone shares its path with no other.
    const own = job.model.isSingle ? stream(0, 0) : 0;
    writeNoiseSource(memory, sources[i], normal, { stream: own, streams: streams[i], variable });
    if (isPathPerLane(job, term)) writeStreams(memory, streams[i], Int32Array.from({ length: at.n }, stream));
    writeTree(memory, trees[i], { source: sources[i], scratch: at.scratch });
  });
}

/** Makes the increments of the next steps. */
export function fillIncrements(at: WienerLayout, step: number, steps: number, noise: NoiseExports | undefined): void {
  at.trees.forEach(({ tree }, i) => {
    noise?.brownian(tree, step, steps, at.increments[i]);
  });
}

/** Writes the terms for a chunk: the increments of its first step come next. */
export function writeWiener(job: Job, at: Noisy, memory: WebAssembly.Memory): void {
  const { wiener } = job;
  const { header, terms, atStart, atStage, numbers, bases, increments } = at.wiener;
  const view = new DataView(memory.buffer);
  const rowBytes = at.n * LANE_BYTES;
  const computed = computedRows(wiener) > 0 ? 1 : 0;
  writeStruct(view, header, structs.WienerNoise, { termCount: wiener.length, terms, computed, atStart, atStage });
  wiener.forEach((term, i) => {
    const { kind, row, sd } = term;
    const isComputed = sd.kind === "computed";
    const fixed = sd.kind === "param" ? rowAddress(job, at, { kind: "param", row: sd.row }) : numbers[i];
    writeStruct(view, terms + i * structs.NoiseTerm.size, structs.NoiseTerm, {
      row: kind === "input" ? rowAddress(job, at, { kind, row }) : row * rowBytes,
      base: kind === "input" ? bases[i] : 0,
      atStart: isComputed ? atStart + sd.row * rowBytes : fixed,
      atStage: isComputed ? atStage + sd.row * rowBytes : fixed,
      increment: increments[i],
      stride: isPathPerLane(job, term) ? rowBytes : LANE_BYTES,
    });
  });
}
