import { sanitize } from "../errors.ts";
import type { SearchOptions } from "../options/options.ts";
import type { Plan } from "../plan/plan.ts";
import { version } from "../version.ts";
import type { Disk } from "./disk/disk.ts";
import { StoreError } from "./errors.ts";
import { gridHash, modelHashes } from "./fingerprint.ts";
import type { Manifest } from "./format/manifest.ts";
import { differences, specOf } from "./spec.ts";

/** Refuses to go on with what another version has begun. Throws E_RESUME_CHANGED. */
export function checkSameVersion({ directory }: Disk, { massgrid }: Manifest): void {
  if (massgrid !== version) throw changed(directory, [`package version (${sanitize(massgrid)} → ${version})`]);
}

/** Refuses what would compute other numbers than the stored ones, but for another grid: tells whether that differs. Throws E_RESUME_CHANGED. */
export function checkSame({ directory, host }: Disk, manifest: Manifest, options: SearchOptions, plan: Plan): { sameGrid: boolean } {
  const found = differences(manifest.spec, specOf(host, options, plan));
  const sameGrid = gridHash(host, plan.points) === manifest.grid.sha256;
  const hashes = modelHashes(host, plan);
  const known = sameGrid ? manifest.model.hashes.length === hashes.length : true;
  // Outputs may be expressions, which a model computes too: a changed output is then told as what it is.
  const outputs = found.some((name) => name.startsWith("outputs") || name === "the order of outputs");
  if (!outputs && !(known && manifest.model.hashes.every((hash) => hashes.includes(hash)))) found.unshift("model");
  const sameKeys = JSON.stringify(manifest.grid.keys) === JSON.stringify(plan.points.keys);
  if (!sameKeys) found.push(`grid keys (${manifest.grid.keys.map(sanitize).join(", ")} → ${plan.points.keys.map(sanitize).join(", ")})`);
  if (found.length > 0) throw changed(directory, found);
  return { sameGrid };
}

/** The error that says what is not as it was. */
export function changed(directory: string, names: readonly string[], hint = "store the changed sweep in another directory"): StoreError {
  return new StoreError(
    names.map((name) => {
      const message = `${sanitize(directory)} cannot be resumed, because this has changed: ${name}; ${hint}`;
      return { code: "E_RESUME_CHANGED", path: [], message };
    }),
  );
}
