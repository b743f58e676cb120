/** Whether a module of WebAssembly gave up: it does so again, in whichever thread. */
export function isTrap(error: unknown): boolean {
  return error instanceof WebAssembly.RuntimeError;
}

/** Errors of platformCall() that are the platform's. */
const ofPlatform = new WeakSet<Error>();

/** Classes of what engines throw where memory or the stack is at its end. The same classes stand for mistakes elsewhere. */
const exhausted = ["RangeError", "InternalError", "DataCloneError"];

/**
 * Runs what allocates memory, enters WebAssembly or posts a message. Where the stack or memory comes to an end in it, the error
 * that it throws is noted as the platform's.
 */
export function platformCall<Result>(call: () => Result): Result {
  try {
    return call();
  } catch (error) {
    if (error instanceof Error && exhausted.includes(error.name)) ofPlatform.add(error);
    throw error;
  }
}

/**
 * Whether an error is one of the platform's, which another attempt may not meet: a trap of WebAssembly, no memory, or no room on
 * the stack. Every other error is a fault of ours.
 */
export function isOfPlatform(error: unknown): boolean {
  return isTrap(error) || (error instanceof Error && ofPlatform.has(error));
}
