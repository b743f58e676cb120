import { type Block, type InputSource, type Job, pointOf } from "../sweep/job.ts";
import { noiseStream, signalColumn } from "../sweep/streams.ts";
import type { NoiseExports } from "./core.ts";
import { type DriveRoom, firstSampleMade, isPerLane, sourceAddress } from "./layout.ts";
import { writeProcess, writeSource, writeStreams } from "./layout-source.ts";

/** Where and for which steps samples are wanted. */
interface Chunk {
  job: Job;
  at: DriveRoom;
  block: Block;
  memory: WebAssembly.Memory;
  step: number;
  steps: number;
}

/** Tells each noise source which streams the block's lanes draw from. */
export function prepareDrives(job: Job, at: DriveRoom, block: Block, memory: WebAssembly.Memory): void {
  job.inputSources.forEach((drive, i) => {
    if (drive.kind !== "noise") return;
    const { targets, target, noise } = drive;
    const stream = (_: unknown, lane: number) => {
      return noiseStream(job.replicates, pointOf(job, block, lane), { shared: noise.shared, targets, target });
    };
    writeSource(memory, sourceAddress(at, i), drive.noise, { stream: 0, streams: at.streams[i] });
    const tree = at.trees[i];
    if (tree) writeProcess(memory, tree, drive.noise, { source: sourceAddress(at, i), scratch: at.scratch });
    if (isPerLane(job, i)) writeStreams(memory, at.streams[i], Int32Array.from({ length: at.n }, stream));
  });
}

/** Puts the samples that the next steps need into each drive's buffer. */
export function fillDrives(chunk: Chunk, noise: NoiseExports | undefined): void {
  chunk.job.inputSources.forEach((drive, i) => {
    if (drive.kind === "noise" && noise) fillNoise(chunk, drive, i, noise);
    else if (drive.kind === "shared") fillShared(chunk, drive, i);
    else if (drive.kind === "columns") fillColumns(chunk, drive, i);
  });
}

type DriveOf<Kind extends InputSource["kind"]> = Extract<InputSource, { kind: Kind }>;

function fillNoise({ job, at, step, steps }: Chunk, drive: DriveOf<"noise">, i: number, noise: NoiseExports): void {
  const first = firstSampleMade(job, i, step);
  const count = Math.floor((step + steps - 1) / drive.hold) + 1 - first;
  const source = sourceAddress(at, i);
  const to = at.samples[i];
  const tree = at.trees[i];
  if (tree) noise.ornsteinUhlenbeck(tree.tree, step, steps, to);
  else if (isPerLane(job, i)) noise.laneSamples(source, at.scratch, first / 2, count, to, at.n);
  else noise.sharedSamples(source, at.scratch, first / 2, count, to);
}

function fillShared({ at, memory, step, steps }: Chunk, drive: DriveOf<"shared">, i: number): void {
  new Float64Array(memory.buffer).set(drive.samples.subarray(step, step + steps), at.samples[i] / 8);
}

function fillColumns({ job, at, block, memory, step, steps }: Chunk, drive: DriveOf<"columns">, i: number): void {
  const { data, columns } = drive;
  const to = new Float64Array(memory.buffer, at.samples[i], steps * at.n);
  for (let lane = 0; lane < at.n; lane++) {
    const column = signalColumn(job.replicates, pointOf(job, block, lane), drive);
    for (let k = 0; k < steps; k++) to[k * at.n + lane] = data[(step + k) * columns + column];
  }
}
