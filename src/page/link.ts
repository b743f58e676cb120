import * as v from "valibot";
import type { Facts } from "./protocol.ts";
import { isCount, MOST_PINS, MOST_POINTS, MOST_VALUES, pointsOf, type State } from "./state.ts";

/** Before the state in an address: the form's number, so that later forms can be told from this one. */
const PREFIX = "#1.";
/** A state is a text of a few kB; what unpacks to more is no state. */
const LARGEST = 4e6;

/** What stands in an address before that of a stored map, which may follow a state. */
const MAP = "map=";

/** The parts of an address behind its #: a state, an address of a map, or both. */
function partsOf(hash: string): { state: string; map: string } {
  const [parts, maps] = [false, true].map((isMap) =>
    hash
      .replace(/^#/, "")
      .split("&")
      .filter((part) => part.startsWith(MAP) === isMap),
  );
  return { state: parts.join("&"), map: maps[0]?.slice(MAP.length) ?? "" };
}

function addressOf({ state, map }: { state: string; map: string }): string {
  const parts = [state, map && MAP + map].filter((part) => part !== "");
  return parts.length === 0 ? "" : `#${parts.join("&")}`;
}

/** The address of the stored map that an address names; undefined where it names none. */
export function mapOfAddress(hash: string): string | undefined {
  const { map } = partsOf(hash);
  try {
    return map === "" ? undefined : decodeURIComponent(map);
  } catch {
    return undefined;
  }
}

/** An address with another stored map, or none for "". */
export function withMap(hash: string, url: string): string {
  return addressOf({ ...partsOf(hash), map: encodeURIComponent(url) });
}

/** An address with another state: a link of `linkOf`. */
export function withState(hash: string, link: string): string {
  return addressOf({ ...partsOf(hash), state: link.slice(1) });
}

/** Whether an address names no state, right or wrong. */
export function hasNoState(hash: string): boolean {
  return partsOf(hash).state === "";
}

/** A state as the part of an address behind its #: compressed, in letters that need no escape. */
export async function linkOf(state: State): Promise<string> {
  const packed = await through(new TextEncoder().encode(JSON.stringify(state)), new CompressionStream("deflate-raw"));
  const letters = btoa(Array.from(packed, (byte) => String.fromCharCode(byte)).join(""));
  return PREFIX + letters.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** The state of an address; undefined where it has none, or one that cannot be read. */
export async function stateOfLink(hash: string, facts: Facts): Promise<State | undefined> {
  const { state } = partsOf(hash);
  if (!`#${state}`.startsWith(PREFIX)) return undefined;
  try {
    const letters = state
      .slice(PREFIX.length - 1)
      .replaceAll("-", "+")
      .replaceAll("_", "/");
    const packed = Uint8Array.from(atob(letters), (letter) => letter.charCodeAt(0));
    const text = new TextDecoder().decode(await through(packed, new DecompressionStream("deflate-raw")));
    const { success, output } = v.safeParse(stateSchema(facts), JSON.parse(text), { abortEarly: true });
    return success ? output : undefined;
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

const number = v.pipe(v.number(), v.finite());

const model = v.union([v.object({ path: v.string() }), v.object({ text: v.string(), circuit: v.string() })]);

const noise = v.object({
  kind: v.picklist(["uniform", "normal"]),
  a: number,
  b: number,
  seed: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
});

const axis = v.pipe(
  v.object({
    path: v.string(),
    key: v.pipe(v.string(), v.nonEmpty()),
    scale: v.picklist(["linear", "log", "list"]),
    from: number,
    to: number,
    count: v.pipe(v.number(), v.check(isCount)),
    values: v.pipe(v.array(number), v.maxLength(MOST_VALUES)),
  }),
  v.check(({ scale, values }) => scale !== "list" || values.length > 0),
);

/** Values by name, never a list, which valibot too takes for a record. */
const byName = <Value extends v.GenericSchema>(value: Value) =>
  v.pipe(
    v.custom<Record<string, v.InferOutput<Value>>>((given) => !Array.isArray(given)),
    v.record(v.string(), value),
  );

/** The schema of a state, which comes with a link and may be anything. */
function stateSchema({ features, solvers }: Facts): v.GenericSchema<unknown, State> {
  return v.object({
    model,
    values: byName(number),
    noise: byName(noise),
    axes: v.pipe(
      v.array(axis),
      v.maxLength(2),
      v.check((axes) => pointsOf(axes) <= MOST_POINTS),
    ),
    solver: v.picklist(solvers),
    stepSize: number,
    samplingStepSize: number,
    simulationTime: number,
    cutoff: number,
    signal: v.string(),
    feature: v.picklist(features),
    plane: v.string(),
    pins: v.pipe(v.array(v.pipe(v.array(number), v.maxLength(2))), v.maxLength(MOST_PINS)),
  });
}
