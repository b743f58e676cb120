import type { Data } from "apache-arrow/data";
import type { Table } from "apache-arrow/table";
import type { DataType } from "apache-arrow/type";
import type { Branch, BranchRow } from "../continuation/branch.ts";
import { rootsTold } from "../continuation/characteristic-roots.ts";
import type { Curve, CurveRow } from "../continuation/curve-systems.ts";
import type { Multipliers } from "../continuation/cycles/multipliers.ts";
import { hopfKind, hopfStability } from "../continuation/hopf-kind.ts";
import type { Stability } from "../continuation/stability.ts";
import type { System } from "../continuation/system.ts";
import { valueAt } from "../kernel/key-values.ts";
import { type BranchFacts, branchColumns, curveColumns, labelWords } from "../sweep/branch-columns.ts";
import type { Column } from "../sweep/columns.ts";
import type { KeyValues } from "../sweep/key-values.ts";
import { version } from "../version.ts";
import { integersOrNull, Nulls, numbers, numbersAs, numbersOrNull, strings, tableOf } from "./arrow.ts";

/** Names and units of a system's variables. */
export function factsOf({ field, units, timeUnit }: System): BranchFacts {
  const named = (names: readonly string[], of: readonly string[]) => names.map((name, i) => ({ name, unit: of[i] ?? "" }));
  return {
    states: named(field.states, units.states),
    parameters: named(field.parameters, units.parameters),
    outputs: named(field.outputs, units.outputs),
    timeUnit,
    eigenvalues: rootsTold(field),
  };
}

/** What a table says of itself: the model, and the noise that is left out. */
export function systemMetadata({ name, timeUnit, ignored }: System): Map<string, string> {
  const facts = { model: name, timeUnit, massgrid: version, ...(ignored.length > 0 ? { noiseIgnored: ignored.join(", ") } : {}) };
  return new Map(Object.entries(facts));
}

/** What a row is, in words. */
function pointOf({ label, special, note }: BranchRow): string | undefined {
  if (label === undefined) return note === undefined ? undefined : "regular point";
  const unrefined = special && !special.solution ? ", bracketed but not refined" : "";
  if (label !== "HB" || !special?.solution) return labelWords[label] + unrefined;
  return `${labelWords[label]}, ${hopfKind(special.coefficient)}`;
}

/** A row a point, branch by branch, each from its one end to the other. */
export function branchTable(system: System, branches: readonly Branch[]): Table {
  const facts = factsOf(system);
  const rows = branches.flatMap((branch, b) =>
    branch.rows.map((row, index) => ({ b, index, row, from: index === 0 ? branch.from : undefined })),
  );
  const count = rows.length;
  const number = (of: (row: BranchRow) => number) => Float64Array.from(rows, ({ row }) => of(row));
  const special = (of: (found: NonNullable<BranchRow["special"]>) => number) => number(({ special: own }) => (own ? of(own) : Number.NaN));
  const stability = (row: BranchRow) => row.station.stability;
  const made: Record<string, () => Data<DataType>> = {
    branch: () =>
      numbersAs(
        { type: "integer" },
        Float64Array.from(rows, ({ b }) => b),
      ),
    index: () =>
      numbersAs(
        { type: "integer" },
        Float64Array.from(rows, ({ index }) => index),
      ),
    label: () => optional(rows.map(({ row }) => row.label)),
    point: () => optional(rows.map(({ row }) => pointOf(row))),
    ...stabilityColumns(
      rows.map(({ row }) => stability(row)),
      rows.map(({ row: { label, special: own } }) => (label === "HB" && own?.solution ? own.coefficient : undefined)),
    ),
    period: () => numbersOrNull(special(({ omega }) => periodOf(omega))),
    residual: () => numbers(number(({ station }) => station.residual)),
    digits: () => integersOrNull(special(({ digits }) => digits)),
    coefficient: () => numbersOrNull(special(({ coefficient }) => coefficient)),
    note: () => optional(rows.map(({ row, from }) => joined(originNote(from), row.note))),
  };
  const variables = variableColumns(
    system,
    rows.map(({ row }) => row.station.z),
  );
  const columns = branchColumns(facts);
  return tableOf(
    columns,
    columnData(
      columns,
      {
        ...made,
        ...eigenvalueColumns(
          rows.map(({ row }) => stability(row)),
          rootsTold(system.field),
        ),
      },
      variables,
      count,
    ),
    systemMetadata(system),
  );
}

