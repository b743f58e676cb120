import type { BlockTraces } from "../engine/task.ts";
import type { Plan } from "../plan/plan.ts";
import { TimeSlice } from "../platform/time-slice.ts";
import { type OutputFacts, outputName } from "../sweep/columns.ts";
import { pointOf } from "../sweep/job.ts";
import { finderOf, nameList, type Points } from "../sweep/points.ts";
import type { Samples, TraceType } from "../sweep/trace-type.ts";
import type { TraceIndex } from "./trace.ts";

/** Where the traces of each point and output are: numbers stay where their blocks wrote them. */
export class PlacedTraces {
  readonly points: Points;
  readonly outputs: readonly OutputFacts[];
  readonly sampleCount: number;
  readonly traceType: TraceType;
  readonly #blocks: readonly Samples[][];
  /** For each point, the number of its block, and its lane. */
  readonly #blockOf: Uint32Array;
  readonly #laneOf: Uint32Array;

  private constructor({ points, columns, clock, traceType }: Plan, blocks: readonly Samples[][]) {
    this.points = points;
    this.outputs = columns;
    this.sampleCount = clock.sampleCount;
    this.traceType = traceType;
    this.#blocks = blocks;
    this.#blockOf = new Uint32Array(points.names.length);
    this.#laneOf = new Uint32Array(points.names.length);
  }

  static async of(plan: Plan, results: readonly BlockTraces[]): Promise<PlacedTraces> {
    const pause = new TimeSlice();
    const made = new PlacedTraces(
      plan,
      results.map(({ traces }) => traces),
    );
    for (const [number, { block }] of results.entries()) {
      const job = plan.jobs[block.job];
      for (let lane = 0; lane < block.lanes; lane++) {
        const point = pointOf(job, block, lane);
        made.#blockOf[point] = number;
        made.#laneOf[point] = lane;
      }
      await pause.yieldIfOver();
    }
    return made;
  }

  /** The samples of an output of a point: a view of what its block recorded. */
  trace(output: number, point: number): Samples {
    const first = this.#laneOf[point] * this.sampleCount;
    return this.#blocks[this.#blockOf[point]][output].subarray(first, first + this.sampleCount);
  }

  /** How trace() finds a trace: without a field, and without the names of other points. */
  index(): TraceIndex {
    const numbers = new Map(this.outputs.map((output, i) => [outputName(output), i]));
    const { names } = this.points;
    let finder: ReturnType<typeof finderOf> | undefined;
    const find = (key: string) => {
      finder ??= finderOf(names);
      return finder(key);
    };
    return {
      outputs: new Map(this.outputs.map((output) => [outputName(output), output.unit])),
      points: { has: (key) => find(key) !== undefined, keys: () => nameList(names).slice(0, names.length) },
      find: (key, output) => {
        const [number, point] = [numbers.get(output), find(key)];
        return number === undefined || point === undefined ? [] : [this.trace(number, point)];
      },
    };
  }
}
