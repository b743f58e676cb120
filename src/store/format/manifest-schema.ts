import * as v from "valibot";
import { isRecord, kindOf } from "../../check.ts";
import { sanitize } from "../../errors.ts";
import { compressionsOf, type StoreFormat } from "../../options/options.ts";
import { countOf, type Range } from "../../sweep/selection.ts";
import { storeError } from "../errors.ts";
import type { Canonical } from "./canonical.ts";
import { formats } from "./formats.ts";
import type { GridFacts } from "./grid-file.ts";

/** What people read: a data set of files alone. The whole map stands beside it. */
export const TRACES = "traces";

/** What massgrid alone needs is in one folder, whose name those who read all files of a directory leave out: it begins with "_". */
export const FOLDER = "_massgrid";
export const MANIFEST = `${FOLDER}/manifest.json`;
/** A copy of the manifest, from which a damaged one is restored. */
export const COPY = `${FOLDER}/manifest.copy.json`;
export const GRID = `${FOLDER}/grid.arrow`;
/** What the columns of traces and map are, for readers that lose the metadata of fields. */
export const COLUMNS = `${FOLDER}/columns.json`;
/** The rows of the map of each shard. */
export const PARTS = `${FOLDER}/map`;
/** A note of each finished shard, and who computes; both while the sweep is not complete. */
export const NOTES = `${FOLDER}/notes`;
export const CLAIMS = `${FOLDER}/claims`;
/** The folder in which the store of an extended grid is built; the store around it stays valid until that is complete. */
export const EXTENDING = `${FOLDER}/extending`;
export const LOCK = `${FOLDER}/lock`;
/** Held while the lock of a dead process is taken over, so that only one process does so. */
export const TAKEOVER = `${FOLDER}/lock.takeover`;
/** Where the manifest was up to layout 3. */
export const OLD_MANIFEST = "manifest.json";

/** Version of the directory layout that this release writes and reads. */
export const LAYOUT = 4;

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const time = v.pipe(v.number(), v.finite());

const sampleTimes = { firstSample: count, sampleCount: count, samplingStep: time };
const clock = v.variant("kind", [
  v.strictObject({ kind: v.literal("fixed"), stepSize: time, steps: count, samplingSteps: count, ...sampleTimes }),
  v.strictObject({ kind: v.literal("adaptive"), inputStep: time, inputSteps: count, ...sampleTimes }),
]);

/** A file of a store. */
const file = v.strictObject({ file: v.string(), bytes: count, sha256: hash });

/** A shard: its points in order, and its files. */
const shard = v.strictObject({
  points: v.union([v.strictObject({ first: count, count }), v.pipe(v.array(count), v.readonly())]),
  /** Index of the job, and of its model in `model.hashes`. */
  job: count,
  /** Rows of traces; 0 if no traces are kept. */
  rows: count,
  traces: v.nullable(file),
  /** The rows of the map that belong to this shard. */
  map: file,
});

/** The schema of `manifest.json`. It holds no time of day: the same sweep has the same manifest. */
const manifest = v.strictObject({
  layout: v.literal(LAYOUT),
  /** Version of the package that computed the sweep. */
  massgrid: v.string(),
  complete: v.boolean(),
  format: v.picklist(["arrow", "parquet"]),
  /** Of the traces and the whole map. */
  compression: v.picklist(compressionsOf.parquet),
  /** The normal form of the options, with every default; long signals by their hash, the grid in a file of its own. */
  spec: v.custom<{ readonly [option: string]: Canonical }>(isRecord),
  model: v.strictObject({ name: v.string(), hashes: v.array(hash) }),
  grid: v.strictObject({
    points: count,
    keys: v.array(v.string()),
    /** How many values each key has, where the points are all combinations of these; null for a list of points. */
    axes: v.nullable(v.array(count)),
    sha256: hash,
    file,
  }),
  solver: v.string(),
  seeds: v.array(count),
  clock,
  timeUnit: v.string(),
  columns: v.array(v.string()),
  shardPoints: count,
  shardCount: count,
  /** All shards of a complete sweep; those of an incomplete one are in notes. */
  shards: v.pipe(v.array(shard), v.readonly()),
  /** The whole map of a complete sweep. */
  map: v.nullable(file),
  /** What is said of columns, of a complete sweep. */
  described: v.nullable(file),
  /** sha256 of the text of the manifest, with zeros in place of the checksum. */
  checksum: hash,
});

