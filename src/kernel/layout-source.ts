import type { Noise } from "../sweep/input.ts";
import { placeTree, type TreeLayout, writeTree } from "./layout-tree.ts";

// Memory of the Sources of assembly/noise/samples.ts, field by field, and of one that samples are drawn from away from any block.

export const SOURCE_BYTES = 48;
export const SCRATCH_BYTES = 64;
/** Samples of a drive are made in groups of eight, which may begin up to seven early. */
export const SPARE_SAMPLES = 16;
const START = 64;
const PAGE_BYTES = 65536;

/** Which paths a noise Source draws: one stream, or those of each lane at the address `streams`, of which variable. */
export interface Streams {
  stream: number;
  streams: number;
  variable?: number;
}

/** Writes a noise Source. */
export function writeSource(
  memory: WebAssembly.Memory,
  address: number,
  noise: Pick<Noise, "noise" | "offset" | "scale" | "seed">,
  { stream, streams, variable = 0 }: Streams,
): void {
  const { seed } = noise;
  const isUniform = noise.noise === "uniform";
  const words = [isUniform ? 0 : 1, seed >>> 0, Math.floor(seed / 2 ** 32), stream, streams, 0];
  new Int32Array(memory.buffer).set(words, address / 4);
  // A process has its mean and scale in its tree.
  const [offset, scale] = noise.noise === "ornsteinUhlenbeck" ? [0, 1] : [noise.offset, noise.scale];
  new Float64Array(memory.buffer).set([offset, scale], (address + 24) / 8);
  new Int32Array(memory.buffer).set([variable, 0], (address + 40) / 4);
}

/** Writes the tree of an Ornstein-Uhlenbeck process. */
export function writeProcess(memory: WebAssembly.Memory, at: TreeLayout, { offset, scale, tau }: Noise, parts: TreeParts): void {
  writeTree(memory, at, { ...parts, process: { mean: offset, sd: scale, tau: tau ?? 1 } });
}

/** Addresses of a tree's Source and scratch. */
interface TreeParts {
  source: number;
  scratch: number;
}

/** Writes the stream of each lane; the group of four that an even number of lanes may leave open repeats the last. */
export function writeStreams(memory: WebAssembly.Memory, address: number, streams: Int32Array): void {
  const words = new Int32Array(memory.buffer, address, Math.ceil(streams.length / 4) * 4);
  words.fill(streams[streams.length - 1]);
  words.set(streams);
}

/** Memory for making `samples` samples of one stream away from any block: a Source, scratch, a tree where it wants one, the samples. */
export function noiseLayout(
  samples: number,
  stepSize: number | undefined,
): { source: number; scratch: number; tree: TreeLayout | undefined; samples: number; pages: number } {
  let end = START;
  const place = (bytes: number): number => {
    const address = end;
    end += Math.ceil(bytes / 16) * 16;
    return address;
  };
  const source = place(SOURCE_BYTES);
  const scratch = place(SCRATCH_BYTES);
  const tree = stepSize === undefined ? undefined : placeTree(place, stepSize, 0);
  const first = place((samples + SPARE_SAMPLES) * 8);
  return { source, scratch, tree, samples: first, pages: Math.ceil(end / PAGE_BYTES) };
}
