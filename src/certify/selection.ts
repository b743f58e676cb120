import { materialize } from "../kernel/materialize.ts";
import { blocks, lanesOf } from "../plan/block.ts";
import type { Plan } from "../plan/plan.ts";
import { uniformNoise } from "../sweep/input.ts";

/** A seeded sample of `count` of `points` points, without repetition, in rising order; all of them where there are no more. */
export function choose(points: number, count: number, seed: number): number[] {
  const all = Array.from({ length: points }, (_, point) => point);
  if (count >= points) return all;
  const random = materialize(uniformNoise({ low: 0, high: 1, seed }), 1, count);
  const values = random instanceof Float64Array ? random : random.data;
  for (let i = 0; i < count; i++) {
    const other = i + Math.floor(values[i] * (points - i));
    [all[i], all[other]] = [all[other], all[i]];
  }
  return all.slice(0, count).sort((a, b) => a - b);
}

/** A plan that runs some of its points alone. They stay who they are: their noise, and their columns of signals, are their own. */
export function restricted(plan: Plan, points: readonly number[]): Plan {
  const wanted = new Set(points);
  const jobs = plan.jobs.map((job) => {
    const positions: readonly number[] | Uint32Array = job.points ?? Array.from({ length: plan.points.names.length }, (_, point) => point);
    return { ...job, points: Uint32Array.from(Array.from(positions).filter((point) => wanted.has(point))) };
  });
  const cut = jobs.flatMap((job, i) => (job.points.length > 0 ? blocks(i, job.points.length, lanesOf(job, job.points.length)) : []));
  return { ...plan, jobs, blocks: cut };
}
