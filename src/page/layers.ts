import type { Table } from "apache-arrow";
import { acrossReplicates } from "../index.ts";
import { outputNames } from "./keys.ts";
import type { FailedPoint, MapLayer } from "./protocol.ts";
import { type State, shownOf } from "./state.ts";

/** What a map of results shows in each figure of a state, and which of its points failed: across replicates, where there are several. */
export function layersOf(map: Table, state: State): { layers: MapLayer[]; failed: FailedPoint[] } {
  const { replicates } = state;
  const failures = failuresOf(map);
  const { signals } = outputNames(state);
  const across = replicates > 1 ? acrossReplicates(map) : undefined;
  const layers = shownOf(state).map(({ signal, feature }) => layerOf(map, across, signals.get(signal) ?? "", feature));
  if (!across) return { layers, failed: failures };
  // A point with replicates has failed where none of them ended well; it failed as its first one did.
  const points = new Map<number, FailedPoint[]>();
  for (const failure of failures) {
    const place = Math.floor(failure.place / replicates);
    points.set(place, [...(points.get(place) ?? []), { ...failure, place }]);
  }
  return { layers, failed: [...points.values()].filter(({ length }) => length === replicates).map(([first]) => first) };
}

function failuresOf(map: Table): FailedPoint[] {
  const [status, time, variable] = ["status", "failedAt", "failedVariable"].map((name) => map.getChild(name));
  return Array.from(status ?? [], String).flatMap((found, place): FailedPoint[] => {
    if (found === "ok") return [];
    const [at, name]: unknown[] = [time?.get(place), variable?.get(place)];
    return [{ place, status: found, time: typeof at === "number" ? at : Number.NaN, variable: typeof name === "string" ? name : "" }];
  });
}

/** A feature's column: of an output whose path matches several nodes, or that is complex, the first. */
function layerOf(map: Table, across: Table | undefined, output: string, feature: string): MapLayer {
  const fields = map.schema.fields.filter(({ metadata }) => metadata.get("feature") === feature);
  const isOf = (found = "") => found === output || found.replace(/\.re$/, "") === output;
  const field = fields.find(({ metadata }) => isOf(metadata.get("output"))) ?? fields[0];
  const table = across ?? map;
  const column = table.getChild(field.name);
  const about = { name: field.name, unit: field.metadata.get("unit") ?? "" };
  if (String(field.type) !== "Utf8") {
    const ends = across && { low: numbers(table, `${field.name}_low`), high: numbers(table, `${field.name}_high`) };
    return { values: numbers(table, field.name), ...ends, ...about };
  }
  const status = map.getChild("status");
  // Of a point that failed, the figure tells how.
  const all = Array.from(column ?? [], (value, i) => String(value ?? status?.get(across ? 0 : i)));
  const texts = [...new Set(all)];
  return { values: Float64Array.from(all, (text) => texts.indexOf(text)), texts, ...about };
}

function numbers(table: Table, name: string): Float64Array {
  return Float64Array.from(table.getChild(name) ?? [], (value: unknown) => (typeof value === "number" ? value : Number.NaN));
}
