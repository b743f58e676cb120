import { Composer, type Document, Parser } from "yaml";
import { type MassgridError, sanitize } from "../errors.ts";
import { checkShape, type FileLimits } from "../model/template/events.ts";
import { fault, faultAt, type SourceFile } from "../model/template/source.ts";

/** The one document of a file, parsed as far as its first fault, which is thrown. Sizes are bounded. */
export function parseOne(file: SourceFile, limits: FileLimits): Document.Parsed {
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
    first = fault({ file, offset: offsetOf(source) }, known ?? "E_YAML_SYNTAX", oneLine(message));
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
  return faultAt({ file, offset }, "E_YAML_SYNTAX", oneLine(message));
}

function oneLine(message: string): string {
  return sanitize(message.split("\n")[0]);
}
