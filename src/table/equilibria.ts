import type { Table } from "apache-arrow/table";
import { rootsTold } from "../continuation/characteristic-roots.ts";
import type { Equilibrium } from "../continuation/equilibria.ts";
import type { System } from "../continuation/system.ts";
import { valueAt } from "../kernel/key-values.ts";
import { equilibriumColumns } from "../sweep/branch-columns.ts";
import { nameOf, type Points } from "../sweep/points.ts";
import { numbers, numbersAs, strings, tableOf } from "./arrow.ts";
import { columnData, eigenvalueColumns, factsOf, observedColumns, stabilityColumns, systemMetadata } from "./branches.ts";

/** A row an equilibrium, point by point. */
export function equilibriumTable(system: System, points: Points, found: readonly (readonly Equilibrium[])[]): Table {
  const rows = found.flatMap((all, point) => all.map((equilibrium, index) => ({ point, index, ...equilibrium })));
  const facts = { ...factsOf(system), parameters: points.keys.map((name, i) => ({ name, unit: system.keyUnits[i] ?? "" })) };
  const columns = equilibriumColumns(facts);
  const states = system.field.states.map((_, i) => Float64Array.from(rows, ({ z }) => z[i]));
  const outputs = observedColumns(
    system,
    rows.map(({ point, z }) => ({ point, z })),
    points.columns,
  );
  const keys = points.columns.map((column) => Float64Array.from(rows, ({ point }) => valueAt(column, point)));
  const own = {
    key: () => strings(rows.map(({ point }) => nameOf(points.names, point))),
    index: () =>
      numbersAs(
        { type: "integer" },
        Float64Array.from(rows, ({ index }) => index),
      ),
    ...stabilityColumns(rows.map(({ stability }) => stability)),
    residual: () => numbers(Float64Array.from(rows, ({ residual }) => residual)),
    ...eigenvalueColumns(
      rows.map(({ stability }) => stability),
      rootsTold(system.field),
    ),
  };
  return tableOf(columns, columnData(columns, own, [...keys, ...states, ...outputs], rows.length), systemMetadata(system));
}
