import { append } from "./lists.ts";
/** One thing that is wrong with a call: what, where, what was found, and what to do. */
export interface Problem {
  /** Stable name of the kind of problem, such as `E_UNKNOWN_VARIABLE`. */
  code: string;
  /** Where in the options: keys and indices. */
  path: (string | number)[];
  /** One line: what is wrong, what was found, the nearest right name, what to do. */
  message: string;
  /** The nearest right name, where one is near. */
  suggestion?: string;
  /** Names that would have been right, where a name was wrong. */
  known?: string[];
  /** Where in the text of an equation. */
  offset?: number;
  /** Where in a template's file. */
  source?: SourcePlace;
  /** Full path of the variable of a flat model that it is about. */
  variable?: string;
}

/** A line of a file, and a column in it; both count from 1. */
export interface SourcePlace {
  file: string;
  line: number;
  column: number;
  text: string;
}

/** At most so many problems are told in one error. */
const MOST_TOLD = 20;

/** Most letters of the user's text that are shown at once. */
const MOST_SHOWN = 120;
/** Letters that are not seen, or change how others are: of control, of direction, of width nought, of line ends, and halves of pairs. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Text of the user's with what is not seen, could move the cursor, or turn the direction of writing, escaped. */
export function escaped(text: string): string {
  return text.replaceAll(UNSEEN, (c) => `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}`);
}

/** Makes text of the user's safe to print: letters that are not seen escaped, long text cut. */
export function sanitize(text: string): string {
  const safe = escaped(text.slice(0, MOST_SHOWN + 1));
  return safe.length > MOST_SHOWN ? `${safe.slice(0, MOST_SHOWN - 1)}…` : safe;
}
/** The place of a problem as one would write it in code: `paramMap.C.vars[0]`. */
export function locationText(path: (string | number)[]): string {
  const parts = path.map((part, i) => {
    if (typeof part === "number") return `[${part}]`;
    if (!/^[\w$]+$/.test(part)) return i === 0 ? sanitize(part) : `["${sanitize(part)}"]`;
    return i === 0 ? sanitize(part) : `.${sanitize(part)}`;
  });
  return parts.join("");
}

/**
 * The one error of massgrid: everything that is wrong with a call, told before anything runs.
 *
 * `code` is the first problem's; `problems` has them all, each with `code`, `path`, `message` and, for a wrong name,
 * `suggestion`. `message` has a line for each problem; `explain()` is the long form.
 */
export class MassgridError extends Error {
  readonly code: string;
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[], options?: ErrorOptions) {
    const told = problems.slice(0, MOST_TOLD);
    const lines = told.map((p) => `${p.code}: ${p.message}`);
    if (problems.length > told.length) lines.push(`and ${problems.length - told.length} more problems`);
    super(lines.join("\n"), options);
    this.name = "MassgridError";
    this.code = problems[0].code;
    this.problems = told;
  }

  /** The long form: each problem with its place and the names that exist there. */
  explain(): string {
    const blocks = this.problems.map((p) => {
      const lines = [`${p.code}: ${p.message}`];
      if (p.source) append(lines, frame(p.source));
      else if (p.path.length > 0) lines.push(`  at ${locationText(p.path)}`);
      if (p.known && p.known.length > 0) lines.push(`  there are: ${listed(p.known)}`);
      return lines.join("\n");
    });
    return [...blocks, "nothing was computed"].join("\n");
  }

  /** Plain data, which survives JSON and postMessage. */
  toJSON(): { name: string; code: string; message: string; problems: readonly Problem[] } {
    return { name: this.name, code: this.code, message: this.message, problems: this.problems };
  }
}

/** What a problem has beside its code and its message; what is undefined is left out. */
export interface ProblemDetails extends Omit<Partial<Problem>, "suggestion" | "known"> {
  suggestion?: string | undefined;
  known?: readonly string[] | undefined;
}

/** An error of one problem. */
export function refusal(code: string, message: string, { suggestion, known, ...details }: ProblemDetails = {}): MassgridError {
  const hints = { ...(suggestion === undefined ? {} : { suggestion }), ...(known ? { known: [...known] } : {}) };
  return new MassgridError([{ code, path: [], message, ...details, ...hints }]);
}

/** Up to ten names, and how many more there are. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, 10).map(sanitize).join(", ");
  return names.length > 10 ? `${shown} (+${names.length - 10})` : shown;
}

/** A line of a file with a caret below the place; of a long line the part around it. */
export function frame({ file, line, column, text }: SourcePlace): string[] {
  const gutter = String(line);
  const from = column > 100 ? column - 60 : 0;
  const before = (from > 0 ? "…" : "") + escaped(text.slice(from, column - 1));
  const after = escaped(text.slice(column - 1, from + MOST_SHOWN));
  const caret = `  ${" ".repeat(gutter.length)} | ${" ".repeat(before.length)}^`;
  return [`  ${sanitize(file)}:${line}:${column}`, `  ${gutter} | ${before}${after}`, caret];
}
