import type { Table } from "apache-arrow";
import { Problems } from "../check.ts";
import { stepWarnings } from "../engine/time-scale.ts";
import { MassgridError, type Problem, sanitize } from "../errors.ts";
import { type Combination, readCombinations, renamedTerms } from "../figure/combination.ts";
import { sourceOf } from "../figure/source.ts";
import { type GridSearchOptions, gridSearch, type MapSearchOptions } from "../index.ts";
import { MOST_WORKERS } from "../options/check.ts";
import { DEFAULTS, namedOutputs } from "../options/defaults.ts";
import { nameWarnings } from "../plan/names.ts";
import { makePlan } from "../plan/plan.ts";
import { openFiles } from "../platform/files.ts";
import type { Precision } from "../sweep/arithmetic.ts";
import { hasReplicates } from "../sweep/columns.ts";
import { arrowWriters, checkExtension, checkFigure, mapFileOf, prepareFolder, writeTable } from "./files.ts";
import { frame, offsetOf, readSource, readSpec, type Source } from "./spec.ts";
import { isStored, type StoringOptions, stepsOf, storeSpec } from "./store.ts";
import { allFailed, arithmeticNote, failureText, replicatesOf, summary } from "./summary.ts";
import { AllFailed, toldInFile, UsageError } from "./usage.ts";

export interface SweepOptions extends StoringOptions {
  out?: string;
  plot?: string;
  workers?: string;
  certify?: boolean;
  fastMath?: boolean;
  precision?: Precision;
}

/** Runs the sweep of a spec file and writes what was asked for. Prints a summary. */
export async function sweep(file: string, options: SweepOptions, signal: AbortSignal): Promise<void> {
  checkExtension("--out", options.out, Object.keys(arrowWriters));
  await checkFigure("--plot", options.plot);
  const extra = { ...threads(options.workers), ...flags(options) };
  const source = readSource(file);
  const problems = new Problems();
  const spec = await readSpec(problems, source);
  const written = readCombinations(problems, spec.figure, Object.keys(namedOutputs(spec.options.outputs ?? {})));
  const combinations = renamedTerms(written, spec.options.rename ?? DEFAULTS.sweep.rename);
  if (problems.any) explain(source, everyProblem(problems, spec.options));
  for (const warning of warningsOf(spec.options)) console.error(`massgrid: ${warning}`);
  const bar = await progressBar();
  const threaded = { ...spec, options: { ...spec.options, ...extra } };
  if (isStored(spec, options)) return await storeSpec(threaded, options, signal, { ...bar, explain: (error) => explain(source, error) });
  for (const target of [options.out, options.plot]) if (target !== undefined) prepareFolder(target);
  const start = performance.now();
  const { results, resultsMap, certificate } = await gridSearch({ ...threaded.options, layout: "wide", signal, onProgress: bar.update })
    .catch((error) => explain(source, error))
    .finally(bar.stop);
  const seconds = (performance.now() - start) / 1000;
  const steps = stepsOf(resultsMap);
  const rate = steps / seconds;
  const perSecond = rate >= 1e6 ? `${(rate / 1e6).toFixed(1)} million` : rate.toFixed(0);
  const files = await writeFiles(options, { results, resultsMap }, Object.keys(spec.figure).length > 0 ? { combinations } : {});
  console.log(summary(results, resultsMap, combinations));
  console.log(
    `\n${pointsText(resultsMap)}, ${steps.toLocaleString("en")} steps in ${seconds.toFixed(3)} s: ${perSecond} steps a second${arithmeticNote(resultsMap)}`,
  );
  const failed = failureText(resultsMap);
  if (failed !== "") console.log(failed);
  if (certificate) console.log(`\n${certificate.text}`);
  if (files.length > 0) console.log(`wrote ${files.join(", ")}`);
  if (allFailed(resultsMap)) throw new AllFailed(failed);
}

/** What is likely to be wrong with a call that can be made; what cannot be made tells why when it is. */
function warningsOf(options: GridSearchOptions | MapSearchOptions): string[] {
  try {
    const plan = makePlan(options, { budget: Number.POSITIVE_INFINITY, openFile: openFiles() });
    return [...stepWarnings(plan), ...nameWarnings(plan)];
  } catch (error) {
    if (error instanceof MassgridError) return [];
    throw error;
  }
}

/** Writes the files that were asked for; returns their names. */
async function writeFiles(
  { out, plot }: SweepOptions,
  { results, resultsMap }: { results?: Table | undefined; resultsMap: Table },
  asked: { combinations?: readonly Combination[] },
): Promise<string[]> {
  const written: string[] = [];
  if (out !== undefined) {
    if (results) await writeTable(out, results);
    await writeTable(mapFileOf(out), resultsMap);
    if (results) written.push(out);
    written.push(mapFileOf(out));
  }
  if (plot !== undefined) {
    const { writeFigure } = await import("./write-figure.ts");
    await writeFigure(plot, sourceOf(resultsMap, results), asked);
    written.push(plot);
  }
  return written;
}

/** What flags set. */
function flags({ certify, fastMath, precision }: SweepOptions): { certify?: true; fastMath?: true; precision?: Precision } {
  return {
    ...(certify === true ? { certify } : {}),
    ...(fastMath === true ? { fastMath } : {}),
    ...(precision === undefined ? {} : { precision }),
  };
}

/** The number of threads that --workers asks for, as an option of gridSearch. */
function threads(text: string | undefined): { workers?: number } {
  if (text === undefined) return {};
  if (/^\d{1,3}$/.test(text) && Number(text) <= MOST_WORKERS) return { workers: Number(text) };
  throw new UsageError(`--workers ${sanitize(text)}: it is a whole number from 0 to ${MOST_WORKERS}`);
}

/** What is wrong with the spec's own forms, and what is wrong with the call that it makes: all of it at once. */
function everyProblem({ list }: Problems, options: GridSearchOptions | MapSearchOptions): MassgridError {
  try {
    makePlan(options, { budget: Number.POSITIVE_INFINITY, openFile: openFiles() });
  } catch (error) {
    if (!(error instanceof MassgridError)) throw error;
    const isTold = ({ code, path }: Problem) =>
      (code === "E_TYPE" || code === "E_GRID_EMPTY") &&
      list.some((told) => told.path[0] === path[0] && (path.length === 1 || told.path[1] === path[1]));
    return new MassgridError([...list, ...error.problems.filter((problem) => !isTold(problem))]);
  }
  return new MassgridError(list);
}

/** Rethrows an error about the options with the lines of the spec that it is about. */
function explain(source: Source, error: unknown): never {
  if (!(error instanceof MassgridError)) throw error;
  const told = error.problems.map((problem) => {
    const { code, path, message } = problem;
    const inTemplate = toldInFile(problem);
    if (inTemplate !== undefined) return inTemplate;
    const offset = offsetOf(source, path, code === "E_UNKNOWN_OPTION" ? "key" : "value");
    return offset === undefined ? `${source.file}: ${code}: ${message}` : frame(source, offset, `${code}: ${message}`);
  });
  throw new UsageError([...told, "nothing was computed"].join("\n"), { cause: error });
}

/** A bar on a terminal, else nothing. It is drawn on stderr, so that stdout can be piped. */
async function progressBar(): Promise<{ update: (progress: { done: number; total: number }) => void; stop: () => void }> {
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
