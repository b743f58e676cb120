import { MapData } from "./map-data.ts";
import type { Failure, MapPart, Traces } from "./protocol.ts";
import { type State, shownOf } from "./state.ts";

/** Who shows what has been computed. */
export interface Screen {
  /** Maps, one for each figure of the state, have begun, have more points, or are at their end. */
  maps(maps: readonly MapData[]): void;
  pins(traces: Traces): void;
  /** The point `at` that is looked at, beside the pins; undefined for none. */
  preview(traces: Traces | undefined, at: number): void;
  /** What is wrong, or undefined where nothing is. */
  trouble(failure: Failure | undefined): void;
}

const none = new Float64Array(0);
export const noTraces: Traces = { times: none, frequencies: none, traces: [], units: { time: "", signal: "", plane: "" } };

/** What a state's figures are computed from: the traces of its pins, its maps, and the traces of the point `at` that is looked at. */
export function keysOf(state: State, at: number): { pins: string; map: string; preview: string } {
  const { pins, feature, plane, beside, replicates, display: _, diagram: __, ...rest } = state;
  return {
    pins: JSON.stringify([pins, plane, rest]),
    map: JSON.stringify([feature, beside, replicates, rest]),
    preview: JSON.stringify([at, plane, rest]),
  };
}

/** A map for each figure of a state. */
export function mapsOf(state: State): readonly MapData[] {
  return shownOf(state).map((_, layer) => new MapData(state, layer));
}

/** The maps of a state that were computed when the page was built. */
export function finishedMaps(state: State, part: MapPart): readonly MapData[] {
  const maps = mapsOf(state);
  for (const map of maps) {
    map.add(part);
    map.finished = true;
    map.ofBuild = true;
  }
  return maps;
}
