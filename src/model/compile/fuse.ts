import { compileBytes } from "../wasm.ts";
import { sized, text, type, unsigned, vector } from "./bytes.ts";
import { emitLoop, variationsOf } from "./loop.ts";
import { LOOP_ARGUMENTS, type LoopSpec, PAIR, type Structs } from "./loop-frame.ts";
import { type StepSource, stepOf } from "./step.ts";
import { type Engine, pairsOf } from "./turn.ts";

/** A fused loop: its module exports `loop(block, scratch, steps)`. */
export interface FusedLoop {
  module: WebAssembly.Module;
  /** Bytes of scratch. */
  scratch: number;
}

export interface FuseOptions {
  stages: number;
  /** Most lanes of a block. */
  lanes: number;
  engine: Engine;
  structs: Structs;
}

/** Values of a step beyond which a loop is not worth its compilation, or does not fit registers and the instruction cache. */
const MOST_VALUES = 6000;
export const MOST_DELAYED = 32;

const FUNCTION = 0;
const MEMORY = 2;

/** Compiles a loop that takes whole steps of a model; undefined where its step is too large for one. `stages` are the solver's. */
export function fuse(
  source: StepSource,
  spec: Omit<LoopSpec, "pairs">,
  { stages, engine, structs, lanes }: FuseOptions,
): FusedLoop | undefined {
  const step = stepOf(source, spec);
  const { nodes } = step.graph;
  const delayed = nodes.filter((node) => node.kind === "leaf" && node.leaf.kind === "delayed").length;
  if (nodes.length > MOST_VALUES || delayed > MOST_DELAYED) return undefined;
  const pairs = pairsOf(step, variationsOf(step, spec), { stages, all: Math.ceil(lanes / 2) }, engine);
  const { body, scratch } = emitLoop(step, { ...spec, pairs }, structs);
  return { module: compileBytes(moduleOf(body)), scratch: scratch * PAIR };
}

function moduleOf(body: readonly number[]): Uint8Array<ArrayBuffer> {
  const part = (id: number, bytes: readonly number[]) => [id, ...sized(bytes)];
  const args = Array.from({ length: LOOP_ARGUMENTS }, () => type.i32);
  return new Uint8Array([
    ...[0, 97, 115, 109, 1, 0, 0, 0],
    ...part(1, vector([[type.func, ...unsigned(args.length), ...args, 1, type.i32]])),
    ...part(2, vector([[...text("env"), ...text("memory"), MEMORY, 0, 1]])),
    ...part(3, vector([[0]])),
    ...part(7, vector([[...text("loop"), FUNCTION, 0]])),
    ...part(10, vector([body])),
  ]);
}
