import { isRecord, type Problems } from "../check.ts";
import { sanitize } from "../errors.ts";
import type { SearchOptions } from "../options/options.ts";
import type { Plan } from "../plan/plan.ts";
import type { Host } from "../platform/node-host.ts";
import { isHashed, type Plain, plain } from "./format/canonical.ts";
import type { Manifest } from "./format/manifest.ts";

export type Spec = Manifest["spec"];

/** Options that say nothing of the numbers, or that the manifest has elsewhere. */
const left = ["paramGrid", "permuteGrid", "layout", "signal", "onProgress", "store", "workers", "runner", "certify"];

/** A model that was given as an object, and not by its path. */
const OBJECT = { given: "object" };

/** The options of a sweep as plain data, with what is not given filled in. In whichever order they were given, they have one here. */
export function specOf(host: Host, options: SearchOptions, { points }: Plan): Spec {
  const { solver = "euler", samplingStepSize, cutoff, inputs, noise, paramMap, circuitTemplate, ...rest } = options;
  const kept = Object.entries(rest).filter(([name, value]) => !left.includes(name) && value !== undefined && value !== null);
  const driven = Object.entries(paramMap).filter(([key]) => points.keys.includes(key));
  const spec: Record<string, unknown> = {
    circuitTemplate: typeof circuitTemplate === "string" ? circuitTemplate : OBJECT,
    paramMap: Object.fromEntries(driven),
    ...Object.fromEntries(kept),
    samplingStepSize: samplingStepSize ?? options.stepSize,
    cutoff: cutoff ?? 0,
    inputs: inputs ?? {},
    ...(noise
      ? { noise: Object.fromEntries(Object.entries(noise).map(([path, term]) => [path, { seed: 0, shared: true, ...term }])) }
      : {}),
    solver: typeof solver === "string" ? { name: solver } : solver,
  };
  const names = Object.keys(spec).sort();
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
  const inputs = { ...record(spec.inputs), ...given.inputs };
  const { inputs: _, ...stored } = spec;
  const merged: Record<string, unknown> = { ...stored, ...present(given), inputs };
  for (const [name, value] of Object.entries(merged)) {
    if (name !== "inputs" && (isKnownByHash(value) || value === stored.circuitTemplate)) needed(problems, [name], value);
  }
  for (const [path, value] of Object.entries(inputs)) if (isKnownByHash(value)) needed(problems, ["inputs", path], value);
  return merged;
}

function present(options: object): object {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined && value !== null));
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

/** What differs between two specs, by name; the path of a template is not compared: its model is. */
export function differences(before: Spec, now: Spec): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])].filter((name) => name !== "circuitTemplate");
  return names.flatMap((name) => {
    const [a, b] = [before[name], now[name]];
    if (same(a, b)) return [];
    if (!["inputs", "noise", "outputs", "paramMap"].includes(name) || !isRecord(a) || !isRecord(b))
      return [`${name} (${shown(a)} → ${shown(b)})`];
    const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((key) => JSON.stringify(a[key]) !== JSON.stringify(b[key]));
    if (keys.length > 0) return keys.map((key) => `${name} ${sanitize(key)}`);
    return name === "outputs" ? ["the order of outputs"] : [];
  });
}

function same(a: Plain | undefined, b: Plain | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function shown(value: Plain | undefined): string {
  return value === undefined ? "nothing" : sanitize(JSON.stringify(value)).slice(0, 40);
}
