import { MassgridError } from "../errors.ts";
import type { Fault } from "./messages.ts";

/** An error as plain data, which can be posted. */
export function faultOf(error: unknown): Fault {
  if (error instanceof MassgridError) return { ...error.toJSON(), stack: error.stack };
  if (error instanceof Error) return { name: error.name, message: error.message, stack: error.stack };
  return { name: "Error", message: String(error) };
}

/** The error again, on the other side: a MassgridError where it was one. Its stack is that of where it happened. */
export function errorOf({ name, message, stack, problems }: Fault): Error {
  const error = problems ? new MassgridError(problems) : new Error(message);
  error.name = name;
  if (stack !== undefined) error.stack = stack;
  return error;
}

/** Whether a module of WebAssembly gave up: it does so again, in whichever thread. */
export function isTrap(error: unknown): boolean {
  return error instanceof WebAssembly.RuntimeError;
}

/** What engines say where memory or the stack is at its end. */
const exhausted = /alloc|memory|call stack|recursion/i;

/**
 * Whether an error is one of the platform's, which another attempt may not meet: a trap of WebAssembly, no memory, or no room on
 * the stack. Every other error is a fault of ours.
 */
export function isOfPlatform(error: unknown): boolean {
  if (isTrap(error)) return true;
  if (!(error instanceof Error) || error instanceof MassgridError) return false;
  return ["RangeError", "InternalError", "DataCloneError"].includes(error.name) && exhausted.test(error.message);
}
