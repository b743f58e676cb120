import type { Facts } from "./protocol.ts";
import {
  type Axis,
  isCount,
  MOST_PINS,
  MOST_POINTS,
  MOST_VALUES,
  type ModelChoice,
  type NoiseChoice,
  pointsOf,
  type State,
  timeNames,
} from "./state.ts";

/** Before the state in an address: the form's number, so that later forms can be told from this one. */
const PREFIX = "#1.";
/** A state is a text of a few kB; what unpacks to more is no state. */
const LARGEST = 4e6;

/** A state as the part of an address behind its #: compressed, in letters that need no escape. */
export async function linkOf(state: State): Promise<string> {
  const packed = await through(new TextEncoder().encode(JSON.stringify(state)), new CompressionStream("deflate-raw"));
  const letters = btoa(Array.from(packed, (byte) => String.fromCharCode(byte)).join(""));
  return PREFIX + letters.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** The state of an address; undefined where it has none, or one that cannot be read. */
export async function stateOfLink(hash: string, facts: Facts): Promise<State | undefined> {
  if (!hash.startsWith(PREFIX)) return undefined;
  try {
    const letters = hash.slice(PREFIX.length).replaceAll("-", "+").replaceAll("_", "/");
    const packed = Uint8Array.from(atob(letters), (letter) => letter.charCodeAt(0));
    const text = new TextDecoder().decode(await through(packed, new DecompressionStream("deflate-raw")));
    return readState(JSON.parse(text), facts);
  } catch {
    // A link that was cut or changed on its way is no link of ours.
    return undefined;
  }
}

async function through(bytes: Uint8Array<ArrayBuffer>, stream: CompressionStream | DecompressionStream): Promise<Uint8Array<ArrayBuffer>> {
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader();
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    size += next.value.length;
    if (size > LARGEST) throw new RangeError("the state of the link is too large");
    chunks.push(next.value);
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

/** A state that came with a link, which may be anything; undefined for what is none. */
function readState(value: unknown, { features, solvers }: Facts): State | undefined {
  if (!isRecord(value)) return undefined;
  const model = readModel(value.model);
  const values = readMap(value.values, readNumber);
  const noise = readMap(value.noise, readNoise);
  const axes = readList(value.axes, readAxis, 2);
  const pins = readList(value.pins, (pin) => readList(pin, readNumber, 2), MOST_PINS);
  const solver = solvers.find((name) => name === value.solver);
  const feature = features.find((name) => name === value.feature);
  const [signal, plane] = [readText(value.signal), readText(value.plane)];
  const times = readMap(Object.fromEntries(timeNames.map((name) => [name, value[name]])), readNumber);
  if (!model || !values || !noise || !axes || !pins || !solver || !feature || !times) return undefined;
  if (signal === undefined || plane === undefined || pointsOf(axes) > MOST_POINTS) return undefined;
  const { stepSize, samplingStepSize, simulationTime, cutoff } = times;
  return { model, values, noise, axes, solver, stepSize, samplingStepSize, simulationTime, cutoff, signal, feature, plane, pins };
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

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
