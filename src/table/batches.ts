import type { Data } from "apache-arrow/data";
import type { RecordBatch } from "apache-arrow/recordbatch";
import { Schema } from "apache-arrow/schema";
import type { DataType } from "apache-arrow/type";
import { type BlockResult, statusOf } from "../engine/task.ts";
import type { Plan } from "../plan/plan.ts";
import { firstBlock } from "../sweep/blocks.ts";
import { inputGrid } from "../sweep/clock.ts";
import { type Block, pointOf } from "../sweep/job.ts";
import { pointsOfJob } from "../sweep/selection.ts";
import { OK } from "../sweep/status.ts";
import { newSamples, type Samples, sampleBytes } from "../sweep/trace-type.ts";
import { batch, fieldOf, sweepMetadata } from "./arrow.ts";
import { columnsOfMap, MapRows } from "./map.ts";
import { renumbered } from "./part.ts";
import { longData, longSchema } from "./traces.ts";

/** Most of a batch: points, bytes of traces, and steps (half a second of one core), so that the first batch comes soon. */
const MOST = { points: 65536, bytes: 4 * 2 ** 20, steps: 5e7 };
/** Results that are computed before their turn: so many blocks at most, and bytes of traces. */
const HELD = { blocks: 256, bytes: 16 * 2 ** 20 };

/** What each batch has: the columns of the long layout, or where no traces are kept those of the map, `failedVariable` among them always. */
export function batchSchema(plan: Plan): Schema {
  if (plan.traces) return longSchema(plan);
  const fields = columnsOfMap(plan, true).map((column) => fieldOf(column));
  return new Schema(fields, sweepMetadata(plan));
}

/** How many blocks may be computed before their turn. */
export function blocksHeld({ blocks, clock, columns, traces, traceType }: Plan): number {
  const ofPoint = traces ? clock.sampleCount * columns.length * sampleBytes(traceType) : 0;
  return Math.min(HELD.blocks, Math.floor(HELD.bytes / Math.max(1, ofPoint * firstBlock(blocks).lanes)));
}

/** Points of a batch, of a job whose blocks have so many lanes: several whole blocks, or parts of one. */
function pointsOfBatch(plan: Plan, lanes: number): number {
  const { clock, traces, points, columns } = plan;
  const bytes = traces ? clock.sampleCount * 8 * (points.keys.length + 2 + columns.length) : 0;
  const soon = Math.max(lanes, Math.floor(MOST.steps / inputGrid(clock).steps));
  const most = Math.max(1, Math.min(MOST.points, Math.floor(MOST.bytes / Math.max(1, bytes)), soon));
  return most > lanes ? most - (most % lanes) : most;
}

/** Points of one result: those of lanes from `first` to before `end`. */
interface Piece {
  result: BlockResult;
  first: number;
  end: number;
}

/** What becomes the columns of a batch, piece by piece. */
interface Columns {
  add(piece: Piece): void;
  data(): Promise<Data<DataType>[]>;
}

/**
 * Results as batches of rows, of a size that depends on the plan alone. They are taken, and stand, in the order of the plan's blocks: the
 * points of a job together, in rising order. `counts` has how many of the points of the batches so far ended with each status.
 */
export async function* batchesOf(
  plan: Plan,
  schema: Schema,
  results: AsyncIterable<BlockResult>,
  counts: Map<string, number>,
): AsyncGenerator<RecordBatch, undefined> {
  let columns: Columns | undefined;
  let statuses = new Map<string, number>();
  let [count, most] = [0, 0];
  for await (const result of results) {
    const { job, lanes, first: position } = result.block;
    const isLast = position + lanes === pointsOfJob(plan, plan.jobs[job]);
    if (position === 0) most = pointsOfBatch(plan, lanes);
    for (let first = 0; first < lanes; first += most) {
      const end = Math.min(lanes, first + most);
      columns ??= plan.traces ? new TraceColumns(plan) : new MapColumns(plan, result.block, most);
      columns.add({ result, first, end });
      countStatuses({ result, first, end }, statuses);
      count += end - first;
      const isPart = lanes > most;
      if (count < most && !(end === lanes && (isLast || isPart))) continue;
      const children = await columns.data();
      for (const [status, points] of statuses) counts.set(status, (counts.get(status) ?? 0) + points);
      yield batch(schema, schema.fields, children[0].length, children);
      [columns, statuses, count] = [undefined, new Map(), 0];
    }
  }
  return undefined;
}

function countStatuses({ result, first, end }: Piece, counts: Map<string, number>): void {
  const add = (status: string, points: number) => counts.set(status, (counts.get(status) ?? 0) + points);
  if (!result.failed && !result.failures) add(OK, end - first);
  else for (let lane = first; lane < end; lane++) add(statusOf(result, lane), 1);
}

/** The rows of the map of some points, whose batches have whole blocks. Nothing of a result is kept. */
class MapColumns implements Columns {
  readonly #rows: MapRows;
  readonly #first: number;

  /** At most `most` points of the job of a block, from that block on. */
  constructor(plan: Plan, { job, first }: Block, most: number) {
    const left = pointsOfJob(plan, plan.jobs[job]) - first;
    this.#rows = new MapRows(renumbered(plan, { job, positions: { first, count: Math.min(most, left) } }), true);
    this.#first = first;
  }

  add({ result }: Piece): void {
    const { first, lanes } = result.block;
    this.#rows.add({ ...result, block: { job: 0, first: first - this.#first, lanes } });
  }

  data(): Promise<Data<DataType>[]> {
    return this.#rows.data();
  }
}

/** The rows of the traces of some points, in the long layout. */
class TraceColumns implements Columns {
  readonly #plan: Plan;
  readonly #pieces: Piece[] = [];

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  add(piece: Piece): void {
    this.#pieces.push(piece);
  }

  async data(): Promise<Data<DataType>[]> {
    return traceData(this.#plan, this.#pieces);
  }
}

/** The rows of the traces of some points, in the long layout. */
function traceData(plan: Plan, pieces: readonly Piece[]): Data<DataType>[] {
  const { columns, clock, jobs, traceType } = plan;
  const { sampleCount } = clock;
  const points = pieces.flatMap(({ result: { block }, first, end }) =>
    Array.from({ length: end - first }, (_, i) => pointOf(jobs[block.job], block, first + i)),
  );
  const traces = columns.map((_, i) => {
    const parts = pieces.map(({ result, first, end }) => result.traces[i].subarray(first * sampleCount, end * sampleCount));
    return parts.length === 1 ? parts[0] : joined(newSamples(traceType, points.length * sampleCount), parts);
  });
  return longData(plan, points, traces);
}

/** Numbers one after the other, in the room that there is for them. */
function joined(all: Samples, parts: readonly Samples[]): Samples {
  let end = 0;
  for (const part of parts) {
    all.set(part, end);
    end += part.length;
  }
  return all;
}
