/** In which numbers steps are taken, and how they are rounded. */
export interface Arithmetic {
  /** Whether products and sums round once where that is faster, and what no step changes is multiplied out: one result on every engine that fuses. */
  readonly fastMath: boolean;
  readonly precision: "float64" | "float32";
}

/** As the equations are written, each operation rounded to float64: the bits of every engine. */
export const EXACT: Arithmetic = { fastMath: false, precision: "float64" };

/** Whether steps are taken as the equations are written. */
export function isExact({ fastMath, precision }: Arithmetic): boolean {
  return !fastMath && precision === "float64";
}
