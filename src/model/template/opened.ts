import { MassgridError } from "../../errors.ts";
import type { OpenedFile, OpenFile } from "./read.ts";

/** A file that was asked for, and what was found: itself, or nothing. */
interface Asked {
  file: string;
  from: string | undefined;
  found: OpenedFile | undefined;
}

/** Opens each file once, however often it is asked for. */
export function openingOnce(openFile: OpenFile): OpenFile {
  const known = new Map<string, OpenedFile | undefined>();
  return (file, from) => {
    const key = JSON.stringify([file, from]);
    if (!known.has(key)) known.set(key, openFile(file, from));
    return known.get(key);
  };
}

function isSame(a: OpenedFile | undefined, b: OpenedFile | undefined): boolean {
  return a?.key === b?.key && a?.name === b?.name && a?.text === b?.text;
}

/** The files that templates were read from, which may have changed since. */
export class OpenedFiles {
  readonly #asked: Asked[] = [];

  /** Opens files, and notes which. */
  noting(openFile: OpenFile): OpenFile {
    return (file, from) => {
      const found = openFile(file, from);
      this.#asked.push({ file, from, found });
      return found;
    };
  }

  /** Whether all of them are found where they were, with the same texts; what cannot be opened any more is another's to tell. */
  areUnchanged(openFile: OpenFile): boolean {
    try {
      return this.#asked.every(({ file, from, found }) => isSame(openFile(file, from), found));
    } catch (error) {
      if (error instanceof MassgridError) return false;
      throw error;
    }
  }
}
