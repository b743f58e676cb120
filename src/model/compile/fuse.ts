import { MOST_DELAYED } from "../model.ts";
import { compileBytes } from "../wasm.ts";
import { sized, text, type, unsigned, vector } from "./bytes.ts";
import { emitLoop, variationsOf } from "./loop.ts";
import { LOOP_ARGUMENTS, type LoopSpec, type Structs } from "./loop-frame.ts";
import { PAIR } from "./loop-lanes.ts";
import { multipliedOut } from "./multiply-out.ts";
import { type Step, type StepSource, type StepSpec, stepOf } from "./step.ts";
import { circular, isCircular, StepTooLarge } from "./step-graph.ts";
import { type Engine, vectorsOf } from "./turn.ts";
import { lanesOfVector } from "./vector-lanes.ts";

/** A fused loop: its module exports `loop(block, scratch, steps)`, and imports what `calls` says of the functions of equations. */
export interface FusedLoop {
  module: WebAssembly.Module;
  calls: boolean;
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

const FUNCTION = 0;
const MEMORY = 2;

/** Compiles a loop that takes whole steps of a model; undefined where its step is too large for one. `stages` are the solver's. */
export function fuse(
  source: StepSource,
  spec: Omit<LoopSpec, "vectors">,
  { stages, engine, structs, lanes }: FuseOptions,
): FusedLoop | undefined {
  const step = smallStepOf(source, spec);
  if (!step) return undefined;
  const { nodes } = step.graph;
  const calls = nodes.some((node) => node.kind === "op" && isCircular(node.op));
  const delayed = nodes.filter((node) => node.kind === "leaf" && node.leaf.kind === "delayed").length;
  if (delayed > MOST_DELAYED) return undefined;
  const inVector = lanesOfVector(spec.rounding);
  const vectors = vectorsOf(step, variationsOf(step, spec), { stages, all: Math.ceil(lanes / inVector) }, engine);
  const { body, scratch } = emitLoop(step, { ...spec, vectors }, structs);
  return { module: compileBytes(moduleOf(body, calls)), calls, scratch: scratch * PAIR };
}

/** A step; undefined where it is too large, which is found out before all of it has been put together. */
function smallStepOf(source: StepSource, spec: StepSpec): Step | undefined {
  try {
    const step = stepOf(source, spec);
    return spec.rounding.fastMath ? multipliedOut(step) : step;
  } catch (error) {
    if (error instanceof StepTooLarge) return undefined;
    throw error;
  }
}

/** A module of one function, and of those that it calls, which take as many arguments: their numbers come first. */
function moduleOf(body: readonly number[], calls: boolean): Uint8Array<ArrayBuffer> {
  const part = (id: number, bytes: readonly number[]) => [id, ...sized(bytes)];
  const args = Array.from({ length: LOOP_ARGUMENTS }, () => type.i32);
  const imports = calls ? circular.map((name) => [...text("model"), ...text(`${name}s`), FUNCTION, 0]) : [];
  return new Uint8Array([
    ...[0, 97, 115, 109, 1, 0, 0, 0],
    ...part(1, vector([[type.func, ...unsigned(args.length), ...args, 0]])),
    ...part(2, vector([...imports, [...text("env"), ...text("memory"), MEMORY, 0, 1]])),
    ...part(3, vector([[0]])),
    ...part(7, vector([[...text("loop"), FUNCTION, imports.length]])),
    ...part(10, vector([body])),
  ]);
}
