import { Data } from "apache-arrow/data";
import { Field, Schema } from "apache-arrow/schema";
import { Table } from "apache-arrow/table";
import type { Float32, Float64 } from "apache-arrow/type";
import type { BlockTraces } from "../engine/task.ts";
import { valueAt } from "../kernel/key-values.ts";
import { groupBy } from "../lists.ts";
import type { Plan } from "../plan/plan.ts";
import { labels } from "../sweep/clock.ts";
import { timeColumn, wideColumn, wideName } from "../sweep/columns.ts";
import { nameOf } from "../sweep/points.ts";
import type { Samples } from "../sweep/trace-type.ts";
import { fieldOf, lazily, lazyBatch, numbers, sweepMetadata, traceFieldType } from "./arrow.ts";
import { PlacedTraces } from "./placed.ts";
import { keepIndex } from "./trace.ts";

/**
 * Traces side by side: `time`, then for each output and point a column `output/key` (`output/key/node` where the output's
 * path matches several nodes), one row a sample. Each column's metadata has its output, key, node, variable, unit and the
 * point's value of every grid key. There may be a column for each of a million points: names, metadata and vectors are made when they are
 * asked for, and the numbers stay where their blocks wrote them.
 */
export async function wideTable(plan: Plan, results: readonly BlockTraces[]): Promise<Table> {
  const { clock, timeUnit } = plan;
  const placed = await PlacedTraces.of(plan, results);
  const traces = new WideTraces(placed);
  const schema = new Schema([], sweepMetadata(plan));
  lazily(schema, "fields", () => [fieldOf(timeColumn(timeUnit)), ...traces.fields()]);
  const times = labels(clock);
  const table = new Table(schema, [lazyBatch(schema, times.length, () => [numbers(times), ...traces.data()])]);
  keepIndex(table, placed.index());
  return table;
}

/** What all columns share. */
const none: never[] = [];
/** Where the bitmap stands among the buffers of Arrow's data. */
const VALIDITY = 2;
const noNulls = new Uint8Array(0);
const noMetadata = new Map<string, string>();

/** The columns of traces. */
class WideTraces {
  readonly #placed: PlacedTraces;
  /** Outputs whose columns take turns within a point: the nodes of one path. */
  readonly #groups: readonly number[][];
  readonly sampleCount: number;
  readonly type: Float32 | Float64;

  constructor(placed: PlacedTraces) {
    const { outputs, sampleCount } = placed;
    this.#placed = placed;
    this.#groups = [...groupBy(outputs.keys(), (index) => outputs[index].output).values()];
    this.sampleCount = sampleCount;
    this.type = traceFieldType(placed.traceType);
  }

  trace(output: number, point: number): Samples {
    return this.#placed.trace(output, point);
  }

  /** What the column of an output of a point says of itself. */
  metadata(output: number, point: number): Map<string, string> {
    const { names, keys, columns } = this.#placed.points;
    const grid = keys.map((key, i): [string, string] => [key, String(valueAt(columns[i], point))]);
    return new Map(wideColumn(this.#placed.outputs[output], nameOf(names, point), grid).metadata);
  }

  name(output: number, point: number): string {
    return wideName(this.#placed.outputs[output], nameOf(this.#placed.points.names, point));
  }

  fields(): Field[] {
    return this.#each((output, point) => new TraceField(this, output, point));
  }

  data(): Data<Float32 | Float64>[] {
    return this.#each((output, point) => new TraceData(this, output, point));
  }

  /** Columns are ordered by output, then point, then node. */
  #each<Made>(make: (output: number, point: number) => Made): Made[] {
    const { length } = this.#placed.points.names;
    const all = new Array<Made>(length * this.#placed.outputs.length);
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
