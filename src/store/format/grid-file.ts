import type { RecordBatch } from "apache-arrow/recordbatch";
import type { Table } from "apache-arrow/table";
import { designOf } from "../../design/design.ts";
import { valueAt, valuesIn } from "../../kernel/key-values.ts";
import { DEFAULTS } from "../../options/defaults.ts";
import type { ParamGrid } from "../../options/options.ts";
import { columnsWith, gridColumn, KEY, pointColumns, REPLICATE } from "../../sweep/columns.ts";
import { isMade } from "../../sweep/key-values.ts";
import { designGrid, expand, givenNames, nameList, type Points } from "../../sweep/points.ts";
import type { Recipes } from "../../sweep/recipe.ts";
import { numbers, numbersAs, strings, tableOf } from "../../table/arrow.ts";
import { floatsOf } from "./columns.ts";
import { formats } from "./formats.ts";

/** How many values each grid key has, of which the points are all combinations; null for a list of points. */
export type AxisLengths = readonly number[] | null;

/** What a manifest says of a grid, and of the names of its points. */
export interface GridFacts {
  keys: readonly string[];
  axes: AxisLengths;
  /** How the values of each key but the number of the replicate are made, of a design. */
  design: Recipes | null;
  circuit: string;
  replicates: number;
}

export function axisLengths({ axes }: Points): AxisLengths {
  return axes ? axes.map(({ length }) => length) : null;
}

/**
 * The bytes of `grid.arrow`. A list of points has a row for each: its `key`, and a column for each grid key, with its unit. Of all
 * combinations of values there is a row for each value: the `key` it is of, and the `value`. Of a design there is a row for each key, with its recipe.
 */
export async function gridFile(points: Points, lengths: AxisLengths): Promise<Uint8Array> {
  const recipes = designIn(points);
  if (recipes) return await formats.arrow.encode(designTable(recipes));
  return await formats.arrow.encode(lengths ? axesTable(points, axesIn(points, lengths)) : gridTable(points));
}

/** The recipes of points that are a design; undefined for others. */
export function designIn({ keys, columns }: Pick<Points, "keys" | "columns">): Recipes | undefined {
  const own = columns.filter((_, i) => keys[i] !== REPLICATE);
  const recipes = own.flatMap((column) => (isMade(column) ? [column.recipe] : []));
  return recipes.length === own.length ? Object.fromEntries(recipes.map((recipe, i) => [keys[i], recipe])) : undefined;
}

const RECIPE = "recipe";

/** A row for each key of a design: how its values are made, as the manifest says it too. */
function designTable(recipes: Recipes): Table {
  const [key] = pointColumns({ keys: [] });
  const texts = Object.values(recipes).map((recipe) => JSON.stringify(recipe));
  return tableOf([key, { ...key, name: RECIPE }], [strings(Object.keys(recipes)), strings(texts)]);
}

const VALUE = "value";

function axesTable({ keys }: Points, axes: readonly Float64Array[]): Table {
  const texts = axes.flatMap((values, i) => Array.from(values, () => keys[i]));
  const values = new Float64Array(texts.length);
  let end = 0;
  for (const axis of axes) {
    values.set(axis, end);
    end += axis.length;
  }
  return tableOf(pointColumns({ keys: [VALUE] }), [strings(texts), numbers(values)]);
}

/** The axes of points that are all combinations of so many values, however they were given. */
function axesIn(points: Points, lengths: readonly number[]): readonly Float64Array[] {
  if (points.axes) return points.axes;
  const { replicates } = points.names;
  return stepsOf(lengths).map(({ length, each }, key) =>
    Float64Array.from({ length }, (_, i) => valueAt(points.columns[key], i * each * replicates)),
  );
}

