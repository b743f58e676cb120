import { Field, Float64, Schema, Table, Utf8 } from "apache-arrow";
import { REPLICATE } from "../sweep/points.ts";
import { batch, numbers, numbersOrNull, strings } from "../table/columns.ts";
import { featuresOf, hasReplicates, isAcross } from "../table/map-columns.ts";
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
  const isNumber = ({ type }: Field) => type instanceof Float64;
  if (!hasReplicates(map) || request.x === REPLICATE || request.y === REPLICATE || !featuresOf(map).some(isNumber)) return map;
  const groups = groupsOf(map);
  const names = new Set(groups.map(({ name }) => name));
  const isOfGrid = (point: string) => names.has(point) || (point.includes("=") && point.split("=")[0].trim() !== REPLICATE);
  if (request.points?.every(isOfGrid) === false || names.size === map.numRows) return map;
  const status = textsOf(map, "status");
  const statuses = groups.map(({ rows }) => (rows.some((row) => status[row] === "ok") ? "ok" : status[rows[0]]));
  const texts = featuresOf(map)
    .filter((field) => !isNumber(field))
    .map((field) => {
      const values = textsOf(map, field.name);
      return { field, values: groups.map(({ rows }) => mostFrequent(rows.map((row) => values[row]))) };
    });
  return extended(acrossReplicates(map), [statusColumn(statuses), ...texts]);
}

/** A table of acrossReplicates as a map: with a status for each point. */
export function mapOfAcross(across: Table): Table {
  const count = numbersOf(across, countOf(across));
  return extended(across, [statusColumn(Array.from(count, (n) => (n > 0 ? "ok" : NONE)))]);
}

/** What is told of replicates below a figure's title: of means, whether their intervals are drawn, and of labels. */
export function replicatesNote(map: Table, rows: readonly number[], drawn: { intervals: boolean; labels: boolean }): string[] {
  if (!isAcross(map)) return [];
  const count = numbersOf(map, countOf(map));
  const [least, most] = rows.reduce(
    ([low, high], row) => [Math.min(low, count[row]), Math.max(high, count[row])],
    [Number.POSITIVE_INFINITY, 0],
  );
  const confidence = Number((100 * Number(map.schema.metadata.get("confidence"))).toPrecision(6));
  const what = drawn.labels ? "mean (of labels the most frequent)" : "mean";
  const of = `${what} of ${least === most ? most : `${least} to ${most}`} replicates`;
  return [drawn.intervals ? `${of} with its ${confidence} % confidence interval` : of];
}

/** Name of the column that has the number of replicates: the last before the features. */
function countOf({ schema }: Table): string {
  const features = schema.fields.findIndex(({ metadata }) => metadata.has("feature"));
  return schema.fields[features - 1].name;
}

interface TextColumn {
  field: Field;
  values: readonly string[];
}

function statusColumn(values: readonly string[]): TextColumn {
  return { field: new Field("status", new Utf8(), false), values };
}

function extended(table: Table, texts: readonly TextColumn[]): Table {
  const length = table.numRows;
  const failedAt = new Field("failedAt", new Float64(), true);
  const fields = [...table.schema.fields, failedAt, ...texts.map(({ field }) => field)];
  const schema = new Schema(fields, table.schema.metadata);
  const own = table.schema.fields.map(({ name }, i) => (i === 0 ? strings(textsOf(table, name)) : numbers(numbersOf(table, name))));
  const children = [...own, numbersOrNull(new Float64Array(length).fill(Number.NaN)), ...texts.map(({ values }) => strings(values))];
  return new Table(schema, [batch(schema, fields, length, children)]);
}
