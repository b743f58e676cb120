import { type Flow, Integrator, readTrajectory, type Trajectory } from "./trajectory.ts";

/** One turn of a trajectory that comes back to where it was. */
export interface Turn {
  trajectory: Trajectory;
  start: number;
  period: number;
}

/** What a trajectory does in the end. */
export type Recurrence = { kind: "cycle"; turn: Turn } | { kind: "rest" | "diverges" | "aperiodic"; time: number };

/** Steps of the first stretch, and of the last; each is twice as long as the one before it. */
const FIRST_STRETCH = 2000;
const LAST_STRETCH = 256_000;
/** A trajectory has come back where it is nearer than this part of its extent; at rest where its extent is less than this part of its size. */
const RETURNED = 2e-3;
const AT_REST = 1e-7;

/** Follows a trajectory until it repeats itself, comes to rest, leaves all bounds, or has done none of these for long. */
export function recurrenceOf(field: Flow, z: Float64Array): Recurrence {
  const integrator = new Integrator(field, z, 1e-8);
  const most = new Float64Array(field.states.length);
  for (let steps = FIRST_STRETCH; steps <= LAST_STRETCH; steps *= 2) {
    const trajectory = record(integrator, steps);
    if (trajectory === undefined) return { kind: "diverges", time: integrator.time };
    const turn = lastTurn(trajectory, most);
    if (turn === "rest") return { kind: "rest", time: integrator.time };
    if (turn !== undefined) return { kind: "cycle", turn };
  }
  return { kind: "aperiodic", time: integrator.time };
}

function record(integrator: Integrator, steps: number): Trajectory | undefined {
  const trajectory: Trajectory = { times: [], states: [], slopes: [] };
  for (let step = 0; step < steps; step++) {
    if (!integrator.advance()) return undefined;
    if (integrator.state.some((value) => !(Math.abs(value) < 1e100))) return undefined;
    trajectory.times.push(integrator.time);
    trajectory.states.push(integrator.state);
    trajectory.slopes.push(integrator.slope);
  }
  return trajectory;
}

/**
 * The last turn of a stretch, once the turn before it was the same; "rest" where nothing moves, by its size or by how far it has moved
 * before.
 *
 * @param most how far each state has moved so far, which is brought up to date
 */
function lastTurn(trajectory: Trajectory, most: Float64Array): Turn | "rest" | undefined {
  const { states, times } = trajectory;
  const size = states[0].length;
  const { low, extents, sizes } = extentsOf(states.slice(states.length >> 1));
  extentsOf(states).extents.forEach((extent, i) => {
    most[i] = Math.max(most[i], extent);
  });
  const moving = extents.map((extent, i) => extent / (sizes[i] + most[i] + 1e-300));
  if (moving.every((part) => part < AT_REST)) return "rest";
  let chosen = 0;
  for (let i = 0; i < size; i++) if (moving[i] > moving[chosen]) chosen = i;
  const level = low[chosen] + extents[chosen] / 2;
  const crossings = upwardCrossings(trajectory, chosen, level);
  const last = crossings.length - 1;
  if (last < 2) return undefined;
  const at = crossings.map((time) => stateAt(trajectory, time, size));
  const isNear = (a: number, b: number) =>
    at[a].every((value, i) => Math.abs(value - at[b][i]) <= RETURNED * extents[i] + AT_REST * sizes[i]);
  for (let back = 1; 2 * back <= last; back++) {
    const period = crossings[last] - crossings[last - back];
    const before = crossings[last - back] - crossings[last - 2 * back];
    const isSame = isNear(last, last - back) && isNear(last - back, last - 2 * back) && Math.abs(period - before) < 1e-2 * period;
    if (isSame && crossings[last - 2 * back] > times[0]) return { trajectory, start: crossings[last - back], period };
  }
  return undefined;
}

/** The lowest value of each state, how far it moves, and how large it gets. */
function extentsOf(states: readonly Float64Array[]): { low: Float64Array; extents: Float64Array; sizes: Float64Array } {
  const [low, high] = [states[0].slice(), states[0].slice()];
  for (const state of states) {
    for (let i = 0; i < state.length; i++) {
      low[i] = Math.min(low[i], state[i]);
      high[i] = Math.max(high[i], state[i]);
    }
  }
  return {
    low,
    extents: high.map((value, i) => value - low[i]),
    sizes: high.map((value, i) => Math.max(Math.abs(value), Math.abs(low[i]))),
  };
}

function stateAt(trajectory: Trajectory, time: number, size: number): Float64Array {
  const out = new Float64Array(size);
  readTrajectory(trajectory, time, out);
  return out;
}

/** Times at which a state rises through a level. */
function upwardCrossings(trajectory: Trajectory, state: number, level: number): number[] {
  const { times, states } = trajectory;
  const found: number[] = [];
  const row = new Float64Array(states[0].length);
  for (let i = 1; i < times.length; i++) {
    if (!(states[i - 1][state] < level && states[i][state] >= level)) continue;
    let [low, high] = [times[i - 1], times[i]];
    for (let turn = 0; turn < 50; turn++) {
      const middle = (low + high) / 2;
      readTrajectory(trajectory, middle, row);
      if (row[state] < level) low = middle;
      else high = middle;
    }
    found.push(high);
  }
  return found;
}
