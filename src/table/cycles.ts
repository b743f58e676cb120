import type { Data } from "apache-arrow/data";
import type { Table } from "apache-arrow/table";
import type { DataType } from "apache-arrow/type";
import type { BranchRow, EndReason, RowKind } from "../continuation/cycles/branch-rows.ts";
import { PARAMETER, PERIOD } from "../continuation/cycles/cycle-problem.ts";
import { areTrusted, isEvent, unstableBut } from "../continuation/cycles/events.ts";
import { extentsOf } from "../continuation/cycles/extremes.ts";
import type { Orbit } from "../continuation/cycles/orbit.ts";
import { type GrowingCycles, parameterOf } from "../continuation/cycles/run.ts";
import { hopfFacts, hopfStability } from "../continuation/hopf-kind.ts";
import { sureDigits } from "../continuation/newton.ts";
import type { System } from "../continuation/system.ts";
import { cycleColumns, labelWords, orbitColumns, type RowLabel } from "../sweep/branch-columns.ts";
import { integersOrNull, numbers, numbersAs, numbersOrNull, tableOf } from "./arrow.ts";
import { factsOf, joined, optional, originNote, systemMetadata } from "./branches.ts";

/** What rows are called by the labels that users of AUTO know. */
const labels: Readonly<Record<RowKind, RowLabel | undefined>> = {
  start: undefined,
  step: undefined,
  userValue: "UZ",
  hopf: "HB",
  end: "EP",
  homoclinic: "HC",
  foldOfCycles: "LPC",
  branchPoint: "BPC",
  periodDoubling: "PD",
  torus: "TR",
};

/** Why a branch ends, as the note of its last row. */
const endNotes: Readonly<Record<EndReason, string>> = {
  range: "the end of the range",
  period: "the period is stopAtPeriod",
  homoclinic: "the period is 1000 times that where the branch begins, and grows without bound; stopAtPeriod sets another end",
  hopf: "the cycle has no size",
  closed: "the branch is a closed loop",
  points: "stopped after maxPoints",
  failed: "the corrector does not converge beyond this point",
};

const HIDDEN = "the number of unstable multipliers changes between the row before and this one, which the labels do not explain";

/** Rows of branches, numbered as their tables number them. */
interface Numbered {
  branch: number;
  index: number;
  row: BranchRow;
}

