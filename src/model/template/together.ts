import { MassgridError, type Problem } from "../../errors.ts";

/** After so many problems of a text no more are looked for. */
const MOST_FOUND = 20;

/** What is too large is not read on. */
const SPENT = "E_EXPANSION_LIMIT";

/** Pieces of work whose faults are told together: each once, in the order of the text. */
export class Together {
  /** By their messages, which say where they are. */
  readonly #found = new Map<string, Problem>();

  get any(): boolean {
    return this.#found.size > 0;
  }

  /** What the work makes; undefined where it throws a MassgridError, or is not done since enough has been found. */
  attempt<Result>(work: () => Result): Result | undefined {
    if (this.#found.size >= MOST_FOUND) return undefined;
    try {
      return work();
    } catch (error) {
      if (!(error instanceof MassgridError) || error.code === SPENT) throw error;
      for (const problem of error.problems) this.#found.set(problem.message, problem);
      return undefined;
    }
  }

  throwIfAny(): void {
    if (this.any) throw new MassgridError([...this.#found.values()].sort(byPlace));
  }
}

/** By line and column where two are of one file, else as they were found. */
function byPlace({ source: one }: Problem, { source: other }: Problem): number {
  if (!one || !other || one.file !== other.file) return 0;
  return one.line - other.line || one.column - other.column;
}
