import { Field } from "apache-arrow/schema";
import { Float64, Utf8 } from "apache-arrow/type";
import type { FeatureColumn } from "../plan/features.ts";
import type { OutputColumn } from "../plan/outputs.ts";
import type { Plan } from "../plan/plan.ts";

/** A column of numbers with what is known of it. Nothing is null in it: what overflowed is infinite or NaN. */
export function numberField(name: string, metadata: Record<string, string> = {}): Field<Float64> {
  return new Field(name, new Float64(), false, new Map(Object.entries(metadata)));
}

/** The columns of the grid's keys. */
export function keyFields({ keys, units = [] }: Pick<Plan["points"], "keys" | "units">): Field<Float64>[] {
  return keys.map((key, i) => numberField(key, units[i] ? { unit: units[i] } : {}));
}

export function timeField(plan: Plan): Field<Float64> {
  return numberField("time", { unit: plan.timeUnit });
}

/** Name of a column that has an output of all points. */
export function columnName({ output, suffix }: OutputColumn): string {
  return suffix === "" ? output : `${output}/${suffix}`;
}

/** What an output column says of itself. */
export function outputMetadata({ output, node, variable, unit }: OutputColumn): Record<string, string> {
  return { output, node, variable, unit };
}

/** A feature's column: NaN, and not null, is what a number is that there is not. */
export function featureField({ name, values, output, feature, unit, settings }: FeatureColumn): Field<Float64> | Field<Utf8> {
  const metadata = { ...outputMetadata(output), feature, unit, options: JSON.stringify(settings) };
  if (values === "number") return numberField(name, metadata);
  return new Field(name, new Utf8(), false, new Map(Object.entries(metadata)));
}

/** What the tables say of the sweep as a whole. */
export function sweepMetadata({ jobs, clock, timeUnit }: Plan): Map<string, string> {
  const [job] = jobs;
  const { model, solver } = job;
  const stepping = job.adaptive
    ? { rtol: job.adaptive.rtol, atol: job.adaptive.atol }
    : { stepSize: job.clock.stepSize, steps: job.clock.steps };
  const facts = { model: model.name, solver: solver.name, ...stepping, samplingStepSize: clock.samplingStep, timeUnit };
  return new Map(Object.entries(facts).map(([key, value]) => [key, String(value)]));
}