export type FileEntry = v.InferOutput<typeof file>;
export type ShardEntry = v.InferOutput<typeof shard>;
export type Manifest = v.InferOutput<typeof manifest>;

/** Throws E_MANIFEST_VERSION for another version of the layout. */
export function checkVersion(found: unknown, directory: string, file = MANIFEST): void {
  const { layout, massgrid = undefined } = isRecord(found) ? found : { layout: undefined };
  if (layout === LAYOUT) return;
  const message = `${file} in ${sanitize(directory)} has layout ${kindOf(layout)}, and this version of massgrid reads layout ${LAYOUT} alone`;
  const which = typeof massgrid === "string" ? `massgrid ${sanitize(massgrid)}, which wrote it` : "the version that wrote it";
  throw storeError("E_MANIFEST_VERSION", `${message}; read it with ${which}, or store the sweep again in another directory`);
}

/** Checks that a value is a manifest; its author is not trusted. Throws E_MANIFEST_FORM or E_MANIFEST_PATH. */
export function checkManifest(found: unknown, directory: string): Manifest {
  if (isMalicious(found)) throw badForm(directory, "it has a key __proto__, or nests too deep");
  const { success, output, issues } = v.safeParse(manifest, found);
  if (!success) throw badForm(directory, `${v.getDotPath(issues[0]) ?? "it"}: ${issues[0].message}`);
  if (output.grid.file.file !== GRID) throw badPath(directory, output.grid.file.file);
  if (output.map && output.map.file !== mapFile(output.format)) throw badPath(directory, output.map.file);
  if (output.described && output.described.file !== COLUMNS) throw badPath(directory, output.described.file);
  if ([output.map, output.described].some((entry) => output.complete !== (entry !== null)))
    throw badForm(directory, "a complete sweep has a map, and no other has one");
  checkShards(output, directory);
  return output;
}

function checkShards(found: Manifest, directory: string): void {
  const { complete, shards, grid } = found;
  // A value takes at least 8 bytes of the grid file, whose size is checked before it is read: that bounds a list, and axes.
  const { axes } = grid;
  const values = axes ? axes.reduce((sum, length) => sum + length, 0) : grid.points;
  const isProduct = !axes || axes.reduce((product, length) => product * length, replicatesOf(found)) === grid.points;
  if (8 * values > grid.file.bytes || !isProduct) throw badForm(directory, `it claims ${grid.points} points in ${grid.file.bytes} bytes`);
  if (!complete && shards.length > 0) throw badForm(directory, "the shards of a sweep that is not complete are in its notes");
  let points = 0;
  shards.forEach((entry, i) => {
    const fault = shardFault(found, entry, i);
    if (fault) throw fault.path ? badPath(directory, fault.path) : badForm(directory, `shard ${i} ${fault.what}`);
    points += countOf(entry.points);
  });
  if (!complete) return;
  if (points !== grid.points || !areWhole(shards)) throw badForm(directory, "its shards do not have each point once");
}

/** Whether shards have points 0, 1, 2, ... once. They are looked at as runs, of which no more can be claimed than a manifest lists. */
function areWhole(shards: readonly ShardEntry[]): boolean {
  const runs = shards.flatMap(({ points }) => ("first" in points ? [points] : runsOf(points))).sort((a, b) => a.first - b.first);
  let end = 0;
  for (const { first, count } of runs) {
    if (first !== end) return false;
    end += count;
  }
  return true;
}

function runsOf(points: readonly number[]): Range[] {
  const runs: Range[] = [];
  for (const point of points) {
    const last = runs.at(-1);
    if (last && last.first + last.count === point) last.count++;
    else runs.push({ first: point, count: 1 });
  }
  return runs;
}

