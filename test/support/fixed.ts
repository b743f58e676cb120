import { type FixedSolverName, fixedSolvers } from "../../src/index.ts";

/** Names of the solvers whose every step is `stepSize`, and which take no noise. */
export const fixedNames: FixedSolverName[] = Object.keys(fixedSolvers).filter((name): name is FixedSolverName => name in fixedSolvers);
