import { DEFAULTS } from "../../options/table.ts";

/** Engines of jobs that there are scripts for. */
export const engineNames = ["slurm", "kubernetes", "snakemake", "nextflow", "htcondor", "awsbatch"] as const;
export type EngineName = (typeof engineNames)[number];

/** A sweep that an engine of jobs is to run in parts, as every script needs it. */
export interface JobScript {
  /** Name of the jobs: letters, digits and hyphens. */
  name: string;
  /** The program, as one or several words. */
  program: readonly string[];
  /** The file of the spec; and its text, for engines that have no file system in common with who asks. */
  spec: string;
  text: string;
  /** What --store was given: a directory, or a place that every machine reaches by the same name. */
  store: string;
  /** Further words of `massgrid shard`: --set, --format, ... */
  options: readonly string[];
  /** Parts of the sweep, each a task; and the tasks that may run at once, if they are limited. */
  shards: number;
  parallel: number | undefined;
  /** Cores, memory in MiB and minutes of a task. */
  cpus: number;
  memory: number;
  minutes: number;
  /** Container image, for engines that need one. */
  image: string;
  /** What the sweep is, in one line. */
  about: string;
}

/** Seconds that a task has to finish its shard once it is told to end, and until it is killed: twice as many. */
export const GRACE = DEFAULTS.shards.grace;
export const KILLED = 2 * GRACE;

/** How often a task that failed is tried again. */
export const RETRIES = 3;

/** The words of the command that computes part `index` of the sweep. `index` is the engine's own expression, which is not quoted. */
export function shardCommand({ program, spec, store, shards, cpus, options }: JobScript, index: string, quote: Quote): string {
  const words = (list: readonly string[]) => list.map(quote).join(" ");
  const before = words([...program, "shard", spec, "--shard"]);
  return `${before} ${index}/${shards} ${words(["--store", store, "--workers", String(cpus), "--grace", String(GRACE), ...options])}`;
}

/** The command that checks that all parts are there and completes the store. */
export function finishCommand({ program, store }: Pick<JobScript, "program" | "store">, quote: Quote): string {
  return [...program, "finish", store].map(quote).join(" ");
}

/** How a word is written in a language. */
export type Quote = (word: string) => string;

/** A word of a POSIX shell. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Lines of comment, each behind a mark. */
export function comment(lines: readonly string[], mark = "#"): string {
  return lines.map((line) => `${mark} ${line}`.trimEnd()).join("\n");
}

/** A command in which neither Kubernetes nor AWS Batch takes `$(...)` for a variable of its own. */
export function unexpanded(command: string): string {
  return command.replaceAll("$(", () => "$$(");
}
