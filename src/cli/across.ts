import type { Table } from "apache-arrow";
import { mostFrequent } from "../figure/columns.ts";
import type { Combination } from "../figure/combination.ts";
import { DEFAULTS } from "../options/defaults.ts";
import { labelled, short } from "../quantity.ts";
import { featuresOf, KEY, namesWith, STATUS } from "../sweep/columns.ts";
import { groupsOf, interval } from "../table/replicates.ts";
import { align } from "./columns.ts";
import { momentColumns } from "./moments.ts";

const CONFIDENCE = DEFAULTS.acrossReplicates.confidence;
/** Runs whose traces are read for a table, if that are more than those of one point. */
const MOST_RUNS = 400;

/** How often a map has each point: of an unfinished store, the most. */
export function replicatesOf(resultsMap: Table): number {
  return groupsOf(resultsMap).reduce((most, { rows }) => Math.max(most, rows.length), 0);
}

/**
 * A table of text of a sweep with replicates, one row for each of at most `most` points: grid values, means across replicates with
 * half of their confidence interval, the most frequent label, and how many replicates ended well.
 */
export function acrossSummary(results: Table | undefined, resultsMap: Table, combinations: readonly Combination[], most: number): string {
  const all = groupsOf(resultsMap);
  const replicates = all.reduce((largest, { rows }) => Math.max(largest, rows.length), 0);
  const groups = all.slice(0, results ? Math.max(1, Math.min(most, Math.floor(MOST_RUNS / replicates))) : most);
  const listed = groups.flatMap(({ rows }) => rows);
  const columnOf = (name: string) => resultsMap.getChild(name);
  const status = columnOf(STATUS);
  const counted = groups.map(({ rows }) => rows.filter((row) => status?.get(row) === "ok"));
  const quantiles = new Map<number, number>();
  const means = (numberOf: (row: number) => number) => counted.map((rows) => spread(interval(rows.map(numberOf), CONFIDENCE, quantiles)));
  const columns = [["point", ...groups.map(({ name }) => name)]];
  for (const key of namesWith(resultsMap, "grid")) {
    columns.push([key, ...groups.map(({ rows }) => short(Number(columnOf(key)?.get(rows[0]))))]);
  }
  if (results) {
    const places = new Map(listed.map((row, i) => [row, i]));
    const names = listed.map((row) => String(columnOf(KEY)?.get(row)));
    for (const { title, values } of momentColumns(results, resultsMap, names, combinations)) {
      columns.push([title, ...means((row) => values[places.get(row) ?? -1])]);
    }
  }
  for (const { name, type, unit } of featuresOf(resultsMap)) {
    const values = columnOf(name);
    const cells =
      type === "text"
        ? groups.map(({ rows }) => label(rows.map((row) => String(values?.get(row)))))
        : means((row) => Number(values?.get(row)));
    columns.push([labelled(name, unit), ...cells]);
  }
  columns.push([
    STATUS,
    ...groups.map(({ rows }, i) => (counted[i].length === rows.length ? "ok" : `${counted[i].length} of ${rows.length} ok`)),
  ]);
  const left = all.length - groups.length;
  return [
    `${replicates} replicates of each point: mean ± half of its ${100 * CONFIDENCE} % confidence interval`,
    ...align(columns),
    ...(left > 0 ? [`… and ${left} more points; they are all in the map`] : []),
  ].join("\n");
}

/** A mean and its error, which needs no more than two digits. */
function spread({ mean, half }: { mean: number; half: number }): string {
  return Number.isFinite(half) ? `${short(mean)} ± ${Number(half.toPrecision(2))}` : short(mean);
}

/** The most frequent of some labels, and how often it stands there: "oscillation 18/20". */
function label(texts: readonly string[]): string {
  const text = mostFrequent(texts);
  const count = texts.filter((each) => each === text).length;
  return count === texts.length ? text : `${text} ${count}/${texts.length}`;
}
