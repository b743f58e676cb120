import { Problems } from "../check.ts";
import type { Block, Job } from "../kernel/job.ts";
import { solvers } from "../solver.ts";
import type { OpenFile } from "../template/read.ts";
import { type Clock, makeClock } from "./clock.ts";
import { resolveInputs } from "./inputs.ts";
import { type Jobs, makeJobs } from "./jobs.ts";
import { resolveMapping } from "./mapping.ts";
import { checkOptions, checkRunOptions, type GridSearchOptions, type SimulateOptions } from "./options.ts";
import { type OutputColumn, resolveOutputs } from "./outputs.ts";
import { resolveParams } from "./params.ts";
import { targetsOf } from "./paths.ts";
import { expand, gridKeys, type Points, readGrid } from "./points.ts";
import { sizeOf } from "./size.ts";
import { resolveTemplate } from "./template.ts";

/** A sweep, resolved and checked: plain data beside the modules of its models. After it nothing can be invalid. */
export interface Plan {
  points: Points;
  clock: Clock;
  columns: readonly OutputColumn[];
  layout: "wide" | "long";
  timeUnit: string;
  /** One; several where points need models of other forms. */
  jobs: readonly Job[];
  blocks: readonly Block[];
  /** Size of the results. */
  bytes: number;
}

/** What a plan must know of where it will run. */
export interface Machine {
  /** Memory that the results may take, in bytes. */
  room: number;
  /** Opens files of templates that are not bundled. */
  openFile: OpenFile;
}

/**
 * Resolves and checks a call. Throws one MassgridError with everything that is wrong with it; nothing has run by then.
 * `machine` is where it will run.
 */
export function makePlan(options: GridSearchOptions, machine: Machine): Plan {
  const problems = new Problems();
  const {
    circuitTemplate,
    paramGrid,
    paramMap,
    permuteGrid = false,
    inputs = {},
    outputs,
    solver,
    layout,
    ...times
  } = checkOptions(problems, options);
  const source = resolveTemplate(problems, circuitTemplate, machine.openFile);
  const clock = makeClock(problems, times);
  const grid = readGrid(problems, paramGrid, permuteGrid);
  const targets = source ? targetsOf(source.model) : [];
  const keys = gridKeys(paramGrid);
  const driven = source && resolveMapping(problems, paramMap, keys, { params: source.model.params, targets });
  const taken = layout === "long" ? ["key", ...keys, "time"] : [];
  const columns = source ? resolveOutputs(problems, outputs, { targets, taken, source }) : [];
  const long = layout === "long";
  const size = grid && clock && { points: grid.count, keys: keys.length, clock, columns: columns.length, long };
  const bytes = size ? sizeOf(problems, size, machine.room) : 0;
  const extent = grid && clock ? { points: grid.count, clock } : undefined;
  const assignments = driven?.assignments ?? [];
  const drives = source ? resolveInputs(problems, inputs, { targets, assignments, extent }) : [];
  problems.throwIfAny();
  if (!source || !clock || !grid || !driven) throw new Error("a part of the plan is missing and no problem was told");
  const points = expand(grid, source.model.name);
  const count = points.names.length;
  const parts = { source, solver: solvers[solver], clock, ...driven, drives, columns, values: points.columns, points: count };
  const jobs = makeJobs(problems, parts);
  problems.throwIfAny();
  return { points, clock, layout, bytes, timeUnit: source.model.timeUnit, ...jobs };
}

/** One run as a plan of one point. Throws as makePlan. */
export function makeRunPlan(options: SimulateOptions, machine: Machine): Plan {
  const problems = new Problems();
  const { circuitTemplate, params = {}, inputs = {}, outputs, solver, ...times } = checkRunOptions(problems, options);
  const source = resolveTemplate(problems, circuitTemplate, machine.openFile);
  const clock = makeClock(problems, times);
  const targets = source ? targetsOf(source.model) : [];
  const { assignments, values } = resolveParams(problems, params, targets);
  const columns = source ? resolveOutputs(problems, outputs, { targets, taken: ["time"], source }) : [];
  const bytes = clock ? sizeOf(problems, { points: 1, keys: 0, clock, columns: columns.length, long: true }, machine.room) : 0;
  const drives = source ? resolveInputs(problems, inputs, { targets, assignments, extent: clock && { points: 1, clock } }) : [];
  problems.throwIfAny();
  if (!source || !clock) throw new Error("a part of the plan is missing and no problem was told");
  const parts = { source, solver: solvers[solver], clock, assignments, delays: [], drives, columns, values, points: 1 };
  const jobs: Jobs = makeJobs(problems, parts);
  problems.throwIfAny();
  const points = { names: [source.model.name], keys: [], columns: values };
  return { points, clock, layout: "wide", bytes, timeUnit: source.model.timeUnit, ...jobs };
}
