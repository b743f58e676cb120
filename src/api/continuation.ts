import type { Table } from "apache-arrow";
import { Problems } from "../check.ts";
import type { Branch } from "../continuation/branch.ts";
import { continueCurves } from "../continuation/continue-curve.ts";
import { continueEquilibria } from "../continuation/continue-equilibrium.ts";
import type { Curve } from "../continuation/curve-systems.ts";
import { equilibriaOfGrid } from "../continuation/equilibria.ts";
import { resolveStart } from "../continuation/start.ts";
import { resolveSystem } from "../continuation/system.ts";
import { checkEngine } from "../model/wasm.ts";
import {
  type ContinueCurveOptions,
  type ContinueEquilibriumOptions,
  checkContinuation,
  checkCurve,
  checkEquilibria,
  type EquilibriaOptions,
} from "../options/continuation.ts";
import { DEFAULTS } from "../options/table.ts";
import { openFiles } from "../platform/files.ts";
import { expand, gridKeys, readGrid } from "../sweep/points.ts";
import { branchTable, curveTable } from "../table/branches.ts";
import { orbitTable } from "../table/cycles.ts";
import { equilibriumTable } from "../table/equilibria.ts";
import type { CurveCycles, CurveTable } from "./cycle-branches.ts";
import { toldOf } from "./told.ts";

/** continueEquilibrium, once its parts are loaded. */
export function branchesOf(options: ContinueEquilibriumOptions): Table {
  return preparedBranches(options)();
}

/** continueEquilibrium with all checks made, and nothing computed yet. */
export function preparedBranches(options: ContinueEquilibriumOptions): () => Table {
  checkEngine();
  const problems = new Problems();
  const normal = checkContinuation(problems, options);
  const free = [{ name: normal.parameter, at: ["parameter"] }];
  const system = resolveSystem(problems, normal, { free, openFile: openFiles() });
  const start = system && resolveStart(problems, system, normal);
  problems.throwIfAny();
  if (!system || !start) throw new Error("a part of the continuation is missing and no problem was told");
  const { field } = system;
  const grown = toldOf(normal.onProgress, (branches: Branch[]) => branchTable(system, branches));
  return () => {
    const { branches } = continueEquilibria(field, { ...normal, start: start.z, isGiven: start.isGiven, cornered: field, grown });
    return branchTable(system, branches);
  };
}

/** equilibria, once its parts are loaded. */
export function equilibriaOf(options: EquilibriaOptions): Table {
  checkEngine();
  const problems = new Problems();
  const { paramGrid, permuteGrid, starts, ...normal } = checkEquilibria(problems, options);
  const grid = readGrid(problems, paramGrid, permuteGrid);
  const system = resolveSystem(problems, normal, { free: [], keys: gridKeys(paramGrid), openFile: openFiles() });
  problems.throwIfAny();
  if (!system || !grid) throw new Error("a part of the search is missing and no problem was told");
  const points = expand(grid, system.name);
  const found = equilibriaOfGrid(system, points.columns, { points: grid.count, starts });
  return equilibriumTable(system, points, found);
}

/** continueCurve, once its parts are loaded. */
export function curvesOf(options: ContinueCurveOptions): CurveTable {
  return preparedCurves(options)();
}

/** continueCurve with all checks made, and nothing computed yet. */
export function preparedCurves(options: ContinueCurveOptions): () => CurveTable {
  checkEngine();
  const problems = new Problems();
  const { branch, parameters, ranges, curves } = checkCurve(problems, options);
  const free = parameters.map((name, i) => ({ name, at: ["parameters", i] }));
  const isOfCycles = curves.some((kind) => kind === "LPC" || kind === "PD");
  const system = resolveSystem(problems, branch, { free, isOfCycles, openFile: openFiles() });
  const start = system && resolveStart(problems, system, branch);
  const [, [low, high]] = ranges;
  const second = start?.z.at(-1) ?? Number.NaN;
  if (start && !(second >= low && second <= high)) {
    const message = `the range ${low} to ${high} does not have the start of the second parameter, ${second}; widen it, or give another value in from`;
    problems.add("E_RANGE", ["ranges", 1], message);
  }
  problems.throwIfAny();
  if (!system || !start) throw new Error("a part of the continuation is missing and no problem was told");
  const { field } = system;
  const task = { ...branch, start: start.z.slice(0, -1), isGiven: start.isGiven, cornered: undefined };
  const { stepSize, minStepSize, maxStepSize, maxPoints } = branch;
  const grown = toldOf(branch.onProgress, (found: Curve[]) => curveTable(system, found, isOfCycles));
  const { meshIntervals: intervals, collocationPoints: degree, ...cycle } = DEFAULTS.cycle;
  const cycles = { ...cycle, range: ranges[0], stopAtPeriod: undefined, intervals, degree };
  const settings = { kinds: curves, second, ranges, stepSize, minStepSize, maxStepSize, maxPoints, cycles, grown };
  return () => {
    const found = continueCurves(field, task, settings);
    const orbits = found.map(({ rows }) => rows.map(({ cycle }) => cycle?.orbit));
    const ofCycles: CurveCycles = { orbits: (branch, index) => orbitTable(system, orbits, { branch, index }) };
    return Object.assign(curveTable(system, found, isOfCycles), ofCycles);
  };
}
