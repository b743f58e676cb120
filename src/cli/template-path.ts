import { statSync } from "node:fs";
import { relative, resolve } from "node:path";
import { MassgridError } from "../errors.ts";
import { parseReference } from "../model/template/reference.ts";

const extensions = ["", ".yaml", ".yml"];

/** A template path of a spec: files are looked for beside the spec first, as its other files are, and then from the working directory. */
export function besideSpec(path: unknown, folder: string): unknown {
  if (typeof path !== "string") return path;
  try {
    const { file, name } = parseReference(path);
    const beside = resolve(folder, file);
    return file !== "" && extensions.some((extension) => isFile(beside + extension)) ? `${relative(".", beside)}/${name}` : path;
  } catch (error) {
    // What is wrong with the path is told with all that is wrong with the spec.
    if (error instanceof MassgridError) return path;
    throw error;
  }
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
