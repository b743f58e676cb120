import { isRecord, kindOf } from "../check.ts";
import { type MassgridError, refusal, sanitize } from "../errors.ts";
import type { SampleWindow } from "../kernel/kernel.ts";
import type { Reducer, Series, Values } from "./reducer.ts";

/** A column of a reducer of the user's own: a name, or a name with unit and kind of value ("number" if not given). */
export type FeatureReducerColumn = string | { name: string; unit?: string; values?: "number" | "text" | (string & {}) };

/** What a reducer of the user's own is told of the traces that it will get. */
export interface FeatureContext {
  /** Name of the output. */
  output: string;
  unit: string;
  timeUnit: string;
  /** Points that are integrated side by side: traces, numbered from 0. */
  lanes: number;
  /** Samples of each trace, after the cutoff. */
  samples: number;
  /** Time of the first sample, and from one to the next. */
  startTime: number;
  spacing: number;
}

/** One block of points as a reducer of the user's own sees it. */
export interface FeatureRun {
  /**
   * Takes the next samples of one lane's trace: the windows of a trace come in order, and how long each is may change from call to
   * call. `values` is used again afterwards: copy what is to be kept.
   */
  add(values: Float64Array, lane: number): void;
  /** For each column one value a lane. */
  finish(): readonly (ArrayLike<number> | readonly string[])[];
}

/** A feature of the user's own. It runs in the thread of the call, since a function cannot be sent to another. */
export interface FeatureReducer {
  /** What it is called in messages. */
  name: string;
  columns: readonly FeatureReducerColumn[];
  /** Called for each block of points. */
  start(context: FeatureContext): FeatureRun;
}

/** Feeds a reducer of the user's own, and checks what it returns. */
export class CustomReducer implements Reducer<Record<string, Values>> {
  readonly #reducer: FeatureReducer;
  readonly #series: Series;
  readonly #run: FeatureRun;
  #values = new Float64Array(0);

  constructor(reducer: FeatureReducer, series: Series, context: Omit<FeatureContext, "lanes">) {
    this.#reducer = reducer;
    this.#series = series;
    const run: unknown = reducer.start({ ...context, lanes: series.lanes });
    if (!isRun(run)) throw wrongResult(reducer, "start()", "a run { add, finish }", run);
    this.#run = run;
  }

  add({ samples, variables, n, data }: SampleWindow): void {
    if (samples === 0) return;
    const { variable, lanes } = this.#series;
    if (this.#values.length !== samples) this.#values = new Float64Array(samples);
    for (let lane = 0; lane < lanes; lane++) {
      for (let s = 0, i = variable * n + lane; s < samples; s++, i += variables * n) this.#values[s] = data[i];
      this.#run.add(this.#values, lane);
    }
  }

  finish(): Record<string, Values> {
    const { columns } = this.#reducer;
    const found: unknown = this.#run.finish();
    if (!Array.isArray(found) || found.length !== columns.length) throw this.#wrong(`${columns.length} columns`, found);
    return Object.fromEntries(columns.map((column, i) => [columnName(column), this.#column(column, found[i])]));
  }

  #column(column: FeatureReducerColumn, found: unknown): Values {
    const { lanes } = this.#series;
    const name = sanitize(columnName(column));
    if (!isList(found) || found.length !== lanes) throw this.#wrong(`a list of ${lanes} values for ${name}`, found);
    const listed = Array.from(found);
    const type = columnValues(column) === "text" ? "string" : "number";
    if (listed.some((value) => typeof value !== type)) throw this.#wrong(`${type}s for ${name}`, found);
    return type === "string" ? listed.map(String) : Float64Array.from(listed, Number);
  }

  #wrong(wanted: string, found: unknown): MassgridError {
    return wrongResult(this.#reducer, "finish()", wanted, found);
  }
}

function isRun(value: unknown): value is FeatureRun {
  return isRecord(value) && typeof value.add === "function" && typeof value.finish === "function";
}

/** The error of a reducer whose function `name` returns something else than it should. */
function wrongResult({ name: feature }: FeatureReducer, name: string, wanted: string, found: unknown): MassgridError {
  const message = `${name} of the feature ${sanitize(feature)} must return ${wanted}, but ${kindOf(found)} was found`;
  return refusal("E_FEATURE_RESULT", message, { path: ["features"] });
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && "length" in value);
}

export function columnName(column: FeatureReducerColumn): string {
  return typeof column === "string" ? column : column.name;
}

export function columnValues(column: FeatureReducerColumn): "number" | "text" {
  return typeof column !== "string" && column.values === "text" ? "text" : "number";
}
