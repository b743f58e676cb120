import type { Table } from "apache-arrow/table";
import { type BlockResult, type BlockTraces, inOrder, pointsOf } from "../engine/task.ts";
import type { Plan } from "../plan/plan.ts";
import { lanesOf } from "../plan/size.ts";
import { type RunOptions, run } from "../run/run.ts";
import { type Block, pointAt } from "../sweep/job.ts";
import { compact, type Part, partsWith, pointsOfJob, select } from "../sweep/selection.ts";
import { MapRows, type MoreColumn } from "../table/map.ts";
import { longTable } from "../table/traces.ts";
import { wideTable } from "../table/wide.ts";

const layouts = { wide: wideTable, long: longTable };

/** Results of points that are run in several goes, kept one by one until the plan of all points is there. */
export class PointResults {
  readonly #results = new Map<number, BlockResult>();

  /** Runs some points of a plan. They keep their numbers, which those of a later plan with further points have too. */
  async run(plan: Plan, points: readonly number[], options: RunOptions): Promise<void> {
    const part = select(plan, partsOf(plan, points), lanesOf).sweep;
    for await (const result of run(part, options)) {
      const { sampleCount } = plan.clock;
      for (const [lane, point] of pointsOf(part, result).entries()) this.#results.set(point, laneOf(result, lane, sampleCount));
    }
  }

  /** What a point was at the end, state by state; undefined where it failed. */
  endOf(point: number): readonly number[] | undefined {
    const result = this.#results.get(point);
    if (!result?.finalStates || result.failed || !Number.isNaN(result.failedAt[0])) return undefined;
    return result.finalStates.map(([value]) => value);
  }

  /** The map of the points of a plan, which have all been run. */
  async map(plan: Plan, more?: readonly MoreColumn[], facts?: Readonly<Record<string, string>>): Promise<Table> {
    const rows = new MapRows(plan);
    for (const result of this.#of(plan)) rows.add(result);
    return await rows.table(more, facts);
  }

  /** Their traces, where these are kept. */
  async traces(plan: Plan): Promise<{ results: Table } | undefined> {
    if (!plan.traces) return undefined;
    const traces = this.#of(plan).map(({ block, traces }): BlockTraces => ({ block, traces }));
    return { results: await layouts[plan.layout](plan, traces.sort(inOrder)) };
  }

  /** Results as blocks of one lane of a plan. */
  #of(plan: Plan): BlockResult[] {
    return plan.jobs.flatMap((job, number) =>
      Array.from({ length: pointsOfJob(plan, job) }, (_, first): BlockResult => {
        const block: Block = { job: number, first, lanes: 1 };
        const result = this.#results.get(pointAt(job, first));
        if (!result) throw new Error(`point ${pointAt(job, first)} was not run`);
        return { ...result, block };
      }),
    );
  }
}

/** The parts of some points; where all points are of one job in their order, their positions are their numbers. */
function partsOf(plan: Plan, points: readonly number[]): Part[] {
  if (plan.jobs.length > 1 || plan.jobs[0].points) return partsWith(plan, points);
  return [{ job: 0, positions: compact([...points].sort((a, b) => a - b)) }];
}

/** What a block found of one of its lanes. */
function laneOf(result: BlockResult, lane: number, samples: number): BlockResult {
  const { block, traces, features, failedAt, failures, finalStates, costs, failed } = result;
  return {
    block,
    traces: traces.map((all) => all.slice(lane * samples, (lane + 1) * samples)),
    features: features.map((values) => values.slice(lane, lane + 1)),
    failedAt: failedAt.slice(lane, lane + 1),
    ...(failures
      ? { failures: { reasons: failures.reasons.slice(lane, lane + 1), variables: failures.variables.slice(lane, lane + 1) } }
      : {}),
    ...(finalStates ? { finalStates: finalStates.map((values) => values.slice(lane, lane + 1)) } : {}),
    ...(costs
      ? {
          costs: {
            nfev: costs.nfev.slice(lane, lane + 1),
            accepted: costs.accepted.slice(lane, lane + 1),
            rejected: costs.rejected.slice(lane, lane + 1),
          },
        }
      : {}),
    ...(failed ? { failed } : {}),
  };
}
