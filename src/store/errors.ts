import { MassgridError, type Problem, sanitize } from "../errors.ts";

/** A fault of a stored sweep or of the disk. What was stored before is kept. */
export class StoreError extends MassgridError {
  override explain(): string {
    return super.explain().replace(/\nnothing was computed$/, "");
  }
}

/** A StoreError with one problem. */
export function storeError(code: string, message: string, cause?: unknown): StoreError {
  return new StoreError([{ code, path: [], message }], { cause });
}

/** The problem of a file that does not match the manifest. */
export function corrupt(directory: string, file: string, what: string): Problem {
  const repair = `resumeSweep("${sanitize(directory)}") computes it again`;
  return { code: "E_SHARD_CORRUPT", path: [file], message: `${sanitize(file)} in ${sanitize(directory)} ${what}; ${repair}` };
}

/** The code of an error of the operating system, such as ENOSPC. */
export function systemCode(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}
