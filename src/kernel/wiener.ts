import { type Block, type Job, pointOf } from "../sweep/job.ts";
import { noiseStream } from "../sweep/streams.ts";
import type { NoiseExports } from "./core.ts";
import { type Layout, rowIndex } from "./layout.ts";
import { writeSource, writeStreams } from "./layout-source.ts";
import { writeTree } from "./layout-tree.ts";
import { hasPaths } from "./layout-wiener.ts";

/** Puts a block's noise in place, once its parameters and inputs are: intensities that are numbers, inputs without noise, paths. */
export function prepareWiener(job: Job, layout: Layout, block: Block, memory: WebAssembly.Memory): void {
  const f64 = new Float64Array(memory.buffer);
  const { n, wiener: at } = layout;
  job.wiener.forEach((term, i) => {
    const { kind, row, sd, seed, variable } = term;
    if (sd.kind === "number") f64.fill(sd.value, at.numbers[i] / 8, at.numbers[i] / 8 + n);
    if (sd.kind === "key")
      for (let lane = 0; lane < n; lane++) f64[at.numbers[i] / 8 + lane] = job.values[sd.key][pointOf(job, block, lane)];
    if (kind === "input") {
      const index = rowIndex(job, layout, { kind, row });
      f64.copyWithin(at.bases[i] / 8, index, index + n);
    }
    const normal = { noise: "normal", offset: 0, scale: 1, seed } as const;
    writeSource(memory, at.sources[i], normal, { stream: 0, streams: at.streams[i], variable });
    const stream = (_: unknown, lane: number) => noiseStream(job.replicates, pointOf(job, block, lane), term);
    if (hasPaths(job, term)) writeStreams(memory, at.streams[i], Int32Array.from({ length: n }, stream));
    writeTree(memory, at.trees[i], { source: at.sources[i], scratch: layout.scratch });
  });
}

/** Makes the increments of the next steps. */
export function fillWiener({ trees, increments }: Layout["wiener"], step: number, steps: number, noise: NoiseExports | undefined): void {
  trees.forEach(({ tree }, i) => {
    noise?.brownian(tree, step, steps, increments[i]);
  });
}
