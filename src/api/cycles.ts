import { Problems } from "../check.ts";
import { type CycleResult, followCycles, followFromEach, type GrowingCycles } from "../continuation/cycles/run.ts";
import { startOf } from "../continuation/cycles/start-of.ts";
import { resolveSystem, type System } from "../continuation/system.ts";
import { refusal, sanitize } from "../errors.ts";
import { checkCycleCall, type NormalCycleCall } from "../options/cycles.ts";
import { openFiles } from "../platform/files.ts";
import { cycleTable, orbitTable } from "../table/cycles.ts";
import type { ContinueCycleOptions, CycleBranches } from "./cycle-branches.ts";
import { toldOf } from "./told.ts";

/** continueCycle, once its parts are loaded. */
export function runCycles(options: ContinueCycleOptions): CycleBranches {
  return preparedCycles(options)(options.from);
}

/** continueCycle with all checks made but those of where it begins, which is given later. */
export function preparedCycles(options: ContinueCycleOptions): (from: ContinueCycleOptions["from"]) => CycleBranches {
  const problems = new Problems();
  const call = checkCycleCall(problems, options);
  problems.throwIfAny();
  const free = [{ name: call.parameter, at: ["parameter"] }];
  const system = resolveSystem(problems, options, { free, isOfCycles: true, openFile: openFiles() });
  problems.throwIfAny();
  if (system === undefined) throw refusal("E_MODEL", "the model has no vector field");
  return (from) => cyclesFrom(system, { ...call, from: from ?? call.from });
}

function cyclesFrom(system: System, call: NormalCycleCall): CycleBranches {
  const problems = new Problems();
  const start = startOf(problems, call, system);
  problems.throwIfAny();
  if (start === undefined) throw refusal("E_CYCLE_START", "there is nothing to begin from");
  const settings = {
    ...{ range: call.range, userValues: call.userValues, maxPoints: call.maxPoints },
    ...{ stepSize: call.stepSize, minStepSize: call.minStepSize, maxStepSize: call.maxStepSize },
    ...{ stopAtPeriod: call.stopAtPeriod, switches: call.switches },
    ...{ intervals: call.meshIntervals, degree: call.collocationPoints },
    grown: toldOf(call.onProgress, (branches: GrowingCycles[]) => cycleTable(system, branches)),
  };
  const result = Array.isArray(start) ? followFromEach(system.field, start, settings) : followCycles(system.field, start, settings);
  if (result.kind !== "branches") throw refusal("E_CYCLE_START", reasonOf(result, system.name, system.timeUnit));
  const { branches, missed } = result;
  const orbits = branches.map(({ rows }) => rows.map(({ point }) => point.orbit));
  return {
    table: cycleTable(system, branches),
    branches: branches.map(({ end, from, hopf, rows }) => ({ end, from, rows: rows.length, ...(hopf ? { hopf } : {}) })),
    missed,
    ignored: system.ignored,
    orbits: (branch, index) => orbitTable(system, orbits, { branch, index }),
  };
}

function reasonOf(result: Exclude<CycleResult, { kind: "branches" }>, name: string, timeUnit: string): string {
  const model = sanitize(name);
  if (result.kind === "noHopf") {
    return `from: no Hopf point of ${model} was found near the row to begin from; take a row of continueEquilibrium's table whose label is HB`;
  }
  if (result.kind === "noStart") {
    return `the trajectory of ${model} comes back to where it was, but no cycle next to it solves the equations; take more meshIntervals, or begin from a Hopf point`;
  }
  const { kind, time } = result.found;
  const what = {
    rest: "comes to rest at an equilibrium",
    diverges: "leaves all bounds, or changes too fast for its steps",
    aperiodic: "has not come back to where it was",
  }[kind];
  const unit = timeUnit === "" ? "" : ` ${timeUnit}`;
  return `there is no cycle to begin from: the trajectory of ${model} from its initial state ${what} by time ${Number(time.toPrecision(4))}${unit}; set params to where it oscillates, or begin from a Hopf point`;
}
