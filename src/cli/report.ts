import type { Table } from "apache-arrow";
import type { Certificate } from "../index.ts";
import { digestOf, failureIn, placeIn } from "./digest.ts";

/** Failed points that are listed. */
const MOST_FAILURES = 100;

/** What a sweep came to beside its map. */
export interface Outcome {
  steps: number;
  seconds: number;
  certificate?: Certificate | undefined;
  /** Files that were written, or the directory of a store. */
  written?: readonly string[];
  store?: string;
}

/** The summary of a sweep as JSON, for --json: one object. Numbers that are not finite are null, as JSON has none. */
export function reportText(resultsMap: Table, { certificate, ...outcome }: Outcome): string {
  const { points, statuses, keys, numbers, labels, failed, best } = digestOf(resultsMap);
  const [failureOf, place] = [failureIn(resultsMap), placeIn(resultsMap)];
  const column = best && resultsMap.getChild(best.name);
  const report = {
    points,
    statuses,
    ...outcome,
    grid: Object.fromEntries(keys.map(({ name, ...range }) => [name, range])),
    features: {
      ...Object.fromEntries(numbers.map(({ name, ...range }) => [name, range])),
      ...Object.fromEntries(labels.map(({ name, counts }) => [name, { labels: counts }])),
    },
    ...(best ? { best: { feature: best.name, points: best.rows.map((row) => ({ ...place(row), value: column?.get(row) })) } } : {}),
    failures: failed.slice(0, MOST_FAILURES).map(failureOf),
    ...(certificate ? { certificate: certificateOf(certificate) } : {}),
  };
  return JSON.stringify(report, null, 2);
}

/** What a certificate says, without its table. */
function certificateOf({ table: _, ...certificate }: Certificate): object {
  return certificate;
}
