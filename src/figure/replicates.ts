import type { Table } from "apache-arrow";
import {
  CONFIDENCE,
  columnsOf,
  featuresOf,
  hasReplicates,
  isAcross,
  namesWith,
  REPLICATE,
  STATUS,
  statusColumns,
} from "../sweep/columns.ts";
import { numbersOrNull, strings, tableOf } from "../table/arrow.ts";
import { acrossReplicates, groupsOf } from "../table/replicates.ts";
import { numbersOf, textsOf } from "./columns.ts";
import type { FigureRequest } from "./source.ts";

/** The status of a point none of whose replicates ended well, where it is not known how they ended. */
const NONE = "no replicate ok";

/**
 * The map of which features are drawn: of one with replicates, a row for each point, as acrossReplicates has it; the map itself, where
 * single replicates are asked for or there are no features.
 */
export function shownMap(map: Table, request: FigureRequest): Table {
  if (!hasReplicates(map) || request.x === REPLICATE || request.y === REPLICATE || featuresOf(map).length === 0) return map;
  const groups = groupsOf(map);
  const names = new Set(groups.map(({ name }) => name));
  const isOfGrid = (point: string) => names.has(point) || (point.includes("=") && point.split("=")[0].trim() !== REPLICATE);
  if (request.points?.every(isOfGrid) === false || names.size === map.numRows) return map;
  const status = textsOf(map, STATUS);
  const statuses = groups.map(({ rows }) => (rows.some((row) => status[row] === "ok") ? "ok" : status[rows[0]]));
  return extended(acrossReplicates(map), statuses);
}

/** A table of acrossReplicates as a map: with a status for each point. */
export function mapOfAcross(across: Table): Table {
  const statuses = Array.from(numbersOf(across, countOf(across)), (count) => (count > 0 ? "ok" : NONE));
  return extended(across, statuses);
}

/** What is told of replicates below a figure's title: of means, whether their intervals are drawn, and of labels. */
export function replicatesNote(map: Table, rows: readonly number[], drawn: { intervals: boolean; labels: boolean }): string[] {
  if (!isAcross(map)) return [];
  const count = numbersOf(map, countOf(map));
  const [least, most] = rows.reduce(
    ([low, high], row) => [Math.min(low, count[row]), Math.max(high, count[row])],
    [Number.POSITIVE_INFINITY, 0],
  );
  const confidence = Number((100 * Number(map.schema.metadata.get(CONFIDENCE))).toPrecision(6));
  const what = drawn.labels ? "mean (of labels the most frequent)" : "mean";
  const of = `${what} of ${least === most ? most : `${least} to ${most}`} replicates`;
  return [drawn.intervals ? `${of} with its ${confidence} % confidence interval` : of];
}

function countOf(across: Table): string {
  return namesWith(across, "count")[0];
}

/** A table of acrossReplicates with what the map of a sweep has beside. */
function extended(across: Table, statuses: readonly string[]): Table {
  const { metadata } = across.schema;
  const own = columnsOf(across);
  const children = own.map(({ name, type }) => (type === "text" ? strings(textsOf(across, name)) : numbersOrNull(numbersOf(across, name))));
  const failures = numbersOrNull(new Float64Array(across.numRows).fill(Number.NaN));
  const columns = [...own, ...statusColumns(metadata.get("timeUnit") ?? "")];
  const data = [...children, strings(statuses), failures];
  return tableOf(columns, data, new Map(metadata));
}
