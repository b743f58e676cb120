import type { LineCounter } from "yaml";
import { MassgridError, type SourcePlace } from "../errors.ts";

/** A file of templates, read. */
export interface SourceFile {
  /** As it is shown in messages. */
  name: string;
  text: string;
  lines: LineCounter;
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

function sourcePlace({ file, offset }: Place): SourcePlace {
  const { line, col } = file.lines.linePos(offset);
  const start = file.lines.lineStarts[line - 1] ?? 0;
  const end = file.text.indexOf("\n", start);
  return { file: file.name, line, column: col, text: file.text.slice(start, end < 0 ? undefined : end).trimEnd() };
}

/** Throws what is wrong at a place of a file. */
export function faultAt(place: Place, { code, message, suggestion, known }: Fault): never {
  const source = sourcePlace(place);
  const where = `${source.file}:${source.line}:${source.column}`;
  const more = { ...(suggestion === undefined ? {} : { suggestion }), ...(known ? { known: [...known] } : {}) };
  throw new MassgridError([{ code, path: [], message: `${where}: ${message}`, source, ...more }]);
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
    return faultAt({ file: place.file, offset: at }, { code, message: `${where}${message}`, suggestion });
  }
}
