import { type Alias, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type YAMLMap } from "yaml";
import { MassgridError, quoted } from "../errors.ts";
import { faultAt, type Place, type SourceFile } from "./source.ts";

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

const MOST_BYTES = 262144;
const MOST_DEPTH = 64;
const MOST_ALIASES = 100;
/** Tags of YAML's own kinds. */
const CORE_TAG = /^tag:yaml\.org,2002:(?:str|int|float|bool|null|map|seq)$/;
/** Control characters, and halves of pairs of UTF-16. */
const CONTROL = /(?![\t\n\r])\p{Cc}|\p{Cs}/u;
/** Names that mean something to JavaScript's objects. */
const RESERVED = "__proto__";

/** Reads a file of templates: a map at the top. Sizes, depths and aliases are bounded; tags and twin keys are refused. */
export function readYaml(name: string, text: string): MapValue {
  const lines = new LineCounter();
  const file: SourceFile = { name: quoted(name), text, lines };
  const top = { file, offset: 0 };
  checkShape(file);
  try {
    const parsed = parseDocument(text, { lineCounter: lines, uniqueKeys: false, logLevel: "error", prettyErrors: false });
    const fault = parsed.errors.at(0) ?? parsed.warnings.find(({ code }) => code === "TAG_RESOLVE_FAILED");
    if (fault) {
      const code = fault.code === "TAG_RESOLVE_FAILED" ? "E_YAML_TAG" : "E_YAML_SYNTAX";
      faultAt({ file, offset: fault.pos[0] }, { code, message: oneLine(fault.message) });
    }
    const root = parsed.contents ? new Reader(file).read(parsed.contents, 0) : undefined;
    if (root?.kind === "map") return root;
    return faultAt(top, { code: "E_TEMPLATE_FILE", message: "a file of templates is a map of name: { base: ..., ... }" });
  } catch (error) {
    if (error instanceof MassgridError || !(error instanceof RangeError)) throw error;
    return faultAt(top, { code: "E_YAML_DEPTH", message: `the file nests deeper than ${MOST_DEPTH} levels` });
  }
}

function oneLine(message: string): string {
  return quoted(message.split("\n")[0]);
}

/** What would take long to parse. */
function checkShape(file: SourceFile): void {
  const { text, lines } = file;
  const fail = (code: string, message: string, offset: number): never => {
    // The parser has not run, so that the lines are counted here.
    lines.addNewLine(0);
    for (let at = text.indexOf("\n"); at >= 0 && at < offset; at = text.indexOf("\n", at + 1)) lines.addNewLine(at + 1);
    return faultAt({ file, offset }, { code, message });
  };
  if (text.length > MOST_BYTES) fail("E_MODEL_TOO_LARGE", `the file has ${text.length} characters; at most ${MOST_BYTES} are possible`, 0);
  const strange = CONTROL.exec(text);
  if (strange) {
    const code = (strange[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
    fail("E_YAML_SYNTAX", `the character U+${code} cannot stand in a text; remove it`, strange.index);
  }
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === "[" || c === "{") depth++;
    else if (c === "]" || c === "}") depth = Math.max(0, depth - 1);
    if (depth > MOST_DEPTH) fail("E_YAML_DEPTH", `the file nests deeper than ${MOST_DEPTH} levels`, i);
  }
  const chain = /(?:[-?][ \t]+){65}/.exec(text);
  if (chain) fail("E_YAML_DEPTH", `the file nests deeper than ${MOST_DEPTH} levels`, chain.index);
}

/** Turns the parser's nodes into values with places. */
class Reader {
  readonly #file: SourceFile;
  /** Anchors that have been read; an alias means the last before it. */
  readonly #anchors = new Map<string, Node>();
  readonly #open = new Set<Node>();
  #aliases = 0;

  constructor(file: SourceFile) {
    this.#file = file;
  }

  read(node: Node | null | undefined, depth: number): Value {
    const place = this.#place(node);
    if (depth > MOST_DEPTH) faultAt(place, { code: "E_YAML_DEPTH", message: `the file nests deeper than ${MOST_DEPTH} levels` });
    if (!node) return { kind: "scalar", place, value: null, text: "" };
    if (isAlias(node)) return this.#alias(node, depth);
    if ("anchor" in node && typeof node.anchor === "string") this.#anchors.set(node.anchor, node);
    if (node.tag !== undefined && !CORE_TAG.test(node.tag)) {
      faultAt(place, {
        code: "E_YAML_TAG",
        message: `the tag ${quoted(node.tag)} is not known; templates are plain maps, lists, texts and numbers`,
      });
    }
    if (isScalar(node)) return { kind: "scalar", place, ...scalar(node.value), text: node.source ?? String(node.value) };
    this.#open.add(node);
    const value = this.#collection(node, place, depth);
    this.#open.delete(node);
    return value;
  }

  #collection(node: unknown, place: Place, depth: number): Value {
    if (isMap<Node, Node | null>(node)) return { kind: "map", place, entries: this.#entries(node, depth) };
    const items = isSeq<Node>(node) ? node.items : [];
    return { kind: "list", place, items: items.map((item) => this.read(item, depth + 1)) };
  }

  #place(node: Node | null | undefined): Place {
    const quotes = isScalar(node) && (node.type === "QUOTE_DOUBLE" || node.type === "QUOTE_SINGLE") ? 1 : 0;
    return { file: this.#file, offset: (node?.range?.[0] ?? 0) + quotes };
  }

  #alias(alias: Alias, depth: number): Value {
    const place = this.#place(alias);
    const target = this.#anchors.get(alias.source);
    if (!target) return faultAt(place, { code: "E_YAML_SYNTAX", message: `no anchor is named ${quoted(alias.source)}` });
    if (this.#open.has(target))
      faultAt(place, { code: "E_YAML_CYCLE", message: `the alias *${quoted(alias.source)} stands within its own anchor` });
    if (++this.#aliases > MOST_ALIASES) {
      faultAt(place, {
        code: "E_YAML_ALIASES",
        message: `the file's aliases expand more than ${MOST_ALIASES} times; write the values out`,
      });
    }
    return this.read(target, depth + 1);
  }

  #entries(map: YAMLMap<Node, Node | null>, depth: number): Map<string, Item> {
    const entries = new Map<string, Item>();
    for (const { key: keyNode, value } of map.items) {
      const key = this.#place(keyNode);
      if (!isScalar(keyNode)) faultAt(key, { code: "E_YAML_SYNTAX", message: "a key must be a name" });
      const name = isScalar(keyNode) ? (keyNode.source ?? String(keyNode.value)) : "";
      if (name === RESERVED) faultAt(key, { code: "E_RESERVED_NAME", message: `the name ${RESERVED} is reserved; choose another` });
      const twin = entries.get(name);
      if (twin) {
        const { line } = this.#file.lines.linePos(twin.key.offset);
        faultAt(key, { code: "E_YAML_DUPLICATE", message: `the key ${quoted(name)} stands here twice; it is on line ${line} too` });
      }
      entries.set(name, { key, value: this.read(value, depth + 1) });
    }
    return entries;
  }
}

function scalar(value: unknown): { value: string | number | boolean | null } {
  const plain = typeof value === "string" || typeof value === "number" || typeof value === "boolean" || value === null;
  return { value: plain ? value : String(value) };
}
