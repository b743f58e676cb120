import { kindOf, type Problems } from "../check.ts";
import { listed, sanitize } from "../errors.ts";
import { preferring, resolvePath, type Target } from "../plan/paths.ts";
import { type Input, isNoise, isSignalColumns, meanOf, samplesOf } from "../sweep/input.ts";

/** Inputs of a vector field. */
export interface ConstantInputs {
  values: { row: number; value: number }[];
  /** Paths of inputs whose noise is left out: they have its mean. */
  ignored: string[];
}

/** Values of the inputs that a call gives: numbers, signals that never change, and the means of noise. Refuses what changes in time. */
export function resolveConstantInputs(
  problems: Problems,
  inputs: Readonly<Record<string, Input>>,
  targets: readonly Target[],
): ConstantInputs {
  const found: ConstantInputs = { values: [], ignored: [] };
  for (const [path, input] of Object.entries(inputs)) {
    const at = ["inputs", path];
    const use = { code: "E_UNKNOWN_INPUT", path: at, says: `input ${sanitize(path)}`, parts: true };
    const all = preferring("input", resolvePath(problems, targets, path, use));
    const other = all.find(({ kind }) => kind !== "input");
    if (other) {
      const paths = targets.filter(({ kind }) => kind === "input").map(({ variable }) => variable.path);
      const there = paths.length > 0 ? `the inputs are ${listed(paths)}` : "the model has no inputs";
      problems.add("E_NOT_AN_INPUT", at, `${other.variable.path} is no input of the model; ${there}`);
      continue;
    }
    const value = constantOf(problems, path, input);
    if (value === undefined) continue;
    if (isNoise(input)) found.ignored.push(path);
    const name = path.split("/").at(-1);
    for (const { row, name: own } of all) found.values.push({ row, value: own === `${name}.im` ? 0 : value });
  }
  return found;
}

function constantOf(problems: Problems, path: string, input: Input): number | undefined {
  const at = ["inputs", path];
  if (isNoise(input)) return meanOf(input);
  const samples = typeof input === "number" ? Float64Array.of(input) : samplesOf(isSignalColumns(input) ? input.data : input);
  if (samples === undefined || samples.length === 0) {
    problems.add("E_TYPE", at, `${sanitize(path)} must be a number, the value that the input keeps, but ${kindOf(input)} was found`);
    return undefined;
  }
  const [value] = samples;
  if (samples.some((sample) => sample !== value && !Number.isNaN(sample))) {
    const message = `the signal of ${sanitize(path)} changes in time, and equilibria and cycles are found of equations with constant inputs; give a number`;
    problems.add("E_AUTONOMOUS", at, message);
    return undefined;
  }
  if (Number.isFinite(value)) return value;
  problems.add("E_INPUT_NOT_FINITE", at, `${sanitize(path)} must be finite, but ${value} was found`);
  return undefined;
}
