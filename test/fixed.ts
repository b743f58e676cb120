import { type Solver, type SolverName, solvers } from "../src/index.ts";

type Rows = typeof solvers;

/** Names of the solvers whose every step is `stepSize`. */
export type FixedName = { [Name in SolverName]: Rows[Name]["kind"] extends "fixed" ? Name : never }[SolverName];

function isFixed(name: string): name is FixedName {
  const rows: Record<string, Solver> = solvers;
  return rows[name].kind === "fixed";
}

export const fixedNames: FixedName[] = Object.keys(solvers).filter(isFixed);
