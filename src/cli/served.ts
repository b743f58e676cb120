import { readdirSync, readFileSync } from "node:fs";
import { extname, join, relative } from "node:path";

/** A file that a server gives out. */
export interface Served {
  read: () => Uint8Array;
  type: string;
}

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".md": "text/markdown; charset=utf-8",
};

/** The files of a folder by the paths that they are asked for by: "/assets/a.js". Only these can be had. */
export function servedFiles(folder: string): Map<string, Served> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files.map((entry) => {
      const file = join(entry.parentPath, entry.name);
      const type = types[extname(file)] ?? "application/octet-stream";
      return [`/${relative(folder, file).replaceAll("\\", "/")}`, { read: () => readFileSync(file), type }];
    }),
  );
}
