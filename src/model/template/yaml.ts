import { type AliasEvent, EVENT_ID, type Event, getScalarValue, SCALAR_STYLE, type ScalarEvent } from "js-yaml";
import { sanitize } from "../../errors.ts";
import { append } from "../../lists.ts";
import { eventsOf, type FileLimits, MOST_DEPTH, type NodeEvent, ofTemplates, startOf, tagOf, tooDeep } from "./events.ts";
import { faultAt, type Place, type SourceFile, sourcePlace } from "./source.ts";

/** A value of a YAML file, with its place. */
export type Value =
  | { kind: "map"; place: Place; entries: ReadonlyMap<string, Item> }
  | { kind: "list"; place: Place; items: readonly Value[] }
  | { kind: "scalar"; place: Place; value: string | number | boolean | null; text: string };

/** A key of a map and its value. */
export interface Item {
  key: Place;
  value: Value;
}

export type MapValue = Extract<Value, { kind: "map" }>;

const MOST_ALIASES = 100;
/** Names that mean something to JavaScript's objects. */
const RESERVED = "__proto__";
/** The key of maps that a map takes its other entries from. */
const MERGE = "<<";
/** Tags of what is a text whatever it looks like. */
const TEXT_TAG = /^!$|str>?$/;

/** Reads a file of templates: a map at the top. Sizes, depths and aliases are bounded; tags and twin keys are refused. */
export function readYaml(name: string, text: string): MapValue {
  const file: SourceFile = { name: sanitize(name), text };
  const root = documentOf(file, ofTemplates);
  if (root?.kind === "map") return root;
  return faultAt({ file, offset: 0 }, "E_TEMPLATE_FILE", "a file of templates is a map of name: { base: ..., ... }");
}

/** The one document of a file, within limits; undefined where it has none. */
export function documentOf(file: SourceFile, limits: FileLimits): Value | undefined {
  return new Reader(file, eventsOf(file, limits), limits.values).document();
}

/** A value without its places. */
export function plainOf(value: Value): unknown {
  if (value.kind === "scalar") return value.value;
  if (value.kind === "list") return value.items.map(plainOf);
  return Object.fromEntries([...value.entries].map(([name, item]) => [name, plainOf(item.value)]));
}

/** A value that an alias can repeat: how many values and aliases it holds, and how deep it is. */
interface Anchor {
  value: Value;
  size: number;
  aliases: number;
  height: number;
}

/** Turns the parser's events into values with places. */
class Reader {
  readonly #file: SourceFile;
  readonly #events: readonly Event[];
  /** Number of the event that comes next, and where the last text ended. */
  #next = 0;
  #seen = 0;
  /** Anchors that have been read; an alias means the last before it. Null while its own value is being read. */
  readonly #anchors = new Map<string, Anchor | null>();
  #aliases = 0;
  #values = 0;
  readonly #mostValues: number;
  /** Depth of the deepest value read. */
  #deepest = 0;

  constructor(file: SourceFile, events: readonly Event[], mostValues: number) {
    this.#file = file;
    this.#events = events;
    this.#mostValues = mostValues;
  }

