import type { Table } from "apache-arrow";
import { Problems } from "../check.ts";
import { continueEquilibria } from "../continuation/continue-equilibrium.ts";
import { resolveStart } from "../continuation/start.ts";
import { resolveSystem } from "../continuation/system.ts";
import { checkEngine } from "../model/wasm.ts";
import { type ContinueEquilibriumOptions, checkContinuation } from "../options/continuation.ts";
import { openFiles } from "../platform/files.ts";
import { branchTable } from "../table/branches.ts";

/** continueEquilibrium, once its parts are loaded. */
export function branchesOf(options: ContinueEquilibriumOptions): Table {
  checkEngine();
  const problems = new Problems();
  const normal = checkContinuation(problems, options);
  const free = [{ name: normal.parameter, at: ["parameter"] }];
  const system = resolveSystem(problems, normal, { free, openFile: openFiles() });
  const start = system && resolveStart(problems, system, normal);
  problems.throwIfAny();
  if (!system || !start) throw new Error("a part of the continuation is missing and no problem was told");
  const { field } = system;
  const { branches } = continueEquilibria(field, { ...normal, start: start.z, isGiven: start.isGiven, cornered: field });
  return branchTable(system, branches);
}