function numbered(branches: readonly GrowingCycles[]): Numbered[] {
  return branches.flatMap(({ rows }, branch) => rows.map((row, index) => ({ branch, index, row })));
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
export function cycleTable(system: System, branches: readonly GrowingCycles[]): Table {
  const columns = cycleColumns(factsOf(system));
  const last = branches.map(({ rows }) => lastSolved(rows));
  const cells = numbered(branches).map((each) => {
    const { end, from, hopf } = branches[each.branch];
    const begin = originNote(from) ?? (hopf && `the Hopf point of branch ${hopf.branch}, index ${hopf.index}, of the equilibria`);
    const origin = each.index === 0 ? begin : undefined;
    const note = joined(
      origin,
      each.row.hidden === true ? HIDDEN : undefined,
      end && each.index === last[each.branch] ? endNotes[end] : undefined,
    );
    return [...cellsOf(system, each), note];
  });
  const children = columns.map(({ type, nullable }, c): Data<DataType> => {
    const own = cells.map((row) => row[c]);
    if (type === "text") return optional(own.map((cell) => (cell === undefined ? undefined : String(cell))));
    const values = Float64Array.from(own, Number);
    if (type === "integer") return integersOrNull(values);
    return nullable ? numbersOrNull(values) : numbers(values);
  });
  return tableOf(columns, children, systemMetadata(system));
}

/** The last row that is a cycle: behind it there may be one that is extrapolated. */
function lastSolved(rows: readonly BranchRow[]): number {
  return rows.findLastIndex(({ kind }) => kind !== "homoclinic");
}

/** What a cycle is, by how many of its multipliers other than the trivial one lie outside the unit circle. */
function typeOf({ kind }: BranchRow, unstable: number, size: number): string {
  if (kind === "hopf") return "equilibrium";
  if (kind === "homoclinic") return "homoclinic orbit";
  if (isEvent(kind)) return "nonhyperbolic cycle";
  if (Number.isNaN(unstable)) return "cycle";
  if (unstable === 0) return "stable cycle";
  return unstable === size - 1 ? "unstable cycle" : "saddle cycle";
}

/** What a cycle is like to what is near it; at a Hopf point the cycles that begin there, and the equilibrium, are alike. */
function stabilityOf({ field }: System, { kind, point }: BranchRow): { unstable: number; stability: string } {
  const { orbit, multipliers: found } = point;
  if (kind === "hopf") {
    const z = Float64Array.from([...orbit.nodes.subarray(0, field.states.length), orbit.scalars[PARAMETER]]);
    const { coefficient, unstable } = hopfFacts(field, z, (2 * Math.PI) / orbit.scalars[PERIOD]);
    return { unstable, stability: hopfStability(coefficient, unstable) };
  }
  if (kind === "homoclinic" || !areTrusted(found)) return { unstable: Number.NaN, stability: "unknown" };
  const unstable = isEvent(kind) ? unstableBut(found, kind) : found.unstable;
  return { unstable, stability: unstable === 0 ? "stable" : "unstable" };
}

/** Digits of an extrapolated parameter. */
function guessDigits({ guess }: BranchRow): number | undefined {
  return guess && sureDigits(guess.parameter, guess.error, Math.abs(guess.parameter));
}

/** What stands in a row, up to its note. */
function cellsOf(system: System, { branch, index, row }: Numbered): (number | string | undefined)[] {
  const { orbit, multipliers: found } = row.point;
  const { count, observe } = observing(system);
  const size = system.field.states.length;
  const extents = extentsOf(orbit, size, count, observe);
  const { unstable, stability } = stabilityOf(system, row);
  const label = labels[row.kind];
  const point = label === undefined ? undefined : labelWords[label];
  const squares = extentsOf(orbit, size, 1, (z, out) => {
    out[0] = 0;
    for (let i = 0; i < size; i++) out[0] += z[i] * z[i];
  });
  return [
    ...[branch, index, label, point, typeOf(row, unstable, size), stability, unstable, parameterOf(row)],
    ...extents.flatMap(({ min, max, mean }) => [min, max, mean]),
    ...[orbit.scalars[PERIOD], Math.sqrt(squares[0].mean)],
    ...[row.residual, row.digits ?? guessDigits(row), row.guess?.error].map((each) => each ?? Number.NaN),
    ...Array.from({ length: size }, (_, i) => [found.values[i]?.re ?? Number.NaN, found.values[i]?.im ?? Number.NaN]).flat(),
    found.values.length > 0 ? found.trivialError : Number.NaN,
  ];
}

/** A row for each time of each cycle, at the nodes of its mesh: of all of some branches or curves, of one of them, or one alone. */
export function orbitTable(
  system: System,
  orbits: readonly (readonly (Orbit | undefined)[])[],
  asked: { branch?: number | undefined; index?: number | undefined },
): Table {
  const columns = orbitColumns(factsOf(system));
  const rows = orbits.flatMap((own, branch) => own.flatMap((orbit, index) => (orbit ? [{ branch, index, orbit }] : [])));
  const told = rows.filter(({ branch, index }) => (asked.branch ?? branch) === branch && (asked.index ?? index) === index);
  const { count, observe } = observing(system);
  const size = system.field.states.length;
  const lengths = told.map(({ orbit }) => orbit.nodes.length / size);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const values = Array.from({ length: 3 + count }, () => new Float64Array(total));
  const [z, out] = [new Float64Array(size + system.field.parameters.length), new Float64Array(count)];
  let at = 0;
  told.forEach(({ branch, index, orbit: { mesh, nodes, scalars } }, i) => {
    const degree = (lengths[i] - 1) / (mesh.length - 1);
    z.set(scalars.subarray(PARAMETER, PARAMETER + system.field.parameters.length), size);
    for (let node = 0; node < lengths[i]; node++, at++) {
      const interval = Math.min(Math.floor(node / degree), mesh.length - 2);
      const time = mesh[interval] + ((mesh[interval + 1] - mesh[interval]) * (node - interval * degree)) / degree;
      z.set(nodes.subarray(node * size, (node + 1) * size));
      observe(z, out);
      [branch, index, time * scalars[PERIOD], ...out].forEach((value, c) => {
        values[c][at] = value;
      });
    }
  });
  const children = columns.map((column, c) => numbersAs(column, values[c]));
  return tableOf(columns, children, systemMetadata(system));
}
