import { isRecord, type Problems } from "../check.ts";
import { sanitize } from "../errors.ts";
import { fillDefaults, type SweepCall } from "../options/defaults.ts";
import type { SearchOptions } from "../options/options.ts";
import type { Plan } from "../plan/plan.ts";
import type { Host } from "../platform/node-host.ts";
import { isHashed, type Plain, plain } from "./format/canonical.ts";
import type { Manifest } from "./format/manifest.ts";

export type Spec = Manifest["spec"];

/** Options that change no number, or that the manifest has elsewhere. */
const left = ["paramGrid", "permuteGrid", "layout", "signal", "onProgress", "store", "workers", "certify"];

/** A model that was given as an object, and not by its path. */
const OBJECT = { given: "object" };

/** The normal form of a sweep's options as plain data, by name. In whichever order they were given, they have one here. */
export function specOf(host: Host, options: SweepCall, { points }: Pick<Plan, "points">): Spec {
  const normal = fillDefaults(options);
  const { circuitTemplate, paramMap } = normal;
  const spec: Record<string, unknown> = {
    ...normal,
    circuitTemplate: typeof circuitTemplate === "string" ? circuitTemplate : OBJECT,
    paramMap: Object.fromEntries(Object.entries(paramMap).filter(([key]) => points.keys.includes(key))),
  };
  const names = Object.keys(spec)
    .filter((name) => !left.includes(name))
    .sort();
  return Object.fromEntries(names.map((name) => [name, plain(host, spec[name])]));
}

/** The seeds of a sweep's noise sources, in rising order. */
export function seedsOf({ jobs }: Plan): number[] {
  const seeds = jobs.flatMap(({ inputSources, wiener }) => [
    ...inputSources.flatMap((drive) => (drive.kind === "noise" ? [drive.noise.seed] : [])),
    ...wiener.map(({ seed }) => seed),
  ]);
  return [...new Set(seeds)].sort((a, b) => a - b);
}

/** How many times each point of the grid is run. */
export function replicatesOf({ spec }: Pick<Manifest, "spec">): number {
  const { replicates } = spec;
  return typeof replicates === "number" && Number.isSafeInteger(replicates) && replicates > 0 ? replicates : 1;
}

/** The options that a manifest and a call make together; tells what the manifest knows by its hash alone and the call lacks. */
export function optionsOf(problems: Problems, spec: Spec, given: Partial<SearchOptions>): Record<string, unknown> {
  const inputs = { ...record(asNumbers(spec.inputs)), ...given.inputs };
  const stored: Record<string, unknown> = { ...spec, solver: asNumbers(spec.solver) };
  const merged: Record<string, unknown> = { ...stored, ...given, inputs };
  for (const [name, value] of Object.entries(merged)) {
    if (name !== "inputs" && (isKnownByHash(value) || value === stored.circuitTemplate)) needed(problems, [name], value);
  }
  for (const [path, value] of Object.entries(inputs)) if (isKnownByHash(value)) needed(problems, ["inputs", path], value);
  return merged;
}

/** Plain data with the numbers that JSON cannot hold: their names stand for them. */
function asNumbers(value: Plain | undefined): unknown {
  if (value === "-0" || value === "Infinity") return Number(value);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, asNumbers(each)]));
}

/** Whether a value stands for another by a hash, itself or within. */
function isKnownByHash(value: unknown): boolean {
  if (!isRecord(value)) return Array.isArray(value) && value.some(isKnownByHash);
  return isHashed(value) || Object.values(value).some(isKnownByHash);
}

function needed(problems: Problems, path: string[], value: unknown): void {
  if (path[0] === "circuitTemplate" && typeof value === "string") return;
  const what = path[0] === "circuitTemplate" ? "was given as an object" : "is known by its hash alone";
  problems.add("E_RESUME_OPTION", path, `${sanitize(path.join("/"))} of the stored sweep ${what}; give it again`);
}

function record(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}

/** Options whose entries are told one by one, each with its values. */
const byEntry = ["inputs", "noise", "outputs", "paramMap", "features"];

/** Options whose entries have an order: columns have it too. */
const ordered = ["outputs", "features"];

/** What differs between two specs, by name, with the values before and now; the path of a template is not compared: its model is. */
export function differences(before: Spec, now: Spec): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])].filter((name) => name !== "circuitTemplate");
  return names.flatMap((name) => {
    const [a, b] = [before[name], now[name]];
    if (isRecord(a) && isRecord(b)) {
      if (byEntry.includes(name)) return entriesThatDiffer(name, a, b);
      // One solver with other options: those are told.
      if (name === "solver" && a.name === b.name) return entriesThatDiffer("solver", a, b);
    }
    return same(a, b) ? [] : [change(name, a, b)];
  });
}

function entriesThatDiffer(name: string, a: Record<string, unknown>, b: Record<string, unknown>): string[] {
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  const found = keys.filter((key) => !same(a[key], b[key])).map((key) => change(`${name} ${sanitize(key)}`, a[key], b[key]));
  const moved = ordered.includes(name) && Object.keys(a).some((key, i) => key !== Object.keys(b)[i]);
  return found.length === 0 && moved ? [`the order of ${name}`] : found;
}

function change(name: string, before: unknown, now: unknown): string {
  return `${name} (${shown(before)} → ${shown(now)})`;
}

/** Whether two values are the same, in whichever order their keys stand. */
function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a, sorted) === JSON.stringify(b, sorted);
}

function sorted(_: string, value: unknown): unknown {
  return isRecord(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value;
}

function shown(value: unknown): string {
  return value === undefined ? "nothing" : sanitize(JSON.stringify(value)).slice(0, 40);
}
