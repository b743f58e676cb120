import { Kernel } from "../kernel/kernel.ts";
import { type Model, variablesOf } from "../model/model.ts";
import { bytesOfModule } from "../model/wasm.ts";
import type { Plan } from "../plan/plan.ts";
import type { Host } from "../platform/node-host.ts";
import type { Job } from "../sweep/job.ts";
import { nameList } from "../sweep/names.ts";
import type { Points } from "../sweep/points.ts";
import { solvers } from "../sweep/solver.ts";
import { bytesOf } from "./format/canonical.ts";

/** Steps of the trial, and their size. */
const TRIAL = { steps: 8, stepSize: 1 / 1024 };

/**
 * A hash of each job's model: its variables with their defaults, the bytes of its module (where it was compiled here), and the
 * bits of its first steps from its defaults. So a changed equation, default or core is another model, and a comment is not.
 */
export function modelHashes(host: Host, { jobs }: Plan): string[] {
  const known = new Map<Model, string>();
  return jobs.map((job) => {
    const hash = known.get(job.model) ?? modelHash(host, job);
    known.set(job.model, hash);
    return hash;
  });
}

function modelHash(host: Host, job: Job): string {
  const { module, ...facts } = job.model;
  const bytes = bytesOfModule(module) ?? JSON.stringify(WebAssembly.Module.exports(module));
  return host.sha256([JSON.stringify(facts), bytes, bytesOf(trial(job))]);
}

/** All variables of a model in its first steps. What remembers the past is left out: its history is laid out for its points. */
function trial(job: Job): Float64Array {
  if (job.model.history) return new Float64Array(0);
  const recorded = variablesOf(job.model).map(({ kind, row }) => ({ kind, row }));
  const clock = {
    ...TRIAL,
    kind: "fixed" as const,
    samplingSteps: 1,
    firstSample: 0,
    sampleCount: TRIAL.steps,
    samplingStep: TRIAL.stepSize,
  };
  const kernel = new Kernel(
    { ...job, clock, adaptive: undefined, solver: solvers.euler, assignments: [], inputSources: [], wiener: [], recorded },
    2,
  );
  kernel.load({ job: 0, first: 0, lanes: 2 });
  return kernel.advance()?.data.map(canonical) ?? new Float64Array(0);
}

/** NaN has many bits, which differ between machines. */
function canonical(value: number): number {
  return Number.isNaN(value) ? Number.NaN : value;
}

/** A hash of the points: their names, and their values of every grid key. */
export function gridHash(host: Host, { names, keys, columns }: Points): string {
  return host.sha256([JSON.stringify([keys, nameList(names).slice(0, names.length)]), ...columns.map(bytesOf)]);
}
