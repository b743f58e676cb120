import type { Noise } from "../sweep/input.ts";
import type { Allocate } from "./allocate.ts";
import * as structs from "./structs.generated.ts";
import { writeStruct } from "./structs.ts";

// Memory of what noise is drawn from: a NoiseSource (assembly/noise/samples.ts), the streams of its lanes, and a Tree of Brownian or
// Ornstein-Uhlenbeck bridges (assembly/noise/tree.ts), whose paths are the same at a step and at half of it:
//
//   Tree | groups: a word a level | bridge: two numbers a level | rows | normals

/** Samples are made in groups of sixteen, of which the first may begin up to seven early. */
export const SPARE_SAMPLES = 24;
/** Root intervals are of this length or up to twice as long, in the model's time unit: longer than any step. */
const ROOT = 2 ** 20;
const PAIR_BYTES = 16;

/** Which paths a NoiseSource draws: one stream, or those of each lane at the address `streams`, of which variable. */
interface Streams {
  stream: number;
  streams: number;
  variable?: number | undefined;
}

/** Writes a NoiseSource. A process has its mean and scale in its tree. */
export function writeNoiseSource(
  memory: WebAssembly.Memory,
  address: number,
  { noise, offset, scale, seed }: Pick<Noise, "noise" | "offset" | "scale" | "seed">,
  { stream, streams, variable = 0 }: Streams,
): void {
  const isProcess = noise === "ornsteinUhlenbeck";
  writeStruct(new DataView(memory.buffer), address, structs.NoiseSource, {
    ...{ normal: noise === "uniform" ? 0 : 1, key0: seed >>> 0, key1: Math.floor(seed / 2 ** 32) },
    ...{ stream, streams, level: 0, variable },
    ...{ offset: isProcess ? 0 : offset, scale: isProcess ? 1 : scale },
  });
}

/** Writes the stream of each lane; the group of four that an even number of lanes may leave open repeats the last. */
export function writeStreams(memory: WebAssembly.Memory, address: number, streams: Int32Array): void {
  const words = new Int32Array(memory.buffer, address, Math.ceil(streams.length / 4) * 4);
  words.fill(streams[streams.length - 1]);
  words.set(streams);
}

/** Addresses of a tree, and its size. `n` is 0 where all lanes share one path. */
export interface TreeLayout {
  tree: number;
  groups: number;
  bridge: number;
  rows: number;
  normals: number;
  n: number;
  levels: number;
  root: number;
}

/** How often a root interval is halved until it is a step, and how long it is. A halved step has the same root. */
function rootOf(stepSize: number): { levels: number; root: number } {
  let levels = 0;
  let root = stepSize;
  for (; root < ROOT; root *= 2) levels++;
  return { levels, root };
}

/** Allocates a tree for n lanes, or for one path of all lanes where n is 0. */
export function allocateTree(allocate: Allocate, stepSize: number, n: number): TreeLayout {
  const { levels, root } = rootOf(stepSize);
  const rowBytes = Math.max(PAIR_BYTES, n * 8);
  return {
    tree: allocate(structs.Tree.size),
    groups: allocate((levels + 2) * 4),
    bridge: allocate(levels * 16),
    rows: allocate((levels + 2) * rowBytes),
    normals: allocate((levels + 1) * (n === 0 ? 8 * PAIR_BYTES : 2 * rowBytes)),
    ...{ n, levels, root },
  };
}

/** Writes a tree that has not begun, of Brownian paths or of the Ornstein-Uhlenbeck process that `noise` is. */
export function writeTree(
  memory: WebAssembly.Memory,
  { tree, ...at }: TreeLayout,
  { source, scratch }: { source: number; scratch: number },
  { offset: mean, scale: sd, tau = 1 }: Pick<Noise, "offset" | "scale" | "tau"> = { offset: 0, scale: 0, tau: 0 },
): void {
  writeStruct(new DataView(memory.buffer), tree, structs.Tree, { ...at, next: -1, source, scratch, tau, mean, sd });
}
