// The traces of what the page opens with, as its worker runs them: planned by the build, without what plans all others.
import { type PreparedResults, runPrepared } from "../api/prepared.ts";
import { densitiesOf } from "./densities.ts";
import { type PreparedOpening, prepared } from "./prepared.ts";
import type { EngineRequest, Traces } from "./protocol.ts";
import { published, type State } from "./state.ts";

interface Run extends PreparedResults {
  opening: PreparedOpening;
}

/** The traces of the pins of what the page opens with; undefined for every other state, and where a point does not end well, which is told of elsewhere. */
export async function preparedTraces({ state, points }: Extract<EngineRequest, { kind: "traces" }>): Promise<Traces | undefined> {
  const found = JSON.stringify(points) === JSON.stringify(published.pins) ? await runOf(state) : undefined;
  if (found === undefined) return undefined;
  const { times, results, opening } = found;
  const [signals, planes] = results[0].traces.map((samples) => eachLane(samples, times.length));
  const { frequencies, densities } = densitiesOf(signals, opening.task.jobs[0].clock.samplingStep);
  const traces = signals.map((signal, i) => ({
    ...{ signal, plane: planes[i], density: densities[i] },
    ...{ failedAt: Number.NaN, status: "ok", variable: "" },
  }));
  return { times: times.slice(), frequencies, traces, units: opening.units };
}

/** The run of a state, where it is the one that the page opens with and all of its points end well. */
async function runOf(state: State): Promise<Run | undefined> {
  if (JSON.stringify(state) !== JSON.stringify(published)) return undefined;
  const opening = await prepared();
  const found = { ...(await runPrepared(opening)), opening };
  return found.results[0].failedAt.every(Number.isNaN) ? found : undefined;
}

/** Copies, which can be given to another thread. */
function eachLane(samples: ArrayLike<number>, length: number): Float64Array[] {
  const values = Float64Array.from(samples);
  return Array.from({ length: values.length / length }, (_, lane) => values.slice(lane * length, (lane + 1) * length));
}
