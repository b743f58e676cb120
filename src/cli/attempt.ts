import type { Problems } from "../check.ts";
import { MassgridError } from "../errors.ts";

/**
 * What a call of the library makes for a part of a spec; undefined, and its problems told, where it refuses. `placeOf` says where in the
 * spec that stands which the call knows by `path`.
 */
export function attempt<Made>(
  problems: Problems,
  placeOf: (path: (string | number)[], code: string) => (string | number)[],
  make: () => Made,
): Made | undefined {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof MassgridError)) throw error;
    for (const problem of error.problems) problems.list.push({ ...problem, path: placeOf(problem.path, problem.code) });
    return undefined;
  }
}
