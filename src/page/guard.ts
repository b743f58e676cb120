import type { Facts } from "./protocol.ts";
import { type Axis, MOST_PINS, MOST_POINTS, MOST_VALUES, type ModelChoice, type NoiseChoice, type State } from "./state.ts";

/** A state that came with a link, which may be anything; undefined for what is none. */
export function readState(value: unknown, { features, solvers }: Facts): State | undefined {
  if (!isRecord(value)) return undefined;
  const model = readModel(value.model);
  const values = readMap(value.values, readNumber);
  const noise = readMap(value.noise, readNoise);
  const axes = readList(value.axes, readAxis, 2);
  const pins = readList(value.pins, (pin) => readList(pin, readNumber, 2), MOST_PINS);
  const solver = solvers.find((name) => name === value.solver);
  const feature = features.find((name) => name === value.feature);
  const [signal, plane] = [readText(value.signal), readText(value.plane)];
  const times = readMap(pick(value, ["stepSize", "samplingStepSize", "simulationTime", "cutoff"]), readNumber);
  if (!model || !values || !noise || !axes || !pins || !solver || !feature || !times) return undefined;
  if (signal === undefined || plane === undefined || pointsOf(axes) > MOST_POINTS) return undefined;
  const { stepSize, samplingStepSize, simulationTime, cutoff } = times;
  return { model, values, noise, axes, solver, stepSize, samplingStepSize, simulationTime, cutoff, signal, feature, plane, pins };
}

/** Points of the grid of some axes. */
export function pointsOf(axes: readonly Axis[]): number {
  return axes.reduce((product, { scale, count, values }) => product * (scale === "list" ? values.length : count), 1);
}

function readModel(value: unknown): ModelChoice | undefined {
  if (!isRecord(value)) return undefined;
  const { path, text, circuit } = value;
  if (typeof path === "string") return { path };
  return typeof text === "string" && typeof circuit === "string" ? { text, circuit } : undefined;
}

function readNoise(value: unknown): NoiseChoice | undefined {
  if (!isRecord(value)) return undefined;
  const { kind, a, b, seed } = value;
  if (kind !== "uniform" && kind !== "normal") return undefined;
  if (!isNumber(a) || !isNumber(b) || !isNumber(seed) || !Number.isSafeInteger(seed) || seed < 0) return undefined;
  return { kind, a, b, seed };
}

function readAxis(value: unknown): Axis | undefined {
  if (!isRecord(value)) return undefined;
  const { path, key, scale, from, to, count } = value;
  const values = readList(value.values, readNumber, MOST_VALUES);
  if (typeof path !== "string" || typeof key !== "string" || key === "" || !values) return undefined;
  if (scale !== "linear" && scale !== "log" && scale !== "list") return undefined;
  if (!isNumber(from) || !isNumber(to) || !isNumber(count) || !isCount(count)) return undefined;
  return scale === "list" && values.length === 0 ? undefined : { path, key, scale, from, to, count, values };
}

/** Whether an axis may have so many values. */
export function isCount(count: number): boolean {
  return Number.isInteger(count) && count >= 1 && count <= MOST_VALUES;
}

function readText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function readNumber(value: unknown): number | undefined {
  return isNumber(value) ? value : undefined;
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function readList<Item>(value: unknown, read: (item: unknown) => Item | undefined, most: number): Item[] | undefined {
  if (!Array.isArray(value) || value.length > most) return undefined;
  const items = value.flatMap((item: unknown) => {
    const found = read(item);
    return found === undefined ? [] : [found];
  });
  return items.length === value.length ? items : undefined;
}

function readMap<Item>(value: unknown, read: (item: unknown) => Item | undefined): Record<string, Item> | undefined {
  if (!isRecord(value)) return undefined;
  const entries = Object.entries(value).flatMap(([key, item]): [string, Item][] => {
    const found = read(item);
    return found === undefined ? [] : [[key, found]];
  });
  return entries.length === Object.keys(value).length ? Object.fromEntries(entries) : undefined;
}

function pick(value: Record<string, unknown>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, value[name]]));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
