import { WEIGHT_NUMBERS, type WeightedSums } from "../model/model.ts";
import { type Block, type Job, pointOf, type RecordedVariable } from "../sweep/job.ts";
import { LANE_BYTES } from "./allocate.ts";
import { valueAt } from "./key-values.ts";

// What the memory of every kernel has in common: rows of n lanes of f64, allocated one after another, each 16-byte aligned.

/** Where the rows are that variables stand in. */
export interface Rows {
  n: number;
  y: number;
  p: number;
  out: number;
}

/** Address of a variable's row. Inputs stand behind the parameters. */
export function rowAddress({ model }: Job, at: Rows, { kind, row }: RecordedVariable): number {
  const rowBytes = at.n * LANE_BYTES;
  if (kind === "state") return at.y + row * rowBytes;
  if (kind === "output") return at.out + row * rowBytes;
  return at.p + (kind === "param" ? row : model.params.length + row) * rowBytes;
}

/** Index of a row's first lane in the memory as f64. */
export function rowIndex(job: Job, at: Rows, variable: RecordedVariable): number {
  return rowAddress(job, at, variable) / LANE_BYTES;
}

/** Rows of a block, from the address of the first. */
export function rowsAt(memory: WebAssembly.Memory, { n }: { n: number }, address: number, rows: number): Float64Array {
  return new Float64Array(memory.buffer, address, rows * n);
}

/** Sums over edges whose weights are the same at all points. */
export function equallyWeighted({ model: { weighted = [] }, assignments }: Job): WeightedSums[] {
  if (weighted.length === 0) return [];
  const swept = assignments.flatMap(({ kind, row }) => (kind === "param" ? [row] : [])).sort((a, b) => a - b);
  return weighted.filter(({ row, rows }) => !swept.some((each) => each >= row && each < row + rows));
}

interface Values {
  job: Job;
  at: Rows & { tables: number };
  block: Block;
  memory: WebAssembly.Memory;
  /** Sums whose weights are to stand side by side, a number each. */
  numbers?: readonly WeightedSums[];
}

/** Writes the model's tables, and a block's initial values, parameters and constant inputs. */
export function loadValues({ job, at, block, memory, numbers = [] }: Values): void {
  const f64 = new Float64Array(memory.buffer);
  const { states, params, inputs, outputs, tables } = job.model;
  if (tables) {
    const words = new Int32Array(memory.buffer, at.tables, tables.length);
    words.set(tables);
    for (const { word } of numbers) words[word] = WEIGHT_NUMBERS;
  }
  const fill = (kind: RecordedVariable["kind"], row: number, value: number): void => {
    const index = rowIndex(job, at, { kind, row });
    f64.fill(value, index, index + at.n);
  };
  for (const [row, { value }] of states.entries()) fill("state", row, value);
  const first = rowIndex(job, at, { kind: "param", row: 0 });
  let row = 0;
  for (const { row: begin, rows } of [...numbers].sort((a, b) => a.row - b.row)) {
    for (; row < begin; row++) f64.fill(params[row].value, first + row * at.n, first + (row + 1) * at.n);
    // Tables of several functions may have the same weights.
    if (row === begin) for (; row < begin + rows; row++) f64[first + begin * at.n + row - begin] = params[row].value;
  }
  for (; row < params.length; row++) f64.fill(params[row].value, first + row * at.n, first + (row + 1) * at.n);
  for (const [row, { value }] of inputs.entries()) fill("input", row, value);
  for (const [row, { value }] of outputs.entries()) fill("output", row, value);
  for (const { row, value } of job.initialValues ?? []) fill("state", row, value);
  for (const { kind, row, key, isImaginary } of job.assignments) {
    const index = rowIndex(job, at, { kind, row });
    if (isImaginary) f64.fill(0, index, index + at.n);
    else for (let lane = 0; lane < at.n; lane++) f64[index + lane] = valueAt(job.values[key], pointOf(job, block, lane));
  }
  for (const { row, values } of job.initialStates) {
    const index = rowIndex(job, at, { kind: "state", row });
    for (let lane = 0; lane < at.n; lane++) f64[index + lane] = values[values.length === 1 ? 0 : pointOf(job, block, lane)];
  }
  for (const source of job.inputSources) if (source.kind === "constant") fill("input", source.row, source.value);
}
