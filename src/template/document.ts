import { Composer, type Document, Parser } from "yaml";
import { type MassgridError, quoted } from "../errors.ts";
import { fault, faultAt, type SourceFile } from "./source.ts";

/** How large a file may be. */
export interface FileLimits {
  characters: number;
  /** Words and marks: what the time to read it depends on. */
  marks: number;
  /** Keys at the left margin. */
  keys: number;
}

const ofTemplates: FileLimits = { characters: 262144, marks: 100_000, keys: 4096 };
export const MOST_DEPTH = 64;
/** Control characters, and halves of pairs of UTF-16. */
const CONTROL = /(?![\t\n\r])\p{Cc}|\p{Cs}/u;
/** Marks that begin a list, a key or a value on one line. */
const CHAIN = /(?:[-?:][ \t]+){65}/;
/** A key at the left margin. */
const KEY = /^[^\s#%:,[\]{}-][^\n:]*:/gm;

/** The one document of a file, parsed as far as its first fault, which is thrown. Sizes are bounded, by default as files of templates are. */
export function parseOne(file: SourceFile, limits = ofTemplates): Document.Parsed {
  checkShape(file, limits);
  const composer = stopping(file);
  const documents: Document.Parsed[] = [];
  for (const token of new Parser().parse(file.text)) {
    if (token.type === "error") syntaxFault(file, token.offset, `${token.message}: ${token.source}`);
    for (const document of composer.next(token)) documents.push(document);
    // A document is given out when the next begins.
    if (documents.length > 0) syntaxFault(file, token.offset, "a second document begins here; the file must be one");
  }
  for (const document of composer.end(true, file.text.length)) documents.push(document);
  return documents[0];
}

/** A composer that throws the first fault: it would collect them all, which takes seconds where every letter is one. */
function stopping(file: SourceFile): Composer {
  let first: MassgridError | undefined;
  const onError = (source: unknown, code: string, message: string, isWarning?: boolean) => {
    // What is thrown in a collection comes back as a fault of that.
    if (first) throw first;
    const known = codes[code];
    if (isWarning && !known) return;
    first = fault({ file, offset: offsetOf(source) }, { code: known ?? "E_YAML_SYNTAX", message: oneLine(message) });
    throw first;
  };
  return Object.assign(new Composer({ uniqueKeys: false, logLevel: "error", prettyErrors: false }), { onError });
}

/** The parser's codes of what is more than bad syntax. */
const codes: Record<string, string> = { TAG_RESOLVE_FAILED: "E_YAML_TAG", RESOURCE_EXHAUSTION: "E_YAML_DEPTH" };

/** Where the parser says that a fault is: an offset, a range, or a token. */
function offsetOf(source: unknown): number {
  if (typeof source === "number") return source;
  if (Array.isArray(source)) return offsetOf(source[0]);
  return typeof source === "object" && source !== null && "offset" in source ? offsetOf(source.offset) : 0;
}

function syntaxFault(file: SourceFile, offset: number, message: string): never {
  return faultAt({ file, offset }, { code: "E_YAML_SYNTAX", message: oneLine(message) });
}

function oneLine(message: string): string {
  return quoted(message.split("\n")[0]);
}

/** What would take long, or a deep stack, to parse. */
function checkShape(file: SourceFile, limits: FileLimits): void {
  const { text } = file;
  const fail = (code: string, message: string, offset: number): never => faultAt({ file, offset }, { code, message });
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
  const deep = tooDeep(text);
  if (deep !== undefined) fail("E_YAML_DEPTH", `the file nests deeper than ${MOST_DEPTH} levels`, deep);
}

/** Where a text has more words and marks than it may have. */
function tooMany(text: string, most: number): number | undefined {
  let count = 0;
  for (const { index } of text.matchAll(/[\n,:[\]{}"']|[^\s,:[\]{}"']+/g)) if (++count > most) return index;
  return undefined;
}

/** Where a text nests too deep, as far as its brackets and dashes tell. */
function tooDeep(text: string): number | undefined {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === "[" || c === "{") depth++;
    else if (c === "]" || c === "}") depth = Math.max(0, depth - 1);
    if (depth > MOST_DEPTH) return i;
  }
  return CHAIN.exec(text)?.index;
}
