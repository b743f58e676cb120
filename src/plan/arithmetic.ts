import type { Problems } from "../check.ts";
import { listed } from "../errors.ts";
import { arithmeticRefusal } from "../kernel/fusing.ts";
import { fusesMultiplyAdd } from "../model/compile/multiply-add.ts";
import { type Arithmetic, EXACT } from "../sweep/arithmetic.ts";
import type { Job } from "../sweep/job.ts";
import { type Solver, solverNames } from "../sweep/solver.ts";

/** An option that asks for another arithmetic than the exact one. */
interface Asked {
  option: keyof Arithmetic;
  code: string;
  /** As a call has it. */
  written: string;
}

function askedOf({ fastMath, precision }: Arithmetic): Asked[] {
  const fast: Asked = { option: "fastMath", code: "E_FAST_MATH", written: "fastMath" };
  const single: Asked = { option: "precision", code: "E_PRECISION", written: `precision "${precision}"` };
  return [...(fastMath ? [fast] : []), ...(precision === EXACT.precision ? [] : [single])];
}

const engines = "Node from 21 on, Deno, Chrome and Edge from 114 on, on processors with such an instruction (x86-64 since 2013, ARM64)";

/** The arithmetic of a call; tells what this engine, or its solver, does not do of it. */
export function resolveArithmetic(problems: Problems, { fastMath, precision }: Arithmetic, solver: Solver): Arithmetic {
  const arithmetic: Arithmetic = { fastMath, precision };
  if (arithmetic.fastMath && !fusesMultiplyAdd()) {
    const message = `fastMath needs an engine that rounds a product and a sum together, and this one has no such multiply-add; leave out fastMath, or use ${engines}`;
    problems.add("E_FAST_MATH", ["fastMath"], message);
  }
  if (solver.kind === "adaptive") {
    for (const { option, code, written } of askedOf(arithmetic)) {
      const message = `${written} is of fixed steps, and ${solver.name} adapts its step size; leave out ${option}, or use ${listed([...solverNames("fixed"), ...solverNames("stochastic")])}`;
      problems.add(code, [option], message);
    }
  }
  return arithmetic;
}

/** Tells why the steps of a job, which has its loop, cannot be taken in the arithmetic that it asks for. */
export function checkArithmetic(problems: Problems, job: Job): void {
  const refused = arithmeticRefusal(job);
  if (!refused) return;
  for (const { option, code, written } of askedOf(job.arithmetic)) {
    const message = `${written} takes steps by a fused loop, and there is none here: ${refused.reason}; leave out ${option}`;
    problems.add(code, [option], message);
  }
}
