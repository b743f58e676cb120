import type { StoredSweep } from "../store/open.ts";
import type { Verification } from "../store/verify.ts";

/**
 * Opens a sweep that gridSearch has stored. Throws E_MANIFEST_... where the manifest cannot be trusted, and E_SHARD_CORRUPT where
 * a file that is read is not as it was written.
 */
export async function openSweep(directory: string): Promise<StoredSweep> {
  return await (await import("../store/open.ts")).openSweep(directory);
}

/** Checks every file of a stored sweep, and tells everything that is wrong with it: nothing is thrown for what is damaged. */
export async function verifySweep(directory: string): Promise<Verification> {
  return await (await import("../store/verify.ts")).verifySweep(directory);
}
