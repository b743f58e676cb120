import type { Job } from "../kernel/job.ts";
import { Kernel } from "../kernel/kernel.ts";
import { type Model, variablesOf } from "../model.ts";
import { nameList } from "../plan/names.ts";
import type { Plan } from "../plan/plan.ts";
import type { Points } from "../plan/points.ts";
import { solvers } from "../solver.ts";
import { bytesOfModule } from "../wasm.ts";
import type { Host } from "./host.ts";
import { bytesOf } from "./plain.ts";

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
  if (job.model.memory) return new Float64Array(0);
  const takes = variablesOf(job.model).map(({ kind, row }) => ({ kind, row }));
  const { steps, stepSize } = TRIAL;
  const clock = { stepSize, steps, every: 1, first: 0, rows: steps };
  const kernel = new Kernel({ ...job, ...clock, solver: solvers.euler, assignments: [], drives: [], wiener: [], takes }, 2);
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
