import type { Problems } from "../check.ts";
import { MassgridError, type Problem, sanitize } from "../errors.ts";
import type { GridSearchOptions, MapSearchOptions } from "../index.ts";
import { makePlan } from "../plan/plan.ts";
import { openFiles } from "../platform/files.ts";
import { frame, offsetOf, type Source } from "./spec.ts";
import { toldInFile, UsageError } from "./usage.ts";

/** What is wrong with the spec's own forms, and what is wrong with the call that it makes: all of it at once. */
export function everyProblem({ list }: Problems, options: GridSearchOptions | MapSearchOptions): MassgridError {
  try {
    makePlan(options, { budget: Number.POSITIVE_INFINITY, openFile: openFiles() });
  } catch (error) {
    if (!(error instanceof MassgridError)) throw error;
    const isTold = ({ code, path }: Problem) =>
      (code === "E_TYPE" || code === "E_GRID_EMPTY") &&
      list.some((told) => told.path[0] === path[0] && (path.length === 1 || told.path[1] === path[1]));
    return new MassgridError([...list, ...error.problems.filter((problem) => !isTold(problem))]);
  }
  return new MassgridError(list);
}

/** Rethrows an error about the options with the lines of the spec that it is about, or with the --set. */
export function explain(source: Source, error: unknown): never {
  if (!(error instanceof MassgridError)) throw error;
  const told = error.problems.map((problem) => {
    const { code, path, message } = problem;
    const inTemplate = toldInFile(problem);
    if (inTemplate !== undefined) return inTemplate;
    const offset = offsetOf(source, path, code === "E_UNKNOWN_OPTION" ? "key" : "value");
    const set = overrideAt(source, path, offset === undefined);
    if (set !== undefined) return `--set ${sanitize(set)}: ${code}: ${message}`;
    return offset === undefined ? `${source.file}: ${code}: ${message}` : frame(source, offset, `${code}: ${message}`);
  });
  throw new UsageError([...told, "nothing was computed"].join("\n"), { cause: error });
}

/** The --set that a problem is about: the last that sets what is at its place, or, of what is not in the file, a part of it. */
function overrideAt({ overrides = [] }: Source, path: Problem["path"], isElsewhere: boolean): string | undefined {
  const begins = (long: Problem["path"], begin: Problem["path"]) =>
    begin.length > 0 && begin.every((part, i) => String(part) === String(long[i]));
  return overrides.findLast((set) => begins(path, set.path) || (isElsewhere && begins(set.path, path)))?.text;
}
