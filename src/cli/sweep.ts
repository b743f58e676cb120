import type { Table } from "apache-arrow";
import { warningsOf } from "../api/size-up.ts";
import { Problems } from "../check.ts";
import { MassgridError } from "../errors.ts";
import { type Combination, readCombinations, renamedTerms } from "../figure/combination.ts";
import { sourceOf } from "../figure/source.ts";
import { type GridSearchOptions, gridSearch, type MapSearchOptions } from "../index.ts";
import { MOST_WORKERS } from "../options/check.ts";
import { DEFAULTS } from "../options/defaults.ts";
import { namedOutputs } from "../options/names.ts";
import { nameWarnings, widthWarning } from "../plan/names.ts";
import { makePlan } from "../plan/plan.ts";
import { openFiles } from "../platform/files.ts";
import type { Precision } from "../sweep/arithmetic.ts";
import { hasReplicates } from "../sweep/columns.ts";
import { everyProblem, explain } from "./explain.ts";
import {
  type Compression,
  checkCompression,
  checkExtension,
  checkFigure,
  type FileWork,
  kindOfFile,
  mapFileOf,
  prepareFolder,
  STDOUT,
  tableWriters,
  writeFilesInTurn,
  writeTable,
} from "./files.ts";
import { readSource, readSpec } from "./spec.ts";
import { isStored, type StoringOptions, storeSpec } from "./store.ts";
import { stepsOf } from "./stored.ts";
import { allFailed, arithmeticNote, failureText, isLarge, replicatesOf, summary } from "./summary.ts";
import { AllFailed, UsageError } from "./usage.ts";
import { wholeOption } from "./whole-option.ts";

export interface SweepOptions extends StoringOptions {
  out?: string;
  plot?: string;
  compression?: Compression;
  workers?: string;
  certify?: boolean;
  fastMath?: boolean;
  precision?: Precision;
  set?: string[];
  runner?: "bullmq";
  redis?: string;
  attempts?: string;
  shardsPerJob?: string;
}

const NOTHING = "nothing was computed";

/** Runs the sweep of a spec file and writes what was asked for. Prints a summary. */
export async function sweep(file: string, options: SweepOptions, signal: AbortSignal): Promise<void> {
  const isStream = options.out === STDOUT;
  if (isStream) checkStream(options);
  else checkExtension("--out", options.out, Object.keys(tableWriters));
  checkRunner(options);
  await checkFigure("--plot", options.plot);
  const extra = { ...threads(options.workers), ...flags(options) };
  const source = readSource(file);
  const problems = new Problems();
  const spec = await readSpec(problems, source, options.set);
  const written = readCombinations(problems, spec.figure, Object.keys(namedOutputs(spec.options.outputs ?? {})));
  const combinations = renamedTerms(written, spec.options.rename ?? DEFAULTS.sweep.rename);
  if (problems.any) explain(source, everyProblem(problems, spec.options));
  for (const warning of checkWarnings(spec.options, options)) console.error(`massgrid: ${warning}`);
  if (!isStored(spec, options)) checkCompression(options);
  const bar = await progressBar();
  const threaded = { ...spec, options: { ...spec.options, ...extra } };
  if (isStream) {
    const { streamSpec } = await import("./stream.ts");
    return await streamSpec(threaded, options.compression === "zstd" ? { compression: "zstd" } : {}, signal, {
      ...bar,
      explain: (error) => explain(source, error),
    });
  }
  if (options.runner !== undefined) {
    const { queueSpec } = await import("./queue/sweep.ts");
    return await queueSpec(threaded, options, signal, { ...bar, explain: (error) => explain(source, error) });
  }
  if (isStored(spec, options)) return await storeSpec(threaded, options, signal, { ...bar, explain: (error) => explain(source, error) });
  for (const target of [options.out, options.plot]) if (target !== undefined) prepareFolder(target);
  const start = performance.now();
  const { results, resultsMap, certificate } = await gridSearch({ ...threaded.options, signal, onProgress: bar.update })
    .catch((error) => explain(source, error))
    .finally(bar.stop);
  const seconds = (performance.now() - start) / 1000;
  const steps = stepsOf(resultsMap);
  const rate = steps / seconds;
  const perSecond = rate >= 1e6 ? `${(rate / 1e6).toFixed(1)} million` : rate.toFixed(0);
  const files = await writeFiles(options, { results, resultsMap }, Object.keys(spec.figure).length > 0 ? { combinations } : {});
  if (options.json === true) {
    const { reportText } = await import("./report.ts");
    console.log(reportText(resultsMap, { steps, seconds, certificate, written: files }));
    if (allFailed(resultsMap)) throw new AllFailed(failureText(resultsMap));
    return;
  }
  console.log(await summaryText(results, resultsMap, combinations));
  console.log(
    `\n${pointsText(resultsMap)}, ${steps.toLocaleString("en")} steps in ${seconds.toFixed(3)} s: ${perSecond} steps a second${arithmeticNote(resultsMap)}`,
  );
  const failed = failureText(resultsMap);
  if (failed !== "") console.log(failed);
  if (certificate) console.log(`\n${certificate.text}`);
  if (files.length > 0) console.log(`wrote ${files.join(", ")}`);
  if (allFailed(resultsMap)) throw new AllFailed(failed);
}

