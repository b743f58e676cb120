import { type Data, makeData } from "apache-arrow/data";
import type { Table } from "apache-arrow/table";
import { type DataType, Int32 } from "apache-arrow/type";
import type { BranchRow, RowKind } from "../continuation/cycles/branch-rows.ts";
import { PERIOD } from "../continuation/cycles/cycle-problem.ts";
import { areTrusted } from "../continuation/cycles/events.ts";
import { extentsOf } from "../continuation/cycles/extremes.ts";
import { type CycleBranch, parameterOf } from "../continuation/cycles/run.ts";
import type { System } from "../continuation/system.ts";
import { type CycleFacts, cycleColumns, orbitColumns } from "../sweep/cycle-columns.ts";
import { version } from "../version.ts";
import { Nulls, numbers, strings, tableOf } from "./arrow.ts";

/** What rows are called, in words, and by the labels that users of AUTO know. */
const words: Readonly<Record<RowKind, readonly [type: string, label: string]>> = {
  start: ["start", ""],
  step: ["cycle", ""],
  userValue: ["user value", "UZ"],
  hopf: ["Hopf point", "HB"],
  end: ["end", "EP"],
  homoclinic: ["homoclinic orbit, extrapolated", "HC"],
  foldOfCycles: ["fold of cycles", "LPC"],
  branchPoint: ["branch point of cycles", "BPC"],
  periodDoubling: ["period doubling", "PD"],
  torus: ["torus bifurcation", "TR"],
};

/** Rows of branches, numbered as their tables number them. */
interface Numbered {
  branch: number;
  index: number;
  row: BranchRow;
}

function numbered(branches: readonly CycleBranch[]): Numbered[] {
  return branches.flatMap(({ rows }, branch) => rows.map((row, index) => ({ branch, index, row })));
}

export function cycleFacts({ field, timeUnit, units }: System): CycleFacts {
  const named = (names: readonly string[], own: readonly string[]) => names.map((name, i) => ({ name, unit: own[i] }));
  return {
    parameter: field.parameters[0],
    parameterUnit: units.parameters[0],
    timeUnit,
    variables: [...named(field.states, units.states), ...named(field.outputs, units.outputs)],
    multipliers: field.states.length,
  };
}

/** States, then outputs, of z = [states, parameter]. */
function observing({ field }: System): { count: number; observe: (z: Float64Array, out: Float64Array) => void } {
  const [states, outputs] = [field.states.length, field.outputs.length];
  const observed = new Float64Array(outputs);
  return {
    count: states + outputs,
    observe: (z, out) => {
      for (let i = 0; i < states; i++) out[i] = z[i];
      if (outputs === 0) return;
      field.observe(z, observed);
      for (let i = 0; i < outputs; i++) out[states + i] = observed[i];
    },
  };
}

/** A row for each cycle of some branches. */
export function cycleTable(system: System, branches: readonly CycleBranch[]): Table {
  const facts = cycleFacts(system);
  const columns = cycleColumns(facts);
  const rows = numbered(branches);
  const values = rows.map((each) => cellsOf(system, facts, each));
  const children = columns.map(({ type }, c): Data<DataType> => {
    if (type === "text") return strings(values.map((cells) => String(cells[c])));
    return numberColumn(
      Float64Array.from(values, (cells) => Number(cells[c])),
      rows.length,
      type,
    );
  });
  const origins = branches.map(({ end, from }) => ({ end, ...(from === undefined ? {} : { from }) }));
  return tableOf(columns, children, metadataOf(system, { branches: JSON.stringify(origins) }));
}

/** Numbers, null where they are NaN. */
function numberColumn(values: Float64Array, length: number, type: "number" | "integer"): Data<DataType> {
  const nulls = new Nulls(length);
  for (let i = 0; i < length; i++) if (Number.isNaN(values[i])) nulls.add(i);
  if (type === "number") return numbers(values, nulls);
  return makeData({ type: new Int32(), length, ...nulls.buffers, data: Int32Array.from(values) });
}

function cellsOf(system: System, { multipliers }: CycleFacts, { branch, index, row }: Numbered): (number | string)[] {
  const { orbit, multipliers: found } = row.point;
  const { count, observe } = observing(system);
  const size = system.field.states.length;
  const extents = extentsOf(orbit, size, count, observe);
  const isKnown = row.kind !== "homoclinic" && areTrusted(found);
  const [type, label] = words[row.kind];
  const stability = isKnown ? (found.unstable === 0 ? "stable" : "unstable") : "unknown";
  const squares = extentsOf(orbit, size, 1, (z, out) => {
    out[0] = 0;
    for (let i = 0; i < size; i++) out[0] += z[i] * z[i];
  });
  return [
    ...[branch, index, type, label, stability, parameterOf(row), orbit.scalars[PERIOD], Math.sqrt(squares[0].mean)],
    ...extents.flatMap(({ min, max, mean }) => [min, max, mean]),
    ...Array.from({ length: multipliers }, (_, i) => [found.values[i]?.re ?? Number.NaN, found.values[i]?.im ?? Number.NaN]).flat(),
    isKnown ? found.unstable : Number.NaN,
    found.values.length > 0 ? found.trivialError : Number.NaN,
    row.residual ?? Number.NaN,
    row.digits ?? Number.NaN,
    row.guess?.error ?? Number.NaN,
    row.hidden === true ? 1 : 0,
  ];
}

/** A row for each time of each cycle: at the nodes of its mesh. */
export function orbitTable(system: System, branches: readonly CycleBranch[], branch?: number, index?: number): Table {
  const facts = cycleFacts(system);
  const columns = orbitColumns(facts);
  const isAsked = (each: Numbered) => (branch ?? each.branch) === each.branch && (index ?? each.index) === each.index;
  const rows = numbered(branches).filter(isAsked);
  const { count, observe } = observing(system);
  const size = system.field.states.length;
  const lengths = rows.map(({ row }) => row.point.orbit.nodes.length / size);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const values = Array.from({ length: 3 + count }, () => new Float64Array(total));
  const [z, out] = [new Float64Array(size + 1), new Float64Array(count)];
  let at = 0;
  rows.forEach(({ branch: ofBranch, index: ofIndex, row }, i) => {
    const { mesh, nodes, scalars } = row.point.orbit;
    const degree = (lengths[i] - 1) / (mesh.length - 1);
    for (let node = 0; node < lengths[i]; node++, at++) {
      const interval = Math.min(Math.floor(node / degree), mesh.length - 2);
      const time = mesh[interval] + ((mesh[interval + 1] - mesh[interval]) * (node - interval * degree)) / degree;
      z.set(nodes.subarray(node * size, (node + 1) * size));
      z[size] = scalars[1];
      observe(z, out);
      [ofBranch, ofIndex, time * scalars[PERIOD], ...out].forEach((value, c) => {
        values[c][at] = value;
      });
    }
  });
  const children = columns.map(({ type }, c) => numberColumn(values[c], total, type === "integer" ? "integer" : "number"));
  return tableOf(columns, children, metadataOf(system, {}));
}

function metadataOf({ name, timeUnit, field }: System, facts: Record<string, string>): Map<string, string> {
  return new Map(Object.entries({ model: name, massgrid: version, timeUnit, parameter: field.parameters[0], ...facts }));
}
