import type { Table } from "apache-arrow/table";
import { append } from "../lists.ts";
import type { JumpsInSteps } from "./jumps.ts";

/** The largest error of one quantity among the sampled points. */
export interface CertifiedQuantity {
  /** `V` for a trace, `V.mean` for a feature. */
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
  /** Whether the largest relative error is at or below the tolerance, and no regime is another. */
  met: boolean;
  tolerance: number;
  /** Keys of the points that were run again. */
  points: readonly string[];
  /** What the sweep was compared with. */
  reference: string;
  /** The largest relative error of all; and for each quantity, from the largest down. */
  largest: number;
  quantities: readonly CertifiedQuantity[];
  changes: readonly CertifiedChange[];
  /** A step at which the features of the sampled points, and one at which their traces too, are within the tolerance; checked by running them. */
  stepForFeatures?: number;
  stepForAll?: number;
  /** Jumps of the equations at which fixed steps do not end; not given where there are none. */
  jumps?: JumpsInSteps;
  /** The same in words, a sentence a line. */
  text: string;
  /** A row for each sampled point and quantity: `key`, grid keys, `quantity`, `value`, `reference`, `error`, `errorHalved`. */
  table: Table;
}

/** A share as per cent, with two digits. */
function percent(share: number): string {
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
  call: { points: number; stepSize: number; solver: string },
): string {
  const { met, tolerance, points, reference, largest, quantities, changes } = certificate;
  const sample = points.length === call.points ? `all ${call.points} points` : `${points.length} of ${call.points} points`;
  const lines = [`certified at ${sample}, against ${reference}: the largest relative error is ${percent(largest)}`];
  if (met) return `${lines[0]}, within the ${percent(tolerance)} that were asked for`;
  lines[0] += `; ${percent(tolerance)} were asked for`;
  const wrong = quantities.filter(({ error }) => error > tolerance);
  append(lines, wrong.slice(0, 6).map(sentence));
  if (wrong.length > 6) lines.push(`and ${wrong.length - 6} more`);
  for (const { quantity, grid, value, reference: should } of changes.slice(0, 4)) {
    lines.push(`${quantity} is ${value} ${placeOf(grid)}, and ${should} by the reference`);
  }
  if (changes.length > 4) lines.push(`and ${changes.length - 4} more such changes`);
  if (wrong.length > 0) lines.push(adviceOf(certificate, call));
  return lines.join("\n");
}

function adviceOf(
  { stepForFeatures, stepForAll, tolerance }: Omit<Certificate, "text" | "table">,
  call: { stepSize: number; solver: string },
): string {
  const within = `within ${percent(tolerance)}`;
  if (stepForFeatures === call.stepSize && stepForAll !== undefined)
    return `stepSize ${stepForAll} puts the traces ${within} too; the features are there`;
  if (stepForAll !== undefined && (stepForFeatures === undefined || stepForFeatures === stepForAll))
    return `stepSize ${stepForAll} puts all of it ${within}`;
  const also = `use solver "${call.solver === "rk45" ? "dop853" : "rk45"}" for the rest`;
  if (stepForFeatures !== undefined && stepForFeatures !== call.stepSize) {
    const traces = stepForAll === undefined ? `no step worth its time does it for the traces: ${also}` : `${stepForAll} the traces too`;
    return `stepSize ${stepForFeatures} puts the features ${within}; ${traces}`;
  }
  return `no step worth its time puts all of it ${within}: ${also}, with a tolerance of your own`;
}
