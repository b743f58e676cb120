/** Waits for a while. Throws the signal's reason once it is aborted. */
export async function pause(signal: AbortSignal, ms: number): Promise<void> {
  signal.throwIfAborted();
  await new Promise<void>((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end);
  });
  signal.throwIfAborted();
}
