import type { Data } from "apache-arrow/data";
import type { Table } from "apache-arrow/table";
import type { DataType } from "apache-arrow/type";
import { type BlockResult, pointsOf, statusOf } from "../engine/task.ts";
import { valuesIn } from "../kernel/key-values.ts";
import type { Plan } from "../plan/plan.ts";
import { TimeSlice } from "../platform/time-slice.ts";
import { type Column, costNames, gridColumn, mapColumns } from "../sweep/columns.ts";
import { type Block, type Job, pointOf } from "../sweep/job.ts";
import { countOf, type Numbers } from "../sweep/selection.ts";
import { OK } from "../sweep/status.ts";
import { Nulls, numbers, numbersAs, numbersOrNull, sweepMetadata, tableOf } from "./arrow.ts";
import { pointNames, RepeatedTexts } from "./texts.ts";

/** The columns of the table of points. */
export function columnsOfMap({ points, features, timeUnit, finalStates: states, jobs }: Plan, hasVariables: boolean): Column[] {
  const adaptive = jobs.some((job) => job.adaptive);
  return mapColumns({ points, timeUnit, adaptive, features: features.parts, states, hasVariables });
}

/** A column that only some maps have, with a value for each point. */
export interface MoreColumn {
  column: Column;
  data: Data<DataType>;
}

/** The table of points from results that are all there. */
export async function mapTable(plan: Plan, results: readonly BlockResult[]): Promise<Table> {
  const pause = new TimeSlice();
  const rows = new MapRows(plan);
  for (const result of results) {
    rows.add(result);
    await pause.yieldIfOver();
  }
  return await rows.table();
}

/**
 * The table of points as blocks come, in any order: what a block found is written where the table has it, and nothing of it is kept.
 *
 * One row a point: `key`, a column for each grid key, `status` ("ok", one of src/sweep/status.ts, or "worker_lost" where no thread could
 * compute it), `failedAt`, the time at which a state first was not finite, a slope was not a number or the solver stopped (null where it
 * reached the end), where a point is not_a_number `failedVariable`, the state whose slope that is, with an adaptive solver what each
 * point cost (`nfev` evaluations of the right-hand side, `accepted` and `rejected` steps), a column for each feature, and one for each
 * state at the end where it is asked for; both are null where the point failed.
 */
export class MapRows {
  readonly #plan: Plan;
  readonly #failedAt: Float64Array;
  readonly #statuses: RepeatedTexts;
  /** The path of the state whose slope is not a number, where there is such a point. */
  #failedVariables: RepeatedTexts | undefined;
  /** Undefined where every step is fixed. */
  readonly #costs: Float64Array[] | undefined;
  readonly #features: (Float64Array | RepeatedTexts)[];
  readonly #states: Float64Array[];
  /** The points that failed, which have no features. */
  readonly #lost: Nulls;

  /** `hasVariables` is for a column failedVariable that is there whether or not a point has one. */
  constructor(plan: Plan, hasVariables = false) {
    const count = plan.points.names.length;
    const column = () => new Float64Array(count);
    this.#plan = plan;
    this.#failedAt = column();
    this.#statuses = new RepeatedTexts(count);
    this.#costs = plan.jobs.some((job) => job.adaptive) ? costNames.map(column) : undefined;
    this.#features = plan.features.parts.map(({ values }) => (values === "number" ? column() : new RepeatedTexts(count)));
    this.#states = plan.finalStates.map(column);
    this.#lost = new Nulls(count);
    if (hasVariables) this.#failedVariables = new RepeatedTexts(count);
  }

