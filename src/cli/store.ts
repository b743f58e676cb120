import { MassgridError } from "../errors.ts";
import { gridSearch, resumeSweep, type StoreFormat, verifySweep } from "../index.ts";
import type { ParquetCompression } from "../options/options.ts";
import { StoreError } from "../store/errors.ts";
import type { Spec } from "./spec.ts";
import { checkSome, outcomeOf, storedReport, tell } from "./stored.ts";
import { UsageError } from "./usage.ts";

export interface StoringOptions {
  store?: string;
  format?: StoreFormat;
  compression?: ParquetCompression;
  resume?: boolean;
  extend?: boolean;
  out?: string;
  plot?: string;
  json?: boolean;
}

/** What a command needs to tell how far it is, and what is wrong with its spec. */
export interface Teller {
  update: (progress: { done: number; total: number }) => void;
  stop: () => void;
  explain: (error: unknown) => never;
}

/** What is wrong with the call itself: nothing was computed. */
export const wrongCall = ["E_STORE_EXISTS", "E_RESUME_CHANGED", "E_RESUME_OPTION", "E_MANIFEST_MISSING"];

/** Whether a sweep goes to a directory. */
export function isStored({ options }: Spec, { store, resume, extend, format }: StoringOptions): boolean {
  const stored = store !== undefined || options.store !== undefined;
  if (!stored && (resume === true || extend === true || format !== undefined)) {
    throw new UsageError("--resume, --extend and --format need --store <directory>");
  }
  return stored;
}

/** Stores the sweep of a spec, or goes on with it. Prints what there is then. */
export async function storeSpec({ options: spec }: Spec, options: StoringOptions, signal: AbortSignal, teller: Teller): Promise<void> {
  if (options.out !== undefined || options.plot !== undefined) {
    throw new UsageError("--out and --plot keep all traces in memory, and --store keeps none: use one of them");
  }
  const directory = options.store ?? spec.store?.directory ?? "";
  const store = { ...spec.store, ...given(options), directory };
  const more = { signal, onProgress: teller.update };
  const start = performance.now();
  const work = async () => {
    if (options.resume !== true && options.extend !== true) {
      return await gridSearch({ ...spec, ...more, store });
    }
    return { store: await resumeSweep(directory, { ...spec, ...more, store, extend: options.extend === true }), certificate: undefined };
  };
  const { store: sweep, certificate } = await work()
    .catch((error) => fail(error, signal, teller.explain))
    .finally(teller.stop);
  const seconds = (performance.now() - start) / 1000;
  const outcome = await outcomeOf(sweep);
  if (options.json === true) {
    console.log(await storedReport(outcome, { seconds, certificate, store: directory }));
  } else {
    tell(sweep, outcome, { directory, seconds });
    if (certificate) console.log(`\n${certificate.text}`);
  }
  checkSome(outcome);
}

/** What flags say of how it is stored. */
export function given({ format, compression }: StoringOptions): Pick<StoringOptions, "format" | "compression"> {
  return { ...(format === undefined ? {} : { format }), ...(compression === undefined ? {} : { compression }) };
}

/** Goes on with a stored sweep by what its manifest says. */
export async function resumeDirectory(directory: string, signal: AbortSignal): Promise<void> {
  const start = performance.now();
  const explain = (error: unknown): never => {
    throw error instanceof MassgridError ? new UsageError(`${error.message}\nnothing was computed`, { cause: error }) : error;
  };
  const sweep = await resumeSweep(directory, { signal }).catch((error) => fail(error, signal, explain));
  const seconds = (performance.now() - start) / 1000;
  const outcome = await outcomeOf(sweep);
  tell(sweep, outcome, { directory, seconds });
  checkSome(outcome);
}

/** Checks the files of a stored sweep; prints what is wrong with them, and fails where anything is. */
export async function verifyDirectory(directory: string): Promise<void> {
  const { ok, files, problems } = await verifySweep(directory);
  for (const { code, message } of problems) console.log(`${code}: ${message}`);
  if (!ok) throw new Error(`${directory} is not as it should be: ${problems.length} of its files or parts are at fault`);
  console.log(`${directory}: all ${files} files are as they were written`);
}

function fail(error: unknown, signal: AbortSignal, explain: (error: unknown) => never): never {
  if (signal.aborted && error === signal.reason)
    throw new Error("stopped; finished shards are kept, and --resume goes on", { cause: error });
  if (!(error instanceof StoreError)) return explain(error);
  throw wrongCall.includes(error.code) ? new UsageError(`${error.explain()}\nnothing was computed`, { cause: error }) : error;
}
