import type { Table } from "apache-arrow";
import type { Plane } from "./plane.ts";

/** What all panels of a figure of features have in common. */
export interface Scene {
  map: Table;
  plane: Plane;
  /** The points that are shown, in all panels together. */
  rows: readonly number[];
  /** What became of each point that did not end well; undefined for the others. */
  failed: readonly (string | undefined)[];
}
