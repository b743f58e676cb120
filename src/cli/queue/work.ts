import { openShards } from "../../api/search.ts";
import { Problems } from "../../check.ts";
import { MassgridError, sanitize } from "../../errors.ts";
import { DEFAULTS } from "../../options/defaults.ts";
import type { StoreFormat } from "../../options/options.ts";
import { cores } from "../../platform/environment.ts";
import { StoreError } from "../../store/errors.ts";
import type { OpenShards } from "../../store/run-shards.ts";
import type { Precision } from "../../sweep/arithmetic.ts";
import { everyProblem, explain } from "../explain.ts";
import { readSource, readSpec } from "../spec.ts";
import { graceOf, stopOnSignals } from "../stopping.ts";
import { wrongCall } from "../store.ts";
import { flags, threads } from "../sweep.ts";
import { UsageError } from "../usage.ts";
import { wholeOption } from "../whole-option.ts";
import { queueName } from "./jobs.ts";
import { pause } from "./pause.ts";
import { loadPeers } from "./peers.ts";
import { connect, redisAddress } from "./redis.ts";
import { serve } from "./worker.ts";

export interface WorkOptions {
  redis?: string;
  store: string;
  format?: StoreFormat;
  concurrency?: string;
  workers?: string;
  grace?: string;
  untilDone?: boolean;
  set?: string[];
  fastMath?: boolean;
  precision?: Precision;
}

/** How often a worker looks for a sweep where there is none to compute, in ms. */
const LOOK = 1000;

/** Computes what a queue says, until it is told to end, or until the sweep is complete. */
export async function work(file: string | undefined, options: WorkOptions, interrupted: AbortSignal): Promise<void> {
  const address = redisAddress(options.redis);
  const grace = graceOf(options.grace);
  const concurrency = wholeOption("--concurrency", options.concurrency) ?? cores();
  const open = await opener(file, options);
  const peers = await loadPeers();
  const stop = stopOnSignals(interrupted);
  try {
    for (;;) {
      const shards = await untilThere(open, options.store, stop.signal);
      if (!shards.store.manifest.complete) {
        const redis = await connect(peers, address);
        console.error(`massgrid: working for queue ${queueName(shards.hash)} in ${address.shown}: ${sanitize(options.store)}`);
        await serve(shards, { peers, redis, hide: address.hide, concurrency, grace, signal: stop.signal });
      }
      console.error(`massgrid: ${sanitize(options.store)} is complete`);
      if (options.untilDone === true) return;
      // Nothing is left to do, unless somebody begins another sweep there.
      while (await shards.isFinished()) await pause(stop.signal, LOOK);
    }
  } finally {
    stop.end();
  }
}

/** How the store is opened: by a spec, or by what it says of itself. */
async function opener(file: string | undefined, options: WorkOptions): Promise<() => Promise<OpenShards>> {
  const how = threads(options.workers ?? String(DEFAULTS.queue.workers));
  if (how.workers === 0) throw new UsageError("--workers 0: the thread that renews the locks of jobs must not compute; 1 is the least");
  const extra = flags(options);
  if (file === undefined) {
    const given = [...Object.keys(extra), ...(options.set ? ["set"] : []), ...(options.format ? ["format"] : [])];
    if (given.length > 0) throw new UsageError("--set, --format, --precision and --fast-math change a spec: give the spec, too");
    return async () => await openShards(options.store, how).catch((error) => refuse(error));
  }
  const source = readSource(file);
  const problems = new Problems();
  const { options: spec } = await readSpec(problems, source, options.set);
  if (problems.any) explain(source, everyProblem(problems, spec));
  const store = { ...spec.store, ...(options.format === undefined ? {} : { format: options.format }), directory: options.store };
  return async () =>
    await openShards({ ...spec, ...extra, store }, how).catch((error) => {
      if (!(error instanceof StoreError)) explain(source, error);
      return refuse(error);
    });
}

function refuse(error: unknown): never {
  if (!(error instanceof StoreError) || !wrongCall.includes(error.code) || error.code === "E_MANIFEST_MISSING") throw error;
  const hint = error.code === "E_RESUME_OPTION" ? "\ngive the spec: massgrid work <spec> --store ..." : "";
  throw new UsageError(`${error.explain()}${hint}\nnothing was computed`, { cause: error });
}

/** Waits for a sweep to be begun. */
async function untilThere(open: () => Promise<OpenShards>, directory: string, signal: AbortSignal): Promise<OpenShards> {
  for (let isTold = false; ; isTold = true) {
    signal.throwIfAborted();
    try {
      return await open();
    } catch (error) {
      if (!(error instanceof MassgridError) || error.code !== "E_MANIFEST_MISSING") throw error;
      if (!isTold) console.error(`massgrid: there is no sweep in ${sanitize(directory)} yet; waiting for massgrid sweep to begin it`);
      await pause(signal, LOOK);
    }
  }
}