/** A row a point, curve by curve; where cycles were asked for, with their multipliers. */
export function curveTable(system: System, curves: readonly Curve[], isOfCycles: boolean): Table {
  const rows = curves.flatMap(({ kind, rows: own }, branch) => own.map((row, index) => ({ branch, index, kind, row })));
  const stability = rows.map(({ row }) => row.stability);
  const number = (of: (row: CurveRow) => number) => Float64Array.from(rows, ({ row }) => of(row));
  const words = (row: CurveRow) => row.point ?? (row.label && labelWords[row.label]);
  const made: Record<string, () => Data<DataType>> = {
    branch: () =>
      numbersAs(
        { type: "integer" },
        Float64Array.from(rows, ({ branch }) => branch),
      ),
    index: () =>
      numbersAs(
        { type: "integer" },
        Float64Array.from(rows, ({ index }) => index),
      ),
    curve: () => strings(rows.map(({ kind }) => kind)),
    label: () => optional(rows.map(({ row }) => row.label)),
    point: () => optional(rows.map(({ row }) => words(row))),
    ...stabilityColumns(
      stability,
      rows.map(({ kind, row }) => (kind === "HB" || row.label === "GH" ? row.coefficient : undefined)),
    ),
    type: () => strings(rows.map(({ row }) => (row.cycle ? "nonhyperbolic cycle" : row.stability.type))),
    period: () => numbersOrNull(number(({ frequency }) => periodOf(frequency))),
    residual: () => numbers(number(({ residual }) => residual)),
    digits: () => integersOrNull(number(({ digits = Number.NaN }) => digits)),
    coefficient: () => numbersOrNull(number(({ coefficient }) => coefficient)),
    note: () => optional(rows.map(({ row }) => row.note)),
    ...eigenvalueColumns(stability, rootsTold(system.field)),
    ...multiplierColumns(
      rows.map(({ row }) => row.cycle?.multipliers),
      system.field.states.length,
    ),
  };
  const columns = curveColumns(factsOf(system), isOfCycles);
  const variables = variableColumns(
    system,
    rows.map(({ row }) => row.z),
  );
  return tableOf(columns, columnData(columns, made, variables, rows.length), systemMetadata(system));
}

/** The period of the cycle that begins where a pair of eigenvalues has an angular frequency; none at frequency 0. */
function periodOf(frequency: number): number {
  return frequency === 0 ? Number.NaN : (2 * Math.PI) / frequency;
}

/** Notes as one, if there are any. */
export function joined(...notes: (string | undefined)[]): string | undefined {
  const told = notes.filter((note) => note !== undefined);
  return told.length === 0 ? undefined : told.join("; ");
}

/** Where a branch was switched to. */
export function originNote(from: { branch: number; row: number } | undefined): string | undefined {
  return from && `switched to from branch ${from.branch}, index ${from.row}`;
}

/** Data of columns: of the table's own by name, and of variables, which may have any names, in their order. */
export function columnData(
  columns: readonly Column[],
  own: Readonly<Record<string, () => Data<DataType>>>,
  variables: readonly Float64Array[],
  count: number,
): Data<DataType>[] {
  let next = 0;
  return columns.map(({ name, metadata }) => {
    const isVariable = ["parameter", "state", "output"].includes(metadata.get("branch") ?? "");
    if (isVariable) return numbers(variables[next++] ?? new Float64Array(count));
    const make = Object.hasOwn(own, name) ? own[name] : undefined;
    if (!make) throw new Error(`a table of branches has no data for ${name}`);
    return make();
  });
}

