import type { Table } from "apache-arrow";
import {
  CONFIDENCE,
  type Column,
  columnsOf,
  featuresOf,
  hasReplicates,
  isAcross,
  namesWith,
  REPLICATE,
  STATUS,
  statusColumns,
} from "../sweep/columns.ts";
import { numbers, numbersOrNull, strings, tableOf } from "../table/arrow.ts";
import { acrossReplicates, groupsOf } from "../table/replicates.ts";
import { mostFrequent, numbersOf, textsOf } from "./columns.ts";
import type { FigureRequest } from "./source.ts";

/** The status of a point none of whose replicates ended well, where it is not known how they ended. */
const NONE = "no replicate ok";

/**
 * The map of which features are drawn: of one with replicates, a row for each point, with the mean of each number, its confidence
 * interval and the most frequent text; the map itself, where single replicates are asked for or no feature is a number.
 */
export function shownMap(map: Table, request: FigureRequest): Table {
  const features = featuresOf(map);
  if (!hasReplicates(map) || request.x === REPLICATE || request.y === REPLICATE || !features.some(({ type }) => type === "number"))
    return map;
  const groups = groupsOf(map);
  const names = new Set(groups.map(({ name }) => name));
  const isOfGrid = (point: string) => names.has(point) || (point.includes("=") && point.split("=")[0].trim() !== REPLICATE);
  if (request.points?.every(isOfGrid) === false || names.size === map.numRows) return map;
  const status = textsOf(map, STATUS);
  const statuses = groups.map(({ rows }) => (rows.some((row) => status[row] === "ok") ? "ok" : status[rows[0]]));
  const texts = features
    .filter(({ type }) => type === "text")
    .map((column) => {
      const values = textsOf(map, column.name);
      return { column, values: groups.map(({ rows }) => mostFrequent(rows.map((row) => values[row]))) };
    });
  return extended(acrossReplicates(map), statuses, texts);
}

/** A table of acrossReplicates as a map: with a status for each point. */
export function mapOfAcross(across: Table): Table {
  const statuses = Array.from(numbersOf(across, countOf(across)), (count) => (count > 0 ? "ok" : NONE));
  return extended(across, statuses, []);
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

interface TextColumn {
  column: Column;
  values: readonly string[];
}

/** A table of acrossReplicates with what the map of a sweep has beside. */
function extended(across: Table, statuses: readonly string[], texts: readonly TextColumn[]): Table {
  const { metadata } = across.schema;
  const own = columnsOf(across);
  const children = own.map(({ name, type }) => (type === "text" ? strings(textsOf(across, name)) : numbers(numbersOf(across, name))));
  const failures = numbersOrNull(new Float64Array(across.numRows).fill(Number.NaN));
  const columns = [...own, ...statusColumns(metadata.get("timeUnit") ?? ""), ...texts.map(({ column }) => column)];
  const data = [...children, strings(statuses), failures, ...texts.map(({ values }) => strings(values))];
  return tableOf(columns, data, new Map(metadata));
}
