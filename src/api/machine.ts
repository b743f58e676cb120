import type { Environment } from "../plan/plan.ts";
import { memoryBudget } from "../platform/environment.ts";
import { openFiles } from "../platform/files.ts";

/** Results that fit anywhere, in bytes: Node takes a tenth of a millisecond to tell how much memory there is. */
const SPARE = 1e7;

/** The machine that this is, as a plan must know it. */
export function machine(): Environment {
  return {
    spare: SPARE,
    get budget() {
      return memoryBudget();
    },
    openFile: openFiles(),
  };
}
