import type { Problems } from "../check.ts";
import type { NormalOptions, SweepCall } from "./defaults.ts";
import type { SearchOptions } from "./options.ts";

/**
 * What sweepBatches takes. With `results: false` batches are rows of the map: a row for each point, with its features. Else they are rows of
 * traces, in the long layout: a row for each point and time; features and final states are columns of the map, and "wide" is refused.
 */
export type BatchOptions = Omit<SearchOptions, "certify" | "store">;

/** Refuses what a stream of batches cannot have. */
export function checkStreamed(
  problems: Problems,
  { layout }: SweepCall,
  { store, certify, refine, follow, results, features, finalState }: NormalOptions,
): void {
  const add = (option: string, message: string) => problems.add("E_STREAM_OPTION", [option], message);
  const ofMap = (option: string) =>
    `${option} makes columns of the map, and a stream of traces has none of its rows; set results: false for a row for each point, or leave ${option} out`;
  if (results && layout === "wide") add("layout", 'a stream is in the long layout: "wide" has a column for each point; leave layout out');
  if (store) add("store", "a stream is not stored; use gridSearch with store, and batches() of the sweep that it returns");
  if (refine) add("refine", "a stream has its points before it begins; leave refine out, or use gridSearch");
  if (follow) add("follow", "points of a stream come side by side; leave follow out, or use gridSearch");
  if (certify) add("certify", "a stream has no certificate; leave certify out, or use gridSearch");
  if (results && Object.keys(features).length > 0) add("features", ofMap("features"));
  if (results && finalState) add("finalState", ofMap("finalState"));
}
