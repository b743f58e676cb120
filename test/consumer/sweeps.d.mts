/** The hash of a sweep in fast math, or the code of its refusal. */
export function fusedSweep(workers: number): Promise<string>;
/** The hash of what each sweep returns, by the sweep's name. */
export function sweeps(workers: number): Promise<Record<string, string>>;