  /** The one document of the file; undefined where it has none. */
  document(): Value | undefined {
    if (this.#events.length === 0) return undefined;
    this.#next = 1;
    const root = this.#read(0);
    if (this.#next + 1 === this.#events.length) return root;
    const mark = /^(?:---|\.\.\.)/m.exec(this.#file.text.slice(this.#seen));
    const place = this.#place(this.#seen + (mark?.index ?? 0));
    return faultAt(place, "E_YAML_SYNTAX", "a second document begins here; the file must be one");
  }

  #place(offset: number): Place {
    return { file: this.#file, offset };
  }

  #node(): NodeEvent {
    const event = this.#events[this.#next++];
    if (event.type === EVENT_ID.DOCUMENT || event.type === EVENT_ID.POP) throw new Error("the parser of YAML left out a value");
    return event;
  }

  #read(depth: number): Value {
    const event = this.#node();
    if (event.type === EVENT_ID.ALIAS) return this.#alias(event, depth);
    if (event.anchorStart < 0) return this.#unnamed(event, depth);
    const anchor = this.#file.text.slice(event.anchorStart, event.anchorEnd);
    this.#anchors.set(anchor, null);
    const [values, aliases, deepest] = [this.#values, this.#aliases, this.#deepest];
    this.#deepest = depth;
    const value = this.#unnamed(event, depth);
    const known = { value, size: this.#values - values, aliases: this.#aliases - aliases, height: this.#deepest - depth };
    this.#anchors.set(anchor, known);
    this.#deepest = Math.max(deepest, this.#deepest);
    return value;
  }

  #unnamed(event: Exclude<NodeEvent, AliasEvent>, depth: number): Value {
    const isEmpty = event.type === EVENT_ID.SCALAR && event.valueStart < 0;
    const place = this.#place(isEmpty ? this.#seen : startOf(event, this.#file.text));
    this.#count(place, 1, depth);
    const tag = tagOf(event, this.#file);
    if (event.type === EVENT_ID.SCALAR) return this.#scalar(event, place, tag);
    if (event.type === EVENT_ID.MAPPING) return { kind: "map", place, entries: this.#entries(depth) };
    const items: Value[] = [];
    while (!this.#ends()) items.push(this.#read(depth + 1));
    return { kind: "list", place, items };
  }

  #scalar(event: ScalarEvent, place: Place, tag: string | undefined): Extract<Value, { kind: "scalar" }> {
    const isEmpty = event.valueStart < 0;
    if (!isEmpty) this.#seen = event.valueEnd;
    const text = isEmpty ? "" : getScalarValue(this.#file.text, event);
    const isText = tag === undefined ? event.style !== SCALAR_STYLE.PLAIN : TEXT_TAG.test(tag);
    return { kind: "scalar", place, value: isText ? text : plainScalar(text), text };
  }

  /** Whether a collection ends here. */
  #ends(): boolean {
    if (this.#events[this.#next].type !== EVENT_ID.POP) return false;
    this.#next++;
    return true;
  }

  #count(place: Place, values: number, depth: number): void {
    this.#values += values;
    this.#deepest = Math.max(this.#deepest, depth);
    if (depth > MOST_DEPTH) tooDeep(place);
    if (this.#values > this.#mostValues) {
      faultAt(place, "E_YAML_ALIASES", `the file's aliases expand to more than ${this.#mostValues} values; write fewer of them`);
    }
  }

  #alias(event: AliasEvent, depth: number): Value {
    const place = this.#place(startOf(event, this.#file.text));
    this.#seen = event.anchorEnd;
    const name = this.#file.text.slice(event.anchorStart, event.anchorEnd);
    const target = this.#anchors.get(name);
    if (target === undefined) return faultAt(place, "E_YAML_SYNTAX", `no anchor is named ${sanitize(name)}`);
    if (target === null) return faultAt(place, "E_YAML_CYCLE", `the alias *${sanitize(name)} stands within its own anchor`);
    this.#aliases += 1 + target.aliases;
    if (this.#aliases > MOST_ALIASES) {
      faultAt(place, "E_YAML_ALIASES", `the file's aliases expand more than ${MOST_ALIASES} times; write the values out`);
    }
    this.#count(place, 1 + target.size, depth + target.height);
    return target.value;
  }

  /** A map's own entries, after those of the maps that it merges. */
  #entries(depth: number): ReadonlyMap<string, Item> {
    const own = new Map<string, Item>();
    const merged: MapValue[] = [];
    while (!this.#ends()) {
      const { name, place, isPlain } = this.#key();
      const twin = own.get(name);
      if (twin) {
        const { line } = sourcePlace(twin.key);
        faultAt(place, "E_YAML_DUPLICATE", `the key ${sanitize(name)} stands here twice; it is on line ${line} too`);
      }
      const item = { key: place, value: this.#read(depth + 1) };
      if (name === MERGE && isPlain) append(merged, mapsOf(item.value));
      else own.set(name, item);
    }
    return merged.length === 0 ? own : new Map([...merged.reverse().flatMap(({ entries }) => [...entries]), ...own]);
  }

  #key(): { name: string; place: Place; isPlain: boolean } {
    const event = this.#node();
    const isEmpty = event.type === EVENT_ID.SCALAR && event.valueStart < 0;
    const place = this.#place(isEmpty ? this.#seen : startOf(event, this.#file.text));
    if (event.type !== EVENT_ID.SCALAR) return faultAt(place, "E_YAML_SYNTAX", "a key must be a name");
    const { text } = this.#scalar(event, place, tagOf(event, this.#file));
    if (text === RESERVED) faultAt(place, "E_RESERVED_NAME", `the name ${RESERVED} is reserved; choose another`);
    return { name: text, place, isPlain: event.style === SCALAR_STYLE.PLAIN };
  }
}

/** What `<<` merges: a map, or a list of maps, of which the first wins. */
function mapsOf(value: Value): MapValue[] {
  if (value.kind === "map") return [value];
  if (value.kind === "list") return value.items.flatMap(mapsOf);
  return faultAt(value.place, "E_YAML_SYNTAX", `${MERGE} takes the entries of a map, or of a list of maps`);
}

/** Letters with which all that is no text begins. */
const FIRST = "~nNtTfF-+.0123456789";

/** What a plain scalar means in YAML 1.2's core schema. */
export function plainScalar(text: string): string | number | boolean | null {
  if (text !== "" && !FIRST.includes(text[0])) return text;
  if (/^(?:~|null|Null|NULL)?$/.test(text)) return null;
  if (/^(?:true|True|TRUE)$/.test(text)) return true;
  if (/^(?:false|False|FALSE)$/.test(text)) return false;
  if (/^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$|^0o[0-7]+$|^0x[\da-fA-F]+$/.test(text)) return Number(text);
  if (/^[-+]?\.(?:inf|Inf|INF)$/.test(text)) return text.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return /^\.(?:nan|NaN|NAN)$/.test(text) ? Number.NaN : text;
}
