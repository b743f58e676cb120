import type { Table } from "apache-arrow";
import { gridSearch, tableToCSV, tableToIPC, tableToParquet } from "../index.ts";
import { axisValues } from "./grid.ts";
import { type ReadModel, searchOptions } from "./models.ts";
import type { EngineRequest } from "./protocol.ts";

type SaveRequest = Extract<EngineRequest, { kind: "save" }>;

/**
 * A file of a figure's numbers: the map of the whole sweep, or the traces of some points. It is what gridSearch returns for the spec that
 * the page gives for the command line, computed again.
 */
export async function save(request: SaveRequest, { template: circuit, description }: ReadModel, signal: AbortSignal): Promise<Uint8Array> {
  const { state, points, what, format } = request;
  // Of a map, one point stands for the values that all points share.
  const asked = what === "map" ? [state.axes.map(({ from }) => from)] : points;
  const options = searchOptions(state, { description, circuit }, { points: asked, map: what === "map" });
  if (what === "traces") {
    const { results } = await gridSearch({ ...options, signal });
    return await bytesOf(results, format);
  }
  const grid = Object.fromEntries(Object.entries(options.paramGrid).map(([key], side) => [key, valuesOf(request, side, key, options)]));
  const { resultsMap } = await gridSearch({ ...options, paramGrid: grid, permuteGrid: true, results: false, signal });
  return await bytesOf(resultsMap, format);
}

/** The values of a key of the whole grid: the axes' keys come first, and the others have one value. */
function valuesOf({ state }: SaveRequest, side: number, key: string, { paramGrid }: ReturnType<typeof searchOptions>): Float64Array {
  const axis = state.axes[side];
  if (axis) return axisValues(axis);
  const column: unknown = Reflect.get(paramGrid, key);
  return column instanceof Float64Array ? column : new Float64Array(0);
}

/** A table as the bytes of a file. */
export async function bytesOf(table: Table, format: SaveRequest["format"]): Promise<Uint8Array> {
  if (format === "csv") return new TextEncoder().encode(await tableToCSV(table));
  return format === "arrow" ? await tableToIPC(table, "file") : await tableToParquet(table);
}
