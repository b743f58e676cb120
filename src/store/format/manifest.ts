import * as v from "valibot";
import { isRecord, kindOf } from "../../check.ts";
import { sanitize } from "../../errors.ts";
import type { StoreFormat } from "../../options/options.ts";
import { countOf, listOf } from "../../sweep/selection.ts";
import { storeError } from "../errors.ts";
import type { Plain } from "./canonical.ts";
import { formats } from "./format.ts";

export const MANIFEST = "manifest.json";
/** The same text again: from it the manifest is brought back where it was damaged. */
export const COPY = "manifest.copy.json";

/** The layout of directories that this version writes and reads. */
export const LAYOUT = 2;

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const time = v.pipe(v.number(), v.finite());

const sampleTimes = { firstSample: count, sampleCount: count, samplingStep: time };
const clock = v.variant("kind", [
  v.strictObject({ kind: v.literal("fixed"), stepSize: time, steps: count, samplingSteps: count, ...sampleTimes }),
  v.strictObject({ kind: v.literal("adaptive"), inputStep: time, inputSteps: count, ...sampleTimes }),
]);

/** A file of a store as its manifest has it. */
const file = v.strictObject({ file: v.string(), bytes: count, sha256: hash });

/** One shard: which points it has, in their order, and its files. */
const shard = v.strictObject({
  points: v.union([v.strictObject({ first: count, count }), v.pipe(v.array(count), v.readonly())]),
  /** Number of the job, and so of its model in `model.hashes`. */
  job: count,
  /** Rows of traces; 0 where no traces are kept. */
  rows: count,
  traces: v.nullable(file),
  /** The rows of the map that are this shard's. */
  map: file,
});

/** What a stored sweep says of itself, in `manifest.json`. It has no times in it: the same sweep makes the same manifest. */
const manifest = v.strictObject({
  layout: v.literal(LAYOUT),
  /** Version of the package that computed it. */
  massgrid: v.string(),
  complete: v.boolean(),
  format: v.picklist(["arrow", "parquet"]),
  /** The options of gridSearch; long signals by their hash, the grid in a file of its own. */
  spec: v.custom<{ readonly [option: string]: Plain }>(isRecord),
  model: v.strictObject({ name: v.string(), hashes: v.array(hash) }),
  grid: v.strictObject({ points: count, keys: v.array(v.string()), sha256: hash, file }),
  solver: v.string(),
  seeds: v.array(count),
  clock,
  timeUnit: v.string(),
  columns: v.array(v.string()),
  shardPoints: count,
  /** All shards of a complete sweep; those of one that is not are in the journal. */
  shards: v.pipe(v.array(shard), v.readonly()),
  /** The whole map of a complete sweep. */
  map: v.nullable(file),
  /** sha256 of this file's text, with zeros in this place. */
  checksum: hash,
});

export type FileEntry = v.InferOutput<typeof file>;
export type ShardEntry = v.InferOutput<typeof shard>;
export type Manifest = v.InferOutput<typeof manifest>;

/** Refuses what another version of the layout has written. Throws E_MANIFEST_VERSION. */
export function checkVersion(found: unknown, directory: string): void {
  const layout = isRecord(found) ? found.layout : undefined;
  if (layout === LAYOUT) return;
  const message = `${MANIFEST} in ${sanitize(directory)} has layout ${kindOf(layout)}, and this version of massgrid reads layout ${LAYOUT} alone`;
  throw storeError("E_MANIFEST_VERSION", message);
}

/** The manifest that a value is. Throws E_MANIFEST_FORM or E_MANIFEST_PATH: whoever wrote it may mean no good. */
export function checkManifest(found: unknown, directory: string): Manifest {
  if (isStrange(found)) throw badForm(directory, "it has a key __proto__, or nests too deep");
  const { success, output, issues } = v.safeParse(manifest, found);
  if (!success) throw badForm(directory, `${v.getDotPath(issues[0]) ?? "it"}: ${issues[0].message}`);
  checkPath(directory, output.grid.file.file, GRID);
  if (output.map) checkPath(directory, output.map.file, mapFile(output.format));
  if (output.complete !== (output.map !== null)) throw badForm(directory, "a complete sweep has a map, and no other has one");
  checkShards(output, directory);
  return output;
}