/** Type, stability, and the dimension of the unstable part; `coefficients` has the first Lyapunov coefficient of each Hopf point. */
export function stabilityColumns(
  rows: readonly Stability[],
  coefficients: readonly (number | undefined)[] = [],
): Record<string, () => Data<DataType>> {
  const told = ({ unstable }: Stability, coefficient: number | undefined) =>
    coefficient === undefined ? (unstable === 0 ? "stable" : "unstable") : hopfStability(coefficient, unstable);
  return {
    type: () => strings(rows.map(({ type }) => type)),
    stability: () => strings(rows.map((row, i) => told(row, coefficients[i]))),
    unstable: () =>
      numbersAs(
        { type: "integer" },
        Float64Array.from(rows, ({ unstable }) => unstable),
      ),
  };
}

export function eigenvalueColumns(rows: readonly Stability[], count: number): Record<string, () => Data<DataType>> {
  // A loop: a callback of Float64Array.from boxes every number, and grids have tens of thousands of rows.
  const column = (part: "re" | "im", i: number) => {
    const values = new Float64Array(rows.length);
    let areAll = true;
    for (let row = 0; row < rows.length; row++) {
      const of = rows[row].eigenvalues[part];
      values[row] = of[i];
      if (i >= of.length) areAll = false;
    }
    return areAll ? numbers(values) : numbersOrNull(values);
  };
  const parts = Array.from({ length: count }, (_, i) => [
    [`eigenvalue_${i + 1}_re`, () => column("re", i)] as const,
    [`eigenvalue_${i + 1}_im`, () => column("im", i)] as const,
  ]);
  return Object.fromEntries(parts.flat());
}

/** Floquet multipliers, null where a row is no cycle. */
function multiplierColumns(rows: readonly (Multipliers | undefined)[], count: number): Record<string, () => Data<DataType>> {
  const column = (of: (found: Multipliers) => number | undefined) => () =>
    numbersOrNull(Float64Array.from(rows, (found) => (found && of(found)) ?? Number.NaN));
  const parts = Array.from({ length: count }, (_, i) => [
    [`multiplier_${i + 1}_re`, column(({ values }) => values[i]?.re)] as const,
    [`multiplier_${i + 1}_im`, column(({ values }) => values[i]?.im)] as const,
  ]);
  return { ...Object.fromEntries(parts.flat()), trivialError: column(({ trivialError }) => trivialError) };
}

/** Values of parameters, states and outputs, a list each. */
function variableColumns({ field }: System, rows: readonly Float64Array[]): Float64Array[] {
  const n = field.states.length;
  const at = (j: number) => Float64Array.from(rows, (z) => z[j]);
  const outputs = observing(field, rows.length, (row) => rows[row]);
  return [...field.parameters.map((_, j) => at(n + j)), ...field.states.map((_, j) => at(j)), ...outputs];
}

/** Values of the outputs at equilibria of points of a grid. */
export function observedColumns(
  { field, values, keyRows }: System,
  rows: readonly { point: number; z: Float64Array }[],
  columns: readonly KeyValues[],
): Float64Array[] {
  const at = values.slice();
  return observing(field, rows.length, (row) => {
    const { point, z } = rows[row];
    for (const [key, own] of keyRows.entries()) for (const each of own) at[each] = valueAt(columns[key], point);
    field.load(at);
    return z;
  });
}

function observing(field: System["field"], count: number, zOf: (row: number) => Float64Array): Float64Array[] {
  const outputs = field.outputs.map(() => new Float64Array(count));
  if (outputs.length === 0) return outputs;
  const out = new Float64Array(outputs.length);
  for (let row = 0; row < count; row++) {
    field.observe(zOf(row), out);
    for (const [i, values] of outputs.entries()) values[row] = out[i];
  }
  return outputs;
}

/** Texts, null where there is none. */
export function optional(texts: readonly (string | undefined)[]): Data<DataType> {
  const nulls = new Nulls(texts.length);
  for (const [i, text] of texts.entries()) if (text === undefined) nulls.add(i);
  return strings(
    texts.map((text) => text ?? ""),
    nulls,
  );
}
