import type { Table } from "apache-arrow/table";
import type { BlockResult } from "../engine/result.ts";
import type { Plan } from "../plan/plan.ts";
import { nameList } from "../sweep/names.ts";
import { compact, countOf, listOf, pointsOfPart, renumbered } from "../sweep/selection.ts";
import { mapTable } from "../table/map.ts";
import { longTable } from "../table/traces.ts";
import { type Disk, together } from "./disk/disk.ts";
import { readColumn } from "./format/column.ts";
import { formats } from "./format/format.ts";
import { gather, type Portion } from "./format/gather.ts";
import { type Manifest, partFile, type ShardEntry, traceFile } from "./format/manifest.ts";
import type { ShardTask } from "./shards.ts";

/** A store that is being written. */
export interface Store {
  disk: Disk;
  plan: Plan;
  manifest: Manifest;
}

/** Points of another store that become points of a shard. */
export interface Donation {
  /** Rows of the map, and rows of traces where there are any. */
  part: Table;
  traces: Table | undefined;
  /** For each point of the donor, its place in the shard; negative where it has none. */
  to: readonly number[];
}

/** Writes the files of a shard: of points that were computed, and of points that were there before. */
export async function writeShard(
  { disk, plan, manifest }: Store,
  task: ShardTask,
  donations: AsyncIterable<Donation>,
): Promise<ShardEntry> {
  const { index, shard } = task;
  const whole = renumbered(plan, shard);
  const merged = merge(plan, task);
  const portions: Portion[] = await computedPart(plan, task);
  for await (const { part, traces, to } of donations) {
    portions.push({ table: part, to });
    if (traces) copyTraces(plan, merged, traces, to);
  }
  const alone = portions.length === 1 && countOf(task.wanted) === shard.positions.count;
  const part = alone ? portions[0].table : gather(portions, shard.positions.count, nameList(whole.points.names));
  const format = formats[manifest.format];
  const [traces, map] = await together([
    plan.traces
      ? disk.write(traceFile(manifest.format, index), await format.encode(await longTable(whole, [merged])))
      : Promise.resolve(null),
    disk.write(partFile(index), await formats.arrow.encode(part)),
  ]);
  const points = pointsOfPart(plan, shard);
  return {
    points: compact(points),
    job: shard.job,
    rows: traces ? points.length * plan.clock.sampleCount : 0,
    traces,
    map,
  };
}

/** The rows of the map of what was computed. */
async function computedPart(plan: Plan, { shard, wanted, results }: ShardTask): Promise<Portion[]> {
  if (countOf(wanted) === 0) return [];
  const moved = results.map(({ offset, result }) => ({ ...result, block: { job: 0, first: offset, lanes: result.block.lanes } }));
  const table = await mapTable(renumbered(plan, { job: shard.job, positions: wanted }), moved);
  return [{ table, to: listOf(wanted).map((position) => position - shard.positions.first) }];
}

/** The traces of a whole shard as one result; those that were not computed are still zero. */
function merge(plan: Plan, { shard, wanted, results }: ShardTask): BlockResult {
  const { sampleCount } = plan.clock;
  const { first, count } = shard.positions;
  const positions = listOf(wanted);
  const traces = plan.traces ? plan.columns.map(() => new Float64Array(count * sampleCount)) : [];
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

function copyTraces({ columns, clock }: Plan, { traces }: BlockResult, donor: Table, to: readonly number[]): void {
  const fields = donor.schema.fields.slice(-columns.length);
  traces.forEach((column, i) => {
    const values = readColumn(donor, fields[i]);
    if (!(values instanceof Float64Array)) return;
    to.forEach((place, point) => {
      if (place >= 0) column.set(values.subarray(point * clock.sampleCount, (point + 1) * clock.sampleCount), place * clock.sampleCount);
    });
  });
}
