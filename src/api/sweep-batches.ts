import type { RecordBatch, Schema, TypeMap } from "apache-arrow";
import { refusal } from "../errors.ts";
import type { Checked, Unchecked } from "../options/checked.ts";
import type { BatchOptions } from "../options/streamed.ts";
import type { AnyColumns } from "../table/typed.ts";
import { asCalled } from "./as-called.ts";
import type { BatchColumns } from "./columns.ts";
import type { PlannedStream } from "./stream.ts";

/** The rows of a sweep as they come: an iterable that is read once, and runs the sweep as it is read. */
export interface SweepBatches<Columns extends TypeMap = AnyColumns> extends AsyncIterableIterator<RecordBatch<Columns>> {
  /** The schema that every batch has. It is there before anything runs; rejected where the call is refused. */
  readonly schema: Promise<Schema<Columns>>;
  /** How many of the points that have been read ended with each status: "ok", "diverged", ... */
  readonly statuses: ReadonlyMap<string, number>;
  /** Ends the sweep; resolves when nothing of it runs any more. A loop that is left calls it. */
  return(): Promise<IteratorResult<RecordBatch<Columns>>>;
}

/**
 * Runs a sweep and gives its rows as Arrow record batches while it runs: `for await (const batch of sweepBatches(options))`. Rows of traces
 * are those of the long layout; with `results: false` there is a row for each point, as in `resultsMap`, and `failedVariable` is always a
 * column. The batches, their sizes and their order are identical for any number of workers.
 *
 * Nothing runs before the first batch is asked for, and no more than some blocks of points are computed before they are: memory does not
 * grow with the points that are read. Leaving the loop, or `signal`, stops the sweep and its workers; `signal`'s reason is thrown.
 *
 * The first step of the loop, and `schema`, throw what gridSearch throws, and E_STREAM_OPTION for what a stream cannot have: the wide
 * layout, a store, a certificate, and features beside traces.
 */
export function sweepBatches<const Options extends Unchecked<BatchOptions>>(
  options: Checked<Options, BatchOptions>,
): SweepBatches<BatchColumns<Options>>;
export function sweepBatches(options: BatchOptions): SweepBatches {
  return new Batches(asCalled(options));
}

/** Ends a run whose reader has left. */
const left = Symbol("left");

class Batches implements SweepBatches {
  readonly #options: BatchOptions;
  readonly #statuses = new Map<string, number>();
  /** Ends the run: by the caller's signal, or by the reader, who need not wait for the next batch. */
  readonly #stop = new AbortController();
  readonly #batches = this.#run();
  #plan: Promise<PlannedStream> | undefined;
  #isOver = false;
  #isAborted = false;

  constructor(options: BatchOptions) {
    this.#options = options;
  }

  get schema(): Promise<Schema> {
    return this.#planned().then(({ schema }) => schema);
  }

  get statuses(): ReadonlyMap<string, number> {
    return this.#statuses;
  }

  [Symbol.asyncIterator](): this {
    if (!this.#isOver) return this;
    throw refusal("E_STREAM_READ", "this stream is at its end, or was left, and cannot be read again; sweepBatches(options) makes another");
  }

  async next(): Promise<IteratorResult<RecordBatch, undefined>> {
    const step = await this.#batches.next().catch((error) => {
      if (error !== left) throw error;
      return { done: true, value: undefined } as const;
    });
    if (step.done && this.#isAborted) throw this.#options.signal?.reason;
    return step;
  }

  async return(): Promise<IteratorResult<RecordBatch, undefined>> {
    this.#isOver = true;
    this.#stop.abort(left);
    return await this.#batches.return(undefined);
  }

  /** The call, checked once. What checks and runs it is loaded for it. */
  #planned(): Promise<PlannedStream> {
    this.#plan ??= import("./stream.ts").then(({ planStream }) => planStream(this.#options));
    return this.#plan;
  }

  async *#run(): AsyncGenerator<RecordBatch, undefined> {
    try {
      const plan = await this.#planned();
      const { signal } = this.#options;
      // A reader that has stopped reading is not waited for: what runs ahead of it ends now.
      const abort = () => {
        this.#isAborted = true;
        this.#stop.abort(signal?.reason);
        this.#batches.return(undefined).catch(() => {});
      };
      if (signal?.aborted) abort();
      this.#stop.signal.throwIfAborted();
      signal?.addEventListener("abort", abort);
      try {
        return yield* plan.run(this.#stop, this.#statuses);
      } finally {
        signal?.removeEventListener("abort", abort);
      }
    } finally {
      this.#isOver = true;
    }
  }
}
