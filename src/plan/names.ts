import type { Problems } from "../check.ts";
import { sanitize } from "../errors.ts";
import { caseText, sameButForCase } from "../lookalike.ts";
import { acrossColumns } from "../sweep/across-columns.ts";
import { type Column, longColumns, mapColumns, outputName, type StateFacts, wideColumn } from "../sweep/columns.ts";
import { equilibriumTypes, NO_EQUILIBRIUM } from "../sweep/equilibrium-types.ts";
import type { Points } from "../sweep/points.ts";
import { REGIMES } from "../sweep/regimes.ts";
import { tablesOf, widthText } from "../sweep/width.ts";
import type { FeatureColumn } from "./features.ts";
import type { OutputColumn } from "./outputs.ts";

/** What the columns of a sweep's tables are named after. */
interface NamedSweep {
  /** Grid keys, with the replicate's number. */
  keys: readonly string[];
  columns: readonly OutputColumn[];
  features: readonly FeatureColumn[];
  states: readonly StateFacts[];
  replicates: number;
}

type Path = (string | number)[];

/** A name that is that of another column, but for its case; and where one of the two was given. */
interface CaseClash {
  first: string;
  second: string;
  path: Path;
}

/** The columns of traces, of the map, and across replicates, with the place where each was given; none for those that every sweep has. */
function everyName(sweep: NamedSweep): [string, Path | undefined][] {
  const { keys, columns, features, states } = sweep;
  const outputs = new Map(columns.map((column): [string, Path] => [outputName(column), ["outputs", column.key]]));
  const pathOf = ({ name, role }: Column): Path | undefined => {
    if (role === "grid") return ["paramGrid", name];
    return role === "state" ? ["finalState"] : outputs.get(name);
  };
  const points = { keys };
  const plain = [
    ...longColumns({ points, timeUnit: "", outputs: columns }),
    ...mapColumns({ points, timeUnit: "", adaptive: true, features: [], states, hasVariables: true }),
  ];
  return [
    ...plain.map((column): [string, Path | undefined] => [column.name, pathOf(column)]),
    ...features.flatMap((feature) =>
      namesOfFeature(feature, sweep).map((name): [string, Path] => [name, ["features", feature.output.key]]),
    ),
  ];
}

/** Labels that features have, by their names. */
const labelsOf: ReadonlyMap<string, readonly string[]> = new Map([
  ["regime", Object.values(REGIMES)],
  ["stability", [...equilibriumTypes, NO_EQUILIBRIUM]],
]);

/** The columns of a feature: in the map, and across replicates. The labels of a reducer of the caller's own are not known yet. */
function namesOfFeature(feature: FeatureColumn, { replicates }: NamedSweep): string[] {
  const labels = labelsOf.get(feature.feature) ?? [];
  const own = mapColumns({ points: { keys: [] }, timeUnit: "", adaptive: false, features: [feature] }).filter(
    ({ role }) => role === "feature",
  );
  return (replicates === 1 ? own : acrossColumns(own, () => labels).filter(({ role }) => role !== "count")).map(({ name }) => name);
}

/** Tells names that two columns across replicates would have. */
export function checkAcross(problems: Problems, sweep: NamedSweep): void {
  if (sweep.replicates === 1) return;
  const own = new Set(sweep.features.map(({ name }) => name));
  const seen = new Set(own);
  for (const feature of sweep.features) {
    for (const name of namesOfFeature(feature, sweep)) {
      if (name === feature.name) continue;
      if (seen.has(name)) {
        const message = `two columns of acrossReplicates would be called ${sanitize(name)}; give the output of one of them another name`;
        problems.add("E_FEATURE_DUPLICATE", ["features", feature.output.key], message);
      }
      seen.add(name);
    }
  }
}

/** Names that differ from that of a column before them by their case alone. */
function caseClashes(sweep: NamedSweep): CaseClash[] {
  const places = new Map(everyName(sweep));
  return sameButForCase(places.keys()).map(([first, second]) => {
    return { first, second, path: places.get(second) ?? places.get(first) ?? [] };
  });
}

/** What is to be said of such names, and what to do. */
function textOf({ first, second, path }: CaseClash): string {
  const [option, given = second] = path;
  const name = sanitize(String(given));
  const says = option === "finalState" ? "leave out finalState" : `give one another name, such as rename: { ${name}: "${name}_2" }`;
  return `${caseText(first, second)}; ${says}`;
}

/** Refuses such names for files that engines of SQL open. */
export function checkCase(problems: Problems, sweep: NamedSweep): void {
  for (const clash of caseClashes(sweep)) problems.add("E_CASE_NAME", clash.path, textOf(clash));
}

/** The same of a plan. */
interface PlannedNames {
  points: Points;
  columns: readonly OutputColumn[];
  features: { parts: readonly FeatureColumn[] };
  finalStates: readonly StateFacts[];
}

/** What is to be said of the columns of a wide table that no file can have; undefined where files can. */
export function widthWarning({ points, columns, layout, traces }: PlannedNames & { layout: string; traces: boolean }): string | undefined {
  if (layout !== "wide" || !traces) return undefined;
  const [output] = columns;
  const entries = output
    ? wideColumn(
        output,
        "",
        points.keys.map((key) => [key, ""]),
      ).metadata.size
    : 0;
  const count = points.names.length * columns.length;
  // Time has its unit.
  return widthText(1 + count, tablesOf(count, entries) + tablesOf(1, 1) - 1);
}

/** What is to be said of the names of a sweep that is kept in memory. */
export function nameWarnings({ points, columns, features, finalStates }: PlannedNames): string[] {
  const { keys, names } = points;
  return caseClashes({ keys, columns, features: features.parts, states: finalStates, replicates: names.replicates }).map(textOf);
}
