import type { EdgeMapping, ModelDescription, NodeMapping } from "../index.ts";
import type { Axis, State } from "./state.ts";

/** A key of a sweep's grid, and what it drives. */
export interface GridKey {
  key: string;
  mapping: NodeMapping | EdgeMapping;
  /** The axis whose values it has; or the one value that it keeps. */
  axis?: Axis;
  value: number;
}

/** Columns of the results that no key may be called. */
const TAKEN = ["key", "status", "failedAt", "time", "replicate"];

/** The keys of the grid: the axes', then one for each variable that has not its default. A grid has one key at least. */
export function gridKeysOf(state: State, { variables }: ModelDescription): GridKey[] {
  const taken = new Set(TAKEN);
  const keys: GridKey[] = [];
  const add = (path: string, wanted: string, rest: { axis?: Axis; value: number }) => {
    const mapping = variables.find((each) => each.path === path && each.mapping !== undefined)?.mapping;
    if (mapping === undefined) return;
    keys.push({ key: free(taken, wanted), mapping, ...rest });
  };
  for (const axis of state.axes) add(axis.path, axis.key, { axis, value: axis.from });
  const moved = state.axes.map(({ path }) => path);
  for (const [path, value] of Object.entries(state.values)) {
    if (!moved.includes(path)) add(path, nameOf(path, variables), { value });
  }
  const first = variables.find(({ mapping }) => mapping !== undefined);
  if (keys.length === 0 && first) add(first.path, first.name, { value: first.value });
  return keys;
}

function nameOf(path: string, variables: ModelDescription["variables"]): string {
  return variables.find((each) => each.path === path)?.name ?? "value";
}

/** A name that is not taken: `tau`, `tau_2`, ... */
function free(taken: Set<string>, wanted: string): string {
  let name = wanted;
  for (let i = 2; taken.has(name); i++) name = `${wanted}_${i}`;
  taken.add(name);
  return name;
}

/** Names of the two outputs that a state asks for. */
export function outputNames({ signal, plane }: Pick<State, "signal" | "plane">): { signal: string; plane: string } {
  const name = shortName(signal);
  const other = shortName(plane);
  return { signal: name, plane: other === name ? `${other}_2` : other };
}

function shortName(path: string): string {
  const name = path.split("/").slice(-1)[0];
  return /^[^\s+*()^-]+(?:\/[^\s+*()^-]+)+$/.test(path) && !TAKEN.includes(name) ? name : "signal";
}
