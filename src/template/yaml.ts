import { type Alias, isAlias, isMap, isScalar, isSeq, type Node, type YAMLMap } from "yaml";
import { MassgridError, quoted } from "../errors.ts";
import { MOST_DEPTH, parseOne } from "./document.ts";
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
/** Values of a file, those that its aliases repeat among them. */
const MOST_VALUES = 100_000;
/** Tags of YAML's own kinds. */
const CORE_TAG = /^tag:yaml\.org,2002:(?:str|int|float|bool|null|map|seq)$/;
/** Names that mean something to JavaScript's objects. */
const RESERVED = "__proto__";
/** The key of maps that a map takes its other entries from. */
const MERGE = "<<";

/** Reads a file of templates: a map at the top. Sizes, depths and aliases are bounded; tags and twin keys are refused. */
export function readYaml(name: string, text: string): MapValue {
  const file: SourceFile = { name: quoted(name), text };
  const top = { file, offset: 0 };
  try {
    const { contents } = parseOne(file);
    const root = contents ? new Reader(file).read(contents, 0) : undefined;
    if (root?.kind === "map") return root;
    return faultAt(top, { code: "E_TEMPLATE_FILE", message: "a file of templates is a map of name: { base: ..., ... }" });
  } catch (error) {
    if (error instanceof MassgridError || !(error instanceof RangeError)) throw error;
    return tooDeep(top);
  }
}

function tooDeep(place: Place): never {
  return faultAt(place, { code: "E_YAML_DEPTH", message: `the file nests deeper than ${MOST_DEPTH} levels` });
}

/** A value that an alias can repeat: how many values and aliases it holds, and how deep it is. */
interface Anchor {
  value: Value;
  size: number;
  aliases: number;
  height: number;
}

/** Turns the parser's nodes into values with places. */
class Reader {
  readonly #file: SourceFile;
  /** Anchors that have been read; an alias means the last before it. Null while its own value is being read. */
  readonly #anchors = new Map<string, Anchor | null>();
  #aliases = 0;
  #values = 0;
  /** Depth of the deepest value read. */
  #deepest = 0;

  constructor(file: SourceFile) {
    this.#file = file;
  }

  read(node: Node | null | undefined, depth: number): Value {
    const anchor = node && "anchor" in node && typeof node.anchor === "string" ? node.anchor : undefined;
    if (anchor === undefined) return this.#unnamed(node, depth);
    this.#anchors.set(anchor, null);
    const [values, aliases, deepest] = [this.#values, this.#aliases, this.#deepest];
    this.#deepest = depth;
    const value = this.#unnamed(node, depth);
    const known = { value, size: this.#values - values, aliases: this.#aliases - aliases, height: this.#deepest - depth };
    this.#anchors.set(anchor, known);
    this.#deepest = Math.max(deepest, this.#deepest);
    return value;
  }

  #unnamed(node: Node | null | undefined, depth: number): Value {
    const place = this.#place(node);
    this.#count(place, 1, depth);
    if (!node) return { kind: "scalar", place, value: null, text: "" };
    if (isAlias(node)) return this.#alias(node, depth);
    if (node.tag !== undefined && !CORE_TAG.test(node.tag)) {
      faultAt(place, {
        code: "E_YAML_TAG",
        message: `the tag ${quoted(node.tag)} is not known; templates are plain maps, lists, texts and numbers`,
      });
    }
    if (isScalar(node)) return { kind: "scalar", place, ...scalar(node.value), text: node.source ?? String(node.value) };
    if (isMap<Node, Node | null>(node)) return { kind: "map", place, entries: this.#entries(node, depth) };
    const items = isSeq<Node>(node) ? node.items : [];
    return { kind: "list", place, items: items.map((item) => this.read(item, depth + 1)) };
  }

  #place(node: Node | null | undefined): Place {
    const quotes = isScalar(node) && (node.type === "QUOTE_DOUBLE" || node.type === "QUOTE_SINGLE") ? 1 : 0;
    return { file: this.#file, offset: (node?.range?.[0] ?? 0) + quotes };
  }

  #count(place: Place, values: number, depth: number): void {
    this.#values += values;
    this.#deepest = Math.max(this.#deepest, depth);
    if (depth > MOST_DEPTH) tooDeep(place);
    if (this.#values > MOST_VALUES) {
      faultAt(place, {
        code: "E_YAML_ALIASES",
        message: `the file's aliases expand to more than ${MOST_VALUES} values; write fewer of them`,
      });
    }
  }

  #alias(alias: Alias, depth: number): Value {
    const place = this.#place(alias);
    const target = this.#anchors.get(alias.source);
    if (target === undefined) return faultAt(place, { code: "E_YAML_SYNTAX", message: `no anchor is named ${quoted(alias.source)}` });
    if (target === null)
      return faultAt(place, { code: "E_YAML_CYCLE", message: `the alias *${quoted(alias.source)} stands within its own anchor` });
    this.#aliases += 1 + target.aliases;
    if (this.#aliases > MOST_ALIASES) {
      faultAt(place, {
        code: "E_YAML_ALIASES",
        message: `the file's aliases expand more than ${MOST_ALIASES} times; write the values out`,
      });
    }
    this.#count(place, target.size, depth + target.height);
    return target.value;
  }

  /** A map's own entries, after those of the maps that it merges. */
  #entries(map: YAMLMap<Node, Node | null>, depth: number): ReadonlyMap<string, Item> {
    const own = new Map<string, Item>();
    const merged: MapValue[] = [];
    for (const { key: keyNode, value } of map.items) {
      const key = this.#place(keyNode);
      const name = keyOf(keyNode, key);
      const twin = own.get(name);
      if (twin) {
        const { line } = sourcePlace(twin.key);
        faultAt(key, { code: "E_YAML_DUPLICATE", message: `the key ${quoted(name)} stands here twice; it is on line ${line} too` });
      }
      const item = { key, value: this.read(value, depth + 1) };
      if (name === MERGE && isScalar(keyNode) && keyNode.type === "PLAIN") merged.push(...mapsOf(item.value));
      else own.set(name, item);
    }
    return merged.length === 0 ? own : new Map([...merged.reverse().flatMap(({ entries }) => [...entries]), ...own]);
  }
}

function keyOf(node: Node, place: Place): string {
  if (!isScalar(node)) return faultAt(place, { code: "E_YAML_SYNTAX", message: "a key must be a name" });
  const name = node.source ?? String(node.value);
  if (name === RESERVED) faultAt(place, { code: "E_RESERVED_NAME", message: `the name ${RESERVED} is reserved; choose another` });
  return name;
}

/** What `<<` merges: a map, or a list of maps, of which the first wins. */
function mapsOf(value: Value): MapValue[] {
  if (value.kind === "map") return [value];
  if (value.kind === "list") return value.items.flatMap(mapsOf);
  return faultAt(value.place, { code: "E_YAML_SYNTAX", message: `${MERGE} takes the entries of a map, or of a list of maps` });
}

function scalar(value: unknown): { value: string | number | boolean | null } {
  const plain = typeof value === "string" || typeof value === "number" || typeof value === "boolean" || value === null;
  return { value: plain ? value : String(value) };
}
