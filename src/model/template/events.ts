import {
  type AliasEvent,
  EVENT_ID,
  type Event,
  type MappingEvent,
  parseEvents,
  SCALAR_STYLE,
  type ScalarEvent,
  type SequenceEvent,
  YAMLException,
} from "js-yaml";
import { sanitize } from "../../errors.ts";
import { faultAt, type Place, type SourceFile } from "./source.ts";

/** How large a file may be. */
export interface FileLimits {
  characters: number;
  /** Words and marks: what the time to read it depends on. */
  marks: number;
  /** Keys at the left margin. */
  keys: number;
  /** Values, those that its aliases repeat among them. */
  values: number;
}

export const ofTemplates: FileLimits = { characters: 262144, marks: 100_000, keys: 4096, values: 100_000 };
export const MOST_DEPTH = 64;
/** Control characters, and halves of pairs of UTF-16. */
const CONTROL = /(?![\t\n\r])\p{Cc}|\p{Cs}/u;
/** Marks that begin a list, a key or a value on one line. */
const CHAIN = /(?:[-?:][ \t]+){65}/;
/** A key at the left margin. */
const KEY = /^[^\s#%:,[\]{}-][^\n:]*:/gm;

/** What would take long, or a deep stack, to parse. */
function checkShape(file: SourceFile, limits: FileLimits): void {
  const { text } = file;
  const fail = (code: string, message: string, offset: number): never => faultAt({ file, offset }, code, message);
  if (text.length > limits.characters)
    fail("E_MODEL_TOO_LARGE", `the file has ${text.length} characters; at most ${limits.characters} are possible`, 0);
  const strange = CONTROL.exec(text);
  if (strange) {
    const code = (strange[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
    fail("E_YAML_SYNTAX", `the character U+${code} cannot stand in a text; remove it`, strange.index);
  }
  const crowded = tooMany(text, limits.marks);
  if (crowded !== undefined) fail("E_MODEL_TOO_LARGE", `the file has more than ${limits.marks} words and marks; split it`, crowded);
  const keys = text.match(KEY)?.length ?? 0;
  if (keys > limits.keys) fail("E_MODEL_TOO_LARGE", `the file has ${keys} templates; at most ${limits.keys} are possible`, 0);
  const deep = depthExceededAt(text);
  if (deep !== undefined) tooDeep({ file, offset: deep });
}

/** Where a text has more words and marks than it may have. */
function tooMany(text: string, most: number): number | undefined {
  let count = 0;
  for (const { index } of text.matchAll(/[\n,:[\]{}"']|[^\s,:[\]{}"']+/g)) if (++count > most) return index;
  return undefined;
}

/** Where a text nests too deep, as far as its brackets and dashes tell. */
function depthExceededAt(text: string): number | undefined {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === "[" || c === "{") depth++;
    else if (c === "]" || c === "}") depth = Math.max(0, depth - 1);
    if (depth > MOST_DEPTH) return i;
  }
  return CHAIN.exec(text)?.index;
}

/** What a value begins with. */
export type NodeEvent = CollectionEvent | ScalarEvent | AliasEvent;
export type CollectionEvent = MappingEvent | SequenceEvent;

/** Levels that the parser goes down: the document and a value within the deepest list are two more. */
const MOST_LEVELS = MOST_DEPTH + 2;

/** The parts of a text's one document, by their offsets: beginnings and ends of collections, scalars, aliases. Sizes are bounded. */
export function eventsOf(file: SourceFile, limits: FileLimits): Event[] {
  checkShape(file, limits);
  const events = parsed(file.text, MOST_LEVELS);
  if (Array.isArray(events)) return events;
  // Faults of the parser have no codes. It reads a text in one way: a fault that comes later where more levels are allowed is their number.
  const deeper = parsed(file.text, 2 * MOST_LEVELS);
  const place = { file, offset: offsetOf(events) };
  if (Array.isArray(deeper) || offsetOf(deeper) !== place.offset) return tooDeep(place);
  return faultAt(place, "E_YAML_SYNTAX", sanitize(deeper.reason));
}

/** The parser's events, or what it finds wrong. */
function parsed(text: string, maxDepth: number): Event[] | YAMLException {
  try {
    return parseEvents(text, { maxDepth });
  } catch (error) {
    if (error instanceof YAMLException) return error;
    throw error;
  }
}

function offsetOf({ mark }: YAMLException): number {
  return mark?.position ?? 0;
}

export function tooDeep(place: Place): never {
  return faultAt(place, "E_YAML_DEPTH", `the file nests deeper than ${MOST_DEPTH} levels`);
}

/** Offset of a node: of an alias its star, of a text its first character within quotes, of one in a block what begins the block. */
export function startOf(event: NodeEvent, text: string): number {
  if (event.type === EVENT_ID.ALIAS) return event.anchorStart - 1;
  if (event.type !== EVENT_ID.SCALAR) return event.start;
  if (event.style === SCALAR_STYLE.LITERAL_BLOCK) return text.lastIndexOf("|", event.valueStart - 1);
  return event.style === SCALAR_STYLE.FOLDED_BLOCK ? text.lastIndexOf(">", event.valueStart - 1) : event.valueStart;
}

/** Tags of YAML's own kinds, by the kind of node that may have them. */
const coreTags = {
  [EVENT_ID.MAPPING]: /^!$|^!(?:!|<tag:yaml\.org,2002:)map>?$/,
  [EVENT_ID.SEQUENCE]: /^!$|^!(?:!|<tag:yaml\.org,2002:)seq>?$/,
  [EVENT_ID.SCALAR]: /^!$|^!(?:!|<tag:yaml\.org,2002:)(?:str|int|float|bool|null)>?$/,
};

/** The tag of a node; refuses those that are not YAML's own. */
export function tagOf(event: CollectionEvent | ScalarEvent, file: SourceFile): string | undefined {
  const offset = event.tagStart;
  if (offset < 0) return undefined;
  const tag = file.text.slice(offset, event.tagEnd);
  if (coreTags[event.type].test(tag)) return tag;
  const message = `the tag ${sanitize(tag)} is not known; a file has plain maps, lists, texts and numbers`;
  return faultAt({ file, offset }, "E_YAML_TAG", message);
}
