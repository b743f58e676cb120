import { type Column, column, TIME } from "./columns.ts";

/** What a table of branches of cycles is made of. */
export interface CycleFacts {
  parameter: string;
  parameterUnit: string;
  timeUnit: string;
  /** States, then outputs, with their units. */
  variables: readonly { name: string; unit: string }[];
  /** How many Floquet multipliers a cycle has: as many as there are states. */
  multipliers: number;
}

/** Numbers of each variable over a period. */
export const extents = ["min", "max", "mean"] as const;

/** Names of the columns that are the same for all models. */
export const cycleNames = {
  branch: "branch",
  index: "index",
  type: "type",
  label: "label",
  stability: "stability",
  period: "period",
  norm: "norm",
  unstable: "unstableMultipliers",
  trivialError: "trivialError",
  residual: "residual",
  digits: "digits",
  error: "error",
  hidden: "hidden",
} as const;

/** Columns of a table of branches of cycles: a row for each cycle. */
export function cycleColumns({ parameter, parameterUnit, timeUnit, variables, multipliers }: CycleFacts): Column[] {
  const nullable = (name: string, type: Column["type"] = "number") => ({ ...column(name, "feature", {}, type), nullable: true });
  return [
    column(cycleNames.branch, "grid", {}, "integer"),
    column(cycleNames.index, "grid", {}, "integer"),
    column(cycleNames.type, "feature", {}, "text"),
    column(cycleNames.label, "feature", {}, "text"),
    column(cycleNames.stability, "feature", {}, "text"),
    column(parameter, "grid", { unit: parameterUnit }),
    column(cycleNames.period, "feature", { unit: timeUnit }),
    column(cycleNames.norm, "feature"),
    ...variables.flatMap(({ name, unit }) =>
      extents.map((extent) => column(`${name}_${extent}`, "feature", { output: name, feature: extent, unit })),
    ),
    ...Array.from({ length: multipliers }, (_, i) => multiplierNames(i).map((name) => nullable(name))).flat(),
    nullable(cycleNames.unstable, "integer"),
    nullable(cycleNames.trivialError),
    nullable(cycleNames.residual),
    nullable(cycleNames.digits, "integer"),
    nullable(cycleNames.error),
    column(cycleNames.hidden, "feature", {}, "integer"),
  ];
}

/** Names of the real and imaginary part of a multiplier; the trivial one is the first. */
function multiplierNames(index: number): [re: string, im: string] {
  return [`multiplier${index + 1}_re`, `multiplier${index + 1}_im`];
}

/** Columns of a table of orbits: a row for each time of each cycle. */
export function orbitColumns({ timeUnit, variables }: Pick<CycleFacts, "timeUnit" | "variables">): Column[] {
  return [
    column(cycleNames.branch, "grid", {}, "integer"),
    column(cycleNames.index, "grid", {}, "integer"),
    column(TIME, "time", { unit: timeUnit }),
    ...variables.map(({ name, unit }) => column(name, "output", { output: name, unit })),
  ];
}
