import { MassgridError, sanitize } from "../../errors.ts";

/** Where a template is: a file, or "" for the same file, and its name there. */
export interface Reference {
  file: string;
  name: string;
}

function refuse(code: string, message: string): never {
  throw new MassgridError([{ code, path: [], message }]);
}

/**
 * Reads a reference: `Template` of the same file, `package.module.Template`, `path/to/file/Template` or
 * `path/to/file.yaml/Template`. The file is given in slash form. Throws E_PATH_SCHEME, E_PATH_OUTSIDE, E_REFERENCE.
 */
export function parseReference(text: string): Reference {
  if (/^\s*[A-Za-z][A-Za-z0-9+.-]*:/.test(text) && !/^[A-Za-z]:[\\/]/.test(text)) {
    refuse("E_PATH_SCHEME", `"${sanitize(text)}" names a scheme; templates are read from files only: path/to/file/Template`);
  }
  if (text.includes("\\")) refuse("E_PATH_OUTSIDE", `"${sanitize(text)}" has a backslash; paths of templates are written with /`);
  if (/\.ya?ml$/i.test(text))
    refuse("E_REFERENCE", `"${sanitize(text)}" names a file, and no template in it; write "${sanitize(text)}/Template"`);
  const slash = text.lastIndexOf("/");
  const dot = text.lastIndexOf(".");
  const at = slash >= 0 ? slash : dot;
  const name = text.slice(at + 1);
  if (name === "" || at === 0)
    refuse("E_REFERENCE", `"${sanitize(text)}" does not name a template; write path/to/file/Template or package.module.Template`);
  if (at < 0) return { file: "", name };
  const file = text.slice(0, at);
  return { file: slash >= 0 ? file : file.replaceAll(".", "/"), name };
}

/** Refuses paths that a file of templates must not name: absolute ones, and those that climb out of a folder. */
export function checkInside(file: string, root: string): void {
  const absolute = /^[/\\]|^[A-Za-z]:/.test(file);
  const climbs = file.split(/[/\\]/).some((part) => part === "..") || /%2e|%2f|%5c|\\/i.test(file) || file.includes("\0");
  if (absolute || climbs)
    refuse("E_PATH_OUTSIDE", `"${sanitize(file)}" leads out of the model's folder; templates may refer to files in ${sanitize(root)} only`);
}
