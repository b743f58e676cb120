import { Kernel } from "../kernel/kernel.ts";
import type { Plan } from "../plan/plan.ts";
import { platformCall } from "../platform/failure.ts";
import { amountText } from "../quantity.ts";
import { firstBlock, lastBlock } from "../sweep/blocks.ts";
import { pointOf } from "../sweep/job.ts";
import { nameOf } from "../sweep/points.ts";

/** Steps of more than so many time constants are told: no method with fixed steps is stable at half of that. */
const LONGEST = 5;
/** What a step may be of the shortest time constant. */
const FITTING = 10;

/**
 * What is likely to be wrong with the times of a plan of fixed steps: a step that is many times as long as the shortest time constant of
 * the model, where points begin, as of milliseconds that are given for seconds. Only points of the first and last block are looked at.
 */
export function stepWarnings({ jobs, blocks, points, timeUnit }: Plan): string[] {
  return jobs.flatMap((job, i) => {
    if (job.adaptive) return [];
    const own = blocks.filter((run) => run.job === i);
    const ends = own.length === 0 ? [] : [firstBlock(own), lastBlock(own[own.length - 1])];
    const found = ends.flatMap((block) => {
      const shortest = platformCall(() => {
        const kernel = new Kernel(job, block.lanes);
        kernel.load(block);
        return kernel.shortestTime();
      });
      return shortest ? [{ ...shortest, point: pointOf(job, block, shortest.lane) }] : [];
    });
    const [shortest] = found.sort((a, b) => a.time - b.time);
    const { stepSize } = job.clock;
    if (!shortest || stepSize <= LONGEST * shortest.time) return [];
    const amount = (time: number) => amountText(Number(time.toPrecision(2)), timeUnit);
    const ratio = Number((stepSize / shortest.time).toPrecision(3));
    const told = `stepSize ${amount(stepSize)} is ${ratio} times the shortest time constant of ${nameOf(points.names, shortest.point)} where it begins, ${amount(shortest.time)} of ${job.model.states[shortest.row].path}: it is likely to diverge`;
    const unit = timeUnit === "" ? "" : `, which are in ${timeUnit},`;
    return [
      `${told}; check the unit of stepSize and simulationTime${unit} use a step of ${amount(shortest.time / FITTING)}, or an adaptive solver`,
    ];
  });
}
