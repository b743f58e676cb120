import type { Table } from "apache-arrow/table";
import type { BlockResult } from "../engine/task.ts";
import type { Plan } from "../plan/plan.ts";
import { lanesOf } from "../plan/size.ts";
import { inputGrid } from "../sweep/clock.ts";
import { FAILED_AT } from "../sweep/columns.ts";
import { longestName, nameList } from "../sweep/points.ts";
import { compact, countOf, countParts, listOf, type Numbers, partAt, pointsOfPart, type RangePart } from "../sweep/selection.ts";
import { areSamples, newSamples, sampleBytes } from "../sweep/trace-type.ts";
import { mapTable } from "../table/map.ts";
import { renumbered } from "../table/part.ts";
import { longTable } from "../table/traces.ts";
import { type Disk, together } from "./disk/disk.ts";
import { combine, readColumn, type TablePart } from "./format/columns.ts";
import { formats } from "./format/formats.ts";
import { type Manifest, partFile, type ShardEntry, traceFile } from "./format/manifest-schema.ts";

/** A store that is being written. */
export interface Store {
  disk: Disk;
  plan: Plan;
  manifest: Manifest;
}

/** The points of one file: consecutive positions of one job, independent of the blocks that compute them. */
export type Shard = RangePart;

/** A shard to write: the positions of it to compute, and their results so far, each with the number of those positions before it. */
export interface ShardTask {
  index: number;
  shard: Shard;
  toCompute: Numbers;
  results: { offset: number; result: BlockResult }[];
}

/** Points of a previous store that are reused in a shard. */
export interface ReusedPoints {
  /** Rows of the map, and rows of traces if they are kept. */
  part: Table;
  traces: Table | undefined;
  /** For each point of `part`, its index in the shard; negative for points of other shards. */
  to: readonly number[];
}

/** Upper limits of a shard: bytes of traces, points, and steps (about half a minute of one core). The tightest one applies. */
const MAX_SHARD = { bytes: 8 * 2 ** 20, points: 1024, steps: 2e9 };

/** Bytes that a name is taken to have where the points of a shard are chosen: more points of a grid must not change them. */
const NAME_BYTES = 12;

/** Bytes of the traces of a point: its name, the grid values, time and outputs; 0 if no traces are kept. */
export function pointBytes({ points, columns, clock, traces, traceType }: Plan, nameBytes = longestName(points.names)): number {
  if (!traces) return 0;
  return clock.sampleCount * (4 + nameBytes + 8 * (points.keys.length + 1) + sampleBytes(traceType) * columns.length);
}

/** The default number of points of a shard: a multiple of the block size if one block fits, and otherwise an even number. */
export function pointsOfShard(plan: Plan): number {
  const { bytes, points, steps } = MAX_SHARD;
  const lanes = plan.jobs.reduce((least, job) => Math.min(least, lanesOf(job)), Number.POSITIVE_INFINITY);
  const bySize = Math.min(points, Math.floor(bytes / Math.max(1, pointBytes(plan, NAME_BYTES))));
  const most = Math.min(bySize, Math.max(lanes, Math.floor(steps / inputGrid(plan.clock).steps)));
  return most >= lanes ? most - (most % lanes) : Math.max(2, most - (most % 2));
}

/** The shards of a sweep, none of which is listed. */
export interface Shards {
  count: number;
  /** The shard of a number. */
  at(index: number): Shard;
}

/** Cuts a sweep into shards of `size` points, in the order of its jobs. They depend on nothing else. */
export function shardsOf(plan: Pick<Plan, "points" | "jobs">, size: number): Shards {
  return { count: countParts(plan, size), at: (index) => partAt(plan, size, index) };
}

/** The files of a shard that have not been written. */
export interface EncodedShard {
  entry: Pick<ShardEntry, "points" | "job" | "rows">;
  traces: { file: string; bytes: Uint8Array } | null;
  map: { file: string; bytes: Uint8Array };
  /** Points that did not reach the end. */
  failed: number;
}

