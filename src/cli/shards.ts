import { Problems } from "../check.ts";
import { MassgridError, sanitize } from "../errors.ts";
import { finishSweep, runShards } from "../index.ts";
import type { StoreFormat } from "../options/options.ts";
import { StoreError } from "../store/errors.ts";
import { checkChoice, rangesOf, rangesText } from "../store/shard-choice.ts";
import type { Precision } from "../sweep/arithmetic.ts";
import { everyProblem, explain } from "./explain.ts";
import { readSource, readSpec } from "./spec.ts";
import { graceOf, stopOnSignals } from "./stopping.ts";
import { wrongCall } from "./store.ts";
import { checkSome, outcomeOf, storedReport, tell } from "./stored.ts";
import { flags, progressBar, threads } from "./sweep.ts";
import { UsageError } from "./usage.ts";

export interface ShardOptions {
  shard: string;
  store?: string;
  format?: StoreFormat;
  grace?: string;
  set?: string[];
  workers?: string;
  fastMath?: boolean;
  precision?: Precision;
  json?: boolean;
}

/** Computes shards of the sweep of a spec, which is begun where nobody has begun it. */
export async function shard(file: string, options: ShardOptions, interrupted: AbortSignal): Promise<void> {
  refuseAsUsage(() => checkChoice(options.shard), "--shard");
  const grace = graceOf(options.grace);
  const extra = { ...threads(options.workers), ...flags(options) };
  const source = readSource(file);
  const problems = new Problems();
  const { options: spec } = await readSpec(problems, source, options.set);
  if (problems.any) explain(source, everyProblem(problems, spec));
  const directory = options.store ?? spec.store?.directory;
  if (directory === undefined)
    throw new UsageError("shards are of a stored sweep: give --store <directory>, the same to all who compute it");
  const store = { ...spec.store, ...(options.format === undefined ? {} : { format: options.format }), directory };
  const stop = stopOnSignals(interrupted);
  const bar = await progressBar();
  const start = performance.now();
  try {
    const { computed, present, total, hash } = await runShards(
      { ...spec, ...extra, store },
      { shards: options.shard, signal: stop.signal, grace, onProgress: bar.update },
    ).finally(bar.stop);
    const seconds = (performance.now() - start) / 1000;
    if (options.json === true)
      return console.log(JSON.stringify({ store: directory, shards: options.shard, total, computed, present, hash, seconds }));
    console.log(
      `${sanitize(directory)}: shards ${options.shard} of ${total}: ${told(computed, "computed")}; ${told(present, "there already")}; ${seconds.toFixed(1)} s`,
    );
  } catch (error) {
    if (stop.signal.aborted && error === stop.signal.reason) throw error;
    if (!(error instanceof StoreError)) explain(source, error);
    throw wrongCall.includes(error.code) ? new UsageError(`${error.explain()}\nnothing was computed`, { cause: error }) : error;
  } finally {
    stop.end();
  }
}

function told(shards: readonly number[], what: string): string {
  return shards.length === 0 ? `none ${what}` : `${rangesText(rangesOf(shards))} ${what}`;
}

/** Completes a sweep of which all shards are there. */
export async function finish(directory: string, { json }: { json?: boolean }): Promise<void> {
  const start = performance.now();
  const sweep = await finishSweep(directory).catch((error) => {
    if (error instanceof MassgridError && error.code === "E_MANIFEST_MISSING") throw new UsageError(error.message, { cause: error });
    throw error;
  });
  const seconds = (performance.now() - start) / 1000;
  const outcome = await outcomeOf(sweep);
  if (json === true) console.log(await storedReport(outcome, { seconds, store: directory }));
  else tell(sweep, outcome, { directory, seconds });
  checkSome(outcome);
}

/** Does what may refuse an argument, as a wrong call. */
function refuseAsUsage(work: () => void, name: string): void {
  try {
    work();
  } catch (error) {
    throw error instanceof MassgridError ? new UsageError(`${name}: ${error.message}\nnothing was computed`, { cause: error }) : error;
  }
}
