import type { GridSearchOptions, GridSearchResults } from "massgrid";

/** The hash of a sweep in fast math, or the code of its refusal. */
export function fusedSweep(workers: number): Promise<string>;
/** The hash of what each sweep returns, by the sweep's name. */
export function sweeps(workers: number): Promise<Record<string, string>>;
/** The sweeps that stand for all. */
export const seven: Readonly<Record<string, GridSearchOptions>>;
/** The hash of each of the seven. */
export function sevenSweeps(workers: number): Promise<Record<string, string>>;
/** The hash of what a sweep returns. */
export function hashOfSweep(found: Pick<GridSearchResults, "results" | "resultsMap">): Promise<string>;
