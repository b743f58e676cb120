// What PyRates 1.2.3 returned in double precision, and how to compare with it.
import type { Table } from "apache-arrow";
import { expect } from "vitest";
import { read } from "./read.ts";

/** Share of a column's range that Euler runs agree to. */
export const BOUND = 1e-10;

const names = ["circuits", "delays", "detest", "functions", "heun", "sampling", "sweeps", "tutorial_jrc2_sweep"] as const;
type Name = (typeof names)[number];
const texts = new Map<Name, string>(
  await Promise.all(
    names.map(async (name): Promise<[Name, string]> => [name, new TextDecoder().decode(await read(`reference/${name}.json`))]),
  ),
);

const parsed = new Map<Name, ReturnType<typeof JSON.parse>>();

/** A file of test/reference; all who ask get the same object. */
export function reference(name: Name) {
  if (!parsed.has(name)) parsed.set(name, JSON.parse(texts.get(name) ?? ""));
  return parsed.get(name);
}

/** Largest deviation from `expected`, as a share of its range. */
export function deviation(found: ArrayLike<number>, expected: readonly number[]): number {
  expect(found.length).toBe(expected.length);
  const range = Math.max(...expected) - Math.min(...expected);
  let most = 0;
  expected.forEach((value, i) => {
    const off = Math.abs(found[i] - value);
    most = Number.isNaN(off) ? Number.POSITIVE_INFINITY : Math.max(most, off);
  });
  return range > 0 ? most / range : most;
}

/** The labels of the rows of results. */
export function times(results: Table): Float64Array {
  const values: unknown = results.getChild("time")?.data[0].values;
  if (!(values instanceof Float64Array)) throw new Error("time is no column of doubles");
  return values;
}

/** How an input of a reference case is made. */
export type SignalSpec =
  | { kind: "sine"; mean: number; amp: number; freq: number }
  | { kind: "step"; start: number; stop: number; amp: number }
  | { kind: "const"; value: number };

/** The signals of a reference case, sampled at the steps as NumPy makes them. */
export function signals(
  specs: Record<string, SignalSpec> | null | undefined,
  simulationTime: number,
  stepSize: number,
): Record<string, Float64Array> {
  const steps = Math.round(simulationTime / stepSize);
  const sample = (spec: SignalSpec, i: number) => {
    if (spec.kind === "const") return spec.value;
    if (spec.kind === "sine") return spec.mean + spec.amp * Math.sin(2 * Math.PI * spec.freq * (i * stepSize));
    return i >= Math.round(spec.start / stepSize) && i < Math.round(spec.stop / stepSize) ? spec.amp : 0;
  };
  const signal = (spec: SignalSpec) => Float64Array.from({ length: steps }, (_, i) => sample(spec, i));
  return Object.fromEntries(Object.entries(specs ?? {}).map(([path, spec]) => [path, signal(spec)]));
}