/** How many times each point of the grid is run. */
export function replicatesOf({ spec: { replicates } }: Pick<Manifest, "spec">): number {
  return typeof replicates === "number" && Number.isSafeInteger(replicates) && replicates > 0 ? replicates : 1;
}

/** What is said of the grid, and of the names of its points. */
export function gridFacts(manifest: Pick<Manifest, "grid" | "model" | "spec">): GridFacts {
  const { grid, model } = manifest;
  return { keys: grid.keys, axes: grid.axes, circuit: model.name, replicates: replicatesOf(manifest) };
}

/** What is wrong with the entry of shard `i`; undefined if nothing is. Sizes are checked against the grid before anything is allocated. */
export function shardFault(
  { format, grid, clock, model }: Manifest,
  entry: ShardEntry,
  i: number,
): { what: string; path?: string } | undefined {
  const { points, rows, traces, map, job } = entry;
  const foreign = [traces && traces.file !== traceFile(format, i) ? traces.file : "", map.file !== partFile(i) ? map.file : ""].find(
    Boolean,
  );
  if (foreign) return { what: "has another file", path: foreign };
  const size = countOf(points);
  const last = "first" in points ? points.first + points.count - 1 : (points.at(-1) ?? 0);
  const isOrdered = "first" in points || points.every((point, k) => k === 0 || point > points[k - 1]);
  if (size < 1 || size > grid.points || last >= grid.points || !isOrdered) return { what: "has points that the grid has not" };
  if (job >= model.hashes.length) return { what: "has a model that the manifest has not" };
  if (rows !== (traces ? size * clock.sampleCount : 0)) return { what: `claims ${rows} rows` };
  return undefined;
}

/** Whether a value has the schema of a shard entry. */
export function isShardEntry(value: unknown): value is ShardEntry {
  return !isMalicious(value) && v.is(shard, value);
}

/** Whether a value has a key `__proto__`, or nests deeper than any manifest. */
function isMalicious(value: unknown, depth = 0): boolean {
  if (typeof value !== "object" || value === null) return false;
  return depth > 32 || Object.hasOwn(value, "__proto__") || Object.values(value).some((child) => isMalicious(child, depth + 1));
}

function badPath(directory: string, found: string): Error {
  const message = `${MANIFEST} in ${sanitize(directory)} names the file "${sanitize(found)}", which is none of a store; nothing was opened`;
  return storeError("E_MANIFEST_PATH", message);
}

function badForm(directory: string, reason: string): Error {
  return storeError("E_MANIFEST_FORM", `${MANIFEST} in ${sanitize(directory)} is no manifest of massgrid: ${sanitize(reason)}`);
}

/** Path of the traces of shard `i`. Paths are made from numbers: none is ever taken from a manifest. */
export function traceFile(format: StoreFormat, i: number): string {
  return `${TRACES}/${numberOf(i)}${formats[format].extension}`;
}

/** Path of the rows of the map of shard `i`, which are always Arrow. */
export function partFile(i: number): string {
  return `${PARTS}/${numberOf(i)}.arrow`;
}

/** Notes of a folder. */
const NOTES_OF_FOLDER = 1000;

/** The folder with the notes of shard `i` and its neighbours. */
export function noteFolder(i: number): string {
  return `${NOTES}/${String(Math.floor(i / NOTES_OF_FOLDER)).padStart(3, "0")}`;
}

/** Name of the note of shard `i` within its folder, by a hash of what is noted: notes of other bytes have other names. */
export function noteName(i: number, hash: string): string {
  return `${numberOf(i)}-${hash.slice(0, 16)}.json`;
}

/** The shard of a note's name; undefined for other names. */
export function shardOfNote(name: string): number | undefined {
  const found = /^(\d{6,15})-[0-9a-f]{16}\.json$/.exec(name);
  return found ? Number(found[1]) : undefined;
}

function numberOf(i: number): string {
  return String(i).padStart(6, "0");
}

export function mapFile(format: StoreFormat): string {
  return `map${formats[format].extension}`;
}
