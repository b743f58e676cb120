/** The hash of what each sweep returns, by the sweep's name. */
export function sweeps(workers: number): Promise<Record<string, string>>;
