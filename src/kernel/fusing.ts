// Fused loops as kernels have them: what compiles them (loops.ts) is not loaded where a kernel only runs.
import type { FusedLoop } from "../model/compile/fuse.ts";
import { fusesMultiplyAdd } from "../model/compile/multiply-add.ts";
import { stepSourceOf } from "../model/compile/step-source.ts";
import { link } from "../model/wasm.ts";
import { isExact } from "../sweep/arithmetic.ts";
import type { FixedJob, Job } from "../sweep/job.ts";
import { functionImports } from "./core.ts";
import { isSampled } from "./input-sources.ts";

/** Takes `steps` steps of the block at an address. */
export type Loop = (block: number, scratch: number, steps: number) => void;

/** Links a fused loop over a memory. */
export function linkLoop({ module, calls }: FusedLoop, memory: WebAssembly.Memory): Loop {
  return link<{ loop: Loop }>(module, memory, calls ? functionImports(memory) : undefined).exports.loop;
}

/** Why a job cannot have the arithmetic that it asks for, once it has its loop: a clause, such as "rk45 adapts its step size". */
export interface ArithmeticRefusal {
  /** Whether it is the engine, the solver or the model that does not do it. */
  of: "engine" | "solver" | "model";
  reason: string;
}

/** Why a job cannot have the arithmetic that it asks for; undefined where it can. */
export function arithmeticRefusal(job: Job): ArithmeticRefusal | undefined {
  const { arithmetic, model, solver } = job;
  if (isExact(arithmetic)) return undefined;
  if (arithmetic.fastMath && !fusesMultiplyAdd()) {
    return { of: "engine", reason: "this engine has no multiply-add that rounds once" };
  }
  if (job.adaptive) return { of: "solver", reason: `${solver.name} adapts its step size` };
  const because = unfusedBecause(job);
  if (because !== undefined) return { of: "model", reason: because };
  if (job.loop) return undefined;
  if (!stepSourceOf(model))
    return { of: "model", reason: `${model.name} has too many nodes, or is given as a module, whose equations are not known` };
  return { of: "model", reason: `a step of ${model.name} by ${solver.name} has too many operations or delayed values` };
}

/** Why a loop cannot do all that a job asks for; undefined where it can. */
export function unfusedBecause({ model, wiener, inputSources }: FixedJob): string | undefined {
  if (model.isSingle) return `${model.name} is compiled for one point alone`;
  if (model.modes !== undefined) return `${model.name} has modes`;
  const noisyInputs = wiener.filter(({ kind }) => kind === "input");
  // An intensity may read an input with the noise of the step before.
  const isComputed = wiener.some(({ sd }) => sd.kind === "computed");
  if (isComputed && noisyInputs.length > 0) return "an intensity of noise is an expression where an input has noise too";
  const isSampledToo = noisyInputs.some(({ row }) => inputSources.some((source) => source.row === row && isSampled(source)));
  return isSampledToo ? "an input has both samples and noise" : undefined;
}
