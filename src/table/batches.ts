import type { Data } from "apache-arrow/data";
import type { RecordBatch } from "apache-arrow/recordbatch";
import { Schema } from "apache-arrow/schema";
import type { DataType } from "apache-arrow/type";
import type { BlockResult } from "../engine/task.ts";
import type { Plan } from "../plan/plan.ts";
import { inputGrid } from "../sweep/clock.ts";
import { pointOf } from "../sweep/job.ts";
import { renumbered } from "../sweep/selection.ts";
import { newSamples, type Samples, sampleBytes } from "../sweep/trace-type.ts";
import { batch, fieldOf, sweepMetadata } from "./arrow.ts";
import { columnsOfMap, MapRows } from "./map.ts";
import { longData, longSchema } from "./traces.ts";

/** Most of a batch: points, bytes of traces, and steps (half a second of one core), so that the first batch comes soon. */
const MOST = { points: 16384, bytes: 4 * 2 ** 20, steps: 5e7 };
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
  return Math.min(HELD.blocks, Math.floor(HELD.bytes / Math.max(1, ofPoint * blocks[0].lanes)));
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
export interface Piece {
  result: BlockResult;
  first: number;
  end: number;
}

/** Rows of results, and what they are of. */
export interface BatchOfPieces {
  batch: RecordBatch;
  pieces: readonly Piece[];
}

/**
 * Results as batches of rows, of a size that depends on the plan alone. They are taken, and stand, in the order of the plan's blocks: the
 * points of a job together, in rising order.
 */
export async function* batchesOf(plan: Plan, schema: Schema, results: AsyncIterable<BlockResult>): AsyncGenerator<BatchOfPieces> {
  const dataOf = plan.traces ? traceData : mapData;
  let pieces: Piece[] = [];
  let [count, most, blocks] = [0, 0, 0];
  for await (const result of results) {
    const { job, lanes, first: position } = result.block;
    const isLast = plan.blocks[++blocks]?.job !== job;
    if (position === 0) most = pointsOfBatch(plan, lanes);
    for (let first = 0; first < lanes; first += most) {
      const end = Math.min(lanes, first + most);
      pieces.push({ result, first, end });
      count += end - first;
      const isPart = lanes > most;
      if (count < most && !(end === lanes && (isLast || isPart))) continue;
      const children = await dataOf(plan, pieces);
      yield { batch: batch(schema, schema.fields, children[0].length, children), pieces };
      [pieces, count] = [[], 0];
    }
  }
}

/** The rows of the map of some points. Their batches have whole blocks. */
function mapData(plan: Plan, pieces: readonly Piece[]): Promise<Data<DataType>[]> {
  const { job, first } = pieces[0].result.block;
  const count = pieces.reduce((sum, { result }) => sum + result.block.lanes, 0);
  const rows = new MapRows(renumbered(plan, { job, positions: { first, count } }), true);
  for (const { result } of pieces) rows.add({ ...result, block: { ...result.block, job: 0, first: result.block.first - first } });
  return rows.data();
}

/** The rows of the traces of some points, in the long layout. */
async function traceData(plan: Plan, pieces: readonly Piece[]): Promise<Data<DataType>[]> {
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
