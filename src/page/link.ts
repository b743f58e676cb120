import type { State } from "./state.ts";

/** Before the state in an address: the form's number, so that later forms can be told from this one. */
export const PREFIX = "#1.";

/** What stands in an address before that of a stored map, which may follow a state. */
const MAP = "map=";

/** The parts of an address behind its #: a state, an address of a map, or both. */
export function partsOf(hash: string): { state: string; map: string } {
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

/** A state is a text of a few kB; what unpacks to more is no state. */
const LARGEST = 4e6;

/** What comes of bytes that go through a stream. Throws a RangeError for what comes to more than a state. */
export async function through(
  bytes: Uint8Array<ArrayBuffer>,
  stream: CompressionStream | DecompressionStream,
): Promise<Uint8Array<ArrayBuffer>> {
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader();
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    size += next.value.length;
    if (size > LARGEST) throw new RangeError("it unpacks to more than a state");
    chunks.push(next.value);
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}
