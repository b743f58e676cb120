import type { Table } from "apache-arrow/table";
import { append, largest } from "../lists.ts";
import type { AdaptiveChoice } from "./advice.ts";
import type { ArithmeticError } from "./arithmetic.ts";
import type { JumpsInSteps } from "./jumps.ts";

/** The largest error of one quantity among the sampled points. */
export interface CertifiedQuantity {
  /** `V` for a trace, `V_mean` for a feature. */
  quantity: string;
  /** Deviation from the reference, relative: to a trace's range, to a feature's size. */
  error: number;
  /** Estimated in the same way at half the step (or a tenth of the tolerances): what the next finer run would have. */
  errorHalved: number;
  /** The point where it is largest, with its key and its values of the grid. */
  key: string;
  grid: Readonly<Record<string, number>>;
  /** The value as the sweep has it, and by the reference. */
  value: number;
  reference: number;
}

/** A regime, or status, that is another one by the reference. */
export interface CertifiedChange {
  quantity: string;
  key: string;
  grid: Readonly<Record<string, number>>;
  value: string;
  reference: string;
}

/** How far a sweep's numbers are from those of its equations, measured at a seeded sample of its points. */
export interface Certificate {
  /** Whether the largest relative error is at or below the tolerance, no regime is another, and each point of the sample has a reference. */
  met: boolean;
  tolerance: number;
  /** Keys of the points that were compared, and of those of the sample for which no solver could tell what they should come to. */
  points: readonly string[];
  withoutReference: readonly string[];
  /** What the sweep was compared with. */
  reference: string;
  /** The largest relative error of all; and for each quantity, from the largest down. */
  largest: number;
  quantities: readonly CertifiedQuantity[];
  changes: readonly CertifiedChange[];
  /** Frequencies and counts that were not compared: those of traces at rest are the noise's. */
  leftOut: number;
  /** For each output, the largest noise floor of a trace, in the output's unit: a range within it is no range. */
  floors: readonly { output: string; floor: number }[];
  /** A step at which the features of the sampled points, and one at which their traces too, are within the tolerance; checked by running them. */
  stepForFeatures?: number;
  stepForAll?: number;
  /** Where no step does: an adaptive solver, with its tolerances, that puts all of it within the tolerance; checked by running it. */
  solverForAll?: AdaptiveChoice;
  /** What another arithmetic than the exact one alone makes of the sweep; not given where its steps are exact. */
  arithmetic?: ArithmeticError;
  /** Jumps of the equations at which fixed steps do not end; not given where there are none. */
  jumps?: JumpsInSteps;
  /** The same in words, a sentence a line. */
  text: string;
  /** A row for each sampled point and quantity: `key`, grid keys, `quantity`, `value`, `reference`, `error`, `errorHalved`. */
  table: Table;
}

/** A share as per cent, with two digits. */
export function percent(share: number): string {
  if (!Number.isFinite(share)) return "without bound";
  const value = share * 100;
  if (value === 0) return "0 %";
  return `${value >= 100 ? Math.round(value) : Number(value.toPrecision(2))} %`;
}

/** Where a point is: its values of the grid. */
function placeOf(grid: Readonly<Record<string, number>>): string {
  const parts = Object.entries(grid).map(([key, value]) => `${key} = ${Number(value.toPrecision(6))}`);
  return parts.length > 0 ? `at ${parts.join(", ")}` : "";
}

function number(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function sentence({ quantity, error, grid, value, reference }: CertifiedQuantity): string {
  return `${quantity} is off by ${percent(error)} ${placeOf(grid)} (${number(value)}, not ${number(reference)})`;
}

/** A certificate in words, a sentence a line. */
export function wordsOf(
  certificate: Omit<Certificate, "text" | "table">,
  call: { points: number; stepSize: number; absolute: number; tried: boolean },
): string {
  const { met, tolerance, points, withoutReference, reference, largest, quantities, changes } = certificate;
  if (points.length === 0) return `not certified: ${missingOf(withoutReference)}`;
  const sample = points.length === call.points ? `all ${call.points} points` : `${points.length} of ${call.points} points`;
  const lines = [`certified at ${sample}, against ${reference}: the largest relative error is ${percent(largest)}`];
  const floors = floorsOf(certificate, call);
  if (met) return `${lines[0]} (${floors}), within the ${percent(tolerance)} that were asked for`;
  lines[0] += `; ${percent(tolerance)} were asked for`;
  const wrong = quantities.filter(({ error }) => error > tolerance);
  append(lines, wrong.slice(0, 6).map(sentence));
  if (wrong.length > 6) lines.push(`and ${wrong.length - 6} more`);
  for (const { quantity, grid, value, reference: should } of changes.slice(0, 4)) {
    lines.push(`${quantity} is ${value} ${placeOf(grid)}, and ${should} by the reference`);
  }
  if (changes.length > 4) lines.push(`and ${changes.length - 4} more such changes`);
  if (withoutReference.length > 0) lines.push(missingOf(withoutReference));
  if (call.tried && wrong.length + changes.length > 0) lines.push(adviceOf(certificate, call));
  lines.push(floors);
  return lines.join("\n");
}

/** What counts as nothing, and what was not compared. */
function floorsOf({ floors, leftOut }: Pick<Certificate, "floors" | "leftOut">, { absolute }: { absolute: number }): string {
  const listed = floors.slice(0, 3).map(({ output, floor }) => `${output} up to ${Number(floor.toPrecision(2))}`);
  const more = floors.length > 3 ? [`others up to ${Number(largest(floors.slice(3).map(({ floor }) => floor)).toPrecision(2))}`] : [];
  const words = `a range of ${[...listed, ...more].join(", ")} is noise of the solver`;
  const own = absolute > 0 ? `; a difference of at most ${absolute} is none` : "";
  return leftOut === 0 ? words + own : `${words}${own}; ${leftOut} frequencies and counts of what is at rest were left out`;
}

/** Points of the sample of which nothing can be said. */
function missingOf(withoutReference: readonly string[]): string {
  const more = withoutReference.length > 4 ? ` and ${withoutReference.length - 4} more` : "";
  return `no solver could finish ${withoutReference.slice(0, 4).join(", ")}${more}, so that there is no reference: nothing is said of them`;
}

function adviceOf(
  { stepForFeatures, stepForAll, solverForAll, tolerance }: Omit<Certificate, "text" | "table">,
  call: { stepSize: number },
): string {
  const within = `within ${percent(tolerance)}`;
  const solver = solverForAll
    ? `solver { name: "${solverForAll.name}", rtol: ${solverForAll.rtol}, atol: ${solverForAll.atol} }`
    : undefined;
  if (stepForFeatures === call.stepSize && stepForAll !== undefined)
    return `stepSize ${stepForAll} puts the traces ${within} too; the features are there`;
  if (stepForAll !== undefined && (stepForFeatures === undefined || stepForFeatures === stepForAll))
    return `stepSize ${stepForAll} puts all of it ${within}`;
  if (stepForFeatures !== undefined && stepForFeatures !== call.stepSize) {
    const tried = solver === undefined ? "no step or solver that was tried puts the traces there" : `${solver} puts the traces there too`;
    return `stepSize ${stepForFeatures} puts the features ${within}; ${stepForAll === undefined ? tried : `${stepForAll} the traces too`}`;
  }
  return solver === undefined ? `no step or solver that was tried puts all of it ${within}` : `${solver} puts all of it ${within}`;
}
