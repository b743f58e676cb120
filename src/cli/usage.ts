import { frame, MassgridError, type Problem } from "../errors.ts";

/** A call of the command line that is wrong; nothing has run. */
export class UsageError extends Error {}

/** A sweep of which no point reached the end. It has run, and what was asked for is written. */
export class AllFailed extends Error {}

/** The exit code of what SIGTERM ends: 128 and its number, as shells tell of others. */
export const TERMINATED = 143;

/** A run that SIGTERM has ended before all of it was done. */
export class Terminated extends Error {}

/** What is wrong with the place of a store, told before anything is asked of it. */
const wrongPlace = ["E_STORE_URL", "E_S3_SETTINGS", "E_S3_PACKAGE"];

/** Whether the call is wrong, and not what it asks for. */
export function isWrongCall(error: unknown): boolean {
  return error instanceof UsageError || (error instanceof MassgridError && wrongPlace.includes(error.code));
}

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
