// Time in tests: to compare times of one run with each other, never with a number of seconds.

/** Starts to measure; what it returns gives the milliseconds of the machine's clock since. */
export function stopwatch(): () => number {
  const start = performance.now();
  return () => performance.now() - start;
}

/** Milliseconds that this process's processors work while `act` runs: the least of several runs, as others use the machine too. */
export async function processorTime(act: () => unknown, runs = 3): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < runs; i++) {
    const before = process.cpuUsage();
    await act();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}
