import type { Plan } from "../plan/plan.ts";
import { KEY } from "../sweep/columns.ts";
import { pointAt } from "../sweep/job.ts";
import { nameOf } from "../sweep/names.ts";
import { compact, listOf, type Numbers, pointsOfPart } from "../sweep/selection.ts";
import type { Donor } from "./complete.ts";
import type { Disk } from "./disk/disk.ts";
import type { Manifest, ShardEntry } from "./format/manifest.ts";
import { readPart, readTraces } from "./integrity.ts";
import type { Shard, ShardTask } from "./shards.ts";
import type { Donation } from "./write-shard.ts";

/** A store whose points another one takes over. */
export interface OldStore {
  disk: Disk;
  manifest: Manifest;
  /** Its shards that are as they should be. */
  entries: ReadonlyMap<number, ShardEntry>;
}

/** Where a point of the old store is. */
interface Place {
  shard: number;
  row: number;
}

/** Gives shards of a new plan the points that an old store has. */
export class OldPoints implements Donor {
  readonly #old: OldStore;
  readonly #plan: Plan;
  /** Which point of the old store each point is; -1 for none. */
  readonly #match: Int32Array;
  readonly #places = new Map<number, Place>();

  constructor(old: OldStore, plan: Plan, match: Int32Array) {
    this.#old = old;
    this.#plan = plan;
    this.#match = match;
    for (const [shard, entry] of old.entries) {
      listOf(entry.points).forEach((point, row) => {
        this.#places.set(point, { shard, row });
      });
    }
  }

  wanted({ job, positions }: Shard): Numbers {
    return compact(listOf(positions).filter((position) => !this.#place(pointAt(this.#plan.jobs[job], position))));
  }

  async *donations({ shard }: ShardTask): AsyncGenerator<Donation> {
    for (const [number, to] of this.#sources(shard)) {
      const entry = this.#old.entries.get(number);
      if (!entry) continue;
      const { disk, manifest } = this.#old;
      yield { part: await readPart(disk, entry), traces: await readTraces(disk, manifest, entry), to };
    }
  }

  /** The old shard that has the very points of a shard, under the same names: its files are what would be written. */
  async twin(shard: Shard): Promise<ShardEntry | undefined> {
    const [[number, to] = [-1, []], ...others] = this.#sources(shard);
    const entry = this.#old.entries.get(number);
    if (!entry || others.length > 0 || to.length !== shard.positions.count || to.some((place, i) => place !== i)) return undefined;
    const names = (await readPart(this.#old.disk, entry)).getChild(KEY);
    const same = pointsOfPart(this.#plan, shard).every((point, i) => names?.get(i) === nameOf(this.#plan.points.names, point));
    return same ? entry : undefined;
  }

  #place(point: number): Place | undefined {
    return this.#places.get(this.#match[point]);
  }

  /** For each old shard that has points of a shard, where its points go. */
  #sources(shard: Shard): Map<number, number[]> {
    const found = new Map<number, number[]>();
    pointsOfPart(this.#plan, shard).forEach((point, i) => {
      const place = this.#place(point);
      const entry = place && this.#old.entries.get(place.shard);
      if (!place || !entry) return;
      const to = found.get(place.shard) ?? listOf(entry.points).map(() => -1);
      to[place.row] = i;
      found.set(place.shard, to);
    });
    return found;
  }
}
