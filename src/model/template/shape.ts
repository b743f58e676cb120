import { faultAt, type SourceFile } from "./source.ts";

/** How large a file may be. */
export interface FileLimits {
  characters: number;
  /** Words and marks: what the time to read it depends on. */
  marks: number;
  /** Keys at the left margin. */
  keys: number;
}

export const ofTemplates: FileLimits = { characters: 262144, marks: 100_000, keys: 4096 };
export const MOST_DEPTH = 64;
/** Control characters, and halves of pairs of UTF-16. */
const CONTROL = /(?![\t\n\r])\p{Cc}|\p{Cs}/u;
/** Marks that begin a list, a key or a value on one line. */
const CHAIN = /(?:[-?:][ \t]+){65}/;
/** A key at the left margin. */
const KEY = /^[^\s#%:,[\]{}-][^\n:]*:/gm;

/** What would take long, or a deep stack, to parse. */
export function checkShape(file: SourceFile, limits: FileLimits): void {
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
