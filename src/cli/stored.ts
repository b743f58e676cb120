import { Table } from "apache-arrow";
import type { Certificate, StoredSweep } from "../index.ts";
import { inBytes } from "../plan/size.ts";
import { StoreError } from "../store/errors.ts";
import { ACCEPTED, REJECTED } from "../sweep/columns.ts";
import { arithmeticNote, countText, failureCounts } from "./summary.ts";
import { AllFailed } from "./usage.ts";

/** What a stored sweep came to: by its map, or where that is too large to be read at once, batch by batch. */
export interface StoredOutcome {
  map: Table | undefined;
  points: number;
  /** Points of each status but ok, the most frequent first. */
  failures: ReadonlyMap<string, number>;
  steps: number;
  /** In which arithmetic, where that is not the exact one. */
  note: string;
}

export async function outcomeOf(sweep: StoredSweep): Promise<StoredOutcome> {
  const map = mapOf(sweep);
  const failures = new Map<string, number>();
  let [points, steps, note] = [0, 0, ""];
  const add = (rows: Table) => {
    for (const [status, count] of failureCounts(rows)) failures.set(status, (failures.get(status) ?? 0) + count);
    points += rows.numRows;
    steps += stepsOf(rows);
    note = arithmeticNote(rows);
  };
  if (map) add(map);
  else for await (const batch of sweep.mapBatches()) add(new Table([batch]));
  return { map, points, failures: new Map([...failures].sort(([, a], [, b]) => b - a)), steps, note };
}

/** The map of a stored sweep; undefined where it is too large to be read at once. */
function mapOf(sweep: StoredSweep): Table | undefined {
  try {
    return sweep.map;
  } catch (error) {
    if (error instanceof StoreError && error.code === "E_SWEEP_TOO_LARGE") return undefined;
    throw error;
  }
}

/** How many points failed, by status; "" where none did. */
export function failuresText({ failures, points }: StoredOutcome): string {
  return countText(failures, points);
}

/** Throws AllFailed where there are points and none reached the end. */
export function checkSome(outcome: StoredOutcome): void {
  const failed = [...outcome.failures.values()].reduce((sum, count) => sum + count, 0);
  if (failed > 0 && failed === outcome.points) throw new AllFailed(failuresText(outcome));
}

/** Prints what a stored sweep came to. */
export function tell(sweep: StoredSweep, outcome: StoredOutcome, { directory, seconds }: { directory: string; seconds: number }): void {
  const failed = failuresText(outcome);
  console.log(
    `${sweep.points} points, ${outcome.steps.toLocaleString("en")} steps${outcome.note}; ${failed === "" ? "all ended well" : failed}`,
  );
  console.log(
    `${directory}: ${sweep.files.length} shards of traces, ${sweep.rows.toLocaleString("en")} rows, ${inBytes(sweep.bytes)}; ${seconds.toFixed(1)} s`,
  );
}

/** The same as one object of JSON: of a map that is too large to be read at once, without what its columns come to. */
export async function storedReport(
  { map, points, failures, steps }: StoredOutcome,
  told: { seconds: number; store: string; certificate?: Certificate | undefined },
): Promise<string> {
  if (map) return (await import("./report.ts")).reportText(map, { steps, ...told });
  const failed = [...failures.values()].reduce((sum, count) => sum + count, 0);
  const statuses = Object.fromEntries([["ok", points - failed], ...failures].filter(([, count]) => count !== 0));
  const { certificate, ...rest } = told;
  return JSON.stringify({ points, statuses, steps, ...rest, ...(certificate ? { certificate: certificate.text } : {}) }, null, 2);
}

/** Steps that all points have taken together: as many each, or as many as each has chosen. */
export function stepsOf(map: Table): number {
  const chosen = [ACCEPTED, REJECTED].flatMap((name) => Array.from(map.getChild(name) ?? [], Number));
  if (chosen.length > 0) return chosen.reduce((sum, steps) => sum + steps, 0);
  return Number(map.schema.metadata.get("steps")) * map.numRows;
}
