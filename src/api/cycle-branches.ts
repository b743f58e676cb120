import type { Table } from "apache-arrow";
import type { EndReason } from "../continuation/cycles/branch-rows.ts";
import type { EquilibriumRow } from "../continuation/cycles/run.ts";
import type { SystemOptions } from "../options/continuation.ts";
import type { CycleCall } from "../options/cycles.ts";

/** What continueCycle takes. Times are in the model's time unit. */
export interface ContinueCycleOptions extends SystemOptions, CycleCall {}

/** Branches of cycles. */
export interface CycleBranches {
  /**
   * A row for each cycle: `branch` and `index` in it; `label` as AUTO's users know it and `point` in words, null where a cycle is no special
   * point; `type` (stable, unstable or saddle cycle), `stability` and `unstable`, how many multipliers lie outside the unit circle; the
   * parameter; lowest, highest and mean value of each state and output over the period (`name_min`, `name_max`, `name_mean`); `period`; `norm`,
   * the root of the mean of the sum of the states' squares. A bifurcation's row has `residual`, by how much its condition is missed, and
   * `digits`, how many of its parameter's a mesh twice as fine leaves as they are; an extrapolated homoclinic orbit's its parameter's `error`.
   * Then Floquet multipliers, the trivial one first; `trivialError`, how far that is from 1; and `note`, why a branch ends there, or what is
   * not sure.
   */
  table: Table;
  /**
   * Why each branch ended, on which row of which other it began, and how many rows it has; of one that began at a Hopf point of a table, its
   * `branch` and `index` there.
   */
  branches: readonly { end: EndReason; from: { branch: number; row: number } | undefined; rows: number; hopf?: EquilibriumRow }[];
  /** Hopf points of a table near which none could be solved for. */
  missed: readonly EquilibriumRow[];
  /** Paths of noise that was left out: cycles are of the equations without it. */
  ignored: readonly string[];
  /** The cycles themselves: a row for each node of their meshes, `branch`, `index`, `time` from 0 to the period, states and outputs. */
  orbits(branch?: number, index?: number): Table;
}

/** What a table of curves has beside its rows. */
export interface CurveCycles {
  /** The cycles of rows of folds and period doublings of cycles, as those of CycleBranches: a row for each node of their meshes. */
  orbits(branch?: number, index?: number): Table;
}

/** Curves in two parameters: a row for each point. */
export type CurveTable = Table & CurveCycles;