  add(result: BlockResult): void {
    const { block, failedAt, failures, costs, features, finalStates } = result;
    const job = this.#plan.jobs[block.job];
    const rows = rowsOf(job, block);
    const isLost = lostLanes(result);
    const lost = isLost ? pointsOf(this.#plan, result).filter((_, lane) => isLost(lane)) : [];
    for (const point of lost) this.#lost.add(point);
    place(rows, this.#failedAt, failedAt);
    writeTexts(rows, this.#statuses, isLost ? (lane) => statusOf(result, lane) : OK);
    if (failures?.variables.some((row) => row >= 0)) {
      const { states } = job.model;
      this.#failedVariables ??= new RepeatedTexts(this.#plan.points.names.length);
      const path = (lane: number) => (Number.isNaN(failedAt[lane]) ? "" : (states[failures.variables[lane]]?.path ?? ""));
      writeTexts(rows, this.#failedVariables, path);
    }
    this.#costs?.forEach((column, i) => {
      place(rows, column, costs?.[costNames[i]]);
    });
    this.#features.forEach((column, i) => {
      const values = features[i];
      if (column instanceof Float64Array) {
        place(rows, column, values instanceof Float64Array ? values : values.map(Number));
        for (const point of lost) column[point] = Number.NaN;
      } else writeTexts(rows, column, (lane) => (isLost?.(lane) ? "" : String(values[lane])));
    });
    this.#states.forEach((column, i) => {
      place(rows, column, finalStates?.[i]);
    });
  }

  /** `more` are columns that say how points came to be, before their features; `facts` is said of the table beside the sweep. */
  async table(more: readonly MoreColumn[] = [], facts: Readonly<Record<string, string>> = {}): Promise<Table> {
    const columns = columnsOfMap(this.#plan, this.#failedVariables !== undefined);
    const data = await this.data();
    const ofPoints = columns.length - this.#features.length - this.#states.length;
    const between = <Item>(own: readonly Item[], added: readonly Item[]) => [...own.slice(0, ofPoints), ...added, ...own.slice(ofPoints)];
    const all = { columns: between(columns, more.map(({ column }) => column)), data: between(data, more.map((each) => each.data)) }; // biome-ignore format: side by side
    return tableOf(all.columns, all.data, new Map([...sweepMetadata(this.#plan), ...Object.entries(facts)]));
  }

  /** The data of the table's columns. */
  async data(): Promise<Data<DataType>[]> {
    const { points } = this.#plan;
    const keys = await pointNames(points.names, new TimeSlice());
    const variables = this.#failedVariables;
    const grid = points.columns.map((column, i) => numbersAs(gridColumn(points.keys[i]), valuesIn(column)));
    const data: Data<DataType>[] = [keys, ...grid, this.#statuses.data(), numbersOrNull(this.#failedAt)];
    if (variables) data.push(variables.dataOrNull());
    for (const column of this.#costs ?? []) data.push(numbersOrNull(column));
    for (const column of this.#features) data.push(column instanceof Float64Array ? numbers(column, this.#lost) : column.data(this.#lost));
    for (const column of this.#states) data.push(numbers(column, this.#lost));
    return data;
  }
}

/** The rows of a block's lanes. */
function rowsOf(job: Job, block: Block): Numbers {
  const { first, lanes } = block;
  return job.points ? Array.from({ length: lanes }, (_, lane) => pointOf(job, block, lane)) : { first, count: lanes };
}

/** Tells which lanes failed; undefined where none did, which is not looked up lane by lane. */
function lostLanes({ failed, failures, failedAt }: BlockResult): ((lane: number) => boolean) | undefined {
  if (failed) return () => true;
  return failures && ((lane) => !Number.isNaN(failedAt[lane]));
}

/** Puts numbers, one a lane, into the rows of a column; NaN where there are none. */
function place(rows: Numbers, column: Float64Array, values: ArrayLike<number> | undefined): void {
  if (!("first" in rows)) for (let lane = 0; lane < rows.length; lane++) column[rows[lane]] = values ? values[lane] : Number.NaN;
  else if (values) column.set(values, rows.first);
  else column.fill(Number.NaN, rows.first, rows.first + rows.count);
}

/** Writes a text for each lane, or one for all of them, into the rows of a column. */
function writeTexts(rows: Numbers, column: RepeatedTexts, text: string | ((lane: number) => string)): void {
  if (typeof text === "string" && "first" in rows) column.fill(rows.first, rows.first + rows.count, text);
  else {
    const textOf = typeof text === "string" ? () => text : text;
    for (let lane = 0; lane < countOf(rows); lane++) column.set("first" in rows ? rows.first + lane : rows[lane], textOf(lane));
  }
}