/** A map's points one by one, or of many what they come to. */
async function summaryText(results: Table | undefined, resultsMap: Table, combinations: readonly Combination[]): Promise<string> {
  if (!isLarge(resultsMap)) return summary(results, resultsMap, combinations);
  const { largeSummary } = await import("./large.ts");
  return largeSummary(resultsMap, results && { results, combinations });
}

/** Refuses what cannot stand beside a stream on stdout. */
function checkStream({ plot, store, certify, json, resume, extend, format, runner }: SweepOptions): void {
  const others = Object.entries({ plot, store, certify, json, resume, extend, format, runner }).flatMap(([name, value]) =>
    value ? [`--${name}`] : [],
  );
  if (others.length > 0) throw new UsageError(`--out - streams rows to stdout and keeps none; leave out ${others.join(", ")}`);
  if (process.stdout.isTTY)
    throw new UsageError("--out - writes the bytes of Arrow IPC, and stdout is a terminal: pipe it, or name a file");
}

/** Throws a UsageError for what a runner alone knows. */
function checkRunner({ runner, redis, attempts, shardsPerJob }: SweepOptions): void {
  if (runner !== undefined || [redis, attempts, shardsPerJob].every((value) => value === undefined)) return;
  throw new UsageError("--redis, --attempts and --shards-per-job are of --runner bullmq");
}

/**
 * What is likely to be wrong with a call that can be made; what cannot be made tells why when it is. Throws a UsageError where what comes
 * of it could not be written.
 */
function checkWarnings(options: GridSearchOptions | MapSearchOptions, { out }: Pick<SweepOptions, "out">): string[] {
  try {
    const plan = makePlan(options, { budget: Number.POSITIVE_INFINITY, openFile: openFiles() });
    const names = nameWarnings(plan);
    const width = widthWarning(plan);
    const file = out === undefined || out === STDOUT ? undefined : kindOfFile(out);
    if (file?.isParquet && names.length > 0) throw new UsageError([...names.map((text) => `E_CASE_NAME: ${text}`), NOTHING].join("\n"));
    if (file?.hasSchema && width !== undefined) throw new UsageError([`E_TABLE_WIDTH: ${width}`, NOTHING].join("\n"));
    return warningsOf(plan);
  } catch (error) {
    if (error instanceof MassgridError) return [];
    throw error;
  }
}

/** Writes the files that were asked for; returns their names. Where one cannot be written, those before it are whole, which is told. */
async function writeFiles(
  { out, plot, compression }: SweepOptions,
  { results, resultsMap }: { results?: Table | undefined; resultsMap: Table },
  asked: { combinations?: readonly Combination[] },
): Promise<string[]> {
  const works: FileWork[] = [];
  if (out !== undefined && results) works.push([out, (file) => writeTable(file, results, compression)]);
  if (out !== undefined) works.push([mapFileOf(out), (file) => writeTable(file, resultsMap, compression)]);
  if (plot !== undefined) {
    const { writeFigure } = await import("./write-figure.ts");
    works.push([plot, (file) => writeFigure(file, sourceOf(resultsMap, results), asked)]);
  }
  return await writeFilesInTurn(works);
}

/** What flags set. */
export function flags({ certify, fastMath, precision }: Pick<SweepOptions, "certify" | "fastMath" | "precision">): {
  certify?: true;
  fastMath?: true;
  precision?: Precision;
} {
  return {
    ...(certify === true ? { certify } : {}),
    ...(fastMath === true ? { fastMath } : {}),
    ...(precision === undefined ? {} : { precision }),
  };
}

/** The number of threads that --workers asks for, as an option of gridSearch. */
export function threads(text: string | undefined): { workers?: number } {
  const workers = wholeOption("--workers", text, { least: 0, most: MOST_WORKERS });
  return workers === undefined ? {} : { workers };
}

/** A bar on a terminal, else nothing. It is drawn on stderr, so that stdout can be piped. */
export async function progressBar(): Promise<{ update: (progress: { done: number; total: number }) => void; stop: () => void }> {
  if (!process.stderr.isTTY) return { update: () => {}, stop: () => {} };
  const { Presets, SingleBar } = await import("cli-progress");
  const bar = new SingleBar(
    { format: "{bar} {percentage} % | {value} of {total} points | {eta_formatted} left", clearOnComplete: true },
    Presets.rect,
  );
  let started = false;
  return {
    update: ({ done, total }) => {
      if (!started) bar.start(total, 0);
      started = true;
      bar.update(done);
    },
    stop: () => {
      if (started) bar.stop();
    },
  };
}

/** How many points were swept: "3 points × 20 replicates". */
function pointsText(resultsMap: Table): string {
  const replicates = hasReplicates(resultsMap) ? replicatesOf(resultsMap) : 1;
  return replicates === 1 ? `${resultsMap.numRows} points` : `${resultsMap.numRows / replicates} points × ${replicates} replicates`;
}
