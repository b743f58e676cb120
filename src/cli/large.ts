import type { Table } from "apache-arrow";
import { acrossReplicates } from "../index.ts";
import { labelled, short } from "../quantity.ts";
import { featuresOf, hasReplicates } from "../sweep/columns.ts";
import { align } from "./columns.ts";
import { digestOf, type Place } from "./digest.ts";
import { pointTable, type ToldTraces } from "./summary.ts";

/** Points that failed, and labels, of which that many are told. */
const MOST_FAILURES = 5;
const MOST_LABELS = 8;
/** Points that stand for all where no feature tells which are the best. */
const FIRST = 5;

/**
 * What a map of many points comes to, as text: counts of statuses, the range of each grid key, the least and largest values of each feature and where they
 * are, the best points (the largest values of the first feature of numbers), and some of those that failed. Of replicates, their means.
 */
export function largeSummary(resultsMap: Table, told?: ToldTraces): string {
  const isRepeated = hasReplicates(resultsMap) && featuresOf(resultsMap).length > 0;
  const table = isRepeated ? acrossReplicates(resultsMap) : resultsMap;
  const ofRuns = digestOf(resultsMap);
  const { keys, numbers, labels, best } = isRepeated ? digestOf(table) : ofRuns;
  const { statuses, failed, points } = ofRuns;
  const counts = Object.entries(statuses).map(([status, count]) => `${count} ${status}`);
  const ranges = keys.map(
    ({ name, unit, least, most, values }) => `${labelled(name, unit)} from ${short(least)} to ${short(most)} (${values} values)`,
  );
  const parts = [[`${points} points: ${counts.join(", ")}`, ...ranges.map((text) => `  ${text}`)]];
  if (isRepeated) parts[0].push("  of replicates, their means:");
  if (numbers.length > 0) {
    const rows = numbers.map(({ name, unit, count, least, most }) => [
      ...[labelled(name, unit), String(count)],
      ...[least, most].flatMap((end) => (end ? [short(end.value), placeText(end)] : ["–", ""])),
    ]);
    const head = ["feature", "points", "least", "at", "most", "at"];
    parts.push(align(head.map((title, i) => [title, ...rows.map((row) => row[i])])));
  }
  for (const { name, counts: found } of labels) {
    const all = Object.entries(found).map(([label, count]) => `${count} ${label}`);
    parts.push([
      `${name}: ${all.slice(0, MOST_LABELS).join(", ")}${all.length > MOST_LABELS ? `, and ${all.length - MOST_LABELS} other labels` : ""}`,
    ]);
  }
  if (best && best.rows.length > 0) parts.push([`largest ${best.name}:`, ...pointTable(table, best.rows).map((line) => `  ${line}`)]);
  else parts.push(["the first points:", ...pointTable(resultsMap, [...Array(FIRST).keys()], told).map((line) => `  ${line}`)]);
  if (failed.length > 0) parts.push(failureLines(resultsMap, failed));
  return parts.map((lines) => lines.join("\n")).join("\n\n");
}

function failureLines(map: Table, failed: readonly number[]): string[] {
  const shown = failed.slice(0, MOST_FAILURES);
  const more = failed.length - shown.length;
  return [
    "failed:",
    ...pointTable(map, shown).map((line) => `  ${line}`),
    ...(more > 0 ? [`  … and ${more} more; they are all in the map`] : []),
  ];
}

/** A point by its name and where it is in the grid: "JRC2_5 (C = 135)". */
function placeText({ key, grid }: Place): string {
  const values = Object.entries(grid).map(([name, value]) => `${name} = ${short(value)}`);
  return values.length === 0 ? key : `${key} (${values.join(", ")})`;
}
