import { Problems } from "../check.ts";
import type { Block, Job } from "../kernel/job.ts";
import { solvers } from "../solver.ts";
import type { OpenFile } from "../template/read.ts";
import { blocks } from "./block.ts";
import { type Clock, makeClock } from "./clock.ts";
import { resolveInputs } from "./inputs.ts";
import { resolveMapping } from "./mapping.ts";
import { checkOptions, checkRunOptions, type GridSearchOptions, type SimulateOptions } from "./options.ts";
import { type OutputColumn, resolveOutputs } from "./outputs.ts";
import { resolveParams } from "./params.ts";
import { targetsOf } from "./paths.ts";
import { expand, type Grid, gridKeys, type Points, readGrid } from "./points.ts";
import { resolveTemplate } from "./template.ts";

/** A sweep, resolved and checked: plain data beside the model's module. After it nothing can be invalid. */
export interface Plan {
  points: Points;
  clock: Clock;
  columns: readonly OutputColumn[];
  layout: "wide" | "long";
  timeUnit: string;
  job: Job;
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

/** Bytes a point takes in the map: its name, status and time of failure, beside 8 for each key. */
const POINT_BYTES = 48;

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
  const model = resolveTemplate(problems, circuitTemplate, machine.openFile);
  const clock = makeClock(problems, times);
  const grid = readGrid(problems, paramGrid, permuteGrid);
  const targets = model ? targetsOf(model) : [];
  const keys = gridKeys(paramGrid);
  const assignments = model ? resolveMapping(problems, paramMap, keys, { params: model.params, targets }) : [];
  const columns = model ? resolveOutputs(problems, outputs, targets, layout === "long" ? ["key", ...keys, "time"] : []) : [];
  const bytes = grid && clock ? sizeOf(problems, { grid, clock, columns: columns.length, long: layout === "long" }, machine.room) : 0;
  const extent = grid && clock ? { points: grid.count, clock } : undefined;
  const drives = model ? resolveInputs(problems, inputs, { targets, assignments, extent }) : [];
  problems.throwIfAny();
  if (!model || !clock || !grid) throw new Error("a part of the plan is missing and no problem was told");
  return assemble(
    { points: expand(grid, model.name), clock, columns, layout, bytes },
    { model, solver: solvers[solver], assignments, drives },
  );
}

/** One run as a plan of one point. Throws as makePlan. */
export function makeRunPlan(options: SimulateOptions, machine: Machine): Plan {
  const problems = new Problems();
  const { circuitTemplate, params = {}, inputs = {}, outputs, solver, ...times } = checkRunOptions(problems, options);
  const model = resolveTemplate(problems, circuitTemplate, machine.openFile);
  const clock = makeClock(problems, times);
  const targets = model ? targetsOf(model) : [];
  const { assignments, values } = resolveParams(problems, params, targets);
  const columns = model ? resolveOutputs(problems, outputs, targets, ["time"]) : [];
  const grid: Grid = { keys: [], values, permute: false, count: 1, names: undefined, labels: undefined };
  const bytes = clock ? sizeOf(problems, { grid, clock, columns: columns.length, long: true }, machine.room) : 0;
  const drives = model ? resolveInputs(problems, inputs, { targets, assignments, extent: clock && { points: 1, clock } }) : [];
  problems.throwIfAny();
  if (!model || !clock) throw new Error("a part of the plan is missing and no problem was told");
  const points = { names: [model.name], keys: [], columns: values };
  return assemble({ points, clock, columns, layout: "wide", bytes }, { model, solver: solvers[solver], assignments, drives });
}

type Shape = Pick<Plan, "points" | "clock" | "columns" | "layout" | "bytes">;

function assemble(shape: Shape, parts: Pick<Job, "model" | "solver" | "assignments" | "drives">): Plan {
  const { points, clock, columns } = shape;
  const { stepSize, steps, every, first, rows } = clock;
  const takes = columns.map(({ kind, row }) => ({ kind, row }));
  const job = { ...parts, stepSize, steps, every, first, rows, values: points.columns, takes };
  return { ...shape, timeUnit: parts.model.timeUnit, job, blocks: blocks(points.names.length) };
}

interface Size {
  grid: Grid;
  clock: Clock;
  columns: number;
  long: boolean;
}

/** Bytes of the results; tells where they would not fit. */
function sizeOf(problems: Problems, { grid, clock, columns, long }: Size, room: number): number {
  const perRow = long ? columns + grid.keys.length + 1 : columns;
  const series = clock.rows * perRow * grid.count * 8;
  const bytes = series + grid.count * (grid.keys.length * 8 + POINT_BYTES);
  if (bytes <= room) return bytes;
  const shape = `${grid.count} points × ${columns} outputs × ${clock.rows} samples × 8 bytes`;
  const message =
    `the results would need ${inBytes(bytes)} (${bytes} bytes: ${shape}), but ${inBytes(room)} may be used ` +
    "(80 % of the memory available); take fewer points or outputs, a larger samplingStepSize or a later cutoff";
  problems.add("E_SWEEP_TOO_LARGE", [], message);
  return bytes;
}

function inBytes(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB", "PB", "EB"];
  let value = bytes;
  let unit = 0;
  for (; value >= 1000 && unit < units.length - 1; unit++) value /= 1000;
  return `${value.toPrecision(3)} ${units[unit]}`;
}
