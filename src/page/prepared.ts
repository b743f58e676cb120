import { prepare } from "../api/prepare.ts";
import type { Prepared } from "../api/prepared.ts";
import { gridSearch } from "../index.ts";
import { gridOf, pointAt } from "./grid.ts";
import { readModel, searchOptions } from "./models.ts";
import type { Traces } from "./protocol.ts";
import { published } from "./state.ts";

/** The sweep that the page opens with, planned: one block. Its traces are of the signal and of the variable of the phase plane. */
export interface PreparedOpening extends Prepared {
  units: Traces["units"];
}

/**
 * Plans the traces of the published sweep. The build puts what this gives in place of this module
 * (scripts/opening.mjs): a page that is opened has only to run it.
 */
export async function prepared(): Promise<PreparedOpening> {
  const { template: circuit, description } = readModel(published.model);
  const grid = gridOf(published);
  const points = Array.from({ length: grid.count }, (_, index) => pointAt(published, grid, index));
  const traced = searchOptions(published, { description, circuit }, { points, map: false });
  const { results, resultsMap } = await gridSearch(traced);
  const unitOf = (output: string) =>
    results.schema.fields.find(({ metadata }) => metadata.get("output") === output)?.metadata.get("unit") ?? "";
  const [signal, plane] = Object.keys(traced.outputs ?? {}).map(unitOf);
  const planned = prepare(traced);
  if (planned.blocks.length !== 1) throw new Error("what the page opens with is no single block");
  return { ...planned, units: { time: resultsMap.schema.metadata.get("timeUnit") ?? "", signal, plane } };
}
