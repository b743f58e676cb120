import type { Progress } from "../options/options.ts";

/** Progress of a sweep that runs in several goes, of which only the points of the next are known: its numbers go on where the last go ended. */
export function progressOf(onProgress: ((progress: Progress) => void) | undefined) {
  let [done, steps, points, last] = [0, 0, 0, 0];
  return {
    /** What is told of the next go, of so many points. */
    of(count: number): ((progress: Progress) => void) | undefined {
      [done, steps] = [done + points, steps + last];
      [points, last] = [count, 0];
      return (
        onProgress &&
        ((progress) => {
          last = progress.steps;
          onProgress({ done: done + progress.done, total: done + progress.total, steps: steps + progress.steps, eta: progress.eta });
        })
      );
    },
  };
}
