import { valueAt } from "../kernel/key-values.ts";
import { groupBy } from "../lists.ts";
import type { Plan } from "../plan/plan.ts";
import { KEY } from "../sweep/columns.ts";
import { pointAt } from "../sweep/job.ts";
import type { KeyValues } from "../sweep/key-values.ts";
import { nameOf, type Points } from "../sweep/points.ts";

import { compact, listOf, type Numbers, pointsOfPart } from "../sweep/selection.ts";
import { pointOfStream, streamOf } from "../sweep/streams.ts";
import type { ReuseSource } from "./compute.ts";
import type { Disk } from "./disk/disk.ts";
import { storeError } from "./errors.ts";
import type { Manifest, ShardEntry } from "./format/manifest-schema.ts";
import { readPart, readTraces } from "./integrity.ts";
import type { ReusedPoints, Shard, ShardTask } from "./shard.ts";

/** A store whose points are reused in that of a larger grid. */
export interface PreviousStore {
  disk: Disk;
  manifest: Manifest;
  /** Its intact shards, by index. */
  entries: ReadonlyMap<number, ShardEntry>;
}

/** The points of a previous store, as the shards of a new plan reuse them. */
export class PreviousPoints implements ReuseSource {
  readonly #previous: PreviousStore;
  readonly #plan: Plan;
  /** For each point of the plan, the point of the previous store; -1 for none. */
  readonly #match: Int32Array;
  /** Shard and row of each point of the previous store. */
  readonly #locations = new Map<number, { entry: ShardEntry; row: number }>();

  constructor(previous: PreviousStore, plan: Plan, match: Int32Array) {
    this.#previous = previous;
    this.#plan = plan;
    this.#match = match;
    for (const entry of previous.entries.values()) {
      for (const [row, point] of listOf(entry.points).entries()) this.#locations.set(point, { entry, row });
    }
  }

  missing({ job, positions }: Shard): Numbers {
    return compact(listOf(positions).filter((position) => !this.#locationOf(pointAt(this.#plan.jobs[job], position))));
  }

  async *reused({ shard }: ShardTask): AsyncGenerator<ReusedPoints> {
    const { disk, manifest } = this.#previous;
    for (const [entry, to] of this.#sources(shard)) {
      yield { part: await readPart(disk, entry), traces: await readTraces(disk, manifest, entry), to };
    }
  }

  /** The previous shard with exactly the points of a shard, under the same names: its files are those that would be written. */
  async identicalShard(shard: Shard): Promise<ShardEntry | undefined> {
    const [source, ...others] = this.#sources(shard);
    if (!source || others.length > 0) return undefined;
    const [entry, to] = source;
    if (to.length !== shard.positions.count || to.some((index, i) => index !== i)) return undefined;
    const names = (await readPart(this.#previous.disk, entry)).getChild(KEY);
    const same = pointsOfPart(this.#plan, shard).every((point, i) => names?.get(i) === nameOf(this.#plan.points.names, point));
    return same ? entry : undefined;
  }

  #locationOf(point: number): { entry: ShardEntry; row: number } | undefined {
    return this.#locations.get(this.#match[point]);
  }

  /** For each previous shard with points of a shard, the index in the shard of each of its rows; -1 for rows of other shards. */
  #sources(shard: Shard): Map<ShardEntry, number[]> {
    const sources = new Map<ShardEntry, number[]>();
    pointsOfPart(this.#plan, shard).forEach((point, i) => {
      const location = this.#locationOf(point);
      if (!location) return;
      const { entry, row } = location;
      const to = sources.get(entry) ?? listOf(entry.points).map(() => -1);
      to[row] = i;
      sources.set(entry, to);
    });
    return sources;
  }
}

/**
 * For each point of a new grid, the point of the previous one that it equals (-1 for none), and the number of previous points that
 * the new grid lacks. Points are equal if all values of their grid keys are identical, and, where noise is drawn for each point,
 * if they draw from the same stream.
 */
export function matchPoints(previous: Pick<Points, "columns">, { points, jobs }: Plan): { match: Int32Array; missing: number } {
  const ownStreams = jobs.some(
    ({ inputSources, wiener, initialStates }) =>
      initialStates.some(({ values: states }) => states.length > 1) ||
      inputSources.some((source) => source.kind === "columns" || (source.kind === "noise" && !source.noise.shared)) ||
      wiener.some(({ shared }) => !shared),
  );
  const now = jobs[0].replicates;
  const before = { each: now.each, points: (previous.columns[0]?.length ?? 0) / now.each };
  const values = valuesOf(previous.columns);
  const unmatched = groupBy([...values.keys()].reverse(), (i) => values[i]);
  const match = new Int32Array(points.names.length).fill(-1);
  let missing = values.length;
  valuesOf(points.columns).forEach((value, i) => {
    const candidate = unmatched.get(value)?.pop();
    if (candidate === undefined) return;
    missing--;
    const point = ownStreams ? pointOfStream(before, streamOf(now, i)) : candidate;
    if (values[point] === value) match[i] = point;
  });
  return { match, missing };
}

/** Most points of a grid that is extended: they are compared one by one. */
const MOST = 2 ** 23;

/** Throws E_SWEEP_TOO_LARGE for grids that cannot be compared. */
export function checkListable(points: number): void {
  if (points <= MOST) return;
  const message = `a grid is extended by comparing its points one by one, up to ${MOST} of them, and there are ${points}; store the larger grid in another directory`;
  throw storeError("E_SWEEP_TOO_LARGE", message);
}

/** The values of each point as text that distinguishes all doubles. */
function valuesOf(columns: readonly KeyValues[]): string[] {
  const count = columns[0]?.length ?? 0;
  return Array.from({ length: count }, (_, i) => columns.map((column) => textOf(valueAt(column, i))).join(" "));
}

function textOf(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}
