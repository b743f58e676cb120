import type { NoiseExports } from "./core.ts";
import type { Block, Drive, Job } from "./job.ts";
import { firstSampleMade, isPerLane, type Layout, sourceAddress, writeSource } from "./layout.ts";

/** Where and for which steps samples are wanted. */
interface Chunk {
  job: Job;
  at: Layout;
  block: Block;
  memory: WebAssembly.Memory;
  step: number;
  steps: number;
}

/** Tells each noise source which streams the block's lanes draw from. */
export function prepareDrives(job: Job, at: Layout, block: Block, memory: WebAssembly.Memory): void {
  job.drives.forEach((drive, i) => {
    if (drive.kind !== "noise") return;
    const { targets, target, noise } = drive;
    const streams = noise.shared ? { stream: 0, streamStep: 0 } : { stream: block.first * targets + target, streamStep: targets };
    writeSource(memory, sourceAddress(at, i), noise, streams);
  });
}

/** Puts the samples that the next steps need into each drive's buffer. */
export function fillDrives(chunk: Chunk, noise: NoiseExports | undefined): void {
  chunk.job.drives.forEach((drive, i) => {
    if (drive.kind === "noise" && noise) fillNoise(chunk, drive, i, noise);
    else if (drive.kind === "shared") fillShared(chunk, drive, i);
    else if (drive.kind === "columns") fillColumns(chunk, drive, i);
  });
}

type DriveOf<Kind extends Drive["kind"]> = Extract<Drive, { kind: Kind }>;

function fillNoise({ job, at, step, steps }: Chunk, drive: DriveOf<"noise">, i: number, noise: NoiseExports): void {
  const first = firstSampleMade(job, i, step);
  const count = Math.floor((step + steps - 1) / drive.hold) + 1 - first;
  const source = sourceAddress(at, i);
  const to = at.samples[i];
  if (isPerLane(job, i)) noise.lanes(source, at.scratch, first / 2, count, to, at.n);
  else noise.shared(source, at.scratch, first / 2, count, to);
}

function fillShared({ at, memory, step, steps }: Chunk, drive: DriveOf<"shared">, i: number): void {
  new Float64Array(memory.buffer).set(drive.samples.subarray(step, step + steps), at.samples[i] / 8);
}

function fillColumns({ at, block, memory, step, steps }: Chunk, drive: DriveOf<"columns">, i: number): void {
  const { data, columns, targets, target } = drive;
  const to = new Float64Array(memory.buffer, at.samples[i], steps * at.n);
  const last = block.lanes - 1;
  for (let k = 0; k < steps; k++) {
    const from = (step + k) * columns + block.first * targets + target;
    for (let lane = 0; lane < at.n; lane++) to[k * at.n + lane] = data[from + Math.min(lane, last) * targets];
  }
}
