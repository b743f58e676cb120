/** In which numbers steps are taken. */
export const precisions = ["float64", "float32"] as const;
export type Precision = (typeof precisions)[number];

/** In which numbers steps are taken, and how they are rounded. */
export interface Arithmetic {
  /** Whether products and sums round once where that is faster, and what no step changes is multiplied out: one result on every engine that fuses. */
  readonly fastMath: boolean;
  readonly precision: Precision;
}

/** As the equations are written, each operation rounded to float64: the bits of every engine. */
export const EXACT: Arithmetic = { fastMath: false, precision: "float64" };

/** What an arithmetic is called: "fastMath", "float32", "fastMath and float32"; "" where it is exact. */
export function arithmeticName({ fastMath, precision }: Arithmetic): string {
  return [...(fastMath ? ["fastMath"] : []), ...(precision === EXACT.precision ? [] : [precision])].join(" and ");
}

/** Whether steps are taken as the equations are written. */
export function isExact({ fastMath, precision }: Arithmetic): boolean {
  return !fastMath && precision === "float64";
}
