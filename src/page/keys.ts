// What a state is called in a call of gridSearch: keys of its grid, and its outputs. The page's own thread needs it only to save.
import { reservedNames } from "../figure/columns.ts";
import type { EdgeMapping, ModelDescription, NodeMapping } from "../index.ts";
import type { Axis, State } from "./state.ts";

/** A key of a sweep's grid, and the variables that it sets. */
export interface GridKey {
  key: string;
  mapping: NodeMapping | EdgeMapping;
  /** The axis whose values it has; or the one value that it keeps. */
  axis?: Axis;
  value: number;
}

/** The keys of the grid: the axes', then one for each variable that has not its default. A grid has one key at least. */
export function gridKeysOf(state: State, { variables }: ModelDescription): GridKey[] {
  const taken = new Set(reservedNames.map((name) => name.toLowerCase()));
  const keys: GridKey[] = [];
  const add = (path: string, wanted: string | undefined, rest: { axis?: Axis; value: number }) => {
    const variable = variables.find((other) => other.path === path && other.mapping !== undefined);
    if (variable?.mapping) keys.push({ key: free(taken, wanted ?? variable.name), mapping: variable.mapping, ...rest });
  };
  for (const axis of state.axes) add(axis.path, axis.key, { axis, value: axis.from });
  const moved = state.axes.map(({ path }) => path);
  for (const [path, value] of Object.entries(state.values)) {
    if (!moved.includes(path)) add(path, undefined, { value });
  }
  const first = variables.find(({ mapping }) => mapping !== undefined);
  if (keys.length === 0 && first) add(first.path, undefined, { value: first.value });
  return keys;
}

/** A name that is not taken, in any case: `tau`, `tau_2`, ... */
function free(taken: Set<string>, wanted: string): string {
  let name = wanted;
  for (let i = 2; taken.has(name.toLowerCase()); i++) name = `${wanted}_${i}`;
  taken.add(name.toLowerCase());
  return name;
}

/** Names of the outputs that a state asks for: of each signal that a figure shows, and of the phase plane's other variable. */
export function outputNames(state: Pick<State, "signal" | "plane" | "feature" | "beside">): {
  signal: string;
  plane: string;
  /** Signal → name, of all that are shown. */
  signals: ReadonlyMap<string, string>;
} {
  const taken = new Set<string>();
  const fresh = (wanted: string) => {
    let name = wanted;
    for (let i = 2; taken.has(name); i++) name = `${wanted}_${i}`;
    taken.add(name);
    return name;
  };
  const signal = fresh(shortName(state.signal));
  const plane = fresh(shortName(state.plane));
  const signals = new Map([[state.signal, signal]]);
  for (const shown of state.beside) if (!signals.has(shown.signal)) signals.set(shown.signal, fresh(shortName(shown.signal)));
  return { signal, plane, signals };
}

/** The features of each output that figures show, by the output's name. */
export function featuresOf(state: Parameters<typeof outputNames>[0]): Map<string, State["feature"][]> {
  const { signals } = outputNames(state);
  const found = new Map<string, State["feature"][]>();
  const all = [{ signal: state.signal, feature: state.feature }, ...state.beside];
  for (const { signal, feature } of all) {
    const name = signals.get(signal) ?? "";
    const before = found.get(name) ?? [];
    if (!before.includes(feature)) found.set(name, [...before, feature]);
  }
  return found;
}

function shortName(path: string): string {
  const name = path.split("/").slice(-1)[0];
  return /^[^\s+*()^-]+(?:\/[^\s+*()^-]+)+$/.test(path) && !reservedNames.includes(name) ? name : "signal";
}