/** Of axes of so many values, in which points of the grid one by one each has its values for the first time: every `each` points. */
function stepsOf(lengths: readonly number[]): { length: number; each: number }[] {
  const count = lengths.reduce((product, length) => product * length, 1);
  const values = lengths.map((length) => new Float64Array(length));
  const { columns } = expand({ keys: lengths.map(String), values, permute: true, count, names: undefined, labels: undefined }, "");
  return columns.map((values, i) => ({ length: lengths[i], each: values instanceof Float64Array ? 1 : values.each }));
}

/** The points of a grid file; undefined where it has not what the manifest says. */
export function pointsOfFile(table: Table, facts: GridFacts): Points | undefined {
  const { keys, axes, design, circuit, replicates } = facts;
  if (design) return expand(designGrid(design), circuit, replicates);
  if (!axes) {
    const names = givenNames(Array.from(table.getChild(KEY) ?? [], String));
    const units = columnsWith(table, "grid").map(({ unit }) => unit);
    return { names, keys: [...keys], columns: keys.map((key) => floatsOf(table, key)), units };
  }
  const values = floatsOf(table, VALUE);
  if (values.length !== axes.reduce((sum, length) => sum + length, 0)) return undefined;
  let end = 0;
  return productOf(
    axes.map((length) => {
      end += length;
      return values.slice(end - length, end);
    }),
    facts,
  );
}

/** The points of axes as the map of all of them has them: each of its values is at a point that follows from its number. */
export async function pointsOfMap(batches: AsyncIterable<RecordBatch>, facts: GridFacts): Promise<Points> {
  const steps = stepsOf(facts.axes ?? []).map((axis) => ({ ...axis, each: axis.each * facts.replicates }));
  const axes = steps.map(({ length }) => new Float64Array(length));
  let first = 0;
  for await (const batch of batches) {
    const end = first + batch.numRows;
    steps.forEach(({ length, each }, key) => {
      const values = batch.getChild(facts.keys[key]);
      for (let i = Math.ceil(first / each); i < length && i * each < end; i++) axes[key][i] = Number(values?.get(i * each - first));
    });
    first = end;
  }
  return productOf(axes, facts);
}

/** All combinations of the values of axes. */
function productOf(values: readonly Float64Array[], { keys, circuit, replicates }: GridFacts): Points {
  const count = values.reduce((product, { length }) => product * length, 1);
  const own = keys.filter((key) => key !== REPLICATE);
  return expand({ keys: own, values: [...values], permute: true, count, names: undefined, labels: undefined }, circuit, replicates);
}

/** The options that make such points: the grid without its replicates. */
export function gridOptionsOf(
  { names, keys, columns, units, axes }: Points,
  replicates: number,
): { paramGrid: ParamGrid; permuteGrid: boolean } {
  const recipes = designIn({ keys, columns });
  if (recipes) return { paramGrid: designOf(recipes), permuteGrid: DEFAULTS.sweep.permuteGrid };
  if (axes) return { paramGrid: Object.fromEntries(axes.map((values, i) => [keys[i], values])), permuteGrid: true };
  const own = keys.filter((key) => key !== REPLICATE);
  const rows = Array.from({ length: Math.floor(names.length / replicates) }, (_, i) => i * replicates);
  const all = nameList(names);
  const table = gridTable({
    names: givenNames(rows.map((row) => (replicates === 1 ? all.slice(row, row + 1)[0] : all.slice(row, row + 1)[0].replace(/_r0$/, "")))),
    keys: own,
    columns: own.map((key) => Float64Array.from(rows, (row) => valueAt(columns[keys.indexOf(key)], row))),
    units: units ?? [],
  });
  return { paramGrid: table, permuteGrid: DEFAULTS.sweep.permuteGrid };
}

/** A row for each point: its `key`, and its value of each grid key. */
export function gridTable(points: Points): Table {
  const grid = points.columns.map((values, i) => numbersAs(gridColumn(points.keys[i]), valuesIn(values)));
  return tableOf(pointColumns(points), [strings(nameList(points.names)), ...grid]);
}
