import type { Checked, Unchecked } from "../options/checked.ts";
import type { SearchOptions } from "../options/options.ts";
import type { Verification } from "../store/integrity.ts";
import type { StoredSweep } from "../store/open.ts";
import type { ResumeOptions } from "../store/resume.ts";
import { asCalled } from "./as-called.ts";
import type { SearchResults } from "./results.ts";

/**
 * Integrates a model at every point of a parameter grid and returns Arrow tables, as PyRates' grid_search returns frames.
 *
 * Everything about the call is checked before anything runs; what is wrong is told in one MassgridError. A point that
 * overflows has status "diverged" and the time in `resultsMap`, and no other point notices. Times are in the model's unit.
 * With `store`, traces are written to a directory as they come and not kept in memory; what has been written is not lost by
 * an error, and resumeSweep goes on with it.
 */
export function gridSearch<const Options extends Unchecked<SearchOptions>>(
  options: Checked<Options, SearchOptions>,
): Promise<SearchResults<Options>>;
export async function gridSearch(options: SearchOptions): Promise<unknown> {
  const given = asCalled(options);
  return await (await import("./search.ts")).search(given);
}

/**
 * Goes on with the sweep that gridSearch has begun to store in a directory: computes what is missing or damaged, and leaves the
 * files of an undisturbed sweep, byte for byte. `options` are those that its manifest does not hold (long signals, models that are
 * no bundled ones), and how to run; with all options of gridSearch it also begins a sweep where there is none. With
 * `extend: true`, a `paramGrid` with further points is taken.
 *
 * Throws E_TYPE where an option is of the wrong kind; E_RESUME_CHANGED, naming each, where options, model or package are not those of the store; E_STORE_LOCKED where
 * another process writes to it; E_DISK_FULL and E_IO where the disk fails.
 */
export function resumeSweep(directory: string): Promise<StoredSweep>;
export function resumeSweep<const Options extends Unchecked<ResumeOptions>>(
  directory: string,
  options: Checked<Options, ResumeOptions>,
): Promise<StoredSweep>;
export async function resumeSweep(directory: string, options: ResumeOptions = {}): Promise<StoredSweep> {
  const given = asCalled(options);
  return await (await import("./search.ts")).resumeSweep(directory, given);
}

/**
 * Opens a sweep that gridSearch has stored. Throws E_MANIFEST_... where the manifest cannot be trusted, and E_SHARD_CORRUPT where
 * a file that is read is not as it was written.
 */
export async function openSweep(directory: string): Promise<StoredSweep> {
  return await (await import("./search.ts")).openSweep(directory);
}

/** Checks every file of a stored sweep, and tells everything that is wrong with it: nothing is thrown for what is damaged. */
export async function verifySweep(directory: string): Promise<Verification> {
  return await (await import("./search.ts")).verifySweep(directory);
}
