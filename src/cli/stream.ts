import { type BatchOptions, batchesToIPC, sweepBatches } from "../index.ts";
import type { IpcCompression } from "../options/options.ts";
import { OK } from "../sweep/status.ts";
import type { Spec } from "./spec.ts";
import { writeOut } from "./stdout.ts";
import type { Teller } from "./store.ts";
import { countText } from "./summary.ts";
import { AllFailed } from "./usage.ts";

export interface StreamOptions {
  compression?: IpcCompression;
}

/** Streams the rows of a spec's sweep to stdout as Arrow IPC. What there is to tell is told on stderr. */
export async function streamSpec({ options }: Spec, compressed: StreamOptions, signal: AbortSignal, teller: Teller): Promise<void> {
  const start = performance.now();
  // Whether it is a call that a stream can make is checked as it is planned.
  const call: BatchOptions = { ...options, signal, onProgress: teller.update };
  const batches = sweepBatches(call);
  // What is wrong with the call is told before the first byte.
  await batches.schema.catch(teller.explain);
  try {
    for await (const bytes of batchesToIPC(batches, compressed)) await writeOut(bytes);
  } catch (error) {
    throw signal.aborted && error === signal.reason ? new Error("stopped; the stream is cut short", { cause: error }) : error;
  } finally {
    teller.stop();
  }
  const counts = new Map(batches.statuses);
  const points = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const ok = counts.get(OK) ?? 0;
  counts.delete(OK);
  const failed = countText(counts, points);
  console.error(
    `massgrid: ${points} points in ${((performance.now() - start) / 1000).toFixed(1)} s; ${failed === "" ? "all ended well" : failed}`,
  );
  if (ok === 0) throw new AllFailed(failed);
}
