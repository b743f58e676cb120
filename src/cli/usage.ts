import type { Problems } from "../check.ts";
import { frame, MassgridError, type Problem } from "../errors.ts";

/** A call of the command line that is wrong; nothing has run. */
export class UsageError extends Error {}

/** What was thrown, as text. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What is wrong in a template's file, with the line and a caret; undefined for what is wrong elsewhere. */
export function toldInFile({ code, message, source }: Problem): string | undefined {
  return source && [`${code}: ${message}`, ...frame(source).slice(1)].join("\n");
}

/** An error about a template, as the command line tells it. */
export function usageError(error: MassgridError): UsageError {
  const told = error.problems.map((problem) => toldInFile(problem) ?? `${problem.code}: ${problem.message}`);
  return new UsageError(told.join("\n"), { cause: error });
}

/**
 * What a call of the library makes for a part of a spec; undefined, and its problems told, where it refuses. `pathOf` turns a path in the
 * call's options into one in the spec.
 */
export function attempt<Made>(
  problems: Problems,
  pathOf: (path: (string | number)[], code: string) => (string | number)[],
  make: () => Made,
): Made | undefined {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof MassgridError)) throw error;
    for (const problem of error.problems) problems.list.push({ ...problem, path: pathOf(problem.path, problem.code) });
    return undefined;
  }
}
