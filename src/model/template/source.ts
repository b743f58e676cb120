import { MassgridError, refusal, type SourcePlace } from "../../errors.ts";

/** A file of templates, read. */
export interface SourceFile {
  /** As it is shown in messages. */
  name: string;
  text: string;
}

/** Somewhere in a file: offset of a character in its text. */
export interface Place {
  file: SourceFile;
  offset: number;
}

/** A problem of a file, with the line and column where it is. */
export interface Fault {
  code: string;
  message: string;
  suggestion?: string | undefined;
  known?: readonly string[];
}

/** Line and column of a place, both from 1, and the line. */
export function sourcePlace({ file, offset }: Place): SourcePlace {
  const { name, text } = file;
  let line = 1;
  let start = 0;
  for (let at = text.indexOf("\n"); at >= 0 && at < offset; at = text.indexOf("\n", start)) {
    line++;
    start = at + 1;
  }
  const end = text.indexOf("\n", start);
  return { file: name, line, column: offset - start + 1, text: text.slice(start, end < 0 ? undefined : end).trimEnd() };
}

/** What a fault tells beside its code and its message. */
type Hints = Pick<Fault, "suggestion" | "known">;

/** The error of what is wrong at a place of a file. */
export function fault(place: Place, code: string, message: string, { suggestion, known }: Hints = {}): MassgridError {
  const source = sourcePlace(place);
  return refusal(code, `${source.file}:${source.line}:${source.column}: ${message}`, { source, suggestion, known });
}

/** Throws what is wrong at a place of a file. */
export function faultAt(place: Place, code: string, message: string, hints?: Hints): never {
  throw fault(place, code, message, hints);
}

/**
 * Does something about the text at a place, and gives what goes wrong in it that place: `offset` of the problem is counted
 * from there. Where `where` says what the text is, it is not the file's own, and its offsets mean nothing there.
 */
export function within<Result>(place: Place, work: () => Result, where = ""): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof MassgridError) || error.problems[0].source) throw error;
    const { code, message, offset = 0, suggestion } = error.problems[0];
    const at = where === "" ? place.offset + offset : place.offset;
    return faultAt({ file: place.file, offset: at }, code, `${where}${message}`, { suggestion });
  }
}
