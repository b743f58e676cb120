import type { StoreFormat } from "../../options/options.ts";
import type { Clock } from "../../sweep/clock.ts";
import type { Numbers } from "../../sweep/selection.ts";
import type { Plain } from "./canonical.ts";
import { formats } from "./format.ts";

export const MANIFEST = "manifest.json";
/** The same text again: from it the manifest is brought back where it was damaged. */
export const COPY = "manifest.copy.json";

/** The layout of directories that this version writes and reads. */
export const LAYOUT = 2;

/** A file of a store as its manifest has it. */
export interface FileEntry {
  file: string;
  bytes: number;
  sha256: string;
}

/** One shard: which points it has, and its files. */
export interface ShardEntry {
  /** Points in their order: the first and how many, or, where they are not consecutive, all of them. */
  points: Numbers;
  /** Number of the job, and so of its model in `model.hashes`. */
  job: number;
  /** Rows of traces; 0 where no traces are kept. */
  rows: number;
  traces: FileEntry | null;
  /** The rows of the map that are this shard's. */
  map: FileEntry;
}

/** What a stored sweep says of itself, in `manifest.json`. It has no times in it: the same sweep makes the same manifest. */
export interface Manifest {
  layout: number;
  /** Version of the package that computed it. */
  massgrid: string;
  complete: boolean;
  format: StoreFormat;
  /** The options of gridSearch; long signals by their hash, the grid in a file of its own. */
  spec: { readonly [option: string]: Plain };
  model: { name: string; hashes: readonly string[] };
  grid: { points: number; keys: readonly string[]; sha256: string; file: FileEntry };
  solver: string;
  seeds: readonly number[];
  clock: Clock;
  timeUnit: string;
  columns: readonly string[];
  shardPoints: number;
  /** All shards of a complete sweep; those of one that is not are in the journal. */
  shards: readonly ShardEntry[];
  /** The whole map of a complete sweep. */
  map: FileEntry | null;
  /** sha256 of this file's text, with zeros in this place. */
  checksum: string;
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