function checkShards(found: Manifest, directory: string): void {
  const { complete, shards, grid } = found;
  // A point takes 8 bytes and more of the grid's file, whose size is compared before it is read: a claim has an end there.
  if (8 * grid.points > grid.file.bytes) throw badForm(directory, `it claims ${grid.points} points in ${grid.file.bytes} bytes`);
  if (!complete && shards.length > 0) throw badForm(directory, "the shards of a sweep that is not complete are in its journal");
  let points = 0;
  shards.forEach((entry, i) => {
    const fault = shardFault(found, entry, i);
    if (fault) throw fault.path ? badPath(directory, fault.path) : badForm(directory, `shard ${i} ${fault.what}`);
    points += countOf(entry.points);
  });
  if (!complete) return;
  const seen = new Uint8Array(points === grid.points ? points : 0);
  for (const entry of shards) for (const point of listOf(entry.points)) seen[point] = 1;
  if (seen.length === 0 || seen.includes(0)) throw badForm(directory, "its shards do not have each point once");
}

/** What is wrong with the entry of shard number `i`. Sizes are bounded by the grid before anything is made of them. */
export function shardFault(
  { format, grid, clock, model }: Manifest,
  entry: ShardEntry,
  i: number,
): { what: string; path?: string } | undefined {
  const { points, rows, traces, map, job } = entry;
  const strange = [traces && traces.file !== traceFile(format, i) ? traces.file : "", map.file !== partFile(i) ? map.file : ""].find(
    Boolean,
  );
  if (strange) return { what: "has another file", path: strange };
  const size = countOf(points);
  const last = "first" in points ? points.first + points.count - 1 : points.reduce((most, point) => Math.max(most, point), 0);
  if (size < 1 || size > grid.points || last >= grid.points) return { what: "has points that the grid has not" };
  if (job >= model.hashes.length) return { what: "has a model that the manifest has not" };
  if (rows !== (traces ? size * clock.sampleCount : 0)) return { what: `claims ${rows} rows` };
  return undefined;
}

/** Whether a value is the entry of a shard, by its form. */
export function isShardEntry(value: unknown): value is ShardEntry {
  return !isStrange(value) && v.is(shard, value);
}

/** Whether a value has what no manifest has: a key that stands for prototypes, or depth without end. */
function isStrange(value: unknown, depth = 0): boolean {
  if (typeof value !== "object" || value === null) return false;
  return depth > 32 || Object.hasOwn(value, "__proto__") || Object.values(value).some((each) => isStrange(each, depth + 1));
}

function checkPath(directory: string, found: string, expected: string): void {
  if (found !== expected) throw badPath(directory, found);
}

function badPath(directory: string, found: string): Error {
  const message = `${MANIFEST} in ${sanitize(directory)} names the file "${sanitize(found)}", which is none of a store; nothing was opened`;
  return storeError("E_MANIFEST_PATH", message);
}

function badForm(directory: string, reason: string): Error {
  return storeError("E_MANIFEST_FORM", `${MANIFEST} in ${sanitize(directory)} is no manifest of massgrid: ${sanitize(reason)}`);
}

export const GRID = "grid.arrow";
export const TRACES = "traces";
export const MAP = "map";

/** Where shard number `i` is. Names are made from numbers alone: none is ever taken from a manifest. */
export function traceFile(format: StoreFormat, i: number): string {
  return `${TRACES}/${number(i)}${formats[format].extension}`;
}

/** Where the rows of the map of shard number `i` are: always Arrow. */
export function partFile(i: number): string {
  return `${MAP}/${number(i)}.arrow`;
}

export function mapFile(format: StoreFormat): string {
  return `map${formats[format].extension}`;
}

function number(i: number): string {
  return String(i).padStart(6, "0");
}
