import { Data } from "apache-arrow/data";
import { Field, Schema } from "apache-arrow/schema";
import { Table } from "apache-arrow/table";
import type { Float32, Float64 } from "apache-arrow/type";
import type { BlockTraces } from "../engine/task.ts";
import { groupBy } from "../lists.ts";
import type { Plan } from "../plan/plan.ts";
import { TimeSlice } from "../platform/time-slice.ts";
import { labels } from "../sweep/clock.ts";
import { type OutputFacts, outputName, timeColumn, wideColumn, wideName } from "../sweep/columns.ts";
import { pointOf } from "../sweep/job.ts";
import { finderOf, nameList, nameOf, type Points } from "../sweep/points.ts";
import type { Samples } from "../sweep/trace-type.ts";
import { fieldOf, lazily, lazyBatch, numbers, sweepMetadata, traceFieldType } from "./arrow.ts";
import { keepIndex } from "./trace.ts";

/**
 * Traces side by side: `time`, then for each output and point a column `output/key` (`output/key/node` where the output's
 * path matches several nodes), one row a sample. Each column's metadata has its output, key, node, variable, unit and the
 * point's value of every grid key. There may be a column for each of a million points: names, metadata and vectors are made when they are
 * asked for, and the numbers stay where their blocks wrote them.
 */
export async function wideTable(plan: Plan, results: readonly BlockTraces[]): Promise<Table> {
  const { clock, timeUnit } = plan;
  const traces = await WideTraces.of(plan, results);
  const schema = new Schema([], sweepMetadata(plan));
  lazily(schema, "fields", () => [fieldOf(timeColumn(timeUnit)), ...traces.fields()]);
  const times = labels(clock);
  const table = new Table(schema, [lazyBatch(schema, times.length, () => [numbers(times), ...traces.data()])]);
  keepIndex(table, traces.index());
  return table;
}

/** What all columns share. */
const none: never[] = [];
/** Where the bitmap stands among the buffers of Arrow's data. */
const VALIDITY = 2;
const noNulls = new Uint8Array(0);
const noMetadata = new Map<string, string>();

/** Where the traces of each point and output are. */
class WideTraces {
  readonly #points: Points;
  readonly #outputs: readonly OutputFacts[];
  /** Outputs whose columns take turns within a point: the nodes of one path. */
  readonly #groups: readonly number[][];
  readonly sampleCount: number;
  readonly #blocks: readonly Samples[][];
  /** For each point, the number of its block, and its lane. */
  readonly #blockOf: Uint32Array;
  readonly #laneOf: Uint32Array;
  readonly type: Float32 | Float64;

  private constructor({ points, columns, clock, traceType }: Plan, blocks: readonly Samples[][]) {
    this.#points = points;
    this.#outputs = columns;
    this.#groups = [...groupBy(columns.keys(), (index) => columns[index].output).values()];
    this.sampleCount = clock.sampleCount;
    this.#blocks = blocks;
    this.type = traceFieldType(traceType);
    this.#blockOf = new Uint32Array(points.names.length);
    this.#laneOf = new Uint32Array(points.names.length);
  }

  static async of(plan: Plan, results: readonly BlockTraces[]): Promise<WideTraces> {
    const pause = new TimeSlice();
    const made = new WideTraces(
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

  /** What the column of an output of a point says of itself. */
  metadata(output: number, point: number): Map<string, string> {
    const { names, keys, columns } = this.#points;
    const grid = keys.map((key, i): [string, string] => [key, String(columns[i][point])]);
    return new Map(wideColumn(this.#outputs[output], nameOf(names, point), grid).metadata);
  }

  name(output: number, point: number): string {
    return wideName(this.#outputs[output], nameOf(this.#points.names, point));
  }

  fields(): Field[] {
    return this.#each((output, point) => new TraceField(this, output, point));
  }

  data(): Data<Float32 | Float64>[] {
    return this.#each((output, point) => new TraceData(this, output, point));
  }

  /** How trace() finds a trace: without a field, and without the names of other points. */
  index() {
    const numbers = new Map(this.#outputs.map((output, i) => [outputName(output), i]));
    const { names } = this.#points;
    let finder: ReturnType<typeof finderOf> | undefined;
    const find = (key: string) => {
      finder ??= finderOf(names);
      return finder(key);
    };
    return {
      outputs: new Map(this.#outputs.map((output) => [outputName(output), output.unit])),
      points: { has: (key: string) => find(key) !== undefined, keys: () => nameList(names).slice(0, names.length) },
      find: (key: string, output: string) => {
        const [number, point] = [numbers.get(output), find(key)];
        return number === undefined || point === undefined ? [] : [this.trace(number, point)];
      },
    };
  }

  /** Columns are ordered by output, then point, then node. */
  #each<Made>(make: (output: number, point: number) => Made): Made[] {
    const { length } = this.#points.names;
    const all = new Array<Made>(length * this.#outputs.length);
    let column = 0;
    for (const group of this.#groups) {
      for (let point = 0; point < length; point++) for (const output of group) all[column++] = make(output, point);
    }
    return all;
  }
}

/** A field whose metadata are made when they are asked for. To Arrow, which compares constructors, it is a Field like others. */
class TraceField extends Field<Float32 | Float64> {
  readonly #traces: WideTraces;
  readonly #output: number;
  readonly #point: number;
  #metadata: Map<string, string> | undefined;

  constructor(traces: WideTraces, output: number, point: number) {
    super(traces.name(output, point), traces.type, false, noMetadata);
    this.#traces = traces;
    this.#output = output;
    this.#point = point;
  }

  static {
    const get = function (this: TraceField) {
      this.#metadata ??= this.#traces.metadata(this.#output, this.#point);
      return this.#metadata;
    };
    // Arrow's constructor sets them.
    Object.defineProperty(TraceField.prototype, "metadata", { get, set: () => {} });
    Object.defineProperty(TraceField.prototype, "constructor", { value: Field });
  }
}

/** Numbers without nulls, of which the view is made when it is asked for. */
class TraceData extends Data<Float32 | Float64> {
  readonly #traces: WideTraces;
  readonly #output: number;
  readonly #point: number;
  #values: Samples | undefined;

  constructor(traces: WideTraces, output: number, point: number) {
    super(traces.type, 0, traces.sampleCount, 0, { [VALIDITY]: noNulls }, none, undefined, none);
    this.#traces = traces;
    this.#output = output;
    this.#point = point;
  }

  static {
    const get = function (this: TraceData) {
      this.#values ??= this.#traces.trace(this.#output, this.#point);
      return this.#values;
    };
    Object.defineProperty(TraceData.prototype, "values", { get });
  }
}
