import * as v from "valibot";
import { isRecord, kindOf } from "../../check.ts";
import { sanitize } from "../../errors.ts";
import { compressionsOf, type StoreFormat } from "../../options/options.ts";
import { REPLICATE } from "../../sweep/columns.ts";
import type { Recipes } from "../../sweep/recipe.ts";
import { countOf } from "../../sweep/selection.ts";
import { storeError } from "../errors.ts";
import type { Canonical } from "./canonical.ts";
import { formats } from "./formats.ts";
import type { GridFacts } from "./grid-file.ts";
import { recipeEntry, recipeOf } from "./recipe-entry.ts";

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
/** Lists of the shards of a complete sweep. */
export const LISTS = `${FOLDER}/shards`;
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
export const LAYOUT = 5;

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
    /** How the values of each key are made, where the points are a design; null for others. */
    design: v.nullable(v.array(recipeEntry)),
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
  /** Lists of the shards of a complete sweep, and what all of them come to; those of an incomplete one are in notes. */
  shards: v.nullable(
    v.strictObject({
      lists: v.pipe(v.array(file), v.readonly()),
      /** Rows of traces, and bytes of their files and of the rows of the map. */
      rows: count,
      traceBytes: count,
      mapBytes: count,
    }),
  ),
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
  if ([output.map, output.described, output.shards].some((entry) => output.complete !== (entry !== null)))
    throw badForm(directory, "a complete sweep has a map and a list of its shards, and no other has them");
  checkGrid(output, directory);
  const lists = output.shards?.lists ?? [];
  const wrong = lists.find(({ file }, i) => file !== listFile(i));
  if (wrong) throw badPath(directory, wrong.file);
  if (output.complete && lists.length !== Math.ceil(output.shardCount / LIST_SHARDS))
    throw badForm(directory, `it has ${lists.length} lists of ${output.shardCount} shards`);
  return output;
}

/** Shards of a list. */
export const LIST_SHARDS = 4096;

function checkGrid(found: Manifest, directory: string): void {
  const { axes, design, points, keys, file } = found.grid;
  const each = replicatesOf(found);
  // A value takes at least 8 bytes of the grid file, whose size is checked before it is read: that bounds a list, and axes.
  const values = design ? 0 : axes ? axes.reduce((sum, length) => sum + length, 0) : points;
  const isProduct = !axes || axes.reduce((product, length) => product * length, each) === points;
  const own = keys.filter((key) => key !== REPLICATE);
  const isDesign = !design || (!axes && design.length === own.length && design.every(({ n }) => n * each === points));
  if (8 * values > file.bytes || !isProduct || !isDesign) throw badForm(directory, `it claims ${points} points in ${file.bytes} bytes`);
  if (found.shardCount > points) throw badForm(directory, `it claims ${found.shardCount} shards of ${points} points`);
}

/** How many times each point of the grid is run. */
export function replicatesOf({ spec: { replicates } }: Pick<Manifest, "spec">): number {
  return typeof replicates === "number" && Number.isSafeInteger(replicates) && replicates > 0 ? replicates : 1;
}

/** What is said of the grid, and of the names of its points. */
export function gridFacts(manifest: Pick<Manifest, "grid" | "model" | "spec">): GridFacts {
  const { grid, model } = manifest;
  return {
    keys: grid.keys,
    axes: grid.axes,
    design: grid.design && recipesOfKeys(grid),
    circuit: model.name,
    replicates: replicatesOf(manifest),
  };
}

/** The recipes of a grid's keys but the number of the replicate. */
function recipesOfKeys({ keys, design }: Manifest["grid"]): Recipes {
  const own = keys.filter((key) => key !== REPLICATE);
  return Object.fromEntries((design ?? []).map((entry, i) => [own[i], recipeOf(entry)]));
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

/** Path of list `i` of shards. */
export function listFile(i: number): string {
  return `${LISTS}/${numberOf(i)}.arrow`;
}

/** Path of its copy, by which a damaged one is restored. */
export function listCopy(i: number): string {
  return `${LISTS}/${numberOf(i)}.copy.arrow`;
}

/** Notes of a folder. */
export const FOLDER_NOTES = 1000;

/** The folder with the notes of shard `i` and its neighbours. */
export function noteFolder(i: number): string {
  return `${NOTES}/${String(Math.floor(i / FOLDER_NOTES)).padStart(3, "0")}`;
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
