import type { Table } from "apache-arrow/table";

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
  /** The same in words, a sentence a line. */
  text: string;
  /** A row for each sampled point and quantity: `key`, grid keys, `quantity`, `value`, `reference`, `error`, `errorHalved`. */
  table: Table;
}
