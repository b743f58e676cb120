import { isPlain } from "../check.ts";

/**
 * The options of a call as they are when it is made. What integrates is loaded with the first call, and only then are they read: a caller
 * may change its object meanwhile.
 */
export function asCalled<Options>(options: Options): Options {
  return isPlain(options) ? { ...options } : options;
}
