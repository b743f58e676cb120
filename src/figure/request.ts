import type { Combination } from "./combination.ts";

/** What is asked of a figure; whatever is left out is chosen by what the sweep is. */
export interface FigureRequest {
  /** Grid keys. */
  x?: string | undefined;
  y?: string | undefined;
  /** Columns of the map: `V.mean`. */
  features?: readonly string[] | undefined;
  /** Outputs, or sums and differences of them: `V_pce - V_pci`. */
  outputs?: readonly string[] | undefined;
  /** Names of points, and conditions: `C=100..200`. */
  points?: readonly string[] | undefined;
  /** Of the whole, in pixels. */
  width?: number | undefined;
  height?: number | undefined;
  title?: string | undefined;
  /** What to draw of the traces if `outputs` does not say so: what a spec's `figure` has, or every output. */
  combinations?: readonly Combination[] | undefined;
}
