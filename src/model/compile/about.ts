import { MassgridError } from "../../errors.ts";

/** Does something for a variable of a flat model, and says of what goes wrong that it is about it. */
export function about<Result>(variable: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof MassgridError) || error.problems[0].variable !== undefined) throw error;
    throw new MassgridError(
      error.problems.map((problem) => ({ ...problem, variable })),
      { cause: error },
    );
  }
}
