import { isRecord, ownEntry } from "../check.ts";
import { sanitize } from "../errors.ts";
import type { SearchOptions, StoreOptions } from "../options/options.ts";
import { DEFAULTS } from "../options/table.ts";
import type { Plan } from "../plan/plan.ts";
import type { Host } from "../platform/node-host.ts";
import { version } from "../version.ts";
import { gridHash, modelHashes, specOf } from "./begin.ts";
import type { Disk } from "./disk/disk.ts";
import { StoreError } from "./errors.ts";
import { canonicalForm } from "./format/canonical.ts";
import type { Manifest } from "./format/manifest-schema.ts";

type Spec = Manifest["spec"];

/** Throws E_RESUME_CHANGED if another version of the package began the store. */
export function checkPackage({ directory }: Disk, { massgrid }: Manifest): void {
  if (massgrid !== version) throw incompatible(directory, [`package version (${sanitize(massgrid)} → ${version})`]);
}

/** Throws E_RESUME_CHANGED for another format or compression, or another size of shards. */
export function checkStore({ directory }: Disk, manifest: Manifest, store: Partial<StoreOptions> = {}): void {
  const found = (["format", "compression", "shardPoints"] as const).flatMap((name) => {
    const [before, now] = [manifest[name], store[name] ?? manifest[name]];
    return now === before ? [] : [`${name} (${before} → ${now})`];
  });
  if (found.length > 0) throw incompatible(directory, found);
}

/**
 * Throws E_RESUME_CHANGED for each option, model and grid key that would give other results than the stored ones. Other points of
 * the grid are no error; `sameGrid` is false then.
 */
export function checkCompatible(disk: Disk, manifest: Manifest, options: SearchOptions, plan: Plan): { sameGrid: boolean } {
  const { directory, host } = disk;
  const { grid, model, spec } = manifest;
  const found = differences(withDefaults(host, spec), specOf(host, options, plan));
  const sameGrid = gridHash(host, plan.points) === grid.sha256;
  const hashes = modelHashes(host, plan);
  const sameModel = (!sameGrid || model.hashes.length === hashes.length) && model.hashes.every((hash) => hashes.includes(hash));
  // Outputs may be expressions, which are compiled into the model: a changed output is then reported as an output.
  const outputs = found.some((name) => name.startsWith("outputs") || name === "the order of outputs");
  if (!outputs && !sameModel) found.unshift("model");
  const sameKeys = JSON.stringify(grid.keys) === JSON.stringify(plan.points.keys);
  if (!sameKeys) found.push(`grid keys (${grid.keys.map(sanitize).join(", ")} → ${plan.points.keys.map(sanitize).join(", ")})`);
  if (found.length > 0) throw incompatible(directory, found);
  return { sameGrid };
}

/** The options of a store; those that there were none of when it was begun have their defaults. */
function withDefaults(host: Host, spec: Spec): Spec {
  const added = addedOptions.map((name) => [name, canonicalForm(host, DEFAULTS.sweep[name])]);
  return { ...Object.fromEntries(added), ...spec };
}

/** Options that manifests of this layout may lack. */
const addedOptions = ["traceType", "fastMath", "precision"] as const;

/** The error that names each changed option. */
export function incompatible(
  directory: string,
  names: readonly string[],
  hint = "store the changed sweep in another directory",
): StoreError {
  return new StoreError(
    names.map((name) => {
      const message = `${sanitize(directory)} cannot be resumed, because this has changed: ${name}; ${hint}`;
      return { code: "E_RESUME_CHANGED", path: [], message };
    }),
  );
}

/** Options whose entries are compared one by one. */
const byEntry = ["inputs", "history", "noise", "outputs", "paramMap", "features", "bounds", "pulses", "initialState"];

/** Options whose order is that of the columns. */
const ordered = ["outputs", "features"];

/** The names and values of options that differ. The path of a template is not compared, because its model is. */
function differences(before: Spec, now: Spec): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])].filter((name) => name !== "circuitTemplate");
  return names.flatMap((name) => {
    const [a, b] = [before[name], now[name]];
    if (isRecord(a) && isRecord(b)) {
      // Of one solver with other options, the options are named.
      if (byEntry.includes(name) || (name === "solver" && a.name === b.name)) return differentEntries(name, a, b);
    }
    return same(a, b) ? [] : [change(name, a, b)];
  });
}

function differentEntries(name: string, a: Record<string, unknown>, b: Record<string, unknown>): string[] {
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  const found = keys.flatMap((key) => {
    const [before, now] = [ownEntry(a, key), ownEntry(b, key)];
    return same(before, now) ? [] : [change(`${name} ${sanitize(key)}`, before, now)];
  });
  const moved = ordered.includes(name) && Object.keys(a).some((key, i) => key !== Object.keys(b)[i]);
  return found.length === 0 && moved ? [`the order of ${name}`] : found;
}

function change(name: string, before: unknown, now: unknown): string {
  return `${name} (${shown(before)} → ${shown(now)})`;
}

/** Whether two values are equal, whatever the order of their keys. */
function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a, sorted) === JSON.stringify(b, sorted);
}

function sorted(_: string, value: unknown): unknown {
  return isRecord(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value;
}

function shown(value: unknown): string {
  return value === undefined ? "nothing" : sanitize(JSON.stringify(value)).slice(0, 40);
}
