import { MassgridError, type Problem, sanitize } from "../errors.ts";

/** What is wrong with a stored sweep, or with the disk. What has been stored before is not lost by it. */
export class StoreError extends MassgridError {
  override explain(): string {
    return super.explain().replace(/\nnothing was computed$/, "");
  }
}

/** A StoreError of one problem. */
export function storeError(code: string, message: string, cause?: unknown): StoreError {
  return new StoreError([{ code, path: [], message }], { cause });
}

/** A file that is not what the manifest says. */
export function corrupt(directory: string, file: string, what: string): Problem {
  const repair = `resumeSweep("${sanitize(directory)}") computes it again`;
  return { code: "E_SHARD_CORRUPT", path: [file], message: `${sanitize(file)} in ${sanitize(directory)} ${what}; ${repair}` };
}

/** The code of an error of the operating system, such as ENOSPC. */
export function systemCode(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}