/** Makes the files of a shard from computed and reused points. */
export async function encodeShard({ plan, manifest }: Store, task: ShardTask, reused: AsyncIterable<ReusedPoints>): Promise<EncodedShard> {
  const { index, shard } = task;
  const { count } = shard.positions;
  const shardSweep = renumbered(plan, shard);
  const merged = merge(plan, task);
  const parts: TablePart[] = await computedPart(plan, task);
  for await (const { part, traces, to } of reused) {
    parts.push({ table: part, to });
    if (traces) copyTraces(plan, merged, traces, to);
  }
  const isComputed = parts.length === 1 && countOf(task.toCompute) === count;
  const part = isComputed ? parts[0].table : combine(parts, count, nameList(shardSweep.points.names));
  const traces = plan.traces && {
    file: traceFile(manifest.format, index),
    bytes: await formats[manifest.format].encode(await longTable(shardSweep, [merged]), manifest.compression),
  };
  const map = { file: partFile(index), bytes: await formats.arrow.encode(part) };
  const points = compact(pointsOfPart(plan, shard));
  const failed = count - (part.getChild(FAILED_AT)?.nullCount ?? count);
  return { entry: { points, job: shard.job, rows: traces ? count * plan.clock.sampleCount : 0 }, traces: traces || null, map, failed };
}

/** The entry that a shard has once it is written. */
export async function entryOf({ host }: Disk, { entry, traces, map }: EncodedShard): Promise<ShardEntry> {
  const fileEntry = async ({ file, bytes }: EncodedShard["map"]) => ({ file, bytes: bytes.length, sha256: await host.hash(bytes) });
  return { ...entry, traces: traces && (await fileEntry(traces)), map: await fileEntry(map) };
}

/** Writes the files of a shard. */
export async function writeShard(disk: Disk, { entry, traces, map }: EncodedShard): Promise<ShardEntry> {
  const [writtenTraces, writtenMap] = await together([
    traces ? disk.write(traces.file, traces.bytes) : Promise.resolve(null),
    disk.write(map.file, map.bytes),
  ]);
  return { ...entry, traces: writtenTraces, map: writtenMap };
}

/** The rows of the map of the computed points. */
async function computedPart(plan: Plan, { shard, toCompute, results }: ShardTask): Promise<TablePart[]> {
  if (countOf(toCompute) === 0) return [];
  const moved = results.map(({ offset, result }) => ({ ...result, block: { job: 0, first: offset, lanes: result.block.lanes } }));
  const table = await mapTable(renumbered(plan, { job: shard.job, positions: toCompute }), moved);
  return [{ table, to: listOf(toCompute).map((position) => position - shard.positions.first) }];
}

/** The traces of a whole shard as one result; those of points to be reused are still zero. */
function merge(plan: Plan, { shard, toCompute, results }: ShardTask): BlockResult {
  const { sampleCount } = plan.clock;
  const { first, count } = shard.positions;
  const positions = listOf(toCompute);
  const traces = plan.traces ? plan.columns.map(() => newSamples(plan.traceType, count * sampleCount)) : [];
  for (const { offset, result } of results) {
    traces.forEach((column, i) => {
      for (let lane = 0; lane < result.block.lanes; lane++) {
        const trace = result.traces[i].subarray(lane * sampleCount, (lane + 1) * sampleCount);
        column.set(trace, (positions[offset + lane] - first) * sampleCount);
      }
    });
  }
  return { block: { job: 0, first: 0, lanes: count }, traces, features: [], failedAt: new Float64Array(count) };
}

function copyTraces({ columns, clock: { sampleCount } }: Plan, { traces }: BlockResult, from: Table, to: readonly number[]): void {
  const fields = from.schema.fields.slice(-columns.length);
  traces.forEach((column, i) => {
    const { values } = readColumn(from, fields[i]);
    if (!areSamples(values)) return;
    to.forEach((index, point) => {
      if (index >= 0) column.set(values.subarray(point * sampleCount, (point + 1) * sampleCount), index * sampleCount);
    });
  });
}
