import type { Plan } from "../plan/plan.ts";
import type { Points } from "../sweep/points.ts";
import { pointOfStream, streamOf } from "../sweep/streams.ts";

/** Which point of an old grid each point of a new one is; -1 for none. */
export interface Match {
  old: Int32Array;
  /** Points of the old grid that the new one does not have. */
  missing: number;
}

/**
 * Finds the points of an old grid in a new one: points are the same if all values of their grid keys are, bit for bit, and, where
 * noise is drawn for each point, if they draw from the same stream.
 */
export function matchPoints(old: Pick<Points, "columns">, { points, jobs }: Plan): Match {
  const numbered = jobs.some(
    ({ inputSources, wiener }) =>
      inputSources.some((drive) => drive.kind === "columns" || (drive.kind === "noise" && !drive.noise.shared)) ||
      wiener.some(({ shared }) => !shared),
  );
  const now = jobs[0].replicates;
  const before = { each: now.each, points: (old.columns[0]?.length ?? 0) / now.each };
  const waiting = new Map<string, number[]>();
  const names = namesOf(old.columns);
  for (let i = names.length - 1; i >= 0; i--) {
    const same = waiting.get(names[i]);
    if (same) same.push(i);
    else waiting.set(names[i], [i]);
  }
  const found = new Int32Array(points.names.length).fill(-1);
  let missing = names.length;
  namesOf(points.columns).forEach((name, i) => {
    const candidate = waiting.get(name)?.pop();
    if (candidate === undefined) return;
    missing--;
    if (!numbered) found[i] = candidate;
    else {
      const same = pointOfStream(before, streamOf(now, i));
      if (names[same] === name) found[i] = same;
    }
  });
  return { old: found, missing };
}

/** The values of each point as text that tells all doubles apart. */
function namesOf(columns: readonly Float64Array[]): string[] {
  const count = columns[0]?.length ?? 0;
  return Array.from({ length: count }, (_, i) => columns.map((column) => (Object.is(column[i], -0) ? "-0" : String(column[i]))).join(" "));
}
