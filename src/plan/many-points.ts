import type { Problems } from "../check.ts";
import type { ModelLayout } from "../model/model.ts";
import type { InputSource } from "../sweep/job.ts";

/** Streams of noise that one seed has, and so points of a sweep: their numbers have 32 bits. */
const MOST = 2 ** 32;

/** Tells a sweep of more points than there are numbers for, or whose points would share noise that is to be their own. */
export function checkMany(
  problems: Problems,
  points: number,
  { sources, inputs }: { sources: readonly InputSource[]; inputs: ModelLayout["inputs"] },
): void {
  const isTold = problems.list.some(({ code }) => code === "E_SWEEP_TOO_LARGE");
  if (points > MOST && !isTold) {
    const message = `the grid has ${points} points, and a sweep has at most ${MOST}; take fewer values of its keys, or cut it into several sweeps`;
    problems.add("E_SWEEP_TOO_LARGE", ["paramGrid"], message);
  }
  if (points > MOST) return;
  for (const source of sources) {
    if (source.kind !== "noise" || source.noise.shared || source.target > 0 || points * source.targets <= MOST) continue;
    const { path } = inputs[source.row];
    const message =
      `${points} points times ${source.targets} nodes would draw more than ${MOST} streams of noise from one seed for ${path}, and some would be ` +
      "the same; take fewer points or nodes, or a source of its own with another seed for some nodes";
    problems.add("E_NOISE_STREAMS", ["inputs"], message);
  }
}
