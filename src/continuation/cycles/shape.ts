/** What a system of collocation equations is made of. */
export interface SystemShape {
  /** States. */
  size: number;
  /** Points of collocation in each interval. */
  degree: number;
  intervals: number;
  /** Free numbers, and as many conditions. */
  extra: number;
}

/** Matrices that are left once inner nodes are eliminated in each interval: rows from size · (degree - 1) on. */
export interface Condensed {
  readonly columns: number;
  readonly blocks: readonly Float64Array[];
  /** The conditions' derivatives by the free numbers, extra × extra, and by the last node, extra × size. */
  readonly corner: Float64Array;
  readonly lastNode: Float64Array;
}
