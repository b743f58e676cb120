import type { Table } from "apache-arrow";
import type { EndReason } from "../continuation/cycles/branch-rows.ts";
import type { SystemOptions } from "../options/continuation.ts";
import type { CycleCall } from "../options/cycles.ts";

/** What continueCycle takes. Times are in the model's time unit. */
export interface ContinueCycleOptions extends SystemOptions, CycleCall {}

/** Branches of cycles. */
export interface CycleBranches {
  /**
   * A row for each cycle: `branch` and `index` in it; `type` in words and `label` as AUTO's users know it; `stability`; the parameter;
   * `period`; `norm`, the root of the mean of the sum of the states' squares; lowest, highest and mean value of each state and output over
   * the period (`name_min`, `name_max`, `name_mean`); Floquet multipliers, the trivial one first; `unstableMultipliers`; `trivialError`, how far
   * the trivial one is from 1. A bifurcation's row has `residual`, by how much its condition is missed, and `digits`, how many of its
   * parameter's a mesh twice as fine leaves as they are. An extrapolated homoclinic orbit has its parameter's `error`.
   */
  table: Table;
  /** Why each branch ended, on which row of which other it began, and how many rows it has. */
  branches: readonly { end: EndReason; from: { branch: number; row: number } | undefined; rows: number }[];
  /** Paths of noise that was left out: cycles are of the equations without it. */
  ignored: readonly string[];
  /** The cycles themselves: a row for each node of their meshes, `branch`, `index`, `time` from 0 to the period, states and outputs. */
  orbits(branch?: number, index?: number): Table;
}
